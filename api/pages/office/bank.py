"""The pages of finance: what the bank told, what nobody recognised, and the payment files two people approve."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.container import Container, Home
from api.errors import Wrong
from api.finance import client_credits, payees, reopened_debts, unmatched
from api.finance import routes as finance_routes
from api.finance.debts import InvoiceId
from api.finance.routes import AtDesk, BatchId, Taken
from api.links.routes import back, read_body
from api.pages.office.figures import written_on
from api.pages.render import Paged, Pages
from api.ports.bank import BankDeskPort
from api.security.permissions import Asker, Known
from api.wording.masking import masked
from domain.bank import BatchCard, EntryCard, ListedProblem
from domain.client_credit import CreditKind, OwedBack
from domain.collection_state import ReopenedDebt
from domain.matching import PartKind, PartWish
from domain.money import Eur
from domain.payee_checks import HeldPayment
from domain.people import Language
from domain.periods import day_in_brussels
from engine.words import knows, money, say
from storage.money.bank_problems import BankProblems
from storage.money.client_credits import ClientCredits
from storage.money.payee_checks import PayeeChecks
from storage.money.reopened_debts import ReopenedDebts

router = APIRouter(include_in_schema=False)
MOST = 60
OVER = frozenset({"booked", "rejected"})


@router.get("/bank")
async def show(request: Request, home: Home, page: Paged, asker: Known) -> Response:
    """Movements to recognise, statements to take over, payment files to approve and send."""
    asker.must("see_batches")
    return await _page(request, home, page, asker, home.desk)


async def _page(
    request: Request,
    home: Container,
    page: Pages,
    asker: Asker,
    desk: BankDeskPort | None,
    taken: Taken | None = None,
) -> Response:
    lang = page.language(request, asker)
    open_ = await home.statements.entries("unknown", "partly", limit=MOST)
    latest = await home.statements.entries("matched", limit=12)
    batches = await finance_routes.with_unchecked(home, await desk.batches()) if desk else []
    names = await home.people.names({person for one in batches for person in one.approved_by})
    entities = {one.slug: one.name for one in await home.entities.all()}
    told = [_batch(one, asker, names, entities, lang) for one in batches]
    return page.page(
        request,
        "bank.html",
        asker,
        ready=desk is not None,
        taken=taken.model_dump(exclude={"kind"}) | {"kind": taken.kind} if taken else None,
        problems=[_problem(one, lang) for one in await BankProblems(home.database).open()],
        credits=[_credit(one, lang) for one in await ClientCredits(home.database).open()],
        debts=[_debt(one, lang) for one in await ReopenedDebts(home.database).open()],
        payees=[_payee(one, asker, lang) for one in await PayeeChecks(home.database).held()],
        open=[_movement(one, lang) for one in open_],
        latest=[_movement(one, lang) for one in latest],
        due=[one for one in told if one["state"] not in OVER],
        over=[one for one in told if one["state"] in OVER][:12],
    )


def _credit(one: OwedBack, lang: Language) -> dict[str, Any]:
    return {
        "job": one.job_id,
        "owed": money(lang, one.owed_eur),
        "left": str(one.owed_eur) if one.owed_eur else "",
        "under_way": money(lang, one.under_way_eur) if one.under_way_eur else "",
        "numbers": ", ".join(one.numbers),
        "who": one.payee_name or "",
        "iban": masked(one.payee_iban or ""),
    }


def _payee(one: HeldPayment, asker: Asker, lang: Language) -> dict[str, Any]:
    return {
        "id": one.payment_id,
        "job": one.job_id,
        "amount": money(lang, one.amount_eur),
        "said": say(lang, f"office.payee.{one.code.lower()}"),
        "name": one.name,
        "holder": one.holder or "",
        "iban": masked(one.iban),
        "mine": one.person_id == asker.person_id,
        "since": written_on(lang, day_in_brussels(one.checked_at)),
    }


def _debt(one: ReopenedDebt, lang: Language) -> dict[str, Any]:
    return {
        "invoice": one.invoice_id,
        "number": one.number,
        "job": one.job_id,
        "owed": money(lang, one.open_eur),
        "since": written_on(lang, day_in_brussels(one.since_at)),
    }


def _problem(one: ListedProblem, lang: Language) -> dict[str, Any]:
    return {
        "number": one.number,
        "duty": say(lang, f"office.bank.duty.{one.duty}"),
        "about": one.about,
        "why": one.why,
        "since": written_on(lang, day_in_brussels(one.since_at)),
        "tone": "warn" if one.passing else "bad",
    }


UNNAMED = frozenset({"", "NOTPROVIDED", "NOT PROVIDED"})
"""What banks write where there is no name or reference. Source: ISO 20022, CGI-MP usage of NOTPROVIDED."""
STEP = re.compile(r"\b([a-z]+(?:_[a-z]+)*):([a-z0-9][a-z0-9-]*)")


def _payer(name: str | None, lang: Language) -> str:
    """Whose account it came from or went to; a bank that names nobody is told as that."""
    return say(lang, "office.bank.unnamed") if (name or "").strip().upper() in UNNAMED else str(name)


def _in_words(text: str, lang: Language) -> str:
    """What stood on the transfer, with a step of ours called as people call it."""
    if text.strip().upper() in UNNAMED:
        return ""
    return STEP.sub(lambda one: say(lang, f"service.{one[1]}") if knows(f"service.{one[1]}") else one[0], text)


def _movement(one: EntryCard, lang: Language) -> dict[str, Any]:
    rest = abs(one.amount_eur) - abs(one.matched_eur)
    return {
        "id": one.movement,
        "on": written_on(lang, one.on),
        "amount": money(lang, one.amount_eur),
        "came_in": one.amount_eur > 0,
        "who": _payer(one.counterparty_name, lang),
        "iban": masked(one.counterparty_iban or ""),
        "text": one.structured or _in_words(one.text or "", lang),
        "state": one.state,
        "state_text": say(lang, f"office.movement.{one.state}"),
        "rest": str(rest),
        "kind": say(lang, f"office.movement.kind.{one.kind}") if one.kind else "",
        "parts": [(say(lang, f"office.part.{part.kind}"), money(lang, part.amount_eur)) for part in one.parts],
    }


def _batch(
    one: BatchCard, asker: Asker, names: Mapping[str, str], entities: Mapping[str, str], lang: Language
) -> dict[str, Any]:
    return {
        "id": one.batch_id,
        "entity": entities.get(one.entity, one.entity),
        "on": written_on(lang, one.execute_on),
        "count": one.count,
        "total": money(lang, one.total_eur),
        "state": one.state,
        "state_text": say(lang, f"office.batch.{one.state}"),
        "tone": {"made": "warn", "rejected": "bad", "booked": "good", "accepted": "good"}.get(one.state, "calm"),
        "approved_by": ", ".join(names.get(person, person) for person in one.approved_by),
        "mine": asker.person_id in one.approved_by,
        "sha256": one.file_sha256 or "",
        "unchecked": one.unchecked,
        "reason": one.reason or "",
        "reference": one.bank_reference or "",
    }


@router.post("/bank/statements")
async def upload(request: Request, home: Home, page: Paged, asker: Known, desk: AtDesk) -> Response:
    """Take a file of the bank over and say what it brought; the same file again changes nothing."""
    asker.must("import_statements")
    file = (await request.form()).get("file")
    if file is None or isinstance(file, str) or not file.filename:
        raise Wrong("unreadable-file", "no file was chosen")
    taken = await finance_routes.take_file(home, asker, desk, await file.read())
    return await _page(request, home, page, asker, desk, taken)


def _amount(value: object) -> object:
    return value.replace(" ", "").replace(",", ".") if isinstance(value, str) else value


class PartGiven(BaseModel):
    """What a movement, or a part of it, is; from a form."""

    model_config = ConfigDict(extra="ignore")

    kind: PartKind
    subject_id: Annotated[str, Field(max_length=60)] = ""
    amount_eur: Annotated[Eur, BeforeValidator(_amount)]
    reason: Annotated[str, Field(min_length=5, max_length=500)]
    key: Annotated[str, Field(min_length=8, max_length=60)]


@router.post("/bank/movements/{movement}")
async def match(request: Request, home: Home, asker: Known, desk: AtDesk, movement: unmatched.Movement) -> Response:
    """Say what a movement is; what is left of it stays open."""
    asker.must("match_movement")
    given = await read_body(request, PartGiven)
    part = PartWish(kind=given.kind, subject_id=given.subject_id.strip(), amount_eur=given.amount_eur)
    wish = unmatched.MatchGiven(parts=[part], reason=given.reason)
    await unmatched.match(home, asker, desk, movement, wish, given.key)
    return back(request, "/bank#open")


class CreditForm(BaseModel):
    """What is done with money owed back, from a form."""

    model_config = ConfigDict(extra="ignore")

    kind: CreditKind
    amount_eur: Annotated[Eur, BeforeValidator(_amount)]
    payee_name: Annotated[str, Field(max_length=140)] = ""
    iban: Annotated[str, Field(max_length=42)] = ""
    invoice: Annotated[str, Field(max_length=60)] = ""
    reason: Annotated[str, Field(min_length=5, max_length=500)]
    key: Annotated[str, Field(min_length=8, max_length=60)]


@router.post("/bank/credits/{job_id}")
async def credit(
    request: Request, home: Home, asker: Known, desk: AtDesk, job_id: client_credits.CreditJob
) -> Response:
    """Money goes back to a client, pays another invoice, or stays."""
    asker.must("match_movement")
    form = await read_body(request, CreditForm)
    given = client_credits.CreditGiven.model_validate(form.model_dump(exclude={"key"}))
    await client_credits.decide(home, asker, desk, job_id, given, form.key)
    return back(request, "/bank#credits")


@router.post("/bank/debts/{invoice_id}")
async def debt(request: Request, home: Home, asker: Known, invoice_id: InvoiceId) -> Response:
    """Money the bank took back is collected again, or given up."""
    asker.must("match_movement")
    given = await read_body(request, reopened_debts.AgainGiven)
    await reopened_debts.again(home, asker, invoice_id, given)
    return back(request, "/bank#debts")


@router.post("/bank/payees/{payment_id}")
async def payee(request: Request, home: Home, asker: Known, payment_id: payees.PaymentId) -> Response:
    """A payment whose account bears another name is paid all the same, or given back."""
    asker.must("match_movement")
    given = await read_body(request, payees.PayeeDecided)
    await payees.decide(home, asker, payment_id, given)
    return back(request, "/bank#payees")


@router.post("/bank/problems/{number}")
async def seen(request: Request, home: Home, asker: Known, number: finance_routes.ProblemNumber) -> Response:
    """Somebody has seen to it."""
    asker.must("import_statements")
    await finance_routes.problem_seen(home, asker, number)
    return back(request, "/bank#problems")


@router.post("/bank/batches")
async def make(request: Request, home: Home, asker: Known, desk: AtDesk) -> Response:
    """Put what is due into payment files."""
    asker.must("make_batch")
    await finance_routes.make(home, asker, desk)
    return back(request, "/bank#batches")


class BatchGiven(BaseModel):
    """What is done with a payment file, from a form."""

    model_config = ConfigDict(extra="ignore")

    do: Literal["approve", "sent"]
    bank_reference: Annotated[str, Field(max_length=100)] = ""
    file_sha256: Annotated[str, Field(max_length=64)] = ""


@router.post("/bank/batches/{batch_id}")
async def approve(request: Request, home: Home, asker: Known, desk: AtDesk, batch_id: BatchId) -> Response:
    """One of the two yeses, or that the file was taken to the bank by hand."""
    given = await read_body(request, BatchGiven)
    if given.do == "approve":
        asker.must("approve_batch")
        await finance_routes.approve(home, asker, desk, batch_id, given.file_sha256 or None)
    else:
        asker.must("export_batch")
        await finance_routes.mark_sent(
            home, asker, desk, batch_id, finance_routes.SentGiven(bank_reference=given.bank_reference or "–")
        )
    return back(request, "/bank#batches")
