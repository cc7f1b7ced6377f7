"""Minimum scales of the joint committees, as far as they are known."""

from domain.rates.table import Rate, RateRow, Unit, series

PC200 = "PC 200, scale of 1-1-2026 (+2.21 %), full time, by CSC and CGSLB (secondary)"
PC304 = "PC 304 (musicians), per service of 3 h 30, state 15-1-2022: salairesminimums.be PC 3040003"


def _known(name: str, unit: Unit, value: str, since: str, until: str, source: str) -> tuple[Rate, ...]:
    return series(name, unit, RateRow(since, value, source, verified=False), known_until=until)


def _pc200(name: str, value: str) -> tuple[Rate, ...]:
    return _known(f"pc200_{name}", "EUR/month", value, "2026-01-01", "2026-12-31", PC200)


def _pc304(name: str, value: str, since: str, until: str, source: str) -> tuple[Rate, ...]:
    return _known(f"pc304_{name}", "EUR/service", value, since, until, source)


RATES = (
    # Class and years of experience.
    *_pc200("a0", "2242.81"),
    *_pc200("a5", "2276.51"),
    *_pc200("a10", "2334.52"),
    *_pc200("b0", "2336.25"),
    *_pc200("c0", "2369.31"),
    *_pc200("d0", "2555.73"),
    # Students, by age.
    *_pc200("student_a16", "1447.01"),
    *_pc200("student_b16", "1504.51"),
    *_pc200("student_a18", "1824.79"),
    *_pc200("student_b18", "1899.72"),
    # Indexed since; the values of 2025 and 2026 were not found, so a quote shows these as provisional floors.
    *_pc304("concert", "115.56", "2022-01-15", "2022-01-31", PC304),
    *_pc304("choir", "104.01", "2022-01-15", "2022-01-31", PC304),
)
