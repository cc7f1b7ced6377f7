"""What somebody without an account sees and says through a link: the client's order, the collaborator's offer."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.container import Container
from api.errors import FieldProblem, Wrong
from api.jobs.schemas import Answered, PaperTold, paper_told
from api.links import client_place, whose
from api.links.client_place import ClientPlace
from api.links.own_pay import own_pay
from api.partners.nudges import nudge
from domain.contracts_in_force import Asked, asked_by, terms
from domain.money import Eur
from domain.orders import split_step
from domain.people import Language, Person
from domain.periods import Country
from domain.rules.pay_periods import PayDay
from domain.services.agreement import LateTerms
from storage.jobs.documents import StoredDocument
from storage.jobs.jobs import KeptJob
from storage.security.links import AnswerKind, LinkClosed, LinkExpired, LinkRow

ANSWERS: Mapping[str, AnswerKind] = {"accept": "accepted", "changes": "changes", "refuse": "refused"}
FINAL: tuple[AnswerKind, ...] = ("accepted", "refused", "signed")
Text = Annotated[str, Field(max_length=200)]


TO_STEP_BACK = timedelta(days=14)
"""Source: CDE/WER art. VI.47 § 2, 1°."""


class ClientAnswer(BaseModel):
    """The client's answer."""

    model_config = ConfigDict(
        extra="ignore", use_attribute_docstrings=True, json_schema_extra={"examples": [{"answer": "accept"}]}
    )

    answer: Literal["accept", "changes", "refuse"]
    reason: Annotated[str, Field(max_length=1000)] = ""
    """Needed for changes and refusals."""
    name: Annotated[str, Field(max_length=120)] = ""
    """Who answers for the client."""
    begin_now: bool = False
    """A private person asks that the work begins before the fourteen days to step back are over."""


class OwnData(BaseModel):
    """What only the person enters; what is left out stays as it is."""

    model_config = ConfigDict(
        extra="ignore",
        use_attribute_docstrings=True,
        json_schema_extra={"examples": [{"iban": "BE71096123456769", "language": "fr"}]},
    )

    given_name: Text | None = None
    family_name: Text | None = None
    national_number: Annotated[str, Field(max_length=20)] | None = None
    birth_date: date | None = None
    iban: Annotated[str, Field(max_length=42)] | None = None
    street: Text | None = None
    house_number: Annotated[str, Field(max_length=20)] | None = None
    postal_code: Annotated[str, Field(max_length=12)] | None = None
    city: Text | None = None
    country: Country | None = None
    language: Language | None = None
    email: Annotated[str, Field(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    phone: Annotated[str, Field(max_length=30)] | None = None


class CrewAnswer(OwnData):
    """The collaborator's answer to an offer, with their own data; signing is the next step."""

    answer: Literal["accept", "refuse"] = "accept"
    reason: Annotated[str, Field(max_length=1000)] = ""


class AgreedBefore(Answered):
    """What the client has agreed to, and what stays in force until they agree to the change."""

    days: list[tuple[datetime, datetime, str]]
    price_ex_vat_eur: Eur
    vat_eur: Eur
    total_eur: Eur


class OrderShown(ClientPlace):
    """What the client is asked to accept, and what belongs to it."""

    title: str
    entity: str
    """The legal entity that sells."""
    description: str
    days: list[tuple[datetime, datetime, str]]
    """Start, end and place of each day."""
    price_ex_vat_eur: Eur
    vat_eur: Eur
    total_eur: Eur
    cancellation_terms: str
    withdrawal: Literal["fourteen_days", "fixed_date"] | None = None
    """Of a private person: the right to step back, or why there is none; the order then obliges to pay."""
    begins_soon: bool = False
    """Whether it begins before the fourteen days to step back are over: the client asks for that expressly."""
    late_terms: LateTerms | None = None
    """Of a private person: what is agreed to be owed beside the law when payment is late, by both sides."""
    answer_by: datetime
    answered: str | None = None
    """What was answered, if it was."""
    instead_of: AgreedBefore | None = None
    """What was agreed before, when a change of it is asked about."""


class SignedBefore(Answered):
    """What a collaborator has signed, and what stays in force until both have signed the change."""

    function: str
    days: list[tuple[datetime, datetime, str]]
    gross_eur: Eur


class OfferShown(Answered):
    """What a collaborator is offered, or the change of a signed contract: their own part, and nobody else's."""

    title: str
    entity: str
    """The legal entity that employs."""
    given_name: str
    function: str
    days: list[tuple[datetime, datetime, str]]
    gross_eur: Eur
    net_low_eur: Eur | None = None
    """What is estimated to arrive on the account, with the prudent withholding; none when no rate is known yet."""
    net_high_eur: Eur | None = None
    """The same with the favourable one."""
    pay_on: date | None = None
    """By when it is paid."""
    pay_days: tuple[PayDay, ...] = ()
    """By when how much of the gross is paid, when the contract is paid by the month."""
    answer_by: datetime
    complete: bool
    """Whether all data a contract needs has been entered."""
    readable: bool = True
    """Whether the contract is there to be read, so that it can be signed."""
    papers: list[PaperTold]
    answered: str | None = None
    amendment: bool = False
    """A change of a signed contract: without a yes the contract stays as it was signed."""
    instead_of: SignedBefore | None = None
    """What is signed, as long as the change is not in force."""


class Thanks(Answered):
    """An answer was kept."""

    answered: str
    at: datetime | None = None


def still_open(home: Container, row: LinkRow) -> None:
    """Raise link-expired when nobody may answer through this link any more."""
    try:
        row.opens(home.now())
    except (LinkExpired, LinkClosed):
        raise Wrong("link-expired") from None


async def latest_answer(home: Container, row: LinkRow) -> str | None:
    """What was answered through a link, the latest; the link to a pay statement asks for nothing any more."""
    if split_step(row.step)[0] == "wages":
        return "signed"
    found = await home.links.answer(row.order_key, "accepted", "changes", "refused", "signed")
    return found.kind if found else None


async def order_shown(home: Container, row: LinkRow) -> OrderShown:
    """The order a client sees."""
    async with home.database.glancing():
        return await _order_shown(home, row)


async def _order_shown(home: Container, row: LinkRow) -> OrderShown:
    move = await whose.asked_move(home, row)
    job = await home.jobs.proposed(row.job_id, move)
    asked = job.plan.agreement
    if asked is None:
        raise Wrong("link-expired")
    entity = await home.entities.entity(job.plan.entity)
    beside = await client_place.place(home, row, job.plan, asked)
    return OrderShown(
        **dict(beside),
        title=job.plan.title,
        entity=entity.name,
        description=str(job.declaration.get("description") or job.plan.title),
        days=job_days(job.plan.employment_contract.values()),
        price_ex_vat_eur=asked.price_ex_vat_eur,
        vat_eur=asked.vat_eur,
        total_eur=asked.total_eur,
        cancellation_terms=asked.cancellation_terms,
        withdrawal=asked.withdrawal,
        begins_soon=asked.starts_at < home.now() + TO_STEP_BACK,
        late_terms=asked.late_terms,
        answer_by=asked.answer_by,
        answered=await latest_answer(home, row),
        instead_of=await _agreed_before(home, row.job_id, row.subject_id, move),
    )


def asks_expressly(given: ClientAnswer, shown: OrderShown) -> None:
    """Raise unless a private person whose work begins within the fourteen days asks for that in so many words.

    Without it nothing is owed for what was done before they step back. Source: CDE/WER art. VI.46 § 8, VI.51 § 4.
    """
    needed = shown.withdrawal == "fourteen_days" and shown.begins_soon
    if given.answer == "accept" and needed and not given.begin_now:
        why = "ask that the work begins before the fourteen days to step back are over, or answer something else"
        raise Wrong("invalid", errors=[FieldProblem(where="begin_now", why=why)])


async def _agreed_before(home: Container, job_id: str, client_id: str, move: str | None) -> AgreedBefore | None:
    """What this client has agreed to while the move waits for its yes; None when no order of theirs is changed."""
    job = await home.jobs.job(job_id)
    proposal, agreed = job.file.proposal, job.plan.agreement
    if proposal is None or proposal.operation_id != move or agreed is None or agreed.client_id != client_id:
        return None
    return AgreedBefore(
        days=job_days(job.plan.employment_contract.values()),
        price_ex_vat_eur=agreed.price_ex_vat_eur,
        vat_eur=agreed.vat_eur,
        total_eur=agreed.total_eur,
    )


def job_days(offers: Any) -> list[tuple[datetime, datetime, str]]:
    """Each day of the job once, in order."""
    return sorted({(day.local_start, day.local_end, day.place) for offer in offers for day in offer.days})


async def offer_shown(home: Container, row: LinkRow) -> tuple[OfferShown, Person]:
    """The offer one collaborator sees, and the person."""
    async with home.database.glancing():
        return await _offer_shown(home, row)


async def _offer_shown(home: Container, row: LinkRow) -> tuple[OfferShown, Person]:
    job = await home.jobs.job(row.job_id)
    asked = await _asked_of(home, row, job)
    offer, before = asked.terms, asked.instead_of
    person = await home.people.person(row.subject_id)
    entity = await home.entities.entity(job.entity)
    papers = [one for one in await home.documents.of_job(row.job_id) if own_paper(one, row)]
    amendment = any(one.kind == "amendment" and one.order_key == row.order_key for one in papers)
    shown = OfferShown(
        title=job.title,
        entity=entity.name,
        given_name=person.given_name,
        function=offer.function,
        days=job_days([offer]),
        gross_eur=offer.gross_eur,
        **own_pay(job, split_step(row.step)[1], offer),
        answer_by=offer.answer_by,
        complete=person.complete,
        readable=offer.status == "self_employed"
        or amendment
        or (before is None and any(one.kind == "contract" for one in papers)),
        papers=[paper_told(one) for one in sorted(papers, key=lambda one: one.order_key != row.order_key)],
        answered=await latest_answer(home, row),
        amendment=amendment or before is not None,
        instead_of=None
        if before is None
        else SignedBefore(function=before.function, days=job_days([before]), gross_eur=before.gross_eur),
    )
    return shown, person


async def _asked_of(home: Container, row: LinkRow, job: KeptJob) -> Asked:
    """What this very link asks its person to sign; of an order that is not kept any more, what is in force."""
    _, item = split_step(row.step)
    state = job.file.steps.get(row.step)
    asked = None if state is None else asked_by(state, row.job_id, row.order_key)
    if asked is not None:
        return asked
    now = terms(job.file, job.plan, item)
    if now is None:
        raise Wrong("link-expired")
    return Asked(now.in_force)


def own_paper(paper: StoredDocument, row: LinkRow) -> bool:
    """Whether a paper is for the person behind the link."""
    return "crew" in paper.audience and paper.subject_id in (None, row.subject_id)


async def give(
    home: Container, row: LinkRow, kind: AnswerKind, reason: str, seen: Mapping[str, str], known: str | None
) -> Thanks:
    """Keep an answer with its evidence, then nudge the process; the same answer as is `known` changes nothing."""
    if known == kind:
        await nudge(home, row.job_id, row.step)
        return Thanks(answered=kind)
    if known in FINAL:
        raise Wrong("already-answered", f"answered before: {known}")
    still_open(home, row)
    if kind in ("changes", "refused") and not reason.strip():
        raise Wrong("invalid", errors=[FieldProblem(where="reason", why="say why")])
    now = home.now()
    await home.links.give_answer(row.token_id, kind, now, reason=reason.strip(), circumstances=seen)
    await nudge(home, row.job_id, row.step)
    return Thanks(answered=kind, at=now)
