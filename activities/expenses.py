"""Expenses: checked against the rules shown beforehand, noted on paper, paid beside the wage."""

from datetime import date
from decimal import Decimal
from typing import Literal

from temporalio import activity

from activities.letterhead import Letterhead, person_party
from activities.person_payments import CAME_BACK, Paying, book_paid
from activities.ports import Entities, Jobs, Ledger, Papers, People, Printer
from activities.step import AT_ONCE, Clock, Step, Verb
from activities.together import with_the_answer
from domain.entries import expenses as expenses_due
from domain.entries import expenses_paid
from domain.errors import Refusal
from domain.ledger import Entry
from domain.money import ZERO, cents
from domain.orders import StepOrder
from domain.papers import ExpenseNotePaper
from domain.papers import PrintedExpenseLine as PrintedLine
from domain.periods import day_in_brussels
from domain.rates import by_id, rate
from domain.rules.expenses import ExpenseReceipt, check_receipt
from domain.services.expenses import (
    ExpenseAboveRule,
    ExpenseInTheFuture,
    ExpenseLine,
    ExpensePayment,
    ExpensesRequest,
    ExpenseTooLate,
    NothingSpent,
    ReceiptMissing,
    sound,
)

Order = StepOrder[ExpensesRequest]
PrintedKind = Literal["receipt", "kilometres", "per_diem"]
NOT_PAID: dict[str, type[Refusal]] = {
    "too_late": ExpenseTooLate,
    "future": ExpenseInTheFuture,
    "nothing_spent": NothingSpent,
}
KINDS: dict[str, PrintedKind] = {"kilometres": "kilometres", "per_diem": "per_diem"}


NOTE = "expense_note"


class Expenses:
    """Pays one crew member's expenses back."""

    def __init__(
        self,
        *,
        paying: Paying,
        ledger: Ledger,
        entities: Entities,
        people: People,
        jobs: Jobs,
        papers: Papers,
        printer: Printer,
        letterhead: Letterhead,
        clock: Clock,
        receipts_required: bool = True,
    ) -> None:
        self._paying = paying
        self._ledger = ledger
        self._entities = entities
        self._people = people
        self._jobs = jobs
        self._papers = papers
        self._printer = printer
        self._letterhead = letterhead
        self._clock = clock
        self._receipts_required = receipts_required

    @activity.defn(name="expenses.prepare")
    async def prepare(self, order: Order) -> ExpensePayment:
        """Check the note, file it, order its payment and book it."""
        today, total = day_in_brussels(self._clock.now()), total_eur(order)
        checked(order.request, today, receipts_required=self._receipts_required)
        if total == ZERO:
            await self._paying.take_off_replaced(order)
            await self._ledger.replace(expenses_due(f"{order.key}:due", order.job_id, today, ZERO))
            return ExpensePayment(amount_eur=ZERO)
        payment_id = await self._paying.order(order, "expense", total)
        paper = await self._printed(order)
        await with_the_answer()
        note = await self._keep(order, paper)
        await self._ledger.replace(expenses_due(f"{order.key}:due", order.job_id, today, total))
        return ExpensePayment(amount_eur=total, note=note, payment_id=payment_id)

    @activity.defn(name="expenses.booked")
    async def booked(self, order: Order) -> ExpensePayment:
        """Read what the bank did with it; the bank desk keeps the books of it."""
        total, state = total_eur(order), await self._paying.awaited(order)
        if state.state in CAME_BACK:
            await self._paying.again(order, "expense", total, state)
        self._paying.settled(order, state)
        return ExpensePayment(
            amount_eur=total,
            note=await self._papers.filed(order.key, NOTE) or await self._note(order),
            payment_id=state.payment_id,
            booked_on=state.booked_on,
        )

    @activity.defn(name="expenses.book_by_hand")
    async def book_by_hand(self, order: Order) -> ExpensePayment:
        """What a person paid back outside is the note, paid on the day the bank booked it."""
        done, today = ExpensePayment.model_validate(order.by_hand), day_in_brussels(self._clock.now())
        paid_eur, on = done.transferred_eur or ZERO, done.booked_on or today
        if paid_eur == ZERO:
            await self._paying.take_off(order)
            await self._ledger.replace(self._due_by_hand(order, on, ZERO))
            return ExpensePayment(amount_eur=ZERO, transferred_eur=ZERO)
        payment_id = await self._paying.by_hand(order, "expense", paid_eur, on)
        await self._ledger.replace(self._due_by_hand(order, on, paid_eur))
        await book_paid(self._ledger, order, payment_id, expenses_paid, paid_eur, on)
        note = await self._note(order) if paid_eur == total_eur(order) else None
        whole = ExpensePayment(amount_eur=paid_eur, note=note, payment_id=payment_id, booked_on=on)
        return whole.model_copy(update={"transferred_eur": paid_eur})

    @activity.defn(name="expenses.recover")
    async def recover(self, order: Order) -> ExpensePayment:
        """Take a note off the list that has not gone to the bank; what has gone is settled by hand."""
        await self._paying.take_off(order)
        today = day_in_brussels(self._clock.now())
        await self._ledger.reverse(f"{order.key}:due", as_key=f"{order.key}:recover", on=today)
        return ExpensePayment(amount_eur=ZERO)

    def _due_by_hand(self, order: Order, on: date, amount_eur: Decimal) -> Entry:
        """One note is owed once, whether it was found right or paid by hand."""
        fact = f"{order.job_id}/{order.service}/{order.item}:due"
        return expenses_due(f"{order.key}:due-by-hand", order.job_id, on, amount_eur, fact=fact)

    async def _note(self, order: Order) -> str:
        return await self._keep(order, await self._printed(order))

    async def _printed(self, order: Order) -> bytes:
        """The expense note."""
        person = await self._people.person(order.request.person_id)
        card = await self._jobs.card(order.job_id)
        paper = ExpenseNotePaper(
            language=person.language,
            sandbox=self._letterhead.sandbox,
            printed_on=day_in_brussels(self._clock.now()),
            entity=self._letterhead.entity(await self._entities.entity(order.entity)),
            person=person_party(person, private=True),
            number=f"{order.job_id}-{order.item}-E{order.revision}",
            job_title=card.title,
            lines=tuple(_printed(line) for line in order.request.lines),
            paid_on=order.request.pay_on,
        )
        return await self._printer.pdf(paper)

    async def _keep(self, order: Order, paper: bytes) -> str:
        """The note, for the person and whoever answers for the accounts."""
        return await self._papers.file(
            job_id=order.job_id,
            step=order.step,
            name=f"expense-note-{order.item}.pdf",
            kind=NOTE,
            media_type="application/pdf",
            content=paper,
            audience=("crew", "advisor", "ops"),
            subject_id=order.request.person_id,
            order_key=order.key,
        )


def total_eur(order: Order) -> Decimal:
    """All expenses of the note together."""
    return sum((line.amount_eur for line in order.request.lines), ZERO)


def checked(request: ExpensesRequest, on: date, *, receipts_required: bool = True) -> None:
    """Refuse what the rules shown beforehand do not allow, line by line."""
    for line in request.lines:
        for found in check_receipt(ExpenseReceipt(amount_eur=line.amount_eur, spent_on=line.on), on):
            if found.rule == "future" and line.on <= request.pay_on:
                continue  # the note is made some days ahead, and what is spent by then is paid back on that day
            raise NOT_PAID[found.rule](label=line.label, **found.params)
        if line.kind == "receipt" and line.document is None and receipts_required:
            raise ReceiptMissing(label=line.label)
        allowed = allowed_eur(line)
        if line.amount_eur > allowed:
            raise ExpenseAboveRule(label=line.label, amount=str(line.amount_eur), allowed=str(allowed))


def allowed_eur(line: ExpenseLine) -> Decimal:
    """What the rate of that very day allows for the kilometres or days behind an amount.

    A quote may lean on the last known rate; a payment never does: RateNotKnownYet until somebody enters it.
    """
    if line.rate_id is None:
        return line.amount_eur
    leaned_on = by_id(line.rate_id)
    in_force = rate(leaned_on.name, line.on)
    return cents(line.amount_eur / leaned_on.value * in_force.value)


def _printed(line: ExpenseLine) -> PrintedLine:
    """Kilometres and days with their rate, so that the reader can follow the sum."""
    used = by_id(line.rate_id) if line.rate_id is not None else None
    count = (line.amount_eur / used.value).quantize(Decimal("0.1")) if used is not None else None
    return PrintedLine(
        on=line.on,
        kind=KINDS.get(line.kind, "receipt"),
        description=line.label,
        quantity=count,
        rate_eur=used.value if used is not None else None,
        amount_eur=line.amount_eur,
        receipt=line.document,
    )


def lacking(request: ExpensesRequest, done: ExpensePayment) -> str | None:
    """A note paid by hand says what was paid back, and when; a note that was found right is paid back whole."""
    claimed = sum((line.amount_eur for line in request.lines), ZERO)
    if done.transferred_eur is None or done.transferred_eur < ZERO:
        return "transferred_eur: say what was paid back, as the bank shows it, or 0 for nothing"
    if done.payment_id is not None and done.transferred_eur != done.amount_eur:
        said = f"{done.amount_eur} EUR are owed, {done.transferred_eur} EUR is not that"
        return f"transferred_eur: {said}; pay the whole, then say it"
    if done.transferred_eur > claimed:
        return f"transferred_eur: the note asks for {claimed} EUR; change its lines first, by a replay"
    if done.transferred_eur and done.booked_on is None:
        return "booked_on: say on which day the bank booked it"
    return None


def nothing_to_pay(booking: ExpensePayment) -> bool:
    """Whether the bank has nothing to answer."""
    return booking.payment_id is None


STEP = Step(
    name="expenses",
    request=ExpensesRequest,
    booking=ExpensePayment,
    partners=("bank",),
    hold=Verb(Expenses.prepare, AT_ONCE),
    answer=Verb(Expenses.booked, AT_ONCE),
    answered_by="bank",
    answered=nothing_to_pay,
    correct=Verb(Expenses.recover, AT_ONCE),
    editable={
        "lines": "the note is this order's own paper; once paid, the service refuses a second payment",
        "pay_on": "its own payment; the promise is watched by its deadline",
        "answer_by": "who answers by when is nobody else's",
    },
    private=frozenset({"lines"}),
    owed=frozenset({"booked"}),
    lacking=lacking,
    record=Verb(Expenses.book_by_hand, AT_ONCE),
    recorded_since="expenses-by-hand",
    sound=sound,
)
