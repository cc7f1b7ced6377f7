"""Two questions, the client's kind and country decide the VAT of a job."""

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest
from pydantic import ValidationError

from domain.rules import vat
from domain.rules.vat import VatOverride, VatQuestion
from domain.vat_mentions import MENTIONS

IN_MARCH = date(2026, 3, 14)


def decide(**asked: Any) -> vat.VatDecision:
    return vat.decide_vat(VatQuestion(on=IN_MARCH, **({"client_kind": "company"} | asked)))


@pytest.mark.parametrize(
    ("performance_or_licence", "advertising", "percent"),
    [(True, False, D(6)), (True, True, D(21)), (False, False, D(21)), (False, True, D(21))],
)
def test_two_questions_decide_6_or_21_percent(performance_or_licence: bool, advertising: bool, percent: D) -> None:
    decided = decide(performance_or_licence=performance_or_licence, advertising=advertising)
    assert (decided.category, decided.percent, decided.mention) == ("S", percent, None)
    assert decided.rate_id in ("vat_reduced@2020-01-01", "vat_standard@2020-01-01")


def test_an_enterprise_in_another_member_state_accounts_for_the_vat_itself() -> None:
    decided = decide(client_country="FR", client_vat_number=True, performance_or_licence=True)
    assert (decided.category, decided.percent, decided.exemption_code) == ("AE", D(0), "VATEX-EU-AE")
    assert decided.mention_in("fr") == "Autoliquidation – art. 21 §2 CTVA (art. 196 Dir. 2006/112/CE)"
    assert decided.vat_on(D("1000.00")) == D("0.00")


def test_a_foreign_client_without_vat_number_bears_belgian_vat() -> None:
    assert decide(client_country="FR").percent == D(21)
    assert decide(client_country="FR", client_kind="public_body").percent == D(21)
    assert decide(client_country="FR", client_kind="public_body", client_vat_number=True).category == "AE"
    assert decide(client_country="US", client_kind="private_person").percent == D(21)


SHOW = {"performance_or_licence": True}
LICENCE = {"performance_or_licence": True, "live": False}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        # a show at home: Belgian VAT for whoever is no taxable person, wherever they live
        ({"client_kind": "private_person", "client_country": "FR", **SHOW}, ("S", D(6), None)),
        ({"client_kind": "public_body", "client_country": "NL", **SHOW}, ("S", D(6), None)),
        ({"client_kind": "public_body", "client_country": "CH", **SHOW}, ("S", D(6), None)),
        ({"client_kind": "company", "client_country": "FR", **SHOW}, ("S", D(6), None)),
        # a show in their own country: the VAT of that country, which a person arranges
        ({"client_kind": "private_person", "client_country": "FR", "performed_in": "FR", **SHOW}, "FR"),
        ({"client_kind": "public_body", "client_country": "NL", "performed_in": "NL", **SHOW}, "NL"),
        ({"client_kind": "company", "client_country": "FR", "performed_in": "FR", **SHOW}, "FR"),
        ({"client_kind": "public_body", "client_country": "CH", "performed_in": "CH", **SHOW}, "CH"),
        ({"client_kind": "public_body", "client_country": "BE", "performed_in": "FR", **SHOW}, "FR"),
        # identified for VAT, or shown to be a business: placed where the client is, wherever the show is
        (
            {"client_kind": "public_body", "client_country": "NL", "client_vat_number": True, "performed_in": "NL"}
            | SHOW,
            ("AE", D(0), "reverse_charge"),
        ),
        (
            {"client_kind": "public_body", "client_country": "CH", "client_registered": True, "performed_in": "CH"}
            | SHOW,
            ("G", D(0), "not_due"),
        ),
        ({"client_kind": "company", "client_country": "US", "performed_in": "US", **SHOW}, ("G", D(0), "not_due")),
        ({"client_kind": "company", "client_country": "BE", "performed_in": "FR", **SHOW}, ("S", D(6), None)),
        # a licence has no place of performance: outside the Union no Belgian VAT, within it the supplier's seat
        ({"client_kind": "private_person", "client_country": "US", **LICENCE}, ("G", D(0), "not_due_licence")),
        ({"client_kind": "public_body", "client_country": "GB", **LICENCE}, ("G", D(0), "not_due_licence")),
        ({"client_kind": "private_person", "client_country": "FR", **LICENCE}, ("S", D(6), None)),
        (
            {"client_kind": "private_person", "client_country": "FR", "performed_in": "FR", **LICENCE},
            ("S", D(6), None),
        ),
    ],
)
def test_status_and_place_decide_not_the_kind_of_client(asked: dict[str, Any], expected: Any) -> None:
    if isinstance(expected, str):
        with pytest.raises(vat.ForeignVatDue, match=f"in {expected} for a client who is no taxable person"):
            decide(**asked)
        return
    decided = decide(**asked)
    assert (decided.category, decided.percent, decided.mention) == expected


def test_an_enterprise_outside_the_union_bears_no_belgian_vat_and_the_choice_is_marked_unverified() -> None:
    decided = decide(client_country="GB")
    assert (decided.category, decided.mention, decided.verified) == ("G", "not_due", False)


def test_a_performance_for_consumers_abroad_needs_the_adviser() -> None:
    with pytest.raises(vat.ForeignVatDue, match="Such a service in FR") as raised:
        decide(client_kind="own_takings", performance_or_licence=True, performed_in="FR")
    assert raised.value.decided_by == "advisor"


def test_own_takings_bear_vat_without_an_invoice_and_internal_work_bears_none() -> None:
    takings = decide(client_kind="own_takings", performance_or_licence=True)
    assert (takings.percent, takings.invoiced) == (D(6), False)
    internal = decide(client_kind="internal")
    assert (internal.category, internal.percent, internal.invoiced) == ("O", D(0), False)


def test_a_choice_against_the_rule_needs_a_reason_and_keeps_it() -> None:
    with pytest.raises(ValidationError):
        VatOverride(category="S", percent=D(6), reason="")
    chosen = VatOverride(category="S", percent=D(6), reason="Renovation of a home older than ten years")
    decided = decide(override=chosen)
    assert (decided.percent, decided.verified) == (D(6), False)
    assert "Renovation" in decided.why
    exempt = VatOverride(
        category="E", percent=D(0), reason="A concert for an organiser of concerts", mention="art_44_2_8"
    )
    assert decide(override=exempt).mention_in("nl") == "Vrijgesteld van btw – art. 44 § 2, 8° WBTW"


@pytest.mark.parametrize(("kind", "invoiced"), [("own_takings", False), ("internal", False), ("company", True)])
def test_a_choice_against_the_rule_makes_no_invoice_where_there_is_none(kind: str, invoiced: bool) -> None:
    chosen = VatOverride(category="S", percent=D(6), reason="The tickets of a concert")
    assert decide(client_kind=kind, override=chosen).invoiced is invoiced


@pytest.mark.parametrize(("category", "percent"), [("S", D(0)), ("E", D(6)), ("S", D(7))])
def test_an_impossible_choice_is_refused(category: str, percent: D) -> None:
    with pytest.raises((ValueError, vat.NoSuchVatRate), match=r"category S|no VAT rate of 7 % .*: 21 %, 12 %, 6 %"):
        decide(override={"category": category, "percent": percent, "reason": "because I say so"})


def test_a_half_cent_of_vat_goes_up() -> None:
    assert decide().vat_on(D("0.50")) == D("0.11")  # 0.105


def test_a_price_with_vat_gives_the_price_without() -> None:
    assert vat.without_vat(D("1210.00"), D(21)) == D("1000.00")
    assert vat.without_vat(D("500.00"), D(6)) == D("471.70")


def test_every_mention_exists_in_three_languages() -> None:
    for key, texts in MENTIONS.items():
        assert set(texts) == {"fr", "nl", "en"}, key
