"""Settings that would send private data to the wrong place, or start half, are one clear line."""

import json
from decimal import Decimal

import pytest

from engine.settings import PARTNERS, WrongSetting, load_settings

KEY = "k1:" + "A" * 43 + "="


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("ftp://trains.example", "is no http address"),
        ("https://", "is no http address"),
        ("https://user:secret@trains.example", "tokens go into partner_tokens"),
        ("https://trains.example/?key=secret", "tokens go into partner_tokens"),
        ("http://169.254.169.254/latest/meta-data", "inside the machine room"),
        ("http://[fe80::1]/", "inside the machine room"),
        ("http://[::ffff:169.254.169.254]/", "inside the machine room"),
        ("http://metadata.google.internal/", "inside the machine room"),
    ],
)
def test_a_partner_is_outside_and_its_address_keeps_no_secret(address: str, why: str) -> None:
    with pytest.raises(WrongSetting, match=why) as wrong:
        load_settings(partner_urls={"railway": address})
    assert "secret" not in str(wrong.value)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://trains.example", "by https only"),
        ("https://127.0.0.1:8443", "is this machine"),
        ("https://localhost", "is this machine"),
        ("https://0.0.0.0", "is this machine"),
    ],
)
def test_production_speaks_https_to_somebody_else(address: str, why: str) -> None:
    given = {name: f"https://{name}.example" for name in PARTNERS} | {"railway": address}
    with pytest.raises(WrongSetting, match=why):
        load_settings(production=True, master_keys=KEY, partner_urls=given)


def test_an_unknown_partner_is_a_typing_mistake() -> None:
    with pytest.raises(WrongSetting, match="unknown partner 'railways'; known are railway, vans"):
        load_settings(partner_urls={"railways": "https://trains.example"})


def test_what_consumers_owe_late_comes_from_the_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not load_settings().consumer_terms.lump_sum_clause
    told = {"lump_sum_clause": True, "interest_clause_percent": "8.00", "small_enterprise": True}
    monkeypatch.setenv("ALLIN_CONSUMER_TERMS", json.dumps(told))
    terms = load_settings().consumer_terms
    assert (terms.lump_sum_clause, terms.interest_clause_percent, terms.small_enterprise) == (
        True,
        Decimal("8.00"),
        True,
    )
