"""The bank desk: money out in batches that two people approve, money in from statements, each booked once."""

import asyncio
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from activities.bank_batches import Batches
from activities.bank_ports import (
    AllEntities,
    BankFiles,
    BankLine,
    CheckBook,
    OpenMoves,
    PaymentBook,
    PaymentPrinter,
    ProblemList,
    StatementBook,
)
from activities.payee_control import PayeeControl
from activities.ports import Ledger, People
from activities.step import Clock
from domain.bank import (
    BankProblem,
    BatchCard,
    BatchesMade,
    BatchIsApproved,
    BatchNotApproved,
    Duty,
    FileKind,
    ImportResult,
    MoneyMove,
    Nudge,
    Nudges,
    PaymentReport,
    SecondPersonNeeded,
    TakenStatement,
    asking,
)
from domain.bank_books import BOOKED, CAME_BACK, CLIENTS
from domain.between import held_for_another, in_books_of, owned
from domain.errors import PartnerDown, Refusal
from domain.ledger import paid_fact
from domain.statements import AccountNotOurs, BankFileUnreadable, Delivery, Statement, in_order, named

FIRST_LOOK = timedelta(days=7)
"""A new installation asks for the statements of the week before its first morning."""
NOT_JUDGED = ("RCVD", "PDNG")
"""The bank has the file and has not looked at it yet. Source: ISO 20022, external payment group status codes."""
ALL_LOST = ("RJCT", "CANC")


class BankDesk:
    """What finance people do at the bank; every verb may be called again without a second effect."""

    def __init__(
        self,
        *,
        entities: AllEntities,
        people: People,
        payments: PaymentBook,
        statements: StatementBook,
        moves: OpenMoves,
        ledger: Ledger,
        bank: BankLine,
        files: BankFiles,
        printer: PaymentPrinter,
        clock: Clock,
        problems: ProblemList,
        checks: CheckBook,
    ) -> None:
        self._entities = entities
        self._list = problems
        self._payments = payments
        self._statements = statements
        self._moves = moves
        self._ledger = ledger
        self._bank = bank
        self._files = files
        self._clock = clock
        self._batches = Batches(
            entities=entities,
            people=people,
            payments=payments,
            printer=printer,
            clock=clock,
            payees=PayeeControl(bank, checks, clock),
        )

    # --- money out ---

    async def make_batches(self, day: date) -> BatchesMade:
        """Put the payments promised for the next bank days into files, per entity, wages apart."""
        return await self._batches.make(day)

    async def batches(self, *states: str) -> list[BatchCard]:
        """The batches in these states; all when none is named."""
        return await self._payments.batches(*states)

    async def batch(self, batch_id: str) -> BatchCard:
        """One batch; KeyError when unknown."""
        return await self._payments.batch(batch_id)

    async def approve(self, batch_id: str, by: str) -> BatchCard:
        """One finance person's yes. The second, by somebody else, releases the batch; KeyError when unknown."""
        card = await self._payments.batch(batch_id)
        if card.state != "made":
            raise BatchIsApproved(batch=batch_id, state=card.state)
        if by in card.approved_by:
            raise SecondPersonNeeded(batch=batch_id)
        return await self._payments.approve(batch_id, by, self._clock.now())

    async def export(self, batch_id: str) -> bytes:
        """The file of an approved batch: the same bytes each time. KeyError when unknown."""
        if (await self._payments.batch(batch_id)).state == "made":
            raise BatchNotApproved(batch=batch_id)
        return await self._payments.file(batch_id)

    async def send_approved(self) -> Nudges:
        """Hand every approved batch to the bank once, and hear what became of those it has."""
        problems: list[BankProblem] = []
        for card in await self._payments.batches("approved"):
            with _noted(problems, card.batch_id, "payments"):
                file = await self._payments.file(card.batch_id)
                reference = await self._bank.submit(message_id=card.batch_id, file=file)
                await self._payments.sent(card.batch_id, reference, self._clock.now())
        nudges: list[Nudge] = []
        for card in await self._payments.batches("sent"):
            with _noted(problems, card.batch_id, "payments"):
                report = await self._bank.report(card.bank_reference or card.batch_id)
                nudges.extend(await self._judge(card.batch_id, report))
        await self._list.found("payments", problems, self._clock.now())
        return Nudges(nudges=tuple(dict.fromkeys(nudges)), problems=tuple(problems))

    async def _judge(self, batch_id: str, report: PaymentReport) -> list[Nudge]:
        """What the bank says of a file; the steps whose payment it will not carry out."""
        if report.status in NOT_JUDGED:
            return []
        lost = await self._payments.judged(
            batch_id, rejected=report.status in ALL_LOST, reason=report.reason, verdicts=report.payments
        )
        return [asking(one.order_key) for one in lost]

    # --- money in ---

    async def fetch_statements(self, day: date) -> Nudges:
        """Take over every statement up to the day before, book it, and say who must look again.

        Call `told` when they were told: until then the same ones are named again each time.
        """
        problems: list[BankProblem] = []
        entities = await self._entities.all()
        ours = {entity.iban for entity in entities}
        last_on = await self._statements.last_on(ours)
        for entity in entities:
            with _noted(problems, entity.slug, "statements"):
                await self._fetch(entity.iban, last_on.get(entity.iban), day, ours)
        await self._list.found("statements", problems, self._clock.now())
        return _nudges(*await self._booked(), problems)

    async def _fetch(self, iban: str, last_on: date | None, day: date, ours: Container[str]) -> None:
        on = last_on + timedelta(days=1) if last_on else day - FIRST_LOOK
        while on < day:
            delivered = await self._bank.statements(iban, on)
            _check_ours(delivered, ours)
            for statement in in_order(delivered):
                await self._statements.take(statement, self._clock.now())
            on += timedelta(days=1)

    async def import_file(self, content: bytes, kind: FileKind | None = None) -> ImportResult:
        """Take over a file of the bank: CAMT.053, CODA or pain.002, recognised by its content.

        One clear refusal, and nothing changed, when nothing in it is right; otherwise what is right is taken over
        and the rest is listed. The same file again changes nothing.
        """
        if kind is None:
            kind = "report" if self._files.is_payment_report(content) else "statement"
        if kind == "report":
            return await self._import_report(await asyncio.to_thread(self._files.read_payment_report, content))
        return await self._import_statements(await asyncio.to_thread(self._files.read_delivery, content))

    async def _import_report(self, report: PaymentReport) -> ImportResult:
        try:
            card = await self._payments.batch(report.message_id)
        except KeyError:
            raise BankFileUnreadable(why="it is about a payment file that is not ours") from None
        if card.state == "made":
            raise BatchNotApproved(batch=card.batch_id)
        if card.state == "approved":  # taken to the bank by hand: the bank's answer proves that it has it
            await self._payments.sent(card.batch_id, report.message_id, self._clock.now())
        lost = await self._judge(card.batch_id, report)
        return ImportResult(kind="report", rejected=len(lost), news=Nudges(nudges=tuple(dict.fromkeys(lost))))

    async def _import_statements(self, delivered: Delivery) -> ImportResult:
        """Each statement of the file by itself; refused as a whole when none of it is right."""
        problems = [BankProblem(about=one.about, why=one.why, passing=False) for one in delivered.bad]
        numbers: list[int] = []
        refused: Refusal | None = None
        ours = {entity.iban for entity in await self._entities.all()}
        for statement in in_order(delivered.statements):
            try:
                _check_ours((statement,), ours)
                number = await self._statements.take(statement, self._clock.now())
                numbers += [] if number is None else [number]
                await self._list.mended("import", named(statement))
            except Refusal as no:
                refused = refused or no
                problems.append(BankProblem(about=named(statement), why=str(no), passing=False))
        if refused is not None and len(problems) == len(delivered.statements) + len(delivered.bad):
            raise refused
        await self._list.more("import", problems, self._clock.now())
        taken, _ = await self._booked()
        new = [one for one in taken if one.number in numbers]
        return ImportResult(
            kind="statement",
            statements=len(numbers),
            known=len(delivered.statements) + len(delivered.bad) - len(numbers) - len(problems),
            movements=sum(one.movements for one in new),
            unrecognised=sum(one.unrecognised for one in new),
            refused=len(problems),
            news=_nudges(taken),
        )

    async def notify(self, nudges: Nudges) -> None:
        """Everybody was told: the statements are settled."""
        await self._moves.settle(nudges.statements, self._clock.now())

    async def _booked(self) -> tuple[list[TakenStatement], list[BankProblem]]:
        """Book what is unsettled, each statement by itself; its keys make a second time harmless.

        A movement that cannot be booked keeps its statement open and listed; the others of it are booked.
        """
        problems: list[BankProblem] = []
        booked: list[TakenStatement] = []
        for statement in await self._moves.unsettled():
            before = len(problems)
            for move in statement.moves:
                with _noted(problems, f"{statement.about}: {move.amount_eur} EUR", "booking"):
                    await self._book(move)
            booked.append(statement.model_copy(update={"whole": len(problems) == before}))
        await self._list.found("booking", problems, self._clock.now())
        return booked, problems

    async def _book(self, move: MoneyMove) -> None:
        facts = (move.key, move.job_id, move.on, move.amount_eur)
        if move.kind in CLIENTS:
            make_from = CLIENTS[move.kind]
            await self._ledger.post_from(
                move.key, move.job_id, lambda before: owned(move, make_from(*facts, before=before))
            )
            if move.over_another:
                await self._ledger.post(held_for_another(move))
        else:
            made = in_books_of(move, (CAME_BACK if move.came_back else BOOKED)[move.kind](*facts))
            if move.payment_id is None or move.came_back:
                await self._ledger.post(made)
            else:  # in place of what a person said of it before the bank's line came
                await self._ledger.replace(made.model_copy(update={"fact": paid_fact(move.payment_id)}))
        if move.payment_id or move.invoice_id or move.claim or move.for_job:
            await self._moves.after(move, self._clock.now())


def _check_ours(delivered: Iterable[Statement], ours: Container[str]) -> None:
    """AccountNotOurs when the bank sends the statement of an account that is not among these."""
    for statement in delivered:
        if statement.iban not in ours:
            raise AccountNotOurs(last_signs=statement.iban[-4:])


@contextmanager
def _noted(problems: list[BankProblem], about: str, duty: Duty) -> Iterator[None]:
    """One account, statement or batch that fails does not keep the others waiting; what failed is listed."""
    try:
        yield
    except (Refusal, PartnerDown) as error:
        passing = isinstance(error, PartnerDown)
        problems.append(BankProblem(about=about, why=str(error), passing=passing, duty=duty))
    except (ValueError, LookupError, ArithmeticError) as error:  # ours or the bank's mistake: a person looks
        why = f"{type(error).__name__}: {error}"[:500]
        problems.append(BankProblem(about=about, why=why, passing=False, duty=duty))


def _nudges(taken: Iterable[TakenStatement], *problems: Iterable[BankProblem]) -> Nudges:
    found = tuple(taken)
    named_ones = dict.fromkeys(nudge for one in found for nudge in one.nudges)
    return Nudges(
        nudges=tuple(named_ones),
        statements=tuple(one.number for one in found if one.whole),
        problems=tuple(problem for some in problems for problem in some),
    )
