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
