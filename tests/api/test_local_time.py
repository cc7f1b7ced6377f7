"""Days of work abroad as the pages tell them: on the clock of their place, and said so."""

from datetime import UTC, datetime

from api.links.service import job_days
from api.wording.work_days import work_days
from domain.services.employment_contract import WorkDay
from tests.domain.test_place_of_supply import CLUB_BE, SHOW, job
from tests.domain.test_planning import planned


def test_a_night_in_london_is_told_as_a_clock_there_shows_it() -> None:
    day = {"date": "2026-03-14", "starts": "23:30", "ends": "02:30", "place": "Camden", "country": "GB"}
    shown = job_days(planned(job(CLUB_BE, "BE", SHOW, days=[day])).employment_contract.values())

    assert work_days(shown, "en") == ["Saturday 14 March 2026, 23:30–02:30 (local time), Camden"]
    assert shown[0][0] == datetime(2026, 3, 14, 23, 30, tzinfo=UTC)


def test_a_day_kept_without_its_clock_is_told_in_belgian_time() -> None:
    kept = WorkDay(
        starts_at=datetime(2026, 3, 14, 23, 30, tzinfo=UTC), ends_at=datetime(2026, 3, 15, tzinfo=UTC), place=""
    )
    (told,) = work_days([(kept.local_start, kept.local_end, kept.place)], "en")
    assert told == "Sunday 15 March 2026, 00:30–01:00"
