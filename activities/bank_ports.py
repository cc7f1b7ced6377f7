"""What the bank desk needs of its neighbours."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from domain.bank import (
    BankProblem,
    BatchCard,
    DuePayment,
    Duty,
    MoneyMove,
    PaymentReport,
    PaymentVerdict,
    TakenStatement,
)
from domain.papers import PaymentFile
from domain.payee_checks import PayeeAsked, PayeeCheck, PayeeVerdict
from domain.people import Entity
from domain.statements import Delivery, Statement


class AllEntities(Protocol):
    """The legal entities and their accounts."""

    async def entity(self, slug: str) -> Entity:
        """One entity; KeyError when unknown."""
        ...

    async def all(self) -> list[Entity]:
        """Every entity."""
        ...


class PaymentBook(Protocol):
    """The payments on their way out, and their batches."""

    async def due(self, until_on: date) -> list[DuePayment]:
        """Listed and promised by this day."""
        ...

    async def refuse(self, payment_id: str, reason: str) -> None:
        """It cannot even be put into a batch."""
        ...

    async def make(self, batch: BatchCard, file: bytes, payment_ids: Iterable[str], made_at: datetime) -> BatchCard:
        """Keep a batch with its file, once; BatchOutdated when a payment is in another one meanwhile."""
        ...

    async def batch(self, batch_id: str) -> BatchCard:
        """One batch; KeyError when unknown."""
        ...

    async def batches(self, *states: str) -> list[BatchCard]:
        """The batches in these states; all when none is named."""
        ...

    async def file(self, batch_id: str) -> bytes:
        """The file as it was made."""
        ...

    async def approve(self, batch_id: str, person_id: str, at: datetime) -> BatchCard:
        """One person's yes; the second person's releases it."""
        ...

    async def sent(self, batch_id: str, bank_reference: str, at: datetime) -> None:
        """The bank has it."""
        ...

    async def judged(
        self, batch_id: str, *, rejected: bool, reason: str | None, verdicts: Iterable[PaymentVerdict]
    ) -> list[DuePayment]:
        """The bank's answer; returns what it will not carry out."""
        ...


class StatementBook(Protocol):
    """The statements taken over."""

    async def take(self, statement: Statement, at: datetime) -> int | None:
        """One of them; its number, None when it was taken over before."""
        ...

    async def last_on(self, ibans: Iterable[str]) -> dict[str, date]:
        """The day of the latest statement of each account that has one."""
        ...


class ProblemList(Protocol):
    """What finance people see until it is mended."""

    async def found(self, duty: Duty, problems: Iterable[BankProblem], at: datetime) -> None:
        """All that is wrong with this duty now; what was listed before and is not among it is mended."""
        ...

    async def more(self, duty: Duty, problems: Iterable[BankProblem], at: datetime) -> None:
        """These beside what is listed already."""
        ...

    async def mended(self, duty: Duty, about: str) -> None:
        """This one is no more."""
        ...


class OpenMoves(Protocol):
    """What statements did to the jobs' money and is not settled yet."""

    async def unsettled(self) -> list[TakenStatement]:
        """Statements to be booked and told."""
        ...

    async def after(self, move: MoneyMove, at: datetime) -> None:
        """A movement was booked: what it means for a step that is over."""
        ...

    async def settle(self, numbers: Iterable[int], at: datetime) -> None:
        """Booked and told."""
        ...


class BankLine(Protocol):
    """The bank itself."""

    async def submit(self, *, message_id: str, file: bytes) -> str:
        """Hand over a file once, asking by its message id first; the bank's reference."""
        ...

    async def report(self, bank_reference: str) -> PaymentReport:
        """What became of a file."""
        ...

    async def verify(self, payees: Sequence[PayeeAsked]) -> tuple[PayeeVerdict, ...] | None:
        """Whether each account bears its name; None when this bank does not offer it. Nothing is changed by it."""
        ...

    async def statements(self, iban: str, on: date) -> tuple[Statement, ...]:
        """The statements of a day; none while it is not over."""
        ...


class CheckBook(Protocol):
    """What banks said of names and accounts."""

    async def of(self, payment_ids: Iterable[str]) -> Mapping[str, PayeeCheck]:
        """The checks of these payments, by payment."""
        ...

    async def keep(
        self, asked: Mapping[str, tuple[PayeeAsked, str]], verdicts: Iterable[PayeeVerdict], at: datetime
    ) -> None:
        """Keep what the bank said of those asked about, each with what stands for its name and account."""
        ...


class BankFiles(Protocol):
    """Reads what a bank delivers as files; BankFileUnreadable when anything in one is not right."""

    def read_delivery(self, content: bytes) -> Delivery:
        """CAMT.053 or CODA, each statement by itself."""
        ...

    def read_payment_report(self, content: bytes) -> PaymentReport:
        """pain.002."""
        ...

    def is_payment_report(self, content: bytes) -> bool:
        """Whether it looks like a pain.002."""
        ...


class PaymentPrinter(Protocol):
    """Writes payment files."""

    async def pain_001(self, file: PaymentFile) -> bytes:
        """The same data always give the same bytes."""
        ...
