"""The cooperative signs for nobody who is too young, and asks the adviser about the hours of the young."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from activities.employment_contract import EmploymentContract
from domain.services.employment_contract import TooYoung, YoungWorkerHours
from domain.work_day import WorkDay
from storage.services.employment_contract import engagements
from tests.services import test_employment_contract as engaging
from tests.services.office import Office

office, woken, service = engaging.office, engaging.woken, engaging.service


@pytest.mark.parametrize(
    ("birth_on", "refusal"), [(date(2012, 1, 1), TooYoung), (date(2009, 1, 1), YoungWorkerHours)]
)
async def test_no_contract_is_signed_for_somebody_too_young(
    office: Office,
    service: EmploymentContract,
    birth_on: date,
    refusal: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ordered = engaging.order(office)  # 14:00 to 23:00
    await service.offer(ordered)
    await engaging.answers(office, ordered.key)
    await service.person_signs(ordered)
    born_on(birth_on, service, monkeypatch)
    with pytest.raises(refusal):
        await service.sign(ordered)
    async with office.database.reading() as connection:
        assert await connection.scalar(select(engagements.c.binding_at)) is None


async def test_no_amendment_is_drawn_up_that_moves_somebody_young_into_the_night(
    office: Office, service: EmploymentContract, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody of seventeen signed for an afternoon; a move to the evening is stopped before it is sent."""
    born_on(date(2009, 1, 1), service, monkeypatch)
    from_two, until_five = engaging.START, engaging.START + timedelta(hours=3)
    signed = engaging.order(office, days=(WorkDay(starts_at=from_two, ends_at=until_five, place="Liège"),))
    await service.offer(signed)
    await engaging.answers(office, signed.key)
    await service.person_signs(signed)
    assert (await service.sign(signed)).cooperative_signed_at is not None
    hours = timedelta(hours=5)
    evening = (WorkDay(starts_at=from_two + hours, ends_at=until_five + hours, place="Liège"),)
    moved = engaging.order(office, revision=2, days=evening, starts_at=evening[0].starts_at)
    posted = await office.partners.calls("mail")
    with pytest.raises(YoungWorkerHours, match="at night"):
        await service.offer(moved.model_copy(update={"amends": signed.request}))
    assert await office.partners.calls("mail") == posted


def born_on(day: date, service: EmploymentContract, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is engaged was born that day."""
    whole = service._parties

    async def younger(given: Any) -> Any:
        parties = await whole(given)
        return replace(parties, person=parties.person.model_copy(update={"birth_on": day}))

    monkeypatch.setattr(service, "_parties", younger)
