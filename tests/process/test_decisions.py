"""Each service and each decision about its parked step: what becomes of the step, and what its partner is asked."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from domain.job import Decision, JobFile, StepState
from tests.patience import eventually
from tests.process.any_step import STEPS, AnyStep, OneStep, SaysNoOnce
from workers.isolation import workflow_runner
from workers.wiring import STEPS as SERVED
from workflows.decisions import contents_flaw

TODAY = datetime(2026, 2, 2, 7, 0, tzinfo=UTC)
START, END = "2026-02-10T12:00:00Z", "2026-02-10T23:30:00Z"
WHO_PAYS = {"client_id": "c1", "client_version": 1}
COLLECTION = {
    **WHO_PAYS, "invoice_id": "INV000000001", "number": "BXL-2026-000001", "member_id": "ann",
    "payable_eur": "2544.00", "due_on": "2026-01-20", "consumer": False,
}  # fmt: skip
REQUESTS: dict[str, dict[str, Any]] = {
    "agreement": {
        **WHO_PAYS, "price_ex_vat_eur": "2400.00", "vat_eur": "144.00", "total_eur": "2544.00",
        "starts_at": START, "answer_by": "2026-02-06T10:30:00Z", "remind_at": [],
    },
    "prefinancing": {
        "member_id": "ann", "client_id": "c1", "services_eur": "480.25", "wages_eur": "1763.73",
        "vat_eur": "144.00",
    },
    "travel": {
        "traveller": "chloe", "person_id": "p-chloe", "from_place": "Bruxelles-Midi",
        "to_place": "Liège-Guillemins", "arrive_by_at": "2026-02-10T13:00:00Z", "ceiling_eur": "55.00",
    },
    "van_rental": {
        "driver": "bob", "from_at": START, "until_at": END, "pick_up": "Bruxelles", "kilometres": 220,
        "ceiling_eur": "118.40", "hold_until_at": "2026-02-08T15:00:00Z",
    },
    "equipment": {
        "items": [{"article": "par-led", "quantity": 12}], "from_at": START, "until_at": END,
        "ceiling_eur": "140.40", "hold_until_at": "2026-02-08T15:00:00Z",
    },
    "insurance": {
        "from_on": "2026-02-10", "until_on": "2026-02-10", "country": "BE", "people": 3,
        "covers": ["equipment_all_risk"], "declared_value_eur": "4368.00", "ceiling_eur": "30.00",
    },
    "workspace": {
        "days": ["2026-02-09"], "city": "Bruxelles", "ceiling_eur": "60.00",
        "hold_until_at": "2026-02-08T15:00:00Z",
    },
    "employment_contract": {
        "person_id": "p-chloe", "member": False, "function": "lichttechnicus", "artistic": False,
        "status": "employee", "days": [{"starts_at": START, "ends_at": END, "place": "Liège"}],
        "gross_eur": "291.94", "joint_committee": "304", "language": "nl", "starts_at": START, "answer_by": START,
        "remind_at": [],
    },
    "wages": {
        "person_id": "p-chloe", "gross_eur": "291.94", "chain": "employee", "days": 1, "last_day_on": "2026-02-10",
        "pay_on": "2026-02-17", "answer_by": "2026-03-05T23:00:00Z", "remind_at": [], "function": "lichttechnicus",
        "joint_committee": "304", "first_day_on": "2026-02-10",
    },
    "expenses": {
        "person_id": "p-chloe", "pay_on": "2026-02-17", "answer_by": "2026-03-05T23:00:00Z",
        "lines": [{"kind": "receipt", "label": "Strings", "amount_eur": "24.50", "on": "2026-02-10"}],
    },
    "invoicing": {
        **WHO_PAYS, "kind": "invoice", "issue_on": "2026-02-10", "due_on": "2026-03-12",
        "delivered_on": "2026-02-10",
        "lines": [{"label": "Concert", "quantity": 1, "unit_price_eur": "2400.00", "net_eur": "2400.00"}],
        "vat_category": "S", "vat_rate_percent": "6", "net_eur": "2400.00", "vat_eur": "144.00",
        "total_eur": "2544.00", "language": "fr",
    },
    "special_request": {"wish": "piano tuner", "ceiling_eur": "90.00"},
    "debt_collection": {
        "collection": COLLECTION, "decided": True,
        "stage": {"kind": "lawyer", "at": "2026-03-27T08:00:00Z", "basis": "Jud. Code art. 1394/20-27"},
    },
}  # fmt: skip
BOOKINGS: dict[str, dict[str, Any]] = {
    "agreement": {"token_id": "t", "accepted_at": "2026-02-02T11:00:00Z", "accepted_how": "link"},
    "prefinancing": {"reserved_eur": "2387.98", "posted_eur": "0.00", "voided_eur": "0.00"},
    "travel": {
        "booking_id": "bk", "from_place": "Bruxelles-Midi", "to_place": "Liège-Guillemins", "price_eur": "44.14",
        "tickets": ["ticket.pdf"], "confirmed": True,
    },
    "van_rental": {
        "van": "1-DEM-002", "source": "hirer", "price_eur": "74.00", "reference": "pk-1", "confirmed": True,
    },
    "equipment": {"lines": [], "price_eur": "117.00", "confirmed": True},
    "insurance": {"policy_number": "POL-1", "covers": ["equipment_all_risk"], "premium_eur": "16.39"},
    "workspace": {
        "room": "Forge", "city": "Bruxelles", "price_eur": "45.00", "reference": "own-1", "confirmed": True,
    },
    "employment_contract": {
        "contract": "contract-chloe.pdf", "person_signed_at": "2026-02-02T14:00:00Z", "dimona_declaration": "dm-1",
        "cooperative_signed_at": "2026-02-02T14:00:01Z", "dimona_period": "700000000002", "dimona_result": "A",
        "declared_at": "2026-02-02T14:00:02Z",
    },
    "wages": {
        "net_eur": "225.96", "cost_eur": "415.30", "pay_statement": "pay.pdf", "payment_id": "P1",
        "booked_on": "2026-02-17",
    },
    "expenses": {"amount_eur": "24.50", "note": "note.pdf", "payment_id": "P2", "booked_on": "2026-02-17"},
    "invoicing": {
        "invoice_id": "INV1", "number": "BXL-2026-000001", "structured_communication": "000000000101",
        "total_eur": "2544.00", "payable_eur": "2544.00", "due_on": "2026-03-12", "document": "BXL-2026-000001.pdf",
        "sent_by": "peppol", "message_id": "m-1",
    },
    "special_request": {"what": "piano tuner", "price_eur": "85.00"},
    "debt_collection": {
        "kind": "lawyer", "document": "BXL-2026-000001-L.pdf", "reference": "do-1", "claimed_eur": "2616.93",
    },
}  # fmt: skip
BY_HAND: dict[str, dict[str, Any]] = {
    service: {"paid_to": "somebody", "paid_how": "transfer"} for service, step in STEPS.items() if step.costs
} | {
    "wages": {"transferred_eur": "225.96"},
    "expenses": {"transferred_eur": "24.50"},
    "invoicing": {},
    "employment_contract": {},
    "debt_collection": {"costs_eur": "181.50", "borne_by": "sector"},
}
"""What a result by hand says besides, where it costs something or was paid outside."""
NEVER_SKIPPED = {"prefinancing", "employment_contract", "wages", "invoicing"}
EDITED: dict[str, dict[str, Any]] = {
    "agreement": {"language": "nl"},
    "prefinancing": {"approved_by": "p-otto"},
    "travel": {"arrive_by_at": "2026-02-10T11:00:00Z"},
    "van_rental": {"ceiling_eur": "150.00"},
    "equipment": {"ceiling_eur": "200.00"},
    "insurance": {"ceiling_eur": "40.00"},
    "workspace": {"people": 2},
    "employment_contract": {"status": "self_employed"},
    "wages": {"pay_on": "2026-02-18"},
    "expenses": {"pay_on": "2026-02-18"},
    "invoicing": {"purchase_order": "PO-1"},
    "special_request": {"ceiling_eur": "120.00"},
    "debt_collection": {"mandate": "M-1"},
}
"""One field of each that a replay may change."""
NOT_EDITED: dict[str, dict[str, Any]] = {
    "agreement": {"total_eur": "1.00"},
    "prefinancing": {"wages_eur": "1.00"},
    "travel": {"person_id": "p-bob"},
    "van_rental": {"hold_until_at": START},
    "equipment": {"hold_until_at": START},
    "insurance": {"language": "nl"},
    "workspace": {"hold_until_at": START},
    "employment_contract": {"gross_eur": "1.00"},
    "wages": {"gross_eur": "1.00"},
    "expenses": {"person_id": "p-bob"},
    "invoicing": {"total_eur": "1.00"},
    "special_request": {},
    "debt_collection": {"collection": {**COLLECTION, "payable_eur": "1.00"}},
}
"""One field of each that nobody edits; a wish is free."""


@dataclass
class Desk:
    """A worker whose every partner says no once."""

    client: Client
    queue: str
    partner: SaysNoOnce

    async def parked(self, service: str) -> "Case":
        """A step of this service that waits for a person."""
        job_id, shift = uuid.uuid4().hex[:10], TODAY - datetime.now(UTC)
        asked = OneStep(job_id=job_id, service=service, request=REQUESTS[service], shift=shift)
        handle = await self.client.start_workflow(AnyStep.run, asked, id=f"any-{job_id}", task_queue=self.queue)
        case = Case(self, service, job_id, handle, shift)

        async def there() -> Case | None:
            state = await case.state()
            return case if state and state.state == "parked" else None

        return await eventually(f"{service} parked", there)


@dataclass
class Case:
    """One parked step."""

    desk: Desk
    service: str
    job_id: str
    handle: WorkflowHandle[Any, JobFile]
    shift: timedelta

    def now(self) -> datetime:
        """The process's own time."""
        return datetime.now(UTC) + self.shift

    async def state(self) -> StepState | None:
        file = await self.handle.query(AnyStep.file)
        return file.steps.get(self.service)

    async def decided(self, kind: str, **more: Any) -> None:
        base = {"operation_id": uuid.uuid4().hex, "step": self.service, "expected_attempt": 1, "reason": "because"}
        wanted = Decision(kind=kind, by="olga", role="ops", **(base | more))  # type: ignore[arg-type]
        await self.handle.execute_update(AnyStep.decide, wanted)

    async def refused(self, kind: str, **more: Any) -> str:
        """Why the decision is not taken; the step stays as it is."""
        before = await self.state()
        with pytest.raises(WorkflowUpdateFailedError) as no:
            await self.decided(kind, **more)
        assert isinstance(no.value.cause, ApplicationError)
        assert await self.state() == before
        await self.handle.terminate()
        return str(no.value.cause.type)

    async def ended(self) -> StepState:
        try:
            file: JobFile = await asyncio.wait_for(self.handle.result(), 10)
        except TimeoutError:
            raise AssertionError(f"{self.service} does not end: {await self.state()}, {self.asked}") from None
        return file.steps[self.service]

    @property
    def asked(self) -> list[tuple[str, int]]:
        return self.desk.partner.of(self.job_id)


@pytest.fixture
async def desk(temporal_address: str) -> AsyncIterator[Desk]:
    client = await Client.connect(temporal_address, data_converter=pydantic_data_converter)
    queue, partner = f"any-{uuid.uuid4().hex[:8]}", SaysNoOnce(BOOKINGS)
    async with Worker(
        client,
        task_queue=queue,
        workflows=[AnyStep],
        activities=[partner.answer],
        workflow_runner=workflow_runner(),
    ):
        yield Desk(client, queue, partner)


async def all_parked(desk: Desk) -> list[Case]:
    return list(await asyncio.gather(*map(desk.parked, STEPS)))


def way(service: str) -> list[str]:
    """The verbs of a step from its beginning to its end."""
    step = STEPS[service]
    asked = step.answer if step.answer and not (step.answered and step.answered(_booked(service))) else None
    return [verb.name for verb in (step.hold, asked, *step.confirm) if verb]


def _booked(service: str) -> Any:
    return STEPS[service].booking.model_validate(BOOKINGS[service])


def test_the_table_has_a_row_for_every_service() -> None:
    served = {step.name for step in SERVED}
    assert served == set(STEPS) == set(REQUESTS) == set(BOOKINGS) == set(EDITED) == set(NOT_EDITED)


async def test_replayed_the_same_request_goes_on_under_the_same_order(desk: Desk) -> None:
    for case in await all_parked(desk):
        await case.decided("replay")
        state = await case.ended()
        assert (state.state, state.attempt, state.revision) == ("done", 2, 1), case.service
        first, *others = way(case.service)
        assert case.asked == [(verb, 1) for verb in (first, first, *others)], case.service


async def test_replayed_with_an_edited_request_the_old_order_goes_back_before_the_new_one(desk: Desk) -> None:
    for case in await all_parked(desk):
        request = (await case.state()).request | EDITED[case.service]  # type: ignore[union-attr]  # it is parked
        await case.decided("replay", request=request)
        state = await case.ended()
        assert (state.state, state.attempt, state.revision) == ("done", 2, 2), case.service
        release = STEPS[case.service].release
        back = [(release.name, 1)] if release else []
        first, *others = way(case.service)
        assert case.asked == [(first, 1), *back, *((verb, 2) for verb in (first, *others))], case.service


async def test_what_nobody_edits_stays_as_it_is(desk: Desk) -> None:
    for case in await all_parked(desk):
        if wrong := NOT_EDITED[case.service]:
            request = (await case.state()).request | wrong  # type: ignore[union-attr]  # it is parked
            assert await case.refused("replay", request=request) == "NotEditable", case.service
        else:
            await case.handle.terminate()


def test_what_is_done_by_hand_is_asked_and_booked_for_every_service() -> None:
    """A new service says here whether a person who does its work spends or owes anything."""
    recorded = {service for service, step in STEPS.items() if step.record}
    assert recorded == set(BY_HAND)
    assert [one for one in sorted(recorded) if not (STEPS[one].costs or STEPS[one].lacking)] == []
    nothing_to_book = {
        "agreement": "a yes costs nothing; its proof is kept",
        "prefinancing": "only our own books reserve, and closing them is never done by hand",
    }
    assert set(STEPS) - recorded == set(nothing_to_book)


async def test_done_by_hand_with_its_evidence_it_is_done_and_nobody_is_asked_any_more(desk: Desk) -> None:
    for case in await all_parked(desk):
        result = BOOKINGS[case.service] | BY_HAND.get(case.service, {})
        await case.decided("by_hand", evidence="letter.pdf", reference="4711", result=result)
        state = await case.ended()
        assert (state.state, state.attempt, state.by_hand) == ("done", 1, True), case.service
        assert (state.evidence, state.evidence_reference) == ("letter.pdf", "4711")
        assert state.booking == STEPS[case.service].booking.model_validate(result).model_dump(mode="json")
        booked = [("book_by_hand", 1)] if case.service in BY_HAND else []
        assert case.asked[1:] == booked + books_closed(case), case.service


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({}, "paid_how"),
        ({"paid_how": "free"}, "price: 85.00 EUR does not go with free"),
        ({"paid_how": "card"}, "paid_to"),
        ({"paid_how": "card", "paid_to": "Klavier & Co", "price_eur": "450.00"}, "above the ceiling of 90.00 EUR"),
        ({"paid_how": "card", "paid_to": "Klavier & Co", "price_eur": "-1.00"}, "never below zero"),
        ({"paid_how": "card", "paid_to": "Klavier & Co", "vat_eur": "86.00"}, "vat_eur: 86.00 EUR is more"),
    ],
)
def test_a_result_by_hand_says_what_it_cost_and_who_was_paid(wrong: dict[str, str], why: str) -> None:
    step, state = (
        STEPS["special_request"],
        StepState(service="special_request", request=REQUESTS["special_request"]),
    )
    decision = Decision(
        operation_id="o", step="special_request", kind="by_hand", expected_attempt=1, by="olga", role="ops",
        reason="because", evidence="bill.pdf", result=BOOKINGS["special_request"] | wrong,
    )  # fmt: skip
    flaw = contents_flaw(step, state, decision)
    assert flaw is not None
    assert flaw[0] == "ResultIncomplete"
    assert why in flaw[1]


async def test_by_hand_without_evidence_is_not_taken(desk: Desk) -> None:
    for case in await all_parked(desk):
        assert await case.refused("by_hand", result=BOOKINGS[case.service]) == "EvidenceMissing", case.service


async def test_skipped_only_where_the_job_can_do_without(desk: Desk) -> None:
    for case in await all_parked(desk):
        if case.service in NEVER_SKIPPED:
            assert await case.refused("skip") == "NeverSkipped", case.service
            continue
        await case.decided("skip")
        assert (await case.ended()).state == "skipped", case.service
        assert given_back(case), case.service


async def test_failed_gives_back_what_a_lost_answer_may_have_taken(desk: Desk) -> None:
    for case in await all_parked(desk):
        await case.decided("fail")
        assert (await case.ended()).state == "failed", case.service
        assert given_back(case), case.service


def given_back(case: Case) -> bool:
    release = STEPS[case.service].release
    return case.asked[1:] == ([(release.name, 1)] if release else []) + books_closed(case)


def books_closed(case: Case) -> list[tuple[str, int]]:
    """The fund's step closes the books at the end, whatever a person made of its first verb."""
    return [("settle", 1)] if case.service == "prefinancing" else []


async def test_postponed_until_a_moment_it_goes_on_by_itself_then(desk: Desk) -> None:
    cases = await all_parked(desk)
    for case in cases:
        until_at = case.now() + timedelta(seconds=2)
        await case.decided("postpone", until_at=until_at)
        state = await case.state()
        assert state is not None
        if case.now() < until_at:  # on a busy machine the moment may have come before anybody looks
            assert (state.state, state.postponed_until_at, len(case.asked)) == ("parked", until_at, 1), case.service
    for case in cases:
        state = await case.ended()
        assert (state.state, state.attempt, state.postponed_until_at) == ("done", 2, None), case.service


async def test_postponed_until_its_partner_answers_it_waits_and_can_be_decided_otherwise(desk: Desk) -> None:
    for case in await all_parked(desk):
        await case.decided("postpone", until_partner="railway")
        state = await case.state()
        assert state is not None
        assert (state.state, state.until_partner, len(case.asked)) == ("parked", "railway", 1), case.service
        await case.decided("replay")
        state = await case.ended()
        assert (state.state, state.attempt, state.until_partner) == ("done", 2, None), case.service
