"""A debt paid in parts: agreed, watched part by part, broken after a week of grace, taken up again, kept."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest

from domain.instalments import InstalmentPlan, PlanState
from domain.rules.instalments import NoSuchPlan, split, standing_of
from domain.services.debt_collection import Instalment
from storage.execution.events import Events
from storage.services.instalments import Instalments, PlanNotOpen
from tests.services.debt_desk import Desk
from tests.services.test_debt_collection import desk, office

__all__ = ["desk", "office"]


def parts(*told: tuple[str, str]) -> tuple[Instalment, ...]:
    return tuple(Instalment(on=date.fromisoformat(on), amount_eur=D(amount)) for on, amount in told)


THREE = parts(("2026-03-16", "806.66"), ("2026-04-16", "806.66"), ("2026-05-16", "806.68"))


def test_the_last_part_takes_the_remainder_and_a_short_month_its_last_day() -> None:
    assert split(D("2420.00"), 3, date(2026, 3, 16), "month") == THREE
    assert split(D("100.00"), 3, date(2026, 1, 31), "month") == parts(
        ("2026-01-31", "33.33"), ("2026-02-28", "33.33"), ("2026-03-31", "33.34")
    )
    assert [part.on.isoformat() for part in split(D("10.00"), 3, date(2026, 12, 24), "week")] == [
        "2026-12-24", "2026-12-31", "2027-01-07"
    ]  # fmt: skip
    for total, count in ((D("0.01"), 2), (D("10.00"), 1), (D("10.00"), 25)):
        with pytest.raises(NoSuchPlan):
            split(total, count, date(2026, 3, 16), "month")


@pytest.mark.parametrize(
    ("open_eur", "on", "next_on", "missing", "breaks_on", "broken"),
    [
        ("2420.00", "2026-03-02", "2026-03-16", "806.66", "2026-03-24", False),
        ("2420.00", "2026-03-23", "2026-03-16", "806.66", "2026-03-24", False),
        ("2420.00", "2026-03-24", "2026-03-16", "806.66", "2026-03-24", True),
        ("2000.00", "2026-03-24", "2026-03-16", "386.66", "2026-03-24", True),
        ("1613.34", "2026-04-23", "2026-04-16", "806.66", "2026-04-24", False),
        # 16 May and a week is Saturday 23; the 25th is Whit Monday: the banks tell of it on the 26th
        ("806.68", "2026-05-25", "2026-05-16", "806.68", "2026-05-26", False),
    ],
)
def test_a_part_may_come_a_week_late(
    open_eur: str, on: str, next_on: str, missing: str, breaks_on: str, broken: bool
) -> None:
    plan = InstalmentPlan(
        invoice_id="I", n=1, state="agreed", parts=THREE, interest="runs", by="c", proposed_on=date(2026, 3, 1)
    )
    held = standing_of(plan, D(open_eur), date.fromisoformat(on))
    assert held.next_part is not None
    assert (held.next_part.on.isoformat(), held.missing_eur) == (next_on, D(missing))
    assert held.breaks_on is not None
    assert (held.breaks_on.isoformat(), held.broken) == (breaks_on, broken)


async def agreed(desk: Desk, interest: str = "runs", told: Sequence[Instalment] = THREE) -> Instalments:
    """2,420.00 due on 31 January; on 2 March three parts are offered, and the client accepts them."""
    await desk.invoiced("2000.00", "420.00", "2026-01-31")
    await desk.reminded("2026-02-03", "2026-02-10", "2026-02-20")
    desk.on("2026-03-02")
    await desk.look()
    plans = Instalments(desk.office.database)
    await plans.propose(
        invoice_id="INV000000001", job_id=desk.office.job_id, number="AL-2026-000001", state="proposed", parts=told,
        interest="stops" if interest == "stops" else "runs", by="p-fay", on=date(2026, 3, 2),
        at=desk.office.clock.now(), reason="a hard season", told_by="p-fay",
    )  # fmt: skip
    await desk.look()
    await become(plans, desk, "agreed", "proposed", on=date(2026, 3, 2))
    return plans


async def become(
    plans: Instalments, desk: Desk, state: PlanState, before: PlanState, on: date | None = None
) -> None:
    await plans.become("INV000000001", 1, state, desk.office.clock.now(), instead_of=(before,), on=on)


async def subjects(desk: Desk) -> list[str]:
    mails = await desk.office.post.mailbox("client@example.org")
    return [one.text for one in reversed(mails) if "parts" in one.subject]


async def told(desk: Desk) -> list[str]:
    events = await Events(desk.office.database).since(desk.office.job_id, 0, 100)
    return [one.kind.removeprefix("debt.instalments.") for one in events if "instalments" in one.kind]


async def test_while_the_parts_come_nothing_else_is_asked_and_then_it_is_kept(desk: Desk) -> None:
    await agreed(desk)
    resting = await desk.look()
    assert (resting.resting, resting.look_at) == (True, datetime(2026, 3, 24, 8, 0, tzinfo=UTC))
    assert resting.next_stage is not None
    assert resting.next_stage.at >= datetime(2026, 3, 24, 8, 0, tzinfo=UTC)
    for amount, on in (("806.66", "2026-03-16"), ("806.66", "2026-04-16")):
        await desk.paid(amount, on)
    desk.on("2026-05-18")
    still = await desk.look()
    assert (still.resting, still.open_eur) == (True, D("806.68"))
    await desk.paid("806.68", "2026-05-18")
    assert (await desk.look()).open_eur == D("0.00")
    await desk.look()
    assert await told(desk) == ["proposed", "agreed", "kept"]
    offered, accepted = await subjects(desk)
    assert "16 mars 2026: 806,66" in offered.replace("\u202f", " ").replace("\xa0", " ")
    assert "C'est convenu" in accepted


async def test_a_part_missing_after_its_grace_breaks_it_and_the_ladder_goes_on_where_it_was(desk: Desk) -> None:
    plans = await agreed(desk, interest="stops")
    await desk.paid("806.66", "2026-03-16")
    desk.on("2026-04-23")
    kept = await desk.look()
    # 2,420.00 x 10.5 % x 30/365 until the agreement of 2 March: 20.88
    assert (kept.resting, kept.interest_eur) == (True, D("20.88"))
    desk.on("2026-04-24")
    broken = await desk.look()
    # 2,420.00 x 10.5 % x 44/365 + 1,613.34 x 10.5 % x 39/365: 48.73
    assert (broken.resting, broken.look_at, broken.interest_eur) == (False, None, D("48.73"))
    assert broken.next_stage is not None
    assert (broken.next_stage.kind, broken.next_stage.at.date()) == ("lawyer", date(2026, 4, 24))
    await desk.look()
    assert await told(desk) == ["proposed", "agreed", "broken"]
    assert "L'accord prend fin" in (await subjects(desk))[-1]

    await desk.paid("806.66", "2026-04-27")
    desk.on("2026-04-28")
    await become(plans, desk, "agreed", "broken", on=date(2026, 3, 2))
    again = await desk.look()
    assert (again.resting, again.look_at) == (True, datetime(2026, 5, 26, 7, 0, tzinfo=UTC))
    assert (await told(desk))[-1] == "resumed"


async def test_nobody_answers_twice_and_a_new_offer_takes_the_old_one_back(desk: Desk) -> None:
    plans = await agreed(desk)
    with pytest.raises(PlanNotOpen, match="agreed"):
        await become(plans, desk, "refused", "proposed")
    with pytest.raises(PlanNotOpen):
        await plans.become("INV000000001", 7, "agreed", desk.office.clock.now(), instead_of=("proposed",))
