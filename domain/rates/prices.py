"""The demonstration price list of the cooperative's own van, rooms and covers, without VAT."""

from domain.rates.table import Rate, RateRow, Unit, series

PRICE_LIST = "demonstration price list of this product"


def _price(name: str, unit: Unit, value: str) -> tuple[Rate, ...]:
    return series(name, unit, RateRow("2020-01-01", value, PRICE_LIST, verified=False))


RATES = (
    *_price("van_day", "EUR/day", "70.00"),
    *_price("van_km_included", "km", "200"),  # for the whole rental, not per day
    *_price("van_km", "EUR/km", "0.20"),
    *_price("collective_cover", "EUR", "0.00"),
    *_price("equipment_all_risk", "EUR", "25.00"),
    *_price("equipment_all_risk_declared_max", "EUR", "5000.00"),
    *_price("workspace_day", "EUR/day", "45.00"),
)
