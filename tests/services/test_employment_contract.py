"""Somebody is engaged: offered, signed twice, declared in the same minute, or told not to start."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import ActivityEnvironment

from activities.dimona import Dimona, away
from activities.employment_contract import STEP, EmploymentContract, binds
from domain.dimona import DimonaAnswer, DimonaDeclaration
from domain.errors import NotYet, PartnerDown
from domain.orders import StepOrder
from domain.services.employment_contract import (
    ContractAlreadyBinds,
    CoverGone,
    DimonaRefused,
    EmploymentContractRequest,
    Engagement,
    LanguageNeedsAdviser,
    NotSignedInTime,
    PersonRefused,
    Seal,
    WorkDay,
)
from partners.dimona import DimonaAccount, SocialSecurity
from partners.signature import SealPartner, verified
from storage.jobs.deadlines import Deadlines, StoredDeadline
from storage.jobs.jobs import Jobs
from storage.services.employment_contract import CallList, Engagements
from tests.databases import a_declaration, sqlite_database
from tests.services.conftest import Partners, TestClock
from tests.services.office import Office, open_office

START = datetime(2026, 3, 14, 13, 0, tzinfo=UTC)  # 14:00 in Liège
END = datetime(2026, 3, 14, 22, 0, tzinfo=UTC)


@pytest.fixture
async def office(tmp_path: Path, partners: Partners, clock: TestClock) -> AsyncIterator[Office]:
    async with open_office(sqlite_database(tmp_path), partners, clock) as opened:
        yield opened


class Woken:
    """The processes of other jobs, as far as they are told to look again."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    async def wake(self, job_id: str, step: str) -> None:
        self.told.append((job_id, step))


@pytest.fixture
def woken() -> Woken:
    return Woken()


@pytest.fixture
def service(office: Office, woken: Woken) -> EmploymentContract:
    async def pause(seconds: float) -> None:
        office.clock.wait(seconds=seconds)

    account = DimonaAccount(client_id="liege")
    social_security = SocialSecurity(office.partners.http("dimona"), account, office.clock)
    return EmploymentContract(
        engagements=Engagements(office.database),
        call_list=CallList(office.database),
        seal_partner=SealPartner(office.partners.http("signature")),
        dimona=Dimona(social_security, pause=pause),
        entities=office.entities,
        people=office.people,
        jobs=office.jobs,
        links=office.links,
        papers=office.papers,
        printer=office.press,
        post=office.post,
        deadlines=office.deadlines,
        letterhead=office.letterhead,
        clock=office.clock,
        wake=woken.wake,
    )


def order(
    office: Office, item: str = "bob", revision: int = 1, **more: Any
) -> StepOrder[EmploymentContractRequest]:
    request = EmploymentContractRequest(
        **{
            "person_id": f"p-{item}",
            "member": item == "ana",
            "function": "Musicien",
            "artistic": True,
            "days": (WorkDay(starts_at=START, ends_at=END, place="Liège"),),
            "gross_eur": "300.00",
            "joint_committee": "304",
            "language": "fr",
            "starts_at": START,
            "answer_by": START,
            "remind_at": tuple(START - timedelta(hours=hours) for hours in (48, 24, 4)),
            **more,
        }
    )
    before = f"{office.job_id}/employment_contract/{item}/{revision - 1}" if revision > 1 else None
    return StepOrder(
        job_id=office.job_id,
        service="employment_contract",
        item=item,
        revision=revision,
        replaces=before,
        entity="liege",
        request=request,
    )


async def answers(office: Office, order_key: str, kind: str = "signed", reason: str = "") -> None:
    """The person answers through the link."""
    link = await office.links.link(
        order_key=order_key,
        job_id=office.job_id,
        step="employment_contract:bob",
        audience="collaborator",
        subject_id="p-bob",
        expires_at=START,
    )
    await office.links.give_answer(link.token_id, kind, office.clock.now(), reason=reason)  # type: ignore[arg-type]  # a test's word


async def engaged(service: EmploymentContract, office: Office, **more: Any) -> Engagement:
    """The whole way, with social security answering after some minutes."""
    wanted = order(office, **more)
    await service.offer(wanted)
    await answers(office, wanted.key)
    await service.person_signs(wanted)
    await service.sign(wanted)
    with pytest.raises(NotYet):
        await service.declare(wanted)
    office.clock.wait(minutes=15)
    return await service.declare(wanted)


async def test_somebody_is_offered_signs_and_is_declared_once(service: EmploymentContract, office: Office) -> None:
    for _ in range(2):
        offered = await service.offer(order(office))
    assert (offered.contract, offered.assignment_note) == ("contract-bob.pdf", False)
    (invitation,) = await office.post.mailbox("bob@example.org")
    assert "http://allin.test/i/" in invitation.text
    with pytest.raises(NotYet):
        await service.person_signs(order(office))
    await answers(office, order(office).key)
    signed = await service.person_signs(order(office))
    assert signed.person_signed_at == office.clock.now()

    for _ in range(2):
        sealed = await service.sign(order(office))
    assert sealed.cooperative_signed_at == office.clock.now()
    with pytest.raises(NotYet) as not_yet:
        await service.declare(order(office))
    assert not_yet.value.ask_again_in == timedelta(minutes=15)
    declared_at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    office.clock.wait(minutes=15)
    for _ in range(2):
        declared = await service.declare(order(office))
    assert (declared.dimona_result, declared.declared_at) == ("A", declared_at)
    assert declared.dimona_period is not None

    assert await office.partners.effects("signature", "seal") == ["seal"]
    assert await office.partners.effects("dimona", "declaration") == ["declaration"]
    assert len(await office.post.mailbox("bob@example.org")) == 2
    met = await office.met()
    assert met["contract_signed", "bob"] is not None
    assert met["dimona", "bob"] == declared_at
    assert await office.papers_of("dimona_receipt") == ["dimona-receipt-bob.pdf"]


async def test_the_evidence_verifies_against_the_very_contract(service: EmploymentContract, office: Office) -> None:
    await engaged(service, office)
    contract = await office.papers.read(office.job_id, "contract-bob.pdf")
    evidence = json.loads(await office.papers.read(office.job_id, "contract-bob-evidence.json"))
    seal = Seal.model_validate(evidence["cooperative"])
    assert verified(seal, contract)
    assert not verified(seal, contract + b" ")
    assert evidence["person"]["kind"] == "signed"


async def test_a_seal_whose_answer_was_lost_is_adopted(service: EmploymentContract, office: Office) -> None:
    await service.offer(order(office))
    await answers(office, order(office).key)
    await service.person_signs(order(office))
    await office.partners.fault("signature", "sign_hash", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await service.sign(order(office))
    with pytest.raises(ContractAlreadyBinds):
        await service.withdraw_offer(order(office))
    assert (await service.sign(order(office))).cooperative_signed_at is not None
    assert await office.partners.effects("signature", "seal") == ["seal"]


async def test_what_was_sealed_and_got_no_answer_is_ended_by_agreement_not_withdrawn(
    service: EmploymentContract, office: Office
) -> None:
    await service.offer(order(office))
    await answers(office, order(office).key)
    await service.person_signs(order(office))
    await office.partners.fault("signature", "sign_hash", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await service.sign(order(office))
    ended = await service.terminate(order(office))
    assert (ended.cooperative_signed_at, ended.terminated_on) == (office.clock.now(), office.clock.now().date())
    assert await office.papers_of("termination") == ["termination-bob.pdf"]


async def test_who_is_told_not_to_start_after_a_lost_seal_is_known_to_have_a_contract(
    service: EmploymentContract, office: Office
) -> None:
    await service.offer(order(office))
    await answers(office, order(office).key)
    await service.person_signs(order(office))
    await office.partners.fault("signature", "sign_hash", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await service.sign(order(office))
    sealed_at, office.clock.at = office.clock.now(), START
    told = await service.take_off(order(office))
    assert told.cooperative_signed_at == sealed_at
    assert binds(told)


async def test_a_declaration_whose_answer_was_lost_is_adopted(service: EmploymentContract, office: Office) -> None:
    await office.partners.fault("dimona", "declare", "execute_then_fail")
    wanted = order(office)
    await service.offer(wanted)
    await answers(office, wanted.key)
    await service.person_signs(wanted)
    await service.sign(wanted)
    with pytest.raises(PartnerDown):
        await service.declare(wanted)
    office.clock.wait(minutes=1)
    assert (await service.declare(wanted)).dimona_result == "A"
    assert await office.partners.effects("dimona", "declaration") == ["declaration"]


async def test_social_security_away_is_told_to_a_person_long_before_the_work_starts(
    service: EmploymentContract, office: Office
) -> None:
    wanted = order(office)
    await service.offer(wanted)
    await answers(office, wanted.key)
    await service.person_signs(wanted)
    await service.sign(wanted)
    await office.partners.fault("dimona", "*", "503", times=100)
    told = []
    for minutes, tries in ((0, 4), (1, 5), (26, 11), (34, 12)):
        office.clock.wait(minutes=minutes)
        trying = ActivityEnvironment()
        trying.info = replace(trying.info, attempt=tries)
        with pytest.raises(PartnerDown) as down:
            await trying.run(service.declare, wanted)
        told.append(down.value.too_long)
    assert told == [False, False, False, True]
    assert START - office.clock.now() > timedelta(days=1)


async def test_signed_an_hour_before_the_start_six_minutes_are_forgiven() -> None:
    signed_at, gone = START - timedelta(hours=1), PartnerDown("dimona", "away")
    trying = ActivityEnvironment()
    trying.info = replace(trying.info, attempt=8)
    told = [trying.run(away, gone, signed_at, signed_at + timedelta(minutes=n), START).too_long for n in (5, 6)]
    assert told == [False, True]


async def test_a_refused_declaration_parks_and_a_replay_declares_anew(
    service: EmploymentContract, office: Office
) -> None:
    await office.admin("dimona/results", result="B", times=1, code="90017-369")
    wanted = order(office)
    await service.offer(wanted)
    await answers(office, wanted.key)
    await service.person_signs(wanted)
    await service.sign(wanted)
    with pytest.raises(NotYet):
        await service.declare(wanted)
    office.clock.wait(minutes=15)
    with pytest.raises(DimonaRefused, match="90017-369"):
        await service.declare(wanted)
    with pytest.raises(NotYet):
        await service.declare(wanted)
    office.clock.wait(minutes=15)
    assert (await service.declare(wanted)).dimona_result == "A"
    assert len(await office.partners.effects("dimona", "declaration")) == 2


async def test_asking_social_security_again_takes_longer_each_time(
    service: EmploymentContract, office: Office
) -> None:
    await office.admin("dimona/results", result="S", times=1)
    wanted = order(office)
    await service.offer(wanted)
    await answers(office, wanted.key)
    await service.person_signs(wanted)
    await service.sign(wanted)
    pauses = []
    for hours in (0, 1, 3, 9):
        office.clock.wait(hours=hours)
        with pytest.raises(NotYet) as not_yet:
            await service.declare(wanted)
        pauses.append(not_yet.value.ask_again_in)
    assert pauses[0] == timedelta(minutes=15)
    assert timedelta(hours=1) <= (pauses[1] or timedelta()) < timedelta(hours=1, minutes=1)
    assert pauses[3] == timedelta(hours=6)


async def test_a_refusal_of_the_person_is_told_with_its_reason(service: EmploymentContract, office: Office) -> None:
    await service.offer(order(office))
    await answers(office, order(office).key, "refused", "je suis en tournée")
    with pytest.raises(PersonRefused, match="je suis en tournée"):
        await service.person_signs(order(office))


async def test_whoever_has_not_entered_their_data_reads_the_text_and_cannot_sign_yet(
    service: EmploymentContract, office: Office
) -> None:
    person = await office.people.person("p-bob")
    await office.people.save(person.model_copy(update={"iban": None}), office.clock.now())
    assert (await service.offer(order(office))).contract is None
    assert await office.papers_of("contract_offer") == ["contract-offer-bob.pdf"]
    await answers(office, order(office).key)
    with pytest.raises(NotYet):
        await service.person_signs(order(office))
    await office.people.enter("p-bob", office.clock.now(), iban=person.iban)
    assert (await service.person_signs(order(office))).contract == "contract-bob.pdf"


async def test_a_second_job_on_the_same_days_needs_a_note_and_no_second_declaration(
    service: EmploymentContract, office: Office
) -> None:
    await engaged(service, office)
    second = order(office, revision=1, function="Technicien").model_copy(update={"item": "bob-light"})
    note = await service.offer(second)
    assert (note.assignment_note, note.contract) == (True, "assignment-note-bob-light.pdf")
    for verb in (service.person_signs, service.sign, service.declare):
        assert (await verb(second)).assignment_note
    assert await office.partners.effects("dimona", "declaration") == ["declaration"]
    assert await office.partners.effects("signature", "seal") == ["seal"]


async def a_second_job(office: Office) -> StepOrder[EmploymentContractRequest]:
    """Another job of the same evening, with its own deadlines."""
    due = [
        StoredDeadline(kind=kind, item="bob", due_at=START, basis="law") for kind in ("dimona", "contract_signed")
    ]
    declared = await Jobs(office.database).declare(a_declaration(deadlines=due))
    return order(office, function="Technicien").model_copy(update={"job_id": declared.job_id})


async def unmet(office: Office, job_id: str) -> list[str]:
    kept = await Deadlines(office.database).of_job(job_id)
    return sorted(one.kind for one in kept if one.met_at is None)


async def test_what_another_job_declared_closes_the_deadlines_of_an_assignment_note_with_its_number(
    service: EmploymentContract, office: Office
) -> None:
    first = order(office)
    await service.offer(first)
    await answers(office, first.key)
    await service.person_signs(first)
    await service.sign(first)
    second = await a_second_job(office)
    assert (await service.offer(second)).assignment_note
    await service.sign(second)
    with pytest.raises(NotYet):
        await service.declare(second)  # the contract it leans on is not declared yet: nothing is said to be
    assert await unmet(office, second.job_id) == ["contract_signed", "dimona"]

    with pytest.raises(NotYet):
        await service.declare(first)
    office.clock.wait(minutes=15)
    declared = await service.declare(first)
    leaning = await service.declare(second)
    assert (leaning.covered_by_job, leaning.covered_by_dimona) == (office.job_id, declared.dimona_period)
    assert leaning.story_values() == {"assigned": office.job_id, "covering": declared.dimona_period}
    assert await unmet(office, second.job_id) == []
    assert await office.partners.effects("dimona", "declaration") == ["declaration"]


async def test_when_the_contract_ends_on_which_another_job_leans_that_job_is_due_again(
    service: EmploymentContract, office: Office, woken: Woken
) -> None:
    await engaged(service, office)
    second = await a_second_job(office)
    await service.offer(second)
    await service.declare(second)
    assert await unmet(office, second.job_id) == []
    assert woken.told == []
    await service.terminate(order(office))
    assert await unmet(office, second.job_id) == ["contract_signed", "dimona"]
    assert woken.told == [(second.job_id, "employment_contract:bob")]
    for verb in (service.sign, service.declare):
        with pytest.raises(CoverGone):
            await verb(second)


async def anew(service: EmploymentContract, wanted: StepOrder[EmploymentContractRequest]) -> Engagement:
    """The same work under the next order, as its process asks for it once nothing stands behind it."""
    following = wanted.model_copy(update={"revision": 2, "replaces": wanted.key})
    return await service.offer(following)


async def test_a_contract_ended_on_its_very_day_before_the_start_covers_nothing_and_after_it_still_today(
    service: EmploymentContract, office: Office, woken: Woken
) -> None:
    await engaged(service, office)
    second = await a_second_job(office)
    await service.offer(second)
    await service.declare(second)
    office.clock.at = START + timedelta(hours=1)
    await service.terminate(order(office))
    assert woken.told == [], "an OUT of today leaves today declared"
    assert (await service.declare(second)).covered_by_job == office.job_id


async def test_a_contract_called_off_in_the_morning_leaves_the_evening_of_another_job_without(
    service: EmploymentContract, office: Office, woken: Woken
) -> None:
    await engaged(service, office)
    second = await a_second_job(office)
    await service.offer(second)
    await service.declare(second)
    office.clock.at = START - timedelta(hours=4)
    await service.terminate(order(office))
    assert woken.told == [(second.job_id, "employment_contract:bob")]
    own = await anew(service, second)
    assert (own.assignment_note, own.contract) == (False, "contract-bob.pdf")


async def test_who_was_stopped_before_telling_tells_when_tried_again(
    service: EmploymentContract, office: Office, woken: Woken
) -> None:
    await engaged(service, office)
    second = await a_second_job(office)
    await service.offer(second)
    await service.terminate(order(office))
    await service.terminate(order(office))
    assert len(woken.told) == 2
    await anew(service, second)
    await service.terminate(order(office))
    assert len(woken.told) == 2, "who has a contract of their own leans on nobody"


async def test_three_jobs_in_a_chain_one_takes_the_contract_and_the_other_leans_on_that(
    service: EmploymentContract, office: Office, woken: Woken
) -> None:
    await engaged(service, office)
    second, third = await a_second_job(office), await a_second_job(office)
    for one in (second, third):
        await service.offer(one)
        await service.declare(one)
    await service.terminate(order(office))
    assert sorted(woken.told) == sorted((one.job_id, "employment_contract:bob") for one in (second, third))
    own = second.model_copy(update={"revision": 2, "replaces": second.key})
    await anew(service, second)
    await answers(office, own.key)
    await service.person_signs(own)
    await service.sign(own)
    note = await anew(service, third)
    assert (note.assignment_note, note.covered_by_job) == (True, second.job_id)
    woken.told.clear()
    await service.terminate(own)
    assert woken.told == [(third.job_id, "employment_contract:bob")]


async def test_an_amendment_to_other_days_uncovers_and_one_that_still_covers_does_not(
    service: EmploymentContract, office: Office, woken: Woken
) -> None:
    await engaged(service, office)
    second = await a_second_job(office)
    await service.offer(second)
    await service.declare(second)
    later = START + timedelta(hours=1)
    days = (WorkDay(starts_at=later, ends_at=END, place="Liège"),)
    amended = await amendment(service, office, 2, days)
    assert woken.told == [], "the same day"
    assert (await service.sign(second)).covered_by_job == office.job_id

    moved = tuple(
        WorkDay(starts_at=day.starts_at + timedelta(days=2), ends_at=day.ends_at + timedelta(days=2), place="Liège")
        for day in days
    )
    await amendment(service, office, 3, moved, amended)
    assert woken.told == [(second.job_id, "employment_contract:bob")]
    assert await unmet(office, second.job_id) == ["contract_signed", "dimona"]
    with pytest.raises(CoverGone):
        await service.sign(second)


async def amendment(
    service: EmploymentContract,
    office: Office,
    revision: int,
    days: tuple[WorkDay, ...],
    before: StepOrder[EmploymentContractRequest] | None = None,
) -> StepOrder[EmploymentContractRequest]:
    """An amendment that both signed."""
    wanted = order(office, revision=revision, days=days, starts_at=days[0].starts_at)
    wanted = wanted.model_copy(update={"amends": (before or order(office)).request})
    await service.offer(wanted)
    await answers(office, wanted.key)
    await service.person_signs(wanted)
    await service.sign(wanted)
    return wanted


async def test_two_offers_signed_at_once_give_one_contract_and_one_note(
    service: EmploymentContract, office: Office
) -> None:
    both = [order(office), order(office).model_copy(update={"item": "bob-light"})]
    for one in both:
        await service.offer(one)
        await answers(office, one.key)
        await service.person_signs(one)
    signed = await asyncio.gather(*(service.sign(one) for one in both))
    assert sorted(one.assignment_note for one in signed) == [False, True]
    assert await office.partners.effects("signature", "seal") == ["seal"]


async def test_nearer_to_the_start_it_gets_louder(service: EmploymentContract, office: Office) -> None:
    calls = CallList(office.database)
    await service.offer(order(office))
    levels = []
    for hours in (48, 24, 4):
        office.clock.at = START - timedelta(hours=hours)
        await service.remind(order(office))
        await service.remind(order(office))
        levels.append([call.level for call in await calls.open()])
    assert levels == [[], ["call"], ["call", "loud"]]
    assert len(await office.post.mailbox("bob@example.org")) == 4  # the invitation and three reminders
    await answers(office, order(office).key)
    await service.person_signs(order(office))
    assert await calls.open() == []


async def test_unsigned_at_the_start_means_told_not_to_start(service: EmploymentContract, office: Office) -> None:
    await service.offer(order(office))
    office.clock.at = START
    for _ in range(2):
        await service.take_off(order(office))
    told, _ = await office.post.mailbox("bob@example.org")
    assert "+32 4 000 00 00" in told.text
    with pytest.raises(NotSignedInTime):
        await service.sign(order(office))
    assert await office.partners.effects("dimona") == []


async def test_before_the_cooperative_signs_an_offer_is_withdrawn_and_after_it_never(
    service: EmploymentContract, office: Office
) -> None:
    await service.offer(order(office))
    await service.withdraw_offer(order(office))
    assert [mail.subject for mail in await office.post.mailbox("bob@example.org")] != []
    await engaged(service, office, revision=2)
    with pytest.raises(ContractAlreadyBinds):
        await service.withdraw_offer(order(office, revision=2))


async def test_ending_a_contract_before_the_start_cancels_the_declaration(
    service: EmploymentContract, office: Office
) -> None:
    await engaged(service, office)
    for _ in range(2):
        ended = await service.terminate(order(office))
    assert ended.terminated_on == office.clock.now().date()
    assert await office.papers_of("termination") == ["termination-bob.pdf"]
    assert len(await office.partners.effects("dimona", "declaration")) == 2


async def test_a_contract_in_the_wrong_language_goes_to_the_adviser(
    service: EmploymentContract, office: Office
) -> None:
    with pytest.raises(LanguageNeedsAdviser, match="fr"):
        await service.offer(order(office, language="nl"))


def test_the_point_of_no_return_is_never_undone_by_itself() -> None:
    assert [verb.name for verb in STEP.confirm] == ["sign", "declare"]
    assert STEP.correct is not None
    assert (STEP.essential, STEP.skippable) == (True, False)


async def test_who_enters_the_own_data_later_finds_the_contract_before_signing_it(
    service: EmploymentContract, office: Office
) -> None:
    """The offer shows its text; the contract itself is there at the next look, signed or not."""
    bob = await office.people.person("p-bob")
    await office.people.save(bob.model_copy(update={"national_number": None}), office.clock.now())
    await service.offer(order(office))
    assert await office.papers_of("contract") == []
    await office.people.save(bob, office.clock.now())
    with pytest.raises(NotYet):
        await service.person_signs(order(office))
    assert await office.papers_of("contract") == ["contract-bob.pdf"]


def dimona(office: Office) -> SocialSecurity:
    """Social security, as the cooperative speaks to it."""
    return SocialSecurity(office.partners.http("dimona"), DimonaAccount(client_id="liege"), office.clock)


async def told(office: Office, key: str, action: str, **more: Any) -> DimonaAnswer:
    """One declaration about Bob, and what is answered a minute later."""
    about = {"enterprise_number": "1000000021", "national_number": "88022999990", **more}
    declaration = DimonaDeclaration.model_validate({"action": action, **about})
    lodged = await dimona(office).declare(key=key, reference=key, declaration=declaration)
    office.clock.wait(minutes=15)
    answer = await dimona(office).answer(lodged)
    assert answer is not None
    return answer


async def test_an_update_moves_the_days_and_the_period_says_so(office: Office) -> None:
    first = {"start_on": "2026-03-14", "end_on": "2026-03-14", "start_hour": "1400", "end_hour": "2300"}
    period = (await told(office, "in", "IN", **first)).period
    moved = {"period": period, "start_on": "2026-03-15", "end_on": "2026-03-15", "start_hour": "1500"}
    assert (await told(office, "update", "UPDATE", **moved)).result == "A"
    kept = await dimona(office).period(period or "")
    assert kept is not None
    assert (str(kept.start_on), str(kept.end_on), kept.start_hour, kept.end_hour) == (
        "2026-03-15", "2026-03-15", "1500", "2300",
    )  # fmt: skip
    assert (await told(office, "cancel", "CANCEL", period=period)).result == "A"
    assert (await dimona(office).period(period or "")).cancelled  # type: ignore[union-attr]  # it was there a line ago
    assert (await told(office, "again", "UPDATE", **moved)).anomalies[0].startswith("00913-355")
    assert await dimona(office).period("799999999999") is None


async def test_a_students_start_is_never_changed_and_nobody_changes_another_ones_period(office: Office) -> None:
    first = {"start_on": "2026-03-14", "end_on": "2026-03-14", "worker_type": "STU", "planned_hours": 9}
    period = (await told(office, "in", "IN", **first)).period
    later = {"period": period, "start_on": "2026-03-15", "end_on": "2026-03-15"}
    refused = await told(office, "later", "UPDATE", **later)
    assert (refused.result, refused.anomalies[0].split()[0]) == ("B", "SANDBOX-STUDENT-START")
    assert (await told(office, "hours", "UPDATE", period=period, planned_hours=6)).result == "A"
    assert (await dimona(office).period(period or "")).planned_hours == 6  # type: ignore[union-attr]  # declared above
    theirs = await told(office, "theirs", "CANCEL", period=period, enterprise_number="0428759497")
    assert (theirs.result, theirs.anomalies[0].split()[0]) == ("B", "SANDBOX-OTHER")
    office.clock.at = START + timedelta(days=1)
    begun = await told(office, "begun", "CANCEL", period=period)
    assert (begun.result, begun.anomalies[0].split()[0]) == ("B", "SANDBOX-BEGUN")
