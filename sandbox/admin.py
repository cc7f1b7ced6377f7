"""The tester's desk: faults, people, time, and the proof of what really happened."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response

from . import clock, faults
from .bank_ledger import BANK, BankAccounts
from .desk import DeskRoute, RequestHandler
from .faults import Fault
from .people_book import SimulatedPerson, person, remember
from .people_papers import identity
from .problems import missing
from .store import Json, new_id
from .tick import Rounds
from .wire import Cents, Message

router = APIRouter(prefix="/admin", tags=["admin"])


async def desk_of(request: Request) -> RequestHandler:
    """The desk all partners share."""
    desk: RequestHandler = request.app.state.desk
    return desk


TheDesk = Annotated[RequestHandler, Depends(desk_of)]


class Tick(Message):
    """What time it is."""

    now: str


class ReturnPlan(Message):
    """Payments to this account come back."""

    iban: str
    reason: str = "AC04"
    times: int | None = 1
    first: Literal["debit", "return"] = "debit"
    """Which of the two the statement lists first; `return`: both on the same day."""


class Credit(Message):
    """Somebody pays onto an account."""

    iban: str
    amount_eur: Cents
    payer_email: str = "somebody@example.org"
    structured_communication: str | None = None
    text: str | None = None
    on: date | None = None


class Recall(Message):
    """A payment somebody made is taken back."""

    id: str
    reason: str = "DUPL"


class PlannedResult(Message):
    """The result the next declarations get."""

    result: Literal["W", "B", "S"]
    times: int = 1
    code: str | None = None
    ssin: str | None = None


class PlannedClaim(Message):
    """What becomes of the next claim."""

    outcome: Literal["settled", "refused", "silent", "part", "asks_documents", "unpaid"]
    """The last three of something that happened: half is paid, more is asked for first, or nothing ever comes."""
    reason: str | None = None


class Participant(Message):
    """Whether somebody is on the Peppol network."""

    participant: str
    registered: bool


@router.post("/tick")
async def tick(body: Tick, request: Request) -> Json:
    """Everybody whose time has come acts."""
    rounds: Rounds = request.app.state.rounds
    return await rounds.tick(clock.instant(body.now))


@router.post("/faults", status_code=201)
async def arrange_fault(body: Fault, desk: TheDesk) -> Json:
    """Let a partner misbehave."""
    async with desk.turn() as store:
        return body.model_dump(mode="json") | {"id": faults.add(store, body)}


@router.get("/faults")
async def list_faults(desk: TheDesk) -> Json:
    """What is arranged."""
    async with desk.turn() as store:
        return {"faults": faults.listed(store)}


@router.delete("/faults", status_code=204)
async def lift_faults(desk: TheDesk) -> Response:
    """Everybody behaves again."""
    async with desk.turn() as store:
        faults.remove(store)
    return Response(status_code=204)


@router.delete("/faults/{number}", status_code=204)
async def lift_fault(number: int, desk: TheDesk) -> Response:
    """One fault less."""
    async with desk.turn() as store:
        if not faults.remove(store, number):
            raise missing(f"fault {number}")
    return Response(status_code=204)


@router.get("/calls")
async def list_calls(
    desk: TheDesk, partner: str | None = None, operation: str | None = None, key: str | None = None
) -> Json:
    """The call log."""
    async with desk.turn() as store:
        rows = store.rows(
            "SELECT * FROM calls WHERE (?1 IS NULL OR partner = ?1) AND (?2 IS NULL OR operation = ?2) "
            "AND (?3 IS NULL OR key = ?3) ORDER BY id",
            partner,
            operation,
            key,
        )
    return {"calls": [row | {"replayed": bool(row["replayed"])} for row in rows]}


@router.get("/effects")
async def list_effects(
    desk: TheDesk, partner: str | None = None, kind: str | None = None, key: str | None = None
) -> Json:
    """What really happened, one row each."""
    async with desk.turn() as store:
        rows = store.rows(
            "SELECT * FROM effects WHERE (?1 IS NULL OR partner = ?1) AND (?2 IS NULL OR kind = ?2) "
            "AND (?3 IS NULL OR key = ?3) ORDER BY id",
            partner,
            kind,
            key,
        )
    return {"effects": rows}


def operations(request: Request) -> list[Json]:
    """Every operation of every partner, from the routes themselves."""
    found: list[Json] = []
    for partner in request.app.state.partners:
        found += [
            {
                "partner": str(route.tags[0]),
                "operation": route.endpoint.__name__,
                "method": min(route.methods or {"GET"}),
                "path": route.path,
            }
            for route in partner.routes
            if isinstance(route, DeskRoute)
        ]
    return found


@router.get("/operations")
async def list_operations(request: Request) -> Json:
    """What can be called, and struck by a fault."""
    return {"operations": operations(request)}


@router.get("/partners")
async def list_partners(request: Request, desk: TheDesk) -> Json:
    """Who is reachable."""
    names = list(dict.fromkeys(one["partner"] for one in operations(request)))
    async with desk.turn() as store:
        stopped = [name for name in names if store.get("admin", "stopped", name)]
    return {"partners": [{"name": name, "running": name not in stopped} for name in names]}


@router.post("/partners/{name}/{what}")
async def switch_partner(name: str, what: Literal["stop", "start"], request: Request, desk: TheDesk) -> Json:
    """Make a partner unreachable, or reachable again."""
    if name not in {one["partner"] for one in operations(request)}:
        raise missing(f"partner {name}")
    async with desk.turn() as store:
        if what == "stop":
            store.put("admin", "stopped", name, {"name": name})
        else:
            store.drop("admin", "stopped", name)
    return {"name": name, "running": what == "start"}


@router.get("/mails")
async def list_mails(desk: TheDesk) -> Json:
    """Every mail that was delivered, in order."""
    async with desk.turn() as store:
        return {"mails": store.find("mail", "message")}


@router.get("/webhooks")
async def list_webhooks(desk: TheDesk) -> Json:
    """What was reported and what waits."""
    async with desk.turn() as store:
        return {"events": store.rows("SELECT * FROM events ORDER BY id")}


@router.post("/people")
async def configure_person(body: SimulatedPerson, desk: TheDesk) -> Json:
    """Say how somebody behaves."""
    async with desk.turn() as store:
        remember(store, body)
        return person(store, body.email)


@router.get("/people")
async def list_people(desk: TheDesk) -> Json:
    """Everybody whose behaviour was told."""
    async with desk.turn() as store:
        return {"people": store.find("people", "person")}


@router.get("/people/{email}")
async def show_person(email: str, desk: TheDesk) -> Json:
    """How somebody behaves, and their papers."""
    async with desk.turn() as store:
        known = person(store, email)
    return known | {"identity": identity(email.lower(), known)}


@router.delete("/people/{email}", status_code=204)
async def forget_person(email: str, desk: TheDesk) -> Response:
    """Somebody becomes a stranger again."""
    async with desk.turn() as store:
        store.drop("people", "person", email.lower())
    return Response(status_code=204)


@router.post("/bank/returns")
async def plan_return(body: ReturnPlan, desk: TheDesk) -> Json:
    """Payments to an account come back the day after."""
    async with desk.turn() as store:
        store.put(BANK, "return_plan", body.iban, body.model_dump(mode="json"))
    return body.model_dump(mode="json")


@router.delete("/bank/returns/{iban}", status_code=204)
async def end_returns(iban: str, desk: TheDesk) -> Response:
    """Payments arrive again."""
    async with desk.turn() as store:
        store.drop(BANK, "return_plan", iban)
    return Response(status_code=204)


@router.post("/bank/credits", status_code=201)
async def credit(body: Credit, request: Request, desk: TheDesk) -> Json:
    """Somebody pays."""
    now = desk.now(request)
    async with desk.turn() as store:
        books = BankAccounts(store, desk.settings, now)
        on = str(body.on) if body.on else None
        id = books.receive(
            body.iban,
            Decimal(body.amount_eur),
            body.payer_email,
            body.structured_communication,
            body.text,
            on,
        )
    return {"id": id}


@router.post("/bank/recalls", status_code=201)
async def recall(body: Recall, request: Request, desk: TheDesk) -> Json:
    """The bank takes back what somebody paid."""
    now = desk.now(request)
    async with desk.turn() as store:
        if not BankAccounts(store, desk.settings, now).recall(body.id, body.reason):
            raise missing(f"payment {body.id}")
    return body.model_dump(mode="json")


@router.post("/dimona/results", status_code=201)
async def plan_result(body: PlannedResult, desk: TheDesk) -> Json:
    """The next declarations get this result."""
    plan = body.model_dump(mode="json") | {"id": new_id("pl")}
    async with desk.turn() as store:
        store.put("dimona", "planned_result", plan["id"], plan)
    return plan


@router.post("/insurer/claims", status_code=201)
async def plan_claim(body: PlannedClaim, desk: TheDesk) -> Json:
    """The next claim whose loss is stated is settled, refused, or never answered."""
    plan = body.model_dump(mode="json") | {"id": new_id("pl")}
    async with desk.turn() as store:
        store.put("insurer", "planned_claim", plan["id"], plan)
    return plan


@router.post("/peppol/participants")
async def register_participant(body: Participant, desk: TheDesk) -> Json:
    """Say who is on the network."""
    async with desk.turn() as store:
        store.put("peppol", "participant", body.participant, body.model_dump(mode="json"))
    return body.model_dump(mode="json")
