"""Whatever is done with a wage, a note and an invoice, and in whatever order: the books say each of them once."""

import random
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from activities.invoicing import Invoicing
from domain.errors import NotYet, Refusal
from domain.ledger import Account
from domain.orders import StepOrder
from domain.papers import InvoicePaper, Paper
from partners.peppol import PeppolAccessPoint
from storage.services.invoicing import Invoices
from tests.services import test_bank, test_invoiced_by_hand, test_invoicing
from tests.services.office import Office
from tests.services.test_bank import World
from tests.services.test_bank_returns import camt, line, paid
from tests.services.test_expenses import order as note
from tests.services.test_invoicing import Waiting
from tests.services.test_paid_by_hand import STRINGS, pays, pays_back
from tests.services.test_wages import order as wage

world = test_bank.world
NET, SPENT = Decimal("663.02"), Decimal("24.50")
STEPS = 14
TIMES = range(24)
"""Drawn courses; each is another one, and the same again at the next run."""


class Blank:
    """Papers without their looks: hundreds are printed here."""

    async def pdf(self, paper: Paper) -> bytes:
        return b"%PDF-1.7"

    async def invoice_files(self, paper: InvoicePaper) -> tuple[bytes, bytes]:
        return b"%PDF-1.7", b"<Invoice/>"


class Payee:
    """One person's wage or note, and what may happen to it."""

    def __init__(self, world: World, what: str, dice: random.Random) -> None:
        self.dice = dice
        world.office.press = Blank()  # type: ignore[assignment]  # it prints nothing
        self.world, self.what, self.revision = world, what, 1
        self.service: Any = pays(world) if what == "wages" else pays_back(world)
        self.amount = NET if what == "wages" else SPENT

    def order(self, revision: int) -> StepOrder[Any]:
        day = date(2026, 3, 20) + timedelta(days=revision % 3)
        if self.what == "wages":
            return wage(self.world.office, revision, pay_on=day)
        before = f"{self.world.office.job_id}/expenses/bob/{revision - 1}" if revision > 1 else None
        made = note(self.world.office, STRINGS, revision=revision, replaces=before)
        return made.model_copy(update={"request": made.request.model_copy(update={"pay_on": day})})

    async def take(self) -> None:
        verb = self.service.pay if self.what == "wages" else self.service.prepare
        await verb(self.order(self.revision))

    async def edited(self) -> None:
        verb = self.service.pay if self.what == "wages" else self.service.prepare
        await verb(self.order(self.revision + 1))
        self.revision += 1

    async def looked_at(self) -> None:
        await self.service.booked(self.order(self.revision))

    async def by_hand(self) -> None:
        said = {"transferred_eur": str(self.amount), "booked_on": "2026-03-26"}
        await self.service.book_by_hand(self.order(self.revision).model_copy(update={"by_hand": said}))

    async def given_back(self) -> None:
        await self.service.recover(self.order(self.revision))

    async def another_account(self) -> None:
        iban = self.dice.choice(["BE71096123456769", "BE62510007547061", "BE68539007547034"])
        await self.world.office.people.enter("p-bob", self.world.office.clock.now(), iban=iban)


class Banker:
    """The bank, and what it tells."""

    def __init__(self, world: World) -> None:
        self.world, self.day, self.balance, self.sent = world, date(2026, 3, 20), Decimal("5000.00"), 0

    async def handed_over(self) -> None:
        for batch in (await self.world.desk.make_batches(date(2026, 3, 25))).batch_ids:
            await self.world.desk.approve(batch, "p-fay")
            await self.world.desk.approve(batch, "p-gus")
            await self.world.payments.sent(batch, "bank", self.world.office.clock.now())

    async def told(self, dice: random.Random, payees: Sequence[Payee]) -> None:
        """A line about one of the payments: booked, given back, or told twice."""
        payee = dice.choice(payees)
        state = await self.world.payments.of_order(payee.order(payee.revision).key)
        if state is None or state.state in ("ordered", "batched", "approved"):
            return
        signed = payee.amount if dice.random() < 0.4 else -payee.amount
        on = self.day.isoformat()
        taken = camt(line(str(signed), paid(state.payment_id)), opening=str(self.balance), on=on)
        await self.world.desk.import_file(taken)
        self.day, self.balance = self.day + timedelta(days=1), self.balance + signed


@pytest.mark.parametrize("seed", TIMES)
async def test_pay_and_expenses_stand_in_the_books_once(world: World, seed: int) -> None:
    dice = random.Random(seed)
    world.office.clock.at = datetime(2026, 3, 27, 9, 0, tzinfo=UTC)
    payees, bank = (Payee(world, "wages", dice), Payee(world, "expenses", dice)), Banker(world)
    done: list[str] = []
    for _ in range(STEPS):
        payee = dice.choice(payees)
        verbs = (payee.take, payee.edited, payee.looked_at, payee.by_hand, payee.given_back, payee.another_account)
        does = dice.choice([*verbs, bank.handed_over, lambda: bank.told(dice, payees)])
        done.append(f"{payee.what} {getattr(does, '__name__', 'told')}")
        await tried(does)
        await once(world, done)


async def tried(does: Callable[[], Awaitable[None]]) -> None:
    try:
        await does()
    except (Refusal, NotYet):
        return


async def once(world: World, done: Sequence[str]) -> None:
    books = (await world.ledger.balances(world.office.job_id)).of
    assert books(Account.WAGES_DUE) in (Decimal("0.00"), -NET), "; ".join(done)
    assert books(Account.EXPENSES_DUE) in (Decimal("0.00"), -SPENT), "; ".join(done)
    assert books(Account.RESULT) in {a + b for a in (0, Decimal("1500.00")) for b in (0, SPENT)}, done
    assert books(Account.BANK) in {-a - b for a in (0, NET) for b in (0, SPENT)}, done


MADE = test_invoiced_by_hand.MADE


@pytest.mark.parametrize("seed", TIMES)
async def test_an_invoice_stands_in_the_books_once(world: World, seed: int) -> None:
    dice, office, revision = random.Random(seed), world.office, 1
    bills = billing(office)

    def asked(of: int, **more: Any) -> StepOrder[Any]:
        return test_invoicing.order(office, revision=of, purchase_order=f"PO-{of}", **more)

    for n in range(STEPS):
        verb = dice.choice(["issue", "send", "start_collection", "edited", "by_hand", "credit"])
        try:
            if verb == "edited":
                await bills.issue(asked(revision + 1))
                revision += 1
            elif verb == "by_hand":
                told = {"by_hand": MADE | {"number": f"H-{n}"}, "evidence": "made.pdf"}
                await bills.book_by_hand(asked(revision).model_copy(update=told))
            else:
                await getattr(bills, verb)(asked(revision))
        except (Refusal, NotYet):
            continue
        books = (await office.ledger.balances(office.job_id)).of
        assert books(Account.RECEIVABLE) in (Decimal("0.00"), Decimal("1590.00")), verb
        assert books(Account.VAT_TO_COLLECT) in (Decimal("0.00"), Decimal("-90.00")), verb


def billing(office: Office) -> Invoicing:
    return Invoicing(
        invoices=Invoices(office.database),
        printer=Blank(),
        access_point=PeppolAccessPoint(office.partners.http("peppol")),
        ledger=office.ledger,
        collections=Waiting(),
        entities=office.entities,
        clients=office.clients,
        jobs=office.jobs,
        papers=office.papers,
        post=office.post,
        deadlines=office.deadlines,
        letterhead=office.letterhead,
        clock=office.clock,
    )
