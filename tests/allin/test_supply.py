"""What we are made of is written down, and nothing is overlooked for longer than somebody said."""

import json
import re
from datetime import timedelta

import pytest

from allin.advisories import LISTED, accepted, reported
from allin.bill_of_materials import ROOT, bill
from engine.calendar import wall_clock


def test_every_locked_package_stands_in_the_bill_with_its_hashes() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    made = bill(lock)
    named = {one["name"] for one in made["components"]}
    assert len(made["components"]) == len(re.findall(r"^[a-z0-9][^\s]*==", lock, re.M))
    assert {"fastapi", "temporalio", "pydantic", "sqlalchemy", "jinja2", "zxcvbn"} <= named
    assert all(
        one["hashes"] and one["purl"] == f"pkg:pypi/{one['name']}@{one['version']}" for one in made["components"]
    )
    assert json.dumps(bill(lock)) == json.dumps(made)


def test_an_accepted_advisory_has_its_reason_and_its_day_has_not_passed() -> None:
    today = wall_clock().date()
    for one in accepted(LISTED.read_text(encoding="utf-8")):
        assert today <= one.until <= today + timedelta(days=190), one.advisory
    with pytest.raises(ValueError, match="unpack"):
        accepted("PYSEC-2026-1 2026-12-31")


def test_what_could_not_be_asked_about_is_no_clean_bill() -> None:
    """Where advisories cannot be reached each package is skipped, and the tool itself says that all is well."""
    fine, unknown = {"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}
    hole = {"name": "c", "version": "2", "vulns": [{"id": "PYSEC-2026-1"}]}
    assert reported(json.dumps({"dependencies": [fine]})) == (0, "nothing is known against any of 1 packages")
    assert reported(json.dumps({"dependencies": [fine, unknown]}))[0] == 2
    assert reported(json.dumps({"dependencies": []}))[0] == 2
    assert reported(json.dumps({"dependencies": [fine, unknown, hole]})) == (1, "1 known holes:\nc 2: PYSEC-2026-1")
