"""What a service raises, as the engine understands it."""

from datetime import timedelta

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from domain.errors import PartnerDown
from workers.interceptors import told_apart


@pytest.mark.parametrize("too_long", [True, False])
async def test_a_partner_away_for_too_long_is_told_to_a_person_whatever_patience_is_left(too_long: bool) -> None:
    away = PartnerDown("dimona", "away", timedelta(minutes=5), too_long=too_long)
    with pytest.raises(ApplicationError, match="dimona: away") as told:
        async with told_apart(ActivityEnvironment().info):
            raise away
    assert (told.value.type, told.value.non_retryable) == ("PartnerDown", too_long)
    assert told.value.next_retry_delay == timedelta(minutes=5)
