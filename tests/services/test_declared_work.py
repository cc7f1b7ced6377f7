"""Accepted is declared only once social security has these very days, this person and this employer."""

from datetime import timedelta
from typing import Any

import pytest

from activities.employment_contract import EmploymentContract
from domain.dimona import DimonaPeriod
from domain.errors import NotYet, PartnerDown
from domain.orders import StepOrder
from domain.rules.asked_work import AskedWork
from domain.services.employment_contract import DimonaNotThere, EmploymentContractRequest, WorkDay
from storage.jobs.deadlines import Deadlines, StoredDeadline, write
from storage.jobs.jobs import Jobs
from tests.databases import a_declaration
from tests.services.office import Office
from tests.services.test_employment_contract import (
    END,
    START,
    answers,
    engaged,
    office,
    order,
    service,
    unmet,
    woken,
)

__all__ = ["office", "service", "woken"]

NEXT_DAY = (START + timedelta(days=1)).date()
KINDS = ("dimona", "contract_signed")


async def a_watched_job(office: Office, **more: Any) -> StepOrder[EmploymentContractRequest]:
    """A job of Bob's, whose deadlines say what they are about."""
    wanted = order(office, **more)
    about = AskedWork.of("liege", wanted.request)
    due = [StoredDeadline(kind=kind, item="bob", due_at=START, basis="law", about=about) for kind in KINDS]
    declared = await Jobs(office.database).declare(a_declaration(deadlines=due))
    return wanted.model_copy(update={"job_id": declared.job_id})


async def both_signed(service: EmploymentContract, office: Office, wanted: Any) -> None:
    await service.offer(wanted)
    await answers(office, wanted.key)
    await service.person_signs(wanted)
    await service.sign(wanted)


def instead(service: EmploymentContract, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    """Social security has something else than what it accepted."""
    asked = service._dimona.period

    async def other(number: str) -> DimonaPeriod | None:
        found = await asked(number)
        return found and found.model_copy(update=changes)

    monkeypatch.setattr(service._dimona, "period", other)


OTHERS = [
    {"end_on": NEXT_DAY},
    {"national_number": "85073003328"},
    {"enterprise_number": "0999999922"},
    {"cancelled": True},
]


@pytest.mark.parametrize("changes", OTHERS)
async def test_accepted_for_other_days_another_person_or_another_employer_is_not_declared(
    service: EmploymentContract, office: Office, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    wanted = await a_watched_job(office)
    await both_signed(service, office, wanted)
    with monkeypatch.context() as wrong:
        instead(service, wrong, **changes)
        for _ in range(2):
            office.clock.wait(minutes=15)
            with pytest.raises(NotYet):
                await service.declare(wanted)
        assert await unmet(office, wanted.job_id) == ["dimona"]
        assert await office.papers_of("dimona_receipt") == []
    assert (await service.declare(wanted)).dimona_result == "A"
    assert await unmet(office, wanted.job_id) == []
    assert await office.partners.effects("dimona", "declaration") == ["declaration"]


@pytest.mark.parametrize("changes", [{"start_on": NEXT_DAY, "end_on": NEXT_DAY}, *OTHERS[1:]])
async def test_under_another_contract_nothing_is_declared_and_its_period_must_hold_the_work(
    service: EmploymentContract, office: Office, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    await engaged(service, office)
    note = await a_watched_job(office, function="Technicien")
    assert (await service.offer(note)).assignment_note
    with monkeypatch.context() as wrong:
        instead(service, wrong, **changes)
        with pytest.raises(NotYet):
            await service.declare(note)
        assert await unmet(office, note.job_id) == ["contract_signed", "dimona"]
    instead(service, monkeypatch, end_on=NEXT_DAY)  # a day more holds this one too
    assert (await service.declare(note)).covered_by_job == office.job_id
    assert await unmet(office, note.job_id) == []
    assert await office.partners.effects("dimona", "declaration") == ["declaration"], "not asked for a second time"


async def test_a_day_more_is_declared_by_the_update_and_by_nothing_before_it(
    service: EmploymentContract, office: Office
) -> None:
    first = await a_watched_job(office)
    await both_signed(service, office, first)
    office.clock.wait(minutes=15)
    with pytest.raises(NotYet):
        await service.declare(first)
    office.clock.wait(minutes=15)
    period = (await service.declare(first)).dimona_period
    assert await unmet(office, first.job_id) == []

    day = timedelta(days=1)
    days = tuple(WorkDay(starts_at=START + n * day, ends_at=END + n * day, place="Liège") for n in (0, 1))
    request = order(office, days=days).request
    about = AskedWork.of("liege", request)
    more = first.model_copy(
        update={"revision": 2, "replaces": first.key, "amends": first.request, "request": request}
    )
    due = [StoredDeadline(kind=kind, item="bob", due_at=START, basis="law", about=about) for kind in KINDS]
    async with office.database.writing() as connection:
        await write(connection, first.job_id, due, office.clock.now())
    assert await unmet(office, first.job_id) == ["contract_signed", "dimona"]
    await both_signed(service, office, more)
    assert await unmet(office, first.job_id) == ["dimona"]
    with pytest.raises(NotYet):
        await service.declare(more)
    office.clock.wait(minutes=15)
    assert (await service.declare(more)).dimona_period == period
    assert await unmet(office, first.job_id) == []
    past = await Deadlines(office.database).past(first.job_id)
    assert {(one.kind, str(one.about.days[-1])) for one in past if one.about} == {
        ("dimona", "2026-03-14"),
        ("contract_signed", "2026-03-14"),
    }


def by_hand(
    wanted: StepOrder[EmploymentContractRequest], number: str | None
) -> StepOrder[EmploymentContractRequest]:
    """Both signed on paper the day before, and somebody declared it on the portal an hour later."""
    signed_at, declared_at = START - timedelta(days=1), START - timedelta(hours=23)
    told = {"person_signed_at": signed_at, "cooperative_signed_at": signed_at, "declared_at": declared_at}
    said = {name: at.isoformat() for name, at in told.items()} | {"dimona_period": number}
    return wanted.model_copy(update={"by_hand": said, "evidence": "signed.pdf"})


async def test_by_hand_the_declaration_counts_when_social_security_has_these_days(
    service: EmploymentContract, office: Office
) -> None:
    period = (await engaged(service, office)).dimona_period
    wanted = await a_watched_job(office)
    office.clock.at = START - timedelta(hours=3)
    for _ in range(2):
        done = await service.book_by_hand(by_hand(wanted, period))
    assert (done.contract, done.dimona_period, done.dimona_result) == ("signed.pdf", period, "A")
    assert await unmet(office, wanted.job_id) == []


@pytest.mark.parametrize("changes", OTHERS)
async def test_by_hand_a_number_of_other_work_meets_nothing_and_somebody_is_asked(
    service: EmploymentContract, office: Office, monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]
) -> None:
    period = (await engaged(service, office)).dimona_period
    wanted = await a_watched_job(office)
    instead(service, monkeypatch, **changes)
    with pytest.raises(DimonaNotThere):
        await service.book_by_hand(by_hand(wanted, period))
    assert await unmet(office, wanted.job_id) == ["dimona"]


@pytest.mark.parametrize("number", ["700000099999", None])
async def test_by_hand_a_number_nobody_knows_meets_nothing(
    service: EmploymentContract, office: Office, number: str | None
) -> None:
    wanted = await a_watched_job(office)
    with pytest.raises(DimonaNotThere):
        await service.book_by_hand(by_hand(wanted, number))
    assert await unmet(office, wanted.job_id) == ["dimona"]


async def test_by_hand_while_social_security_is_away_people_work_and_the_deadline_stays_open(
    service: EmploymentContract, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = await a_watched_job(office)

    async def away(number: str) -> DimonaPeriod | None:
        raise PartnerDown("dimona", "away")

    monkeypatch.setattr(service._dimona, "period", away)
    done = await service.book_by_hand(by_hand(wanted, "700000099999"))
    assert (done.cooperative_signed_at, done.dimona_result) == (START - timedelta(days=1), None)
    assert await unmet(office, wanted.job_id) == ["dimona"]
