"""What may be paid back for travel and meals without becoming pay: ceilings, never floors."""

from domain.rates.table import RateRow, series

ANNUAL = "RD 18 January 1965, annual amount July-June (bosa.belgium.be; secondary)"
QUARTERLY = "RD 13 July 2017, art. 74, quarterly amount (bosa.belgium.be; secondary)"
MEAL = "per diem in Belgium: pyxis; securex"
ABROAD = "general per diem abroad, at most 30 days; whether ten hours are needed: CONFLICT securex / propay"


def _quarter(first: str, last: str, value: str, source: str = QUARTERLY) -> RateRow:
    return RateRow(first, value, source, verified=False, until=last)


RATES = (
    *series(
        "km_car_annual",
        "EUR/km",
        RateRow("2022-07-01", "0.4170", ANNUAL),
        RateRow("2023-07-01", "0.4280", ANNUAL),
        RateRow("2024-07-01", "0.4415", ANNUAL),
        RateRow("2025-07-01", "0.4449", ANNUAL),
        RateRow("2026-07-01", "0.4761", ANNUAL + ", circular 767"),
        known_until="2027-06-30",
    ),
    # Quarters without a row were not found; April to June 2026 were set month by month.
    *series(
        "km_car_quarterly",
        "EUR/km",
        _quarter("2022-07-01", "2022-09-30", "0.4170"),
        _quarter("2022-10-01", "2022-12-31", "0.4201", QUARTERLY + "; CONFLICT: another source says 0.4233"),
        _quarter("2023-01-01", "2023-03-31", "0.4259"),
        _quarter("2023-04-01", "2023-06-30", "0.4246"),
        _quarter("2024-01-01", "2024-03-31", "0.4269"),
        _quarter("2024-04-01", "2024-06-30", "0.4265"),
        _quarter("2024-07-01", "2024-09-30", "0.4297"),
        _quarter("2025-07-01", "2025-09-30", "0.4309"),
        _quarter("2026-01-01", "2026-03-31", "0.4326"),
        _quarter("2026-04-01", "2026-04-30", "0.4571", "RD 18 May 2026, monthly amounts"),
        _quarter("2026-05-01", "2026-05-31", "0.4841", "RD 18 May 2026, monthly amounts"),
        _quarter("2026-06-01", "2026-06-30", "0.5055", "RD 18 May 2026, monthly amounts"),
        _quarter("2026-07-01", "2026-09-30", "0.4440"),
    ),
    *series("km_car_yearly_max", "km/year", RateRow("2020-01-01", "24000", "tax practice", verified=False)),
    *series(
        "km_bike",
        "EUR/km",
        RateRow("2025-01-01", "0.29", "CCT 164, minimum 2025 (secondary)", verified=False),
        RateRow("2026-01-01", "0.30", "CCT 164, minimum 2026 (secondary)", verified=False),
        known_until="2026-12-31",
    ),
    *series(
        "km_bike_max",
        "EUR/km",
        RateRow("2025-01-01", "0.36", "exempt ceiling 2025 (secondary)", verified=False),
        RateRow("2026-01-01", "0.37", "exempt ceiling 2026 (secondary)", verified=False),
        known_until="2026-12-31",
    ),
    # The amount of 2026 was not found.
    *series(
        "per_diem_belgium",
        "EUR/day",
        RateRow("2024-06-01", "20.80", MEAL),
        RateRow("2025-03-01", "21.22", MEAL),
        known_until="2025-12-31",
    ),
    *series("per_diem_belgium_days_a_month", "days", RateRow("2024-06-01", "16", MEAL)),
    *series("lodging_belgium", "EUR/day", RateRow("2024-06-01", "156.04", MEAL), known_until="2025-02-28"),
    *series("per_diem_abroad", "EUR/day", RateRow("2020-01-01", "37.18", ABROAD, verified=False)),
    *series("per_diem_abroad_days", "days", RateRow("2020-01-01", "30", ABROAD, verified=False)),
)
