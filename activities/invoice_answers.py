"""Reading what clients answer to invoices on the Peppol network: told, disputed, and a rejection put to people.

Wages never wait for any of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

from activities.step import Clock
from domain.bank import BankProblem, Duty, Nudge
from domain.errors import PartnerDown, Refusal
from domain.invoice_answers import AnswerApplied, CreditProposal, Inbox, InvoiceAnswer
from domain.job import Decision
from domain.message import Message
from domain.workflow_ids import of_job

LATER = frozenset({"StaleAttempt"})
"""The step moved on while it was read: the next round reads it anew."""
UNDER_WAY = frozenset({"waiting", "trying", "held", "parked"})
"""The step is not over: it is asked about once it is."""
ASKED_ANYWAY = frozenset({"AlreadyStopping"})
"""A job that stops asks by itself what becomes of its invoices."""
THE_CLIENT = "client"
"""Who is named in the story as having set the question off."""


class AnswerLine(Protocol):
    """The access point's inbox."""

    async def inbox(self, after: int) -> Inbox:
        """What came in behind this position, in order."""
        ...


class AnswerBook(Protocol):
    """The answers as they are kept."""

    async def last(self) -> int:
        """The highest position that was taken over."""
        ...

    async def keep(self, inbox: Inbox, at: datetime) -> None:
        """Take it over, each document once."""
        ...

    async def open(self) -> Sequence[InvoiceAnswer]:
        """Taken over, and nothing done about them yet; in order."""
        ...

    async def apply(self, answer: InvoiceAnswer, at: datetime) -> AnswerApplied:
        """Tell it, and let the collection rest or go on; all of it or nothing."""
        ...

    async def proposals(self) -> Sequence[CreditProposal]:
        """Rejected invoices whose job was not asked yet."""
        ...

    async def proposed(self, message_id: str, at: datetime) -> None:
        """The job was asked, or need not be."""
        ...


class InvoiceSteps(Protocol):
    """The steps of jobs as they stand."""

    async def invoice_step(self, job_id: str, step: str) -> tuple[str, int] | None:
        """Its state and its attempt; None when unknown."""
        ...


class Doors(Protocol):
    """The processes that carry jobs."""

    async def redo(self, workflow_id: str, decision: Decision) -> tuple[str, str] | None:
        """Ask what becomes of something done; None when it is asked, else why not."""
        ...


class ProblemList(Protocol):
    """What finance people see until it is mended."""

    async def more(self, duty: Duty, problems: Iterable[BankProblem], at: datetime) -> None:
        """These beside what is listed already."""
        ...


class AnswersRead(Message):
    """What one look into the inbox brought."""

    nudges: tuple[Nudge, ...] = ()
    problems: tuple[BankProblem, ...] = ()


class InvoiceAnswers:
    """The desk that reads the access point's inbox; a second look changes nothing."""

    def __init__(
        self,
        *,
        line: AnswerLine,
        book: AnswerBook,
        steps: InvoiceSteps,
        doors: Doors,
        problems: ProblemList,
        clock: Clock,
    ) -> None:
        self._line = line
        self._book = book
        self._steps = steps
        self._doors = doors
        self._list = problems
        self._clock = clock

    async def read(self) -> AnswersRead:
        """Take over what came in, let each answer have its effect, and put rejections to the people who decide."""
        problems: list[BankProblem] = []
        with _noted(problems, "inbox"):
            inbox = await self._line.inbox(await self._book.last())
            unread = [_problem(one.message_id, one.why) for one in inbox.unread]
            await self._list.more("answers", unread, self._clock.now())
            await self._book.keep(inbox, self._clock.now())
            problems += unread
        nudges: list[Nudge] = []
        for answer in await self._book.open():
            with _noted(problems, answer.document):
                nudges += await self._applied(answer, problems)
        for proposal in await self._book.proposals():
            with _noted(problems, proposal.number):
                await self._ask(proposal, problems)
        await self._list.more("answers", [one for one in problems if not one.passing], self._clock.now())
        return AnswersRead(nudges=tuple(dict.fromkeys(nudges)), problems=tuple(problems))

    async def _applied(self, answer: InvoiceAnswer, problems: list[BankProblem]) -> list[Nudge]:
        done = await self._book.apply(answer, self._clock.now())
        if done.effect == "unknown":
            why = f"{answer.sender} answers {answer.code} to {answer.document}, which we did not send there"
            problems.append(_problem(answer.document, why))
        return [Nudge(workflow_id=done.workflow_id)] if done.workflow_id else []

    async def _ask(self, proposal: CreditProposal, problems: list[BankProblem]) -> None:
        """Whether a credit note takes the invoice back is for two people: the job puts the question to them."""
        found = await self._steps.invoice_step(proposal.job_id, proposal.step)
        if found is not None and found[0] in UNDER_WAY - {"held"}:
            return
        no = None
        if found is not None and found[0] in ("held", "done"):
            no = await self._doors.redo(of_job(proposal.job_id), _question(proposal, found[1]))
            if no is not None and no[0] in LATER:
                return
        if no is not None and no[0] not in ASKED_ANYWAY:
            why = f"the client rejected it and its job cannot be asked ({no[1]}): a credit note is decided by hand"
            problems.append(_problem(proposal.number, why))
            await self._list.more("answers", problems[-1:], self._clock.now())
        await self._book.proposed(proposal.message_id, self._clock.now())


def _question(proposal: CreditProposal, attempt: int) -> Decision:
    return Decision(
        operation_id=f"answer:{proposal.message_id}"[:100],
        step=proposal.step,
        kind="replay",
        expected_attempt=attempt,
        by=THE_CLIENT,
        role="client",
        reason=proposal.why,
    )


def _problem(about: str, why: str, passing: bool = False) -> BankProblem:
    return BankProblem(about=about, why=why[:500], passing=passing, duty="answers")


@contextmanager
def _noted(problems: list[BankProblem], about: str) -> Iterator[None]:
    """One answer that fails does not keep the others waiting; what failed is listed."""
    try:
        yield
    except (Refusal, PartnerDown) as error:
        problems.append(_problem(about, str(error), isinstance(error, PartnerDown)))
    except (ValueError, LookupError) as error:  # ours or the access point's mistake: a person looks
        problems.append(_problem(about, f"{type(error).__name__}: {error}"))
