"""The client's yes: asked by a link, kept as proof."""

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar, Literal

from domain.errors import Decider, Refusal
from domain.frame import NO_SUCH_VERSION, Flaw, JobFrame, in_order
from domain.message import Message
from domain.money import Eur

ACCEPTED = ("client_id", "price_ex_vat_eur", "vat_eur", "total_eur", "starts_at", "cancellation_terms")
"""What a client says yes to, beside what is delivered; who answers by when is no part of it."""


class LateTerms(Message):
    """What a private client agrees to owe when late, after a free reminder and fourteen days; we owe them the same.

    Only what was printed on the order form they accepted is ever claimed. Source: CDE/WER art. VI.83, 17°; XIX.4.
    """

    lump_sum_clause: bool = False
    interest_clause_percent: Eur | None = None
    """A year; the law caps it."""

    @property
    def asks(self) -> bool:
        """Whether anything beside what the law gives is agreed."""
        return self.lump_sum_clause or self.interest_clause_percent is not None


class AgreementRequest(Message):
    """What the client is asked to accept."""

    client_id: str
    client_version: int
    price_ex_vat_eur: Eur
    vat_eur: Eur
    total_eur: Eur
    starts_at: datetime
    answer_by: datetime
    """After this instant the question is closed and the step waits for a decision."""
    remind_at: tuple[datetime, ...] = ()
    language: Literal["fr", "nl", "en"] = "fr"
    cancellation_terms: str = "standard"
    evidence_document: str | None = None
    """The name of a signed file the member handed in: then nobody is asked."""
    terms: str = ""
    """A fingerprint of what is delivered, when and where, as the order form prints it."""
    withdrawal: Literal["fourteen_days", "fixed_date"] | None = None
    """Of a private client: the right to step back, or why there is none; said on page, order form and mail."""
    late_terms: LateTerms | None = None
    """Of a private client: the penalty clause on the order form; None where nothing is printed."""
    move: str | None = None
    """The operation id of the move whose plan is asked about; None for the job as declared."""

    def asks_anew(self, before: "AgreementRequest | None") -> bool:
        """Whether the client must say yes again: to another price, day or place, or to something else delivered."""
        if before is None or any(getattr(self, name) != getattr(before, name) for name in ACCEPTED):
            return True
        return bool(before.terms and self.terms != before.terms) or self.evidence_document not in (
            None,
            before.evidence_document,
        )


class Agreement(Message):
    """The client's answer, with its evidence."""

    token_id: str | None = None
    asked_at: datetime | None = None
    accepted_at: datetime | None = None
    accepted_how: Literal["link", "signed_file", "by_hand"] | None = None
    evidence_document: str | None = None

    def story_values(self) -> dict[str, str]:
        """How the client said yes."""
        return {"how": self.accepted_how or "link"}


class ClientRefused(Refusal):
    """The client said no."""

    text = "The client does not accept the order: {reason}"
    decided_by: ClassVar[Decider] = "member"


class ClientAsksForChanges(Refusal):
    """The client wants the order changed."""

    text = "The client asks for changes: {reason}"
    decided_by: ClassVar[Decider] = "member"


class NoAnswerFromClient(Refusal):
    """The client's time to answer has passed."""

    text = "The client has not answered in time."
    decided_by: ClassVar[Decider] = "member"


class ClientHasNoEmail(Refusal):
    """Nobody knows where to send the question."""

    text = "The client has no e-mail address to send the order form to."
    decided_by: ClassVar[Decider] = "member"


class SignedFileMissing(Refusal):
    """The member named a signed file that nobody handed in."""

    text = "The signed file {name} is not among the papers of the job."
    decided_by: ClassVar[Decider] = "member"


def sound(request: AgreementRequest, _: JobFrame | None) -> Iterator[Flaw]:
    """What is wrong with an edited request, by this service's own rules and the job it belongs to."""
    yield from in_order(answer_by=request.answer_by, starts_at=request.starts_at)
    for at in request.remind_at:
        yield from in_order(remind_at=at, answer_by=request.answer_by)
    if request.client_version < 1:
        yield Flaw(("client_version",), NO_SUCH_VERSION)
