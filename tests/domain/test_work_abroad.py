"""Work abroad is told on the clock of its place, on the day that was declared."""

from datetime import date, time

import pytest

from activities.employment_contract_papers import first_and_last_on, work_days
from domain.countries import BELGIAN_CLOCK, CLOCKS, CODES, SEVERAL_CLOCKS
from domain.quote import quote
from tests.domain.test_place_of_supply import CLUB_BE, ON, SHOW, job
from tests.domain.test_planning import planned


@pytest.mark.parametrize(
    ("country", "zone", "starts", "ends", "local"),
    [
        ("GB", None, "23:30", "02:30", True),  # 15 March, 00:30 - 03:30 in Brussels
        ("FI", None, "21:30", "23:30", True),
        ("PT", None, "21:30", "23:30", True),
        ("US", "America/New_York", "21:30", "23:30", True),  # 15 March, 02:30 in Brussels
        ("FR", "Europe/Paris", "21:30", "23:30", False),
        ("BE", None, "23:30", "02:30", False),
    ],
)
def test_contract_wage_and_register_bear_the_declared_day_and_clock(
    country: str, zone: str | None, starts: str, ends: str, local: bool
) -> None:
    day = {"date": "2026-03-14", "starts": starts, "ends": ends, "place": "Away", "country": country}
    plan = planned(job(CLUB_BE, "BE", SHOW, days=[day | ({"timezone": zone} if zone else {})]))
    contract, wage = plan.employment_contract["ann"], plan.wages["ann"]

    (printed,) = work_days(contract)
    assert (printed.on, printed.starts, printed.ends, printed.local) == (
        date(2026, 3, 14), time.fromisoformat(starts), time.fromisoformat(ends), local,
    )  # fmt: skip
    assert first_and_last_on(contract) == (date(2026, 3, 14), date(2026, 3, 14))
    assert (wage.first_day_on, wage.last_day_on) == (date(2026, 3, 14), date(2026, 3, 14))


def test_a_clock_nobody_can_know_is_asked() -> None:
    def asked(country: str) -> list[str]:
        day = {"date": "2026-03-14", "starts": "10:00", "ends": "12:00", "place": "Away", "country": country}
        return [one.field for one in quote(job(CLUB_BE, "BE", SHOW, days=[day]), ON).missing]

    for country in ("US", "CA", "AU", "BR", "TH", "NG", "GL"):
        assert asked(country) == ["days.0.timezone"], country
    for country in ("BE", "FR", "GB", "MC", "JP"):
        assert asked(country) == [], country


def test_each_country_has_one_clock_several_or_one_that_is_asked() -> None:
    known = [set(CLOCKS), set(BELGIAN_CLOCK), set(SEVERAL_CLOCKS)]
    assert set().union(*known) <= CODES
    assert sum(map(len, known)) == len(set().union(*known))
