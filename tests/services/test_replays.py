"""Each service, each verb that could happen twice: foreseen without touching anything, lost, looked at, adopted.

"Do it, then fail to answer" at every partner; then the replay finds what happened. What the preview says would be
called is exactly what the replay calls.
"""

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx2
import pytest

from activities.step import Step
from domain.decision_preview import Foreseen, StepAsked
from domain.errors import NotYet, PartnerDown
from domain.orders import StepOrder
from domain.services.debt_collection import DebtCollectionRequest, DunningStage, StageKind, StageRequest
from domain.services.equipment import EquipmentItem
from domain.services.prefinancing import PrefinancingRequest
from domain.services.workspace import OwnRoom
from engine.calendar import Calendar
from engine.settings import Settings
from partners.probes import QUESTIONS
from storage.people.members import Member, Members
from storage.services.workspace import RoomStore
from tests.activity_names import activity_name
from tests.databases import sqlite_database
from tests.services.conftest import Partners, TestClock
from tests.services.office import Office, open_office
from tests.services.test_agreement import question
from tests.services.test_employment_contract import answers
from tests.services.test_employment_contract import order as contract_order
from tests.services.test_equipment import equipment_order
from tests.services.test_insurance import claim_order, insurance_order
from tests.services.test_invoicing import order as invoice_order
from tests.services.test_travel import travel_order
from tests.services.test_van_rental import van_order
from tests.services.test_wages import order as wages_order
from tests.services.test_workspace import room_order
from workers import bookings, money, people
from workers.foresight import LOOKS, WorkerPreviews
from workers.wiring import STEPS, OnSite

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Order = StepOrder[Any]


@dataclass
class Site:
    """The services as a worker has them, beside one declared job."""

    office: Office
    on_site: OnSite
    verbs: dict[str, Callable[[Order], Awaitable[Any]]]
    seen: int = 0

    async def admin(self, what: str) -> list[dict[str, Any]]:
        transport = httpx2.ASGITransport(app=self.office.partners.app)
        async with httpx2.AsyncClient(base_url="http://sandbox", transport=transport) as http:
            return list((await http.get(f"/admin/{what}")).json()[what])

    async def new_calls(self) -> list[dict[str, Any]]:
        """What partners were asked since the last look, without the sign-in at social security."""
        calls = await self.admin("calls")
        new, self.seen = calls[self.seen :], len(calls)
        return [call for call in new if call["operation"] != "issue_token"]

    async def foresee(self, order: Order, verb: str) -> Foreseen:
        asked = StepAsked(
            job_id=order.job_id,
            entity=order.entity,
            service=order.service,
            item=order.item,
            revision=order.revision,
            request=order.request.model_dump(mode="json"),
            verb=verb,
        )
        return await WorkerPreviews(self.on_site).foresee(asked)

    async def does(self, order: Order, verb: str) -> Any:
        """Try a verb; an answer that takes its time is enough here."""
        try:
            return await self.verbs[f"{order.service}.{verb}"](order)
        except NotYet:
            return None


@pytest.fixture
async def site(
    tmp_path: Path, partners: Partners, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Site]:
    monkeypatch.setattr("activities.dimona.POLLS_SECONDS", (0.0,))  # whether it is lodged once needs no answer
    async with open_office(sqlite_database(tmp_path), partners, clock) as office:
        settings = Settings(data=tmp_path, sandbox_url="http://sandbox", _env_file=None)
        calendar = Calendar(shift=AT - datetime.now(UTC))
        transport = httpx2.ASGITransport(app=partners.app)
        on_site = OnSite(settings, office.database, calendar, transport=transport)
        office = replace(office, links=on_site.links)
        await Members(office.database).save(Member(person_id="p-ana", entity="liege"))
        client: Any = None  # starts a collection, which no verb here does
        served = (*bookings.services(on_site), *people.services(client, on_site), *money.services(client, on_site))
        methods = [getattr(service, name) for service in served for name in dir(service) if name[0] != "_"]
        named = ((activity_name(method), method) for method in methods if inspect.iscoroutinefunction(method))
        verbs = {name: method for name, method in named if name}
        yield Site(office, on_site, verbs)


def here(site: Site, order: Order, **more: Any) -> Order:
    return order.model_copy(update={"job_id": site.office.job_id, "entity": "liege", **more})


# -- the orders ------------------------------------------------------------------------------------------------


async def a_ticket(site: Site) -> Order:
    order = travel_order()
    request = order.request.model_copy(update={"person_id": "p-ana"})
    return here(site, order, request=request)


async def a_held_ticket(site: Site) -> Order:
    order = await a_ticket(site)
    await site.does(order, "hold")
    return order


async def a_van(site: Site) -> Order:
    return here(site, van_order())


async def a_held_van(site: Site) -> Order:
    order = await a_van(site)
    await site.does(order, "hold")
    return order


async def lamps(site: Site) -> Order:
    return here(site, equipment_order())


async def a_tripod_to_buy(site: Site) -> Order:
    return here(site, equipment_order(EquipmentItem(article="par-led", quantity=1, how="buy")))


async def covers(site: Site) -> Order:
    return here(site, insurance_order(covers=("tour",)))


async def a_room(site: Site) -> Order:
    hall = OwnRoom(slug="forge", name="Forge", city="Bruxelles / Brussel", places=6, day_eur=Decimal("45.00"))
    await RoomStore(site.office.database).put(hall)
    return here(site, room_order())


async def an_order_form(site: Site) -> Order:
    return here(site, question(site.office))


async def an_offer(site: Site) -> Order:
    return here(site, contract_order(site.office))


async def signed_by_bob(site: Site) -> Order:
    order = await an_offer(site)
    await site.does(order, "offer")
    await answers(site.office, order.key)
    await site.does(order, "person_signs")
    return order


async def signed_by_both(site: Site) -> Order:
    order = await signed_by_bob(site)
    await site.does(order, "sign")
    return order


async def a_wage(site: Site) -> Order:
    return here(site, wages_order(site.office))


async def an_issued_invoice(site: Site) -> Order:
    order = here(site, invoice_order(site.office))
    await site.does(order, "issue")
    return order


async def having(site: Site, order: Order, *verbs: str) -> Order:
    """The order, with these verbs done."""
    for verb in verbs:
        await site.does(order, verb)
    return order


async def a_bought_ticket(site: Site) -> Order:
    return await having(site, await a_held_ticket(site), "confirm")


async def a_hired_van(site: Site) -> Order:
    return await having(site, await a_held_van(site), "confirm")


async def held_lamps(site: Site) -> Order:
    return await having(site, await lamps(site), "hold")


async def a_bought_tripod(site: Site) -> Order:
    return await having(site, await a_tripod_to_buy(site), "hold", "confirm")


async def bound_covers(site: Site) -> Order:
    return await having(site, await covers(site), "quote", "bind")


async def a_covered_loss(site: Site) -> Order:
    """Called off with a bound cancellation cover."""
    cover = here(site, insurance_order(covers=("cancellation",), declared_value_eur="1000.00"))
    await having(site, cover, "quote", "bind")
    return here(site, claim_order(f"{cover.key}/cancellation", site.office.clock.now()))


async def a_declared_claim(site: Site) -> Order:
    return await having(site, await a_covered_loss(site), "declare_claim")


async def offered(site: Site) -> Order:
    return await having(site, await an_offer(site), "offer")


async def declared(site: Site) -> Order:
    """Social security knows: whether it was taken is asked a moment later."""
    order = await having(site, await signed_by_both(site), "declare")
    site.on_site.calendar.shift += timedelta(hours=1)
    site.office.clock.wait(hours=1)
    return await having(site, order, "declare")


async def an_unissued_invoice(site: Site) -> Order:
    return here(site, invoice_order(site.office))


def stage(kind: StageKind, *before: StageKind) -> Callable[[Site], Awaitable[Order]]:
    async def made(site: Site) -> Order:
        invoice = await an_issued_invoice(site)
        issued = await site.does(invoice, "issue")
        collection = DebtCollectionRequest(
            invoice_id=issued.invoice_id,
            number=issued.number,
            client_id=site.office.client.client_id,
            client_version=site.office.client.version,
            member_id="p-ana",
            payable_eur=issued.payable_eur,
            due_on=issued.due_on,
            consumer=False,
        )
        site.on_site.calendar.shift += datetime(2026, 6, 15, 9, tzinfo=UTC) - AT
        orders = [
            StepOrder[StageRequest](
                job_id=site.office.job_id,
                service="debt_collection",
                item=f"{issued.invoice_id.lower()}-{each.replace('_', '-')}",
                entity="liege",
                request=StageRequest(
                    collection=collection,
                    stage=DunningStage(kind=each, at=site.on_site.clock.now(), basis="test"),
                    decided=True,
                ),
            )
            for each in (*before, kind)
        ]
        for order in orders[:-1]:
            verb = "formal_notice" if order.request.stage.kind == "formal_notice" else "remind"
            await site.does(order, verb)
        return orders[-1]

    return made


@dataclass(frozen=True)
class Lost:
    """An answer that gets lost: of which verb, at which partner's operation."""

    verb: str
    made: Callable[[Site], Awaitable[Order]]
    partner: str
    operation: str
    kind: str
    """What the partner then has, exactly once."""


LOST = {
    "travel.hold": Lost("hold", a_ticket, "railway", "create_booking", "booking"),
    "travel.confirm": Lost("confirm", a_held_ticket, "railway", "create_fulfillments", "fulfillment"),
    "van_rental.hold": Lost("hold", a_van, "vans", "purchase_offers", "package"),
    "van_rental.confirm": Lost("confirm", a_held_van, "vans", "confirm_purchase", "confirmation"),
    "equipment.hold": Lost("hold", lamps, "supplier", "reserve", "reservation"),
    "equipment.confirm": Lost("confirm", a_tripod_to_buy, "supplier", "order_goods", "purchase_order"),
    "insurance.bind": Lost("bind", covers, "insurer", "bind_policy", "policy"),
    "insurance.declare_claim": Lost("declare_claim", a_covered_loss, "insurer", "declare_claim", "claim"),
    "insurance.state_loss": Lost("state_loss", a_declared_claim, "insurer", "state_loss", "claim_loss"),
    "agreement.ask": Lost("ask", an_order_form, "mail", "send_message", "mail"),
    "employment_contract.offer": Lost("offer", an_offer, "mail", "send_message", "mail"),
    "employment_contract.sign": Lost("sign", signed_by_bob, "signature", "sign_hash", "seal"),
    "employment_contract.declare": Lost("declare", signed_by_both, "dimona", "declare", "declaration"),
    "invoicing.send": Lost("send", an_issued_invoice, "peppol", "send_document", "document"),
    "debt_collection.remind": Lost("remind", stage("friendly_reminder"), "mail", "send_message", "mail"),
    "debt_collection.formal_notice": Lost(
        "formal_notice",
        stage("formal_notice", "friendly_reminder", "first_reminder"),
        "registered-mail",
        "post_letter",
        "letter",
    ),
    "debt_collection.hand_over": Lost(
        "hand_over",
        stage("lawyer", "friendly_reminder", "first_reminder", "formal_notice"),
        "lawyer",
        "open_dossier",
        "dossier",
    ),
}
UNDONE = {
    "travel.release": Lost("release", a_held_ticket, "railway", "release_booking", "release"),
    "travel.release of what is bought": Lost(
        "release", a_bought_ticket, "railway", "confirm_refund_offer", "refund"
    ),
    "van_rental.release": Lost("release", a_held_van, "vans", "rollback_purchase", "rollback"),
    "van_rental.release of what is hired": Lost("release", a_hired_van, "vans", "cancel_package", "cancellation"),
    "equipment.release": Lost("release", held_lamps, "supplier", "cancel_reservation", "cancellation"),
    "equipment.release of what is bought": Lost(
        "release", a_bought_tripod, "supplier", "cancel_order", "order_cancellation"
    ),
    "insurance.cancel": Lost("cancel", bound_covers, "insurer", "cancel_policy", "policy_cancellation"),
    "employment_contract.withdraw_offer": Lost("withdraw_offer", offered, "mail", "send_message", "mail"),
    "employment_contract.terminate": Lost("terminate", declared, "dimona", "declare", "declaration"),
}
"""What was given back, refunded, cancelled or credited, and not answered."""
ELSEWHERE = {"bank", "bailiff"}
"""Files of payments are no step, and a bailiff acts on a lawyer's mandate: test_bank.py and test_debt_collection.py
lose their answers."""
OWN: dict[str, Callable[[Site], Awaitable[Order]]] = {
    "workspace.hold": a_room,
    "wages.pay": a_wage,
    "invoicing.issue": an_unissued_invoice,
}
"""Verbs that only touch our own books: there is no partner whose answer could get lost."""


def changing(foreseen: Foreseen) -> list[tuple[str, str]]:
    """The partners' calls that would change something."""
    return [
        (one.partner or "", one.key or "")
        for one in foreseen.effects
        if one.kind in ("call", "mail", "letter") and one.changes_something and not one.exists
    ]


async def only_looked(site: Site, effects: int) -> None:
    """Nothing but GETs went out, and nothing happened anywhere."""
    assert {call["method"] for call in await site.new_calls()} <= {"GET"}
    assert len(await site.admin("effects")) == effects


@pytest.mark.parametrize("name", LOST)
async def test_what_was_done_and_not_answered_is_foreseen_adopted_and_never_doubled(site: Site, name: str) -> None:
    lost = LOST[name]
    order = await lost.made(site)
    await site.new_calls()
    before = await site.admin("effects")

    foreseen = await site.foresee(order, lost.verb)
    assert (foreseen.outcome, foreseen.looked) == ("repeat", True)
    await only_looked(site, len(before))

    await site.office.partners.fault(lost.partner, lost.operation, "execute_then_fail")
    with pytest.raises(PartnerDown):
        await site.does(order, lost.verb)
    first = [call for call in await site.new_calls() if call["key"]]
    effects = await site.admin("effects")
    done = [one for one in effects[len(before) :] if one["partner"] == lost.partner]
    assert [one["kind"] for one in done] == [lost.kind]
    assert [(call["partner"], call["key"]) for call in first] == changing(foreseen)[: len(first)]

    again = await site.foresee(order, lost.verb)
    assert again.outcome == "adopt", again
    assert any(one.exists and one.reference for one in again.effects)
    await only_looked(site, len(effects))

    for _ in range(2):
        await site.does(order, lost.verb)
    kept = [one for one in await site.admin("effects") if one["partner"] == lost.partner]
    assert [one["kind"] for one in kept[len(kept) - len(done) :]] == [lost.kind]
    assert len([one for one in kept if one["kind"] == lost.kind]) == 1 + len(
        [one for one in before if one["partner"] == lost.partner and one["kind"] == lost.kind]
    )


@pytest.mark.parametrize("name", UNDONE)
async def test_what_was_undone_and_not_answered_is_found_and_never_undone_twice(site: Site, name: str) -> None:
    lost = UNDONE[name]
    order = await lost.made(site)
    before = [one for one in await site.admin("effects") if one["partner"] == lost.partner]
    await site.office.partners.fault(lost.partner, lost.operation, "execute_then_fail")
    with pytest.raises(PartnerDown):
        await site.does(order, lost.verb)
    for _ in range(2):
        await site.does(order, lost.verb)
    after = [one for one in await site.admin("effects") if one["partner"] == lost.partner]
    assert [one["kind"] for one in after[len(before) :]] == [lost.kind]


def test_every_partner_loses_an_answer_in_one_of_the_tables() -> None:
    assert {lost.partner for lost in (LOST | UNDONE).values()} | ELSEWHERE == set(QUESTIONS)


@pytest.mark.parametrize("name", OWN)
async def test_our_own_register_is_looked_at_the_same_way(site: Site, name: str) -> None:
    service, _, verb = name.partition(".")
    order = await OWN[name](site)
    assert (await site.foresee(order, verb)).outcome == "repeat"
    first = await site.does(order, verb)
    assert (await site.foresee(order, verb)).outcome == "adopt"
    assert await site.does(order, verb) == first
    assert service == order.service


async def test_the_calls_of_a_whole_booking_are_foretold_one_by_one(site: Site) -> None:
    order = await a_ticket(site)
    foreseen = await site.foresee(order, "hold")
    await site.new_calls()
    await site.does(order, "hold")
    made = [(call["method"], call["path"]) for call in await site.new_calls() if call["method"] != "GET"]
    told = [(one.method, f"/railway{one.address}") for one in foreseen.effects]
    assert made == told
    assert foreseen.effects[-1].amount_eur == Decimal("55.00")


async def test_the_fund_s_reservation_is_told_with_its_amount(site: Site) -> None:
    wish = PrefinancingRequest(
        member_id="p-ana",
        client_id=site.office.client.client_id,
        services_eur=Decimal("100.00"),
        wages_eur=Decimal("900.00"),
        vat_eur=Decimal("60.00"),
    )
    order = StepOrder[PrefinancingRequest](
        job_id=site.office.job_id, service="prefinancing", entity="liege", request=wish
    )
    (one,) = (await site.foresee(order, "reserve")).effects
    assert (one.kind, one.amount_eur, one.key) == ("posting", Decimal("1060.00"), order.key)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: f"{step.name}-{step.verbs[0].name}")
def test_every_verb_that_does_something_is_described(step: Step[Any, Any]) -> None:
    doing = [verb for verb in (step.hold, *step.confirm, step.release, step.correct) if verb]
    missing = [f"{step.name}.{verb.name}" for verb in doing if f"{step.name}.{verb.name}" not in LOOKS]
    assert not missing, "describe what it would do in workers/foresight"


def test_every_verb_that_calls_a_partner_for_good_is_in_the_table() -> None:
    """Holds, purchases, signatures, declarations, letters: what must never happen twice."""
    first = {f"{step.name}.{verb.name}" for step in STEPS for verb in (step.hold, *step.confirm) if verb}
    ours = {
        "prefinancing.reserve",
        "prefinancing.settle",
        "workspace.confirm",
        "expenses.prepare",
        "invoicing.start_collection",
        "debt_collection.write_off",
        "debt_collection.trace_payment",
        "debt_collection.late_costs",
        "insurance.bear_rest",
    }
    asked = {"insurance.quote", "special_request.arrange", "debt_collection.answer_plan"}
    lived = {"insurance.report_incident", "insurance.state_incident_loss"}
    """Their answers get lost in tests/process/test_incident_claims.py: they need what happened on a job."""
    assert first - ours - asked - lived == {*LOST, *OWN}
