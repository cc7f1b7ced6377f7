"""What we are made of is written down, and nothing is overlooked for longer than somebody said."""

import json
import re
from datetime import timedelta

import pytest

from allin.advisories import LISTED, accepted
from allin.bill_of_materials import ROOT, bill
from engine.calendar import wall_clock


def test_every_locked_package_stands_in_the_bill_with_its_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    told = bill(lock)
    named = {one["name"] for one in told["components"]}
    assert len(told["components"]) == len(re.findall(r"^[a-z0-9][^\s]*==", lock, re.M))
    assert {"fastapi", "temporalio", "pydantic", "sqlalchemy", "jinja2", "zxcvbn"} <= named
    assert all(
        one["hashes"] and one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}" for one in told["components"]
    )
    assert json.dumps(bill(lock)) == json.dumps(told)


def test_an_accepted_advisory_has_its_reason_and_its_day_has_not_passed() -> None:
    today = wall_clock().date()
    for one in accepted(LISTED.read_text(encoding="utf-8")):
        assert today <= one.until <= today + timedelta(days=190), one.advisory
    with pytest.raises(ValueError, match="unpack"):
        accepted("PYSEC-2026-1 2026-12-31")
