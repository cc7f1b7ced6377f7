"""Where VAT is due on what is done for somebody who is no taxable person abroad. Source: CTVA art. 21bis § 2."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from domain.declaration import JobDeclaration
from domain.quote import Quote, quote

ON = date(2026, 2, 2)
PLAIN = {"performance_or_licence": False, "advertising": False}
SHOW = {"performance_or_licence": True, "advertising": False}
TEACHING = PLAIN | {"nature": "activity"}
LIGHT = PLAIN | {"nature": "support"}
ADVICE = PLAIN | {"nature": "advice"}


def job(client: dict[str, Any], where: str, vat: dict[str, Any], **changes: Any) -> JobDeclaration:
    country = client.get("country", "BE")
    if client["kind"] != "own_takings":
        address = {"street": "S", "house_number": "1", "postal_code": "1000", "city": "C", "country": country}
        client = {"name": "X", "email": "x@client.example", "address": address} | client
    place = {} if changes.pop("anywhere", False) else {"place": "There"}
    day = {"date": "2026-03-10", "starts": "10:00", "ends": "16:00", "country": where, **place}
    return JobDeclaration.model_validate(
        {
            "title": "Workshop",
            "description": "A workshop",
            "client": client,
            "days": [day if place else day | {"anywhere": True}],
            "price_eur": "1000.00",
            "vat": vat,
            "crew": [{"item": "ann", "member": True, "function": "consultant"}],
        }
        | changes
    )


def outcome(made: Quote) -> Any:
    """What is still asked, else the country whose VAT is due, else category, percentage and mention."""
    if asked := [one.field for one in made.missing]:
        return asked
    if made.refusals:
        return [(one.rule, one.params.get("country"), one.decided_by) for one in made.refusals]
    assert made.client is not None
    return made.client.vat_category, int(made.client.vat_percent), made.client.mention


def foreign(country: str) -> list[tuple[str, str, str]]:
    return [("foreign_vat", country, "advisor")]


CITY_NL = {"kind": "public_body", "country": "NL"}
PERSON_FR = {"kind": "private_person", "country": "FR"}
PERSON_CH = {"kind": "private_person", "country": "CH"}
BODY_CH = {"kind": "public_body", "country": "CH"}
CLUB_FR = {"kind": "company", "country": "FR"}
TAKINGS = {"kind": "own_takings"}
CLUB_BE = {"kind": "company", "enterprise_number": "1000000021"}
BODY_BE = {"kind": "public_body", "enterprise_number": "1000000021"}


@pytest.mark.parametrize(
    ("client", "where", "vat", "expected"),
    [
        # teaching and technical work are placed where they happen, like a concert: § 2, 5° a and b
        (CITY_NL, "NL", TEACHING, foreign("NL")),
        (PERSON_FR, "FR", TEACHING, foreign("FR")),
        (CLUB_FR, "FR", LIGHT, foreign("FR")),
        (TAKINGS, "FR", TEACHING, foreign("FR")),
        (BODY_BE, "FR", TEACHING, foreign("FR")),
        (PERSON_FR, "BE", TEACHING, ("S", 21, None)),
        # only the member knows what it is: asked, where the place depends on it and nowhere else
        (CITY_NL, "NL", PLAIN, ["vat.nature"]),
        (PERSON_FR, "BE", PLAIN, ["vat.nature"]),
        (TAKINGS, "FR", PLAIN, ["vat.nature"]),
        (TAKINGS, "BE", PLAIN, ("S", 21, None)),
        (CLUB_BE, "FR", PLAIN, ("S", 21, None)),
        (CITY_NL | {"vat_number": "NL004495445B01"}, "NL", PLAIN, ("AE", 0, "reverse_charge")),
        # outside the Union: § 2, 10° a to d and g
        (PERSON_CH, "BE", ADVICE, ("G", 0, "not_due_licence")),
        (BODY_CH, "BE", ADVICE, ("G", 0, "not_due_licence")),
        (PERSON_CH, "BE", PLAIN | {"nature": "hire"}, ("G", 0, "not_due_licence")),
        (PERSON_CH, "BE", PLAIN | {"advertising": True}, ("G", 0, "not_due_licence")),
        (PERSON_CH, "BE", PLAIN | {"nature": "other"}, ("S", 21, None)),
        (PERSON_FR, "BE", ADVICE, ("S", 21, None)),
        (PERSON_CH, "CH", TEACHING, foreign("CH")),
        # followed online only, since 31 December 2025: where the client lives
        (PERSON_FR, "BE", TEACHING | {"virtual": True}, foreign("FR")),
        (PERSON_FR, "BE", SHOW | {"virtual": True}, foreign("FR")),
        (BODY_BE, "FR", SHOW | {"virtual": True}, ("S", 6, None)),
        (PERSON_CH, "BE", ADVICE | {"virtual": True}, ("G", 0, "not_due_licence")),
        # an association that is not identified for VAT
        (CLUB_BE | {"vat_identified": False}, "FR", SHOW, foreign("FR")),
        (CLUB_BE | {"vat_identified": False}, "FR", LIGHT, foreign("FR")),
        (CLUB_BE | {"vat_identified": True}, "FR", SHOW, ("S", 6, None)),
        (CLUB_BE | {"vat_identified": False}, "BE", SHOW, ("S", 6, None)),
    ],
)
def test_the_nature_of_the_service_decides_where_vat_is_due(
    client: dict[str, Any], where: str, vat: dict[str, Any], expected: Any
) -> None:
    assert outcome(quote(job(client, where, vat), ON)) == expected


def test_work_without_a_place_is_asked_whether_it_is_followed_online() -> None:
    assert outcome(quote(job(PERSON_FR, "BE", TEACHING, anywhere=True), ON)) == ["vat.virtual"]
    assert outcome(quote(job(PERSON_FR, "BE", TEACHING | {"virtual": False}, anywhere=True), ON)) == ("S", 21, None)
    assert outcome(quote(job(PERSON_FR, "BE", ADVICE, anywhere=True), ON)) == ("S", 21, None)


def test_a_belgian_association_with_a_show_abroad_is_asked_about_by_a_notice() -> None:
    def told(client: dict[str, Any], vat: dict[str, Any]) -> list[str]:
        return [one.code for one in quote(job(client, "FR", vat), ON).warnings]

    assert "vat_identified" in told(CLUB_BE, SHOW)
    assert "vat_identified" not in told(CLUB_BE | {"vat_identified": True}, SHOW)
    assert "vat_identified" not in told(CLUB_BE | {"vat_number": "BE1000000021"}, SHOW)
    assert "vat_identified" not in told(CLUB_BE, ADVICE)


def test_a_person_may_say_that_a_client_outside_the_union_bears_no_belgian_vat() -> None:
    chosen = {
        "override_percent": 0,
        "override_reason": "the tax office said so",
        "override_ground": "not_due_licence",
    }
    made = quote(job(PERSON_CH, "BE", PLAIN | chosen), ON)

    assert outcome(made) == ("G", 0, "not_due_licence")
    assert "vat_override" in [one.rule for one in made.approvals]


def test_a_country_is_one_of_iso_3166_also_where_its_vat_prefix_is_written() -> None:
    assert outcome(quote(job({"kind": "company", "country": "EL"}, "BE", SHOW), ON)) == ("S", 6, None)  # Greece
    uk = job({"kind": "company", "country": "UK"}, "XI", PLAIN)
    assert uk.client is not None
    assert (uk.client.country, uk.days[0].country, uk.days[0].timezone) == ("GB", "GB", "Europe/London")
    assert uk.client.address is not None
    assert uk.client.address.country == "GB"
    for none in ("ZZ", "SU", "EU", "AN", "fr"):
        with pytest.raises(ValidationError, match=r"client.country"):
            job({"kind": "company", "country": none}, "BE", PLAIN)
        with pytest.raises(ValidationError, match=r"days.0.country"):
            job(CLUB_BE, none, PLAIN)


def test_monaco_counts_as_france() -> None:
    monaco = {"kind": "company", "country": "MC"}
    numbered = monaco | {"vat_number": "FR40303265045"}
    assert outcome(quote(job(numbered, "BE", PLAIN), ON)) == ("AE", 0, "reverse_charge")
    assert outcome(quote(job(monaco, "BE", TEACHING), ON)) == ("S", 21, None)
    wrong = quote(job(monaco | {"vat_number": "NL004495445B01"}, "BE", PLAIN), ON)
    assert [(one.rule, one.params["prefix"]) for one in wrong.refusals] == [("vat_number_country", "FR")]


def test_a_peppol_number_of_another_enterprise_than_the_clients_is_refused() -> None:
    def rules(peppol: str) -> list[str]:
        client = {"kind": "company", "enterprise_number": "0428759497", "peppol_id": peppol}
        return [one.rule for one in quote(job(client, "BE", PLAIN), ON).refusals]

    assert rules("0208:1000000021") == ["peppol_of_another"]
    assert rules("9925:BE1000000021") == ["peppol_of_another"]
    assert rules("0208:0428.759.497") == []
    assert rules("0088:5412345000013") == []
