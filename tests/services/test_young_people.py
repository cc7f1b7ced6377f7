"""The cooperative signs for nobody who is too young, and asks the adviser about the hours of the young."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from activities.employment_contract import EmploymentContract
from domain.services.employment_contract import TooYoung, YoungWorkerHours
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
    whole = service._parties

    async def younger(given: Any) -> Any:
        parties = await whole(given)
        return replace(parties, person=parties.person.model_copy(update={"birth_on": birth_on}))

    monkeypatch.setattr(service, "_parties", younger)
    with pytest.raises(refusal):
        await service.sign(ordered)
    async with office.database.reading() as connection:
        assert await connection.scalar(select(engagements.c.binding_at)) is None
