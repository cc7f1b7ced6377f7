"""What the cooperative itself has decided: its fee, its coefficient, the limits of its guarantee fund."""

from domain.rates.table import RateRow, series

DEMONSTRATION = "demonstration setting of this product; the general assembly decides the real one"
FEE = "smartbe.be/fr/nos-services/financement: 6.5 % of invoices ex VAT and of subsidies; 2026 unconfirmed"

RATES = (
    *series("fee", "%", RateRow("2020-01-01", "6.5", FEE, verified=False)),
    # Gross x coefficient = wage budget. The seven parts below add up to it; a test keeps them together.
    *series("coefficient", "factor", RateRow("2020-01-01", "1.50", DEMONSTRATION, verified=False)),
    *series("coefficient_gross", "factor", RateRow("2020-01-01", "1.0000", DEMONSTRATION, verified=False)),
    *series(  # 25 % on 108 %
        "coefficient_employer_contributions",
        "factor",
        RateRow("2020-01-01", "0.2700", DEMONSTRATION, verified=False),
    ),
    *series(  # 15.84 % on 108 %
        "coefficient_holiday_pay", "factor", RateRow("2020-01-01", "0.1711", DEMONSTRATION, verified=False)
    ),
    *series(
        "coefficient_accident_insurance", "factor", RateRow("2020-01-01", "0.0100", DEMONSTRATION, verified=False)
    ),
    *series("coefficient_sector_funds", "factor", RateRow("2020-01-01", "0.0050", DEMONSTRATION, verified=False)),
    *series(
        "coefficient_medicine_and_payroll",
        "factor",
        RateRow("2020-01-01", "0.0150", DEMONSTRATION, verified=False),
    ),
    *series("coefficient_early_payment", "factor", RateRow("2020-01-01", "0.0289", DEMONSTRATION, verified=False)),
    # Above these the reservation is not refused: it asks an adviser.
    *series("fund_limit_member", "EUR", RateRow("2020-01-01", "15000.00", DEMONSTRATION, verified=False)),
    *series("fund_limit_client", "EUR", RateRow("2020-01-01", "50000.00", DEMONSTRATION, verified=False)),
    *series("fund_limit_entity", "EUR", RateRow("2020-01-01", "2000000.00", DEMONSTRATION, verified=False)),
    *series("fund_limit_fund", "EUR", RateRow("2020-01-01", "3000000.00", DEMONSTRATION, verified=False)),
)

COEFFICIENT_PARTS = (
    "coefficient_gross",
    "coefficient_employer_contributions",
    "coefficient_holiday_pay",
    "coefficient_accident_insurance",
    "coefficient_sector_funds",
    "coefficient_medicine_and_payroll",
    "coefficient_early_payment",
)
