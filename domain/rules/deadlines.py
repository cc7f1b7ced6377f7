"""Every instant by which a job must have done something, with the law or the promise behind it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from domain.message import Message
from domain.orders import NO_ITEM, month_item
from domain.periods import (
    ONE_DAY,
    JobDay,
    bank_day_on_or_after,
    bank_day_on_or_before,
    day_of_next_month,
    end_of_day,
    end_of_month,
    first_start_at,
    instant,
    last_day_on,
    nth_working_day_after,
)
from domain.rules.pay_periods import pay_months

REMIND: Final = timedelta(hours=48)
CALL: Final = timedelta(hours=24)
LOUD: Final = timedelta(hours=4)
ASKED_UNTIL: Final = time(10)
"""Silence until then on the second day means "as declared"."""
STATEMENT_COMES: Final = time(10)
"""House rule: banks deliver a day's statement before seven of the next bank day; ten leaves time to fetch it."""


PAID_IN_TIME: Final = (
    "law of 12 April 1965, art. 9: first pay day after the month, or after the end of the contract "
    "(securex; ucm; emploi.belgique.be)"
)


class Deadline(Message):
    """Something that must be done by an instant."""

    kind: str
    """`contract_signed`, `dimona`, `wages_promised`, `wages_paid`, `invoice_issued`, ..."""
    item: str = NO_ITEM
    due_at: datetime
    basis: str
    """The law and article, or the promise, that asks for it."""
    legal: bool = True
    """False for the cooperative's own promises and guards."""
    params: dict[str, str] = {}
    """The values the reason names, for those who tell it in another language."""
    name: str = ""
    """What must be done, in the reader's language, once somebody reads it."""
    text: str = ""
    """The law or the promise in the reader's language, once somebody reads it."""


class PayDayPolicy(Message):
    """When people are paid: the cooperative's promise, and the latest day the law leaves it."""

    count: int = 7
    unit: Literal["calendar", "working"] = "calendar"
    """Sources disagree whether Smart's seven days are working days; the stricter reading is the default."""
    regulations_day: int = 4
    """Working days after the pay period; work regulations may say up to the seventh."""


class CrewDays(Message):
    """One crew member's own days."""

    item: str
    days: tuple[JobDay, ...]
    under_contract: bool = False
    """Already employed by the entity on those days: no second contract and no second declaration."""
    employed: bool = True
    """False for a self-employed person, who invoices."""


class Guards(Message):
    """The three warnings before a person's first start, and the start itself."""

    remind_at: datetime
    call_at: datetime
    loud_at: datetime
    start_at: datetime


def guards(starts_at: datetime) -> Guards:
    """T-48 h remind, T-24 h the adviser's call list, T-4 h loud, T-0 told not to start."""
    return Guards(
        remind_at=starts_at - REMIND, call_at=starts_at - CALL, loud_at=starts_at - LOUD, start_at=starts_at
    )


def short_notice(first_start: datetime, declared_at: datetime) -> bool:
    """Whether the first guard is already past: people sign first, the agreement follows."""
    return first_start - declared_at < REMIND


def promised_pay_on(days: Sequence[JobDay], policy: PayDayPolicy) -> date:
    """The day by which a person is promised the money, counted from that person's own last day."""
    last = last_day_on(days)
    if policy.unit == "working":
        return nth_working_day_after(last, policy.count)
    return last + policy.count * ONE_DAY


def latest_pay_on(days: Sequence[JobDay], policy: PayDayPolicy) -> date:
    """The latest lawful day: the fourth working day after the month, or what the work regulations say.

    At most the seventh working day; at the end of a contract the first pay day after it, which is this one.
    Source: law of 12 April 1965, art. 9, as read by securex, ucm and emploi.belgique.be.
    """
    if not 1 <= policy.regulations_day <= 7:
        raise ValueError("work regulations may put the pay day at most on the seventh working day")
    return nth_working_day_after(end_of_month(last_day_on(days)), policy.regulations_day)


def pay_on(days: Sequence[JobDay], policy: PayDayPolicy) -> date:
    """The bank day on which the pay must be booked: for the promise or the law, whichever is sooner."""
    return bank_day_on_or_before(min(promised_pay_on(days, policy), latest_pay_on(days, policy)))


def monthly_pay_on(month: Sequence[JobDay], policy: PayDayPolicy) -> date:
    """The bank day on which a month of a contract that goes on must be booked."""
    return bank_day_on_or_before(latest_pay_on(month, policy))


def statement_by(on: date) -> datetime:
    """Until when the bank's statement of a day can still come: what it shows is not known to be missing before."""
    return instant(bank_day_on_or_after(on + ONE_DAY), STATEMENT_COMES)


def payment_seen_by(ordered_on: date) -> datetime:
    """Until when a payment ordered on a day can be seen booked: a file of the next bank day takes it, the bank
    books it on the one after, and its statement comes."""
    leaves_on = bank_day_on_or_after(ordered_on + ONE_DAY)
    return statement_by(bank_day_on_or_after(leaves_on + ONE_DAY))


def invoice_by_on(chargeable_on: date) -> date:
    """The fifteenth of the month after the VAT became chargeable. Source: art. 53 § 2 CTVA (bureaucf.com)."""
    return day_of_next_month(chargeable_on, 15)


def accident_report_by_on(accident_on: date) -> date:
    """Eight days from the day after the accident. Source: law of 10 April 1971; fedris.be."""
    return accident_on + timedelta(days=8)


def answer_by(first_start: datetime, asked_at: datetime, *, days_before: int = 5) -> datetime:
    """Until when an agreement is awaited: days before the first start, but at least half of the time there is."""
    half_way = asked_at + (first_start - asked_at) / 2
    return max(first_start - timedelta(days=days_before), half_way)


def as_declared_at(days: Sequence[JobDay]) -> datetime:
    """When no answer to "everything as declared?" means yes: 10:00 on the second day after the last one ended."""
    return instant(max(day.ends_on for day in days) + 2 * ONE_DAY, ASKED_UNTIL)


def deadlines(
    days: Sequence[JobDay], crew: Sequence[CrewDays], *, invoiced: bool = True, policy: PayDayPolicy | None = None
) -> list[Deadline]:
    """All of them, in the order in which they fall due."""
    policy = policy or PayDayPolicy()
    found = [deadline for person in crew if person.employed for deadline in _of_person(person, policy)]
    if invoiced:
        due_on = invoice_by_on(last_day_on(days))
        basis = "art. 53 § 2 CTVA: by the 15th of the month after the VAT is chargeable"
        found.append(Deadline(kind="invoice_issued", due_at=end_of_day(due_on), basis=basis))
    return sorted(found, key=lambda deadline: (deadline.due_at, deadline.kind, deadline.item))


def _of_person(person: CrewDays, policy: PayDayPolicy) -> list[Deadline]:
    starts_at = first_start_at(person.days)
    monthly = [_of_month(person.item, month, policy) for month in pay_months(person.days)[:-1]]
    promised = bank_day_on_or_before(promised_pay_on(person.days, policy))
    latest = bank_day_on_or_before(latest_pay_on(person.days, policy))
    pay = [
        Deadline(
            kind="wages_promised",
            item=person.item,
            due_at=end_of_day(promised),
            basis=f"promise of the cooperative: {policy.count} {policy.unit} days after the person's last day",
            legal=False,
            params={"count": str(policy.count), "unit": policy.unit},
        ),
        Deadline(
            kind="wages_paid",
            item=person.item,
            due_at=end_of_day(latest),
            basis=PAID_IN_TIME,
        ),
    ]
    due = [*monthly, *pay]
    return due if person.under_contract else [*_before_start(person.item, starts_at), *due]


def _of_month(item: str, month: Sequence[JobDay], policy: PayDayPolicy) -> Deadline:
    """The pay of a month of a contract that goes on."""
    due_at = end_of_day(monthly_pay_on(month, policy))
    return Deadline(kind="wages_paid", item=month_item(item, month[0].date), due_at=due_at, basis=PAID_IN_TIME)


def _before_start(item: str, starts_at: datetime) -> list[Deadline]:
    warned = guards(starts_at)
    own = (
        ("remind", warned.remind_at, "guard: 48 hours before the start, a reminder to sign"),
        ("call_list", warned.call_at, "guard: 24 hours before the start, on the adviser's call list"),
        ("loud", warned.loud_at, "guard: 4 hours before the start, loud"),
    )
    return [
        *(Deadline(kind=kind, item=item, due_at=at, basis=basis, legal=False) for kind, at, basis in own),
        Deadline(
            kind="contract_signed",
            item=item,
            due_at=starts_at,
            basis="law of 3 July 1978, art. 9: in writing before the person starts, else open-ended",
        ),
        Deadline(
            kind="dimona",
            item=item,
            due_at=starts_at,
            basis="Dimona: declared at the latest when the person effectively starts (socialsecurity.be)",
        ),
    ]
