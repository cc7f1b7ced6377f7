"""Courses of the real processes, without a server: each activity is answered by the test."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from activities.catalog import steps as every_step
from domain.job import (
    CollectionInput,
    Decision,
    JobFile,
    JobInput,
    Move,
    Problem,
    Remembered,
    Report,
    StepState,
    Withdrawal,
)
from domain.plan import JobPlan
from domain.services.debt_collection import DebtCollectionRequest, DunningStage, OpenBalance, StageRequest
from domain.services.employment_contract import EmploymentContractRequest, Engagement, WorkDay
from domain.services.van_rental import VanBooking, VanRentalRequest
from domain.services.wages import WagePayment, WagesRequest
from tests.process.stage import BEGINS, Errand, Stage
from workflows.debt_collection import DebtCollectionWorkflow
from workflows.job import JobWorkflow

START = BEGINS + timedelta(days=10)
VAN = VanBooking(van="1-ABC-123", source="hirer", price_eur=Decimal("90.00"), reference="R1")
SIGNED = Engagement(token_id="t", contract="c", person_signed_at=BEGINS, cooperative_signed_at=BEGINS)


def plan(start: datetime = START, crew: tuple[str, ...] = ("bob",), vans: tuple[str, ...] = ("van",)) -> JobPlan:
    """One day of work, by Bob, with a van."""
    end = start + timedelta(hours=8)
    contract = EmploymentContractRequest(
        person_id="p", member=False, function="musician", artistic=True, gross_eur=Decimal("200.00"),
        starts_at=start, joint_committee="304", language="fr", answer_by=start - timedelta(hours=1),
        days=(WorkDay(starts_at=start, ends_at=end, place="Liège"),),
    )  # fmt: skip
    wages = WagesRequest(
        person_id="p", gross_eur=Decimal("200.00"), chain="artist", days=1, last_day_on=end.date(),
        pay_on=date(2026, 3, 6), answer_by=end + timedelta(days=30),
    )  # fmt: skip
    van = VanRentalRequest(
        driver="bob", from_at=start, until_at=end, pick_up="Liège", kilometres=100, ceiling_eur=Decimal("150.00"),
        hold_until_at=start,
    )  # fmt: skip
    return JobPlan(
        entity="house", member_id="m", client_id="c", title="a concert", first_start_at=start, last_end_at=end,
        agree_by=start - timedelta(days=3), confirm_by=start - timedelta(days=2), report_by=end + timedelta(days=2),
        van_rental=dict.fromkeys(vans, van), employment_contract=dict.fromkeys(crew, contract),
        wages=dict.fromkeys(crew, wages),
    )  # fmt: skip


class Numbered(BaseModel):
    """What every order has."""

    revision: int


class Job:
    """A job in a test's hand."""

    def __init__(self, told: JobPlan) -> None:
        self.stage = Stage(JobWorkflow, JobInput(job_id="J", quote_id="q", plan=told))
        self.notes()

    def notes(self) -> None:
        """The tables are told."""
        while notes := [each for each in self.stage.errands.values() if each.kind == "remember"]:
            assert notes[0].argument(Remembered)
            self.stage.answer(notes[0])

    def tried(self) -> list[str]:
        """What is tried now, with the revision of its order."""
        return sorted(f"{each.kind} {self._revision(each)}" for each in self.stage.errands.values())

    def _revision(self, errand: Errand) -> int:
        order: Numbered = errand.argument(Numbered)
        return order.revision

    def errand(self, kind: str) -> Errand:
        """What is tried now under this name."""
        (found,) = (each for each in self.stage.errands.values() if each.kind == kind)
        return found

    def done(self, kind: str, result: Any) -> None:
        """It succeeds."""
        self.stage.answer(self.errand(kind), result)
        self.notes()

    def refused(self, kind: str, why: str = "NoVanLeft") -> None:
        """It is refused."""
        self.stage.refuse(self.errand(kind), why)
        self.notes()

    def lost(self, kind: str) -> None:
        """Perhaps it happened; nobody here knows."""
        self.stage.lose(self.errand(kind))
        self.notes()

    def problem(self, step: str) -> str | None:
        """What a parked step asks."""
        problem = self.state(step).problem
        return problem.type if problem else None

    def decide(self, step: str, kind: str, **more: Any) -> str | None:
        """A person decides."""
        told = {"operation_id": str(self.stage.tasks), "step": step, "kind": kind, "by": "iris", "role": "advisor"}
        seen = {"expected_attempt": self.state(step).attempt, "reason": "as agreed"}
        why = self.stage.say("decide", Decision.model_validate(told | seen | more))
        self.notes()
        return why

    def stop(self) -> None:
        """The member withdraws the job."""
        told = {"operation_id": "w", "by": "ann", "role": "member", "reason": "ill"}
        assert self.stage.say("withdraw", Withdrawal.model_validate(told)) is None
        self.notes()

    def move(self, told: JobPlan) -> None:
        """The member moves the job."""
        n = str(self.stage.tasks)
        move = Move(operation_id=n, by="ann", role="member", reason="the hall is closed", plan=told)
        assert self.stage.say("move", move) is None
        self.notes()

    def signed(self) -> None:
        """Bob signs, and the cooperative."""
        self.done("employment_contract.offer", Engagement(token_id="t"))
        self.stage.signal("answered", ["employment_contract:bob"])
        self.notes()
        self.done("employment_contract.person_signs", SIGNED)

    def until(self, at: datetime) -> None:
        """Time passes."""
        while self.stage.timers and min(self.stage.timers.values()) <= at:
            self.stage.ring(min(self.stage.timers, key=lambda seq: self.stage.timers[seq]))
            self.notes()
        self.stage.now = at

    def state(self, step: str) -> StepState:
        """A step, from the process itself."""
        found: StepState = self.stage.workflow._file.steps[step]
        return found


@pytest.fixture
def jobs() -> Iterator[list[Job]]:
    """Jobs that are taken off the stage at the end."""
    made: list[Job] = []
    yield made
    for job in made:
        job.stage.close()


def test_who_signs_while_a_move_removes_them_is_asked_about_and_paid_as_promised(jobs: list[Job]) -> None:
    jobs.append(job := Job(plan(vans=())))
    job.signed()
    job.move(plan(crew=(), vans=()))
    job.done("employment_contract.sign", SIGNED)
    job.done("employment_contract.declare", SIGNED)
    contract = job.state("employment_contract:bob")
    assert (contract.state, contract.problem and contract.problem.type) == ("parked", "SignedContract")
    told = {"operation_id": "1", "step": "employment_contract:bob", "kind": "keep", "by": "iris", "role": "advisor"}
    keep = Decision.model_validate(told | {"expected_attempt": contract.attempt, "reason": "it was promised"})
    assert job.stage.say("decide", keep) is None
    job.notes()
    assert "wages.pay 1" in job.tried()


def test_who_is_let_go_and_wanted_again_on_another_day_is_asked_about_that_day(jobs: list[Job]) -> None:
    jobs.append(job := Job(plan(vans=())))
    job.signed()
    job.done("employment_contract.sign", SIGNED)
    job.done("employment_contract.declare", SIGNED)
    job.move(plan(crew=(), vans=()))
    assert job.state("employment_contract:bob").problem.type == "SignedContract"  # type: ignore[union-attr]  # it is parked
    job.move(plan(START + timedelta(days=5), vans=()))
    assert job.state("employment_contract:bob").problem.type == "SignedContractChanges"  # type: ignore[union-attr]  # it is parked


def test_a_van_missed_on_the_old_day_is_looked_for_on_the_new_day(jobs: list[Job]) -> None:
    jobs.append(job := Job(plan()))
    job.signed()
    job.done("employment_contract.sign", SIGNED)
    job.done("employment_contract.declare", SIGNED)
    job.refused("van_rental.hold")
    job.until(START - timedelta(hours=23))
    while "van_rental.release 1" in job.tried():  # a lost answer may have taken it
        job.done("van_rental.release", VAN)
    assert (job.state("van_rental:van").state, job.tried()) == ("missed", [])
    job.move(plan(START + timedelta(days=5)))
    assert job.tried() == ["van_rental.hold 2"]
    job.done("van_rental.hold", VAN)
    job.done("van_rental.release", VAN)
    job.done("van_rental.confirm", VAN)
    assert (job.state("van_rental:van").state, job.state("van_rental:van").revision) == ("done", 2)


def test_a_van_missed_stays_missed_when_the_new_day_is_as_near(jobs: list[Job]) -> None:
    jobs.append(job := Job(plan()))
    job.signed()
    job.done("employment_contract.sign", SIGNED)
    job.done("employment_contract.declare", SIGNED)
    job.refused("van_rental.hold")
    job.until(START - timedelta(hours=23))
    while "van_rental.release 1" in job.tried():
        job.done("van_rental.release", VAN)
    job.move(plan(START + timedelta(minutes=30)))
    assert (job.state("van_rental:van").state, job.tried()) == ("missed", [])


def test_every_step_of_a_carried_file_is_known_before_it_is_taken_again() -> None:
    ends = BEGINS + timedelta(hours=2)
    van = StepState(
        service="van_rental", item="van", state="held", request=plan().van_rental["van"].model_dump(mode="json"),
        booking=VAN.model_copy(update={"expires_at": ends}).model_dump(mode="json"),
    )  # fmt: skip
    steps = {van.step: van} | {
        name: StepState(service=name, item="-", request={}) for name in every_step() if name != "van_rental"
    }
    carried = JobFile(job_id="J", steps=steps)
    job = JobWorkflow(JobInput(job_id="J", quote_id="q", plan=plan(), carried=carried))
    assert job._steps.held_until() == {"van_rental:van": ends}
    assert all(job._steps.knows(step) for step in steps)


def test_every_service_of_a_plan_has_its_step() -> None:
    services = {
        "agreement",
        "prefinancing",
        "insurance",
        "van_rental",
        "equipment",
        "travel",
        "employment_contract",
    }
    services |= {"expenses", "wages", "invoicing", "special_request", "workspace"}
    assert set(every_step()) == services
    assert services <= set(JobPlan.model_fields)


def test_a_parked_reminder_carried_on_is_over_when_the_money_has_come() -> None:
    request = DebtCollectionRequest(
        invoice_id="INV1", number="INV1", client_id="c", client_version=1, member_id="m", consumer=False,
        payable_eur=Decimal("121.00"), due_on=date(2026, 1, 20),
    )  # fmt: skip
    why = Problem(type="NoAddress", text="No address.", since_at=BEGINS, decided_by="ops")
    stage = StepState(
        service="debt_collection", item="inv1-friendly-reminder", state="parked", problem=why, request={}
    )
    carried = JobFile(job_id="J", steps={stage.step: stage})
    play = Stage(
        DebtCollectionWorkflow, CollectionInput(job_id="J", entity="house", request=request, carried=carried)
    )
    try:
        (look,) = play.errands.values()
        play.answer(look, OpenBalance(open_eur=Decimal("0.00"), paid_eur=Decimal("121.00")))
        state = play.workflow._file.steps[stage.step]
        assert (state.state, state.problem) == ("superseded", None)
        assert "debt_collection.settle" in [each.kind for each in play.errands.values()]
    finally:
        play.close()


BOB = "employment_contract:bob"


def test_a_signature_whose_answer_got_lost_is_asked_about_when_the_person_is_taken_off(jobs: list[Job]) -> None:
    jobs.append(job := Job(plan(vans=())))
    job.signed()
    job.lost("employment_contract.sign")
    job.move(plan(crew=(), vans=()))
    job.refused("employment_contract.withdraw_offer", "ContractAlreadyBinds")
    assert job.problem(BOB) == "SignedContract"
    assert job.decide(BOB, "keep") is None
    job.done("employment_contract.sign", SIGNED)
    job.done("employment_contract.declare", SIGNED)
    assert "wages.pay 1" in job.tried()


def test_a_signature_whose_answer_got_lost_is_asked_about_when_it_is_given_up(jobs: list[Job]) -> None:
    jobs.append(job := Job(plan(vans=())))
    job.signed()
    job.lost("employment_contract.sign")
    assert job.decide(BOB, "fail") is None
    job.refused("employment_contract.withdraw_offer", "ContractAlreadyBinds")
    assert job.problem(BOB) == "SignedContract"
    assert job.stage.workflow._file.off_the_job == ["bob"]


def test_what_is_given_up_unsigned_takes_its_offer_back(jobs: list[Job]) -> None:
    jobs.append(job := Job(plan(vans=())))
    job.refused("employment_contract.offer")
    assert job.decide(BOB, "fail") is None
    job.done("employment_contract.withdraw_offer", Engagement())
    assert job.state(BOB).state == "failed"
    assert job.stage.workflow._file.undo == []


def test_a_signature_whose_answer_got_lost_is_asked_about_when_the_job_stops_and_paid_when_kept(
    jobs: list[Job],
) -> None:
    jobs.append(job := Job(plan(vans=())))
    job.signed()
    job.lost("employment_contract.sign")
    job.stop()
    job.refused("employment_contract.withdraw_offer", "ContractAlreadyBinds")
    assert job.problem(BOB) == "SignedContract"
    assert job.decide(BOB, "keep") is None
    job.done("employment_contract.sign", SIGNED)
    job.done("employment_contract.declare", SIGNED)
    job.until(START + timedelta(days=25))
    assert job.tried() == ["wages.pay 1"]


def test_a_move_after_a_signature_whose_answer_got_lost_keeps_pay_and_contract_together(jobs: list[Job]) -> None:
    """The fee was 200.00 when both signed; moved to another day, nobody has signed that."""
    jobs.append(job := Job(plan(vans=())))
    job.signed()
    job.lost("employment_contract.sign")
    job.move(plan(start=START + timedelta(days=3), vans=()))
    job.refused("employment_contract.offer", "ContractAlreadyBinds")
    job.done("employment_contract.withdraw_offer", Engagement())
    assert job.problem(BOB) == "SignedContractChanges"
    assert job.state(BOB).revision == 1
    assert job.decide(BOB, "keep") is None


def test_what_is_nobody_s_any_more_while_a_stopped_job_asks_people_is_over(jobs: list[Job]) -> None:
    """A wage is being set going when the member says that it did not happen; what is asked then may take weeks."""
    jobs.append(job := Job(plan(vans=())))
    job.signed()
    job.done("employment_contract.sign", SIGNED)
    job.done("employment_contract.declare", SIGNED)
    job.until(START + timedelta(hours=9))
    report = {"operation_id": "r", "by": "ann", "outcome": "did_not_happen"}
    assert job.stage.say("report", Report.model_validate(report)) is None
    job.notes()
    assert job.problem(BOB) == "SignedContract"
    states = {name: state.state for name, state in job.stage.workflow._file.steps.items() if name != BOB}
    assert "trying" not in states.values()


ORDERED = WagePayment(net_eur=Decimal("140.00"), cost_eur=Decimal("300.00"), payment_id="P1")


def ended_with_a_wage_on_the_list(job: Job) -> None:
    """Bob's wage was ordered; then the member says that it did not happen, and his contract ends by agreement."""
    job.signed()
    job.done("employment_contract.sign", SIGNED)
    job.done("employment_contract.declare", SIGNED)
    job.until(date_at(date(2026, 3, 4)))
    job.done("wages.pay", ORDERED)
    report = {"operation_id": "r", "by": "ann", "outcome": "did_not_happen"}
    assert job.stage.say("report", Report.model_validate(report)) is None
    job.notes()
    assert job.decide(BOB, "end") is None
    job.done("employment_contract.terminate", SIGNED)


def test_a_wage_on_the_list_of_a_job_that_did_not_happen_comes_off_it(jobs: list[Job]) -> None:
    jobs.append(job := Job(later(plan(vans=()))))
    ended_with_a_wage_on_the_list(job)
    job.done("wages.recover", ORDERED)
    assert job.state("wages:bob").state == "superseded"
    assert job.tried() == []


def test_a_wage_the_bank_has_stays_paid_and_is_waited_for(jobs: list[Job]) -> None:
    jobs.append(job := Job(later(plan(vans=()))))
    ended_with_a_wage_on_the_list(job)
    job.refused("wages.recover", "AlreadyPaidOut")
    assert (job.state("wages:bob").state, job.stage.workflow._owed) == ("trying", ["bob"])


def later(told: JobPlan) -> JobPlan:
    """The member has until April to say how it was: the wage is set going before that."""
    return told.model_copy(update={"report_by": date_at(date(2026, 4, 1))})


def date_at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_giving_up_a_write_off_is_no_end_it_is_asked_again() -> None:
    """Nothing is planned after it: the collection looked every thirty days for ever, and nobody could act."""
    stage = DunningStage(kind="write_off", at=BEGINS, basis="terms")
    request = DebtCollectionRequest(
        invoice_id="INV1", number="INV1", client_id="c", client_version=1, member_id="m", consumer=False,
        payable_eur=Decimal("121.00"), due_on=date(2026, 1, 20),
    )  # fmt: skip
    asked = StageRequest(collection=request, stage=stage).model_dump(mode="json")
    given_up = StepState(
        service="debt_collection", item="inv1-write-off", state="failed", request=asked, attempt=1, decided=1
    )
    carried = JobFile(job_id="J", steps={given_up.step: given_up})
    play = Stage(
        DebtCollectionWorkflow, CollectionInput(job_id="J", entity="house", request=request, carried=carried)
    )
    owed = OpenBalance(open_eur=Decimal("121.00"), paid_eur=Decimal("0.00"), next_stage=stage)

    def told() -> None:
        while notes := [each for each in play.errands.values() if each.kind == "remember"]:
            play.answer(notes[0])

    def decided(kind: str) -> str | None:
        told = {"operation_id": kind, "step": given_up.step, "kind": kind, "expected_attempt": 2, "by": "olga"}
        return play.say("decide", Decision.model_validate(told | {"role": "ops", "reason": "not yet"}))

    try:
        (look,) = (each for each in play.errands.values() if each.kind == "debt_collection.look")
        play.answer(look, owed)
        told()
        (again,) = (each for each in play.errands.values() if each.kind == "debt_collection.write_off")
        play.refuse(again, "WriteOffNeedsDecision")
        told()
        assert play.workflow._file.steps[given_up.step].state == "parked"
        assert [decided("fail"), decided("skip")] == ["StillOwed", "StillOwed"]
        assert decided("replay") is None
    finally:
        play.close()
