"""A contract that both ended outside: the register has it, and social security is told unless it knows already."""

from datetime import date, timedelta
from typing import Any

import pytest

from activities.employment_contract import STEP, EmploymentContract
from domain.dimona import DimonaAnswer, DimonaPeriod
from domain.errors import NotYet
from domain.orders import StepOrder
from domain.services.employment_contract import DimonaRefused, EmploymentContractRequest, EndedByHand, WorkDay
from storage.services.employment_contract import Engagements
from tests.services import test_employment_contract
from tests.services.office import Office
from tests.services.test_employment_contract import END, START, engaged, order

service, office, woken = (
    test_employment_contract.service,
    test_employment_contract.office,
    test_employment_contract.woken,
)


def ended(office: Office, on: str = "2026-03-10") -> StepOrder[EmploymentContractRequest]:
    return order(office).model_copy(update={"by_hand": {"terminated_on": on}, "evidence": "agreement.pdf"})


async def period(service: EmploymentContract, number: str) -> DimonaPeriod:
    found = await service._dimona.period(number)
    assert found is not None
    return found


async def test_before_the_start_social_security_hears_that_nothing_comes_of_it(
    service: EmploymentContract, office: Office
) -> None:
    number = (await engaged(service, office)).dimona_period or ""
    for _ in range(2):
        done = await service.terminate_by_hand(ended(office))
    assert done.terminated_on == date(2026, 3, 10)
    assert (await period(service, number)).cancelled
    kept = await Engagements(office.database).of_order(order(office).key)
    assert kept is not None
    assert kept.withdrawn_at is not None
    assert await office.papers_of("termination") == []  # the agreement they signed is the paper


async def test_cancelled_on_the_portal_it_is_not_cancelled_here_again(
    service: EmploymentContract, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = (await engaged(service, office)).dimona_period or ""
    await service.terminate_by_hand(ended(office))

    async def never(*_: Any, **__: Any) -> str:
        raise AssertionError("it is cancelled already")

    monkeypatch.setattr(service._dimona, "lodge", never)
    await service.terminate_by_hand(ended(office))
    assert (await period(service, number)).cancelled


async def test_a_contract_of_three_days_ended_on_its_first_keeps_that_day(
    service: EmploymentContract, office: Office
) -> None:
    days = tuple(
        WorkDay(starts_at=START + n * timedelta(days=1), ends_at=END + n * timedelta(days=1), place="Liège")
        for n in range(3)
    )
    wanted = order(office, days=days)
    number = (await engaged(service, office, days=days)).dimona_period or ""
    office.clock.at = START + timedelta(days=1, hours=1)
    await service.terminate_by_hand(wanted.model_copy(update={"by_hand": {"terminated_on": "2026-03-14"}}))
    told = await period(service, number)
    assert (told.cancelled, told.end_on) == (False, date(2026, 3, 14))


async def test_an_answer_that_is_still_out_is_waited_for_so_that_nobody_stays_declared(
    service: EmploymentContract, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped while social security had the declaration and had not answered: it is cancelled once it has."""
    await engaged(service, office)
    register = Engagements(office.database)
    kept = await register.of_order(order(office).key)
    assert kept is not None
    number = kept.dimona_period or ""
    await register.note(order(office).key, dimona_period=None, dimona_result=None)
    whole = service._dimona.answer

    async def not_yet(declaration: str) -> DimonaAnswer | None:
        return None

    monkeypatch.setattr(service._dimona, "answer", not_yet)
    for verb in (service.terminate, service.terminate_by_hand):
        with pytest.raises(NotYet):
            await verb(ended(office))
    monkeypatch.setattr(service._dimona, "answer", whole)
    await service.terminate(ended(office))
    assert (await period(service, number)).cancelled


def test_the_end_is_no_later_than_the_contract_itself(office: Office) -> None:
    assert STEP.back_by_hand is not None
    lacking = STEP.back_by_hand.lacking
    assert lacking(order(office).request, None, EndedByHand(terminated_on=date(2026, 3, 14))) is None
    late = lacking(order(office).request, None, EndedByHand(terminated_on=date(2026, 3, 15)))
    assert "ends by itself on 2026-03-14" in str(late)


async def refuse(office: Office) -> None:
    """Social security refuses the next declaration."""
    told = {"result": "B", "code": "SANDBOX-X"}
    await office.partners._admin("POST", "/admin/dimona/results", json=told)


async def test_an_end_that_social_security_refuses_goes_to_a_person_and_is_lodged_anew_after_that(
    service: EmploymentContract, office: Office
) -> None:
    number = (await engaged(service, office)).dimona_period or ""
    await refuse(office)
    with pytest.raises(NotYet):
        await service.terminate(order(office))
    office.clock.wait(minutes=15)
    with pytest.raises(DimonaRefused, match="SANDBOX-X"):
        await service.terminate(order(office))
    assert not (await period(service, number)).cancelled
    kept = await Engagements(office.database).of_order(order(office).key)
    assert kept is not None
    assert (kept.terminated_on, kept.withdrawn_at) == (None, None), "it is in force as long as it is declared"
    ended = await service.terminate(order(office))
    assert (await period(service, number)).cancelled
    assert ended.terminated_on is not None
    assert len(await office.partners.effects("dimona", "declaration")) == 3


async def test_an_end_never_makes_the_employment_longer_than_it_was_declared(
    service: EmploymentContract, office: Office
) -> None:
    number = (await engaged(service, office)).dimona_period or ""
    office.clock.at = START + timedelta(days=10)
    ended = await service.terminate(order(office))
    told = await period(service, number)
    assert (ended.terminated_on, told.end_on, told.cancelled) == (date(2026, 3, 14), date(2026, 3, 14), False)


async def test_a_contract_of_three_days_apart_ends_on_the_last_day_begun(
    service: EmploymentContract, office: Office
) -> None:
    days = tuple(
        WorkDay(starts_at=START + n * timedelta(days=1), ends_at=END + n * timedelta(days=1), place="Liège")
        for n in (0, 1, 10)
    )
    number = (await engaged(service, office, days=days)).dimona_period or ""
    office.clock.at = START + timedelta(days=4)
    ended = await service.terminate(order(office, days=days))
    assert (ended.terminated_on, (await period(service, number)).end_on) == (date(2026, 3, 15), date(2026, 3, 15))
