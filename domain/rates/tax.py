"""Taxes withheld on pay, and value added tax."""

from domain.rates.table import RateRow, series

FLAT = (
    "securex, Artistes et musiciens (point 80): 11.11 % without reductions, for artists working mainly for "
    "show companies without tenure; the adviser's switch"
)
PRUDENT = "kunstwerkt.be: 22.8 %, what social bureaus withhold by default on short contracts (secondary)"
VAT = "CTVA/WBTW; RD 20; finance.belgium.be/en/node/11953 (VAT return, grids 01-03)"
NO_STUDENT_TAX = (
    "Annex III RD/CIR 92 no. 2.22 (circulars 2021/C/106 and 2022/C/75): none within the quota on a written student "
    "contract; the text of 2026 was not seen"
)

RATES = (
    *series("withholding_artist_flat", "%", RateRow("2020-01-01", "11.11", FLAT)),
    *series("withholding_prudent", "%", RateRow("2020-01-01", "22.8", PRUDENT, verified=False)),
    *series("withholding_student", "%", RateRow("2020-01-01", "0", NO_STUDENT_TAX, verified=False)),
    *series("vat_standard", "%", RateRow("2020-01-01", "21", VAT)),
    *series("vat_intermediate", "%", RateRow("2020-01-01", "12", VAT)),
    *series("vat_reduced", "%", RateRow("2020-01-01", "6", VAT)),
)
