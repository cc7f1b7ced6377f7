"""What the social secretariat receives each quarter: each contract once, nothing that was withdrawn."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from domain.people import Address, Entity, Person
from domain.periods import Period
from domain.services.employment_contract import EngagementOffer
from storage.core.database import Database
from storage.people.hand_over import HandOvers
from storage.people.people import People
from storage.services.employment_contract import Engagements
from tests.databases import MONDAY, a_job, a_plan

Q1 = Period(first_on=date(2026, 1, 1), last_on=date(2026, 3, 31))
COOP = Entity(
    slug="liege",
    name="Coop",
    legal_form="SC",
    enterprise_number="1000000021",
    address=Address(street="Rue", postal_code="4000", city="Liège"),
    seat="wallonia",
    court="Liège",
    iban="BE71096123456769",
    bic="GKCCBEBB",
    email="hello@coop.example",
    invoice_prefix="LIE",
    joint_committee="304",
)
START, END = datetime(2026, 3, 14, 17, 0, tzinfo=UTC), datetime(2026, 3, 14, 21, 30, tzinfo=UTC)


def contract(status: str = "employee") -> dict[str, Any]:
    return {
        "person_id": "p-bob",
        "member": False,
        "function": "musician",
        "artistic": True,
        "status": status,
        "days": [{"starts_at": START, "ends_at": END, "place": "Liège"}],
        "gross_eur": "1000.00",
        "joint_committee": "304",
        "language": "fr",
        "starts_at": START,
        "answer_by": START,
    }


def wage(**more: Any) -> dict[str, Any]:
    return {
        "person_id": "p-bob",
        "gross_eur": "1000.00",
        "chain": "artist",
        "days": 1,
        "last_day_on": date(2026, 3, 14),
        "pay_on": date(2026, 3, 20),
        "answer_by": datetime(2026, 4, 3, tzinfo=UTC),
        **more,
    }


async def test_each_contract_is_handed_over_once_and_to_the_cent(database: Database) -> None:
    """1,000.00 of an artist: base 1,080.00, 13.07 % 141.16, taxable 858.84, 22.8 % 195.82, net 663.02."""
    await People(database).save(
        Person(person_id="p-bob", given_name="=Bob", family_name="Lambert", birth_on=date(1990, 1, 1)), MONDAY
    )
    plan = a_plan(entity="liege", employment_contract={"bob": contract()}, wages={"bob": wage()})
    register = Engagements(database)
    for turn, state in enumerate(("signed", "withdrawn", "unsigned")):
        job_id = await a_job(database, plan=plan)
        key = f"{job_id}/employment_contract/bob/1"
        offer = EngagementOffer(
            order_key=key,
            job_id=job_id,
            item="bob",
            entity="liege",
            person_id="p-bob",
            first_on=date(2026, 3, 14),
            last_on=date(2026, 3, 14),
            starts_at=START,
            offered_at=MONDAY,
        )
        await register.offer(offer)
        if state != "unsigned":
            await register.note(
                key, cooperative_signed_at=MONDAY, dimona_period=f"1000{turn}", contract_number=f"C{turn}"
            )
        if state == "withdrawn":
            await register.note(key, withdrawn_at=MONDAY)

    made = await HandOvers(database).of(COOP, Q1)
    nothing = await HandOvers(database).of(COOP, Period(first_on=date(2026, 4, 1), last_on=date(2026, 6, 30)))

    (line,) = made.lines
    assert (line.contract, line.dimona_period, line.artist_code, line.days, line.minutes) == (
        "C0",
        "10000",
        "046",
        1,
        270,
    )
    assert made.totals == {
        "gross_cents": 100000,
        "contribution_base_cents": 108000,
        "worker_contribution_cents": 14116,
        "employer_contribution_cents": 27000,
        "holiday_fund_cents": 17107,
        "holiday_single_cents": 0,
        "holiday_double_cents": 0,
        "taxable_cents": 85884,
        "withholding_cents": 19582,
        "net_cents": 66302,
    }
    (row,) = csv.DictReader(io.StringIO(made.csv.decode()), delimiter=";")
    assert (row["gross_cents"], row["name"], row["paid_on"]) == ("100000", "'=Bob Lambert", "")
    assert len(made.checksum) == 64
    assert nothing.lines == ()
    assert Decimal(made.totals["net_cents"]) / 100 == Decimal("663.02")


Q2 = Period(first_on=date(2026, 4, 1), last_on=date(2026, 6, 30))


async def handed_over(
    database: Database, days: list[date], wages: dict[str, Any], **asked: Any
) -> list[tuple[Any, ...]]:
    """Bob works eight hours on these days: days, minutes, gross, contributions and net in cents, by quarter."""
    await People(database).save(Person(person_id="p-bob", given_name="Bob", family_name="Lambert"), MONDAY)
    hours = [datetime(on.year, on.month, on.day, 8, tzinfo=UTC) for on in days]
    worked = [{"starts_at": at, "ends_at": at.replace(hour=16), "place": "Liège"} for at in hours]
    plan = a_plan(entity="liege", employment_contract={"bob": contract(**asked) | {"days": worked}}, wages=wages)
    job_id = await a_job(database, plan=plan)
    key = f"{job_id}/employment_contract/bob/1"
    offer = EngagementOffer(
        order_key=key,
        job_id=job_id,
        item="bob",
        entity="liege",
        person_id="p-bob",
        first_on=days[0],
        last_on=days[-1],
        starts_at=hours[0],
        offered_at=MONDAY,
        student_hours=24 if asked else None,
    )
    await Engagements(database).offer(offer)
    await Engagements(database).note(key, cooperative_signed_at=MONDAY)
    lines = [line for quarter in (Q1, Q2) for line in (await HandOvers(database).of(COOP, quarter)).lines]
    return [
        (one.days, one.minutes, one.student_hours, one.gross_cents, one.worker_contribution_cents, one.net_cents)
        for one in lines
    ]


ACROSS = [date(2026, 3, 25), date(2026, 3, 30), date(2026, 4, 4)]


async def test_a_contract_over_two_quarters_is_in_the_file_of_each_with_its_own_work(database: Database) -> None:
    """900.00: 600.00 in March (13.07 % of 648.00 84.69, net 397.82), what is left of 127.04 and 596.73 in April."""
    pay = wage(gross_eur="900.00", first_day_on=ACROSS[0], last_day_on=ACROSS[-1], pay_on=date(2026, 4, 9))
    assert await handed_over(database, ACROSS, {"bob": pay}) == [
        (2, 960, 0, 60000, 8469, 39782),
        (1, 480, 0, 30000, 4235, 19891),
    ]


async def test_a_students_hours_are_in_the_quarter_they_are_worked(database: Database) -> None:
    """2.71 % of 600.00 is 16.26, of 900.00 24.39."""
    pay = wage(gross_eur="900.00", chain="student", last_day_on=ACROSS[-1], pay_on=date(2026, 4, 9))
    assert await handed_over(database, ACROSS, {"bob": pay}, status="student") == [
        (2, 960, 16, 60000, 1626, 58374),
        (1, 480, 8, 30000, 813, 29187),
    ]


async def test_months_are_in_their_quarter_and_what_leaving_brings_is_in_the_last(
    database: Database,
) -> None:
    """An employee: 13.07 % of 600.00 and of 300.00; holiday pay is on 900.00: single 69.03, with 9.02 of it."""
    days = [date(2026, 3, 2), date(2026, 3, 30), date(2026, 4, 6)]
    march = wage(gross_eur="600.00", chain="employee", leaving=False, last_day_on=days[1], first_day_on=days[0])
    april = wage(
        gross_eur="300.00", chain="employee", earlier_eur="600.00", last_day_on=days[2], first_day_on=days[2]
    )
    found = await handed_over(database, days, {"bob.2026-03": march, "bob": april | {"pay_on": date(2026, 4, 13)}})
    assert [one[:5] for one in found] == [(2, 960, 0, 60000, 7842), (1, 480, 0, 30000, 3921)]
    second = (await HandOvers(database).of(COOP, Q2)).lines[0]
    assert (second.holiday_single_cents, second.holiday_double_cents) == (6903, 6903)
