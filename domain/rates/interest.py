"""Late payment: legal interest between enterprises and with consumers, lump sums and caps."""

from domain.rates.table import Rate, RateRow, Unit, series

LAW_2002 = "law of 2 August 2002, art. 5"
BOOK_XIX = "CDE/WER art. XIX.4 (in force 1 September 2023)"
CIVIL = "legal interest in civil matters: lydian; leuropeinfo; embuild"


def _book_xix(name: str, unit: Unit, value: str, source: str = BOOK_XIX) -> tuple[Rate, ...]:
    return series(name, unit, RateRow("2023-09-01", value, source))


RATES = (
    # Per semester. The next one is entered from the Moniteur belge: until then no claim is made for it.
    *series(
        "interest_b2b",
        "%",
        RateRow("2020-01-01", "8", "BS 06-02-2020 (lexalert.be)"),
        RateRow("2020-07-01", "8", "phc-expert.be/?p=1832"),
        RateRow("2021-01-01", "8", "phc-expert.be/?p=1832"),
        RateRow("2021-07-01", "8", "fidelium.eu; overheid.vlaanderen.be, overview of interests"),
        RateRow("2022-01-01", "8", "overheid.vlaanderen.be, overview of interests"),
        RateRow("2022-07-01", "8", "overheid.vlaanderen.be, overview of interests"),
        RateRow("2023-01-01", "10.5", "MB 17-03-2023; overheid.vlaanderen.be"),
        RateRow("2023-07-01", "12", "MB 29-09-2023; overheid.vlaanderen.be"),
        RateRow("2024-01-01", "12.5", "medenam.be; trendstop (ECB 4.50)"),
        RateRow("2024-07-01", "12.5", "MB 30-07-2024 (trendstop)"),
        RateRow("2025-01-01", "11.5", "Schoups via leuropeinfo.eu/?p=1197 (ECB 3.15)"),
        RateRow("2025-07-01", "10.5", "implied by embuild.be, 'unchanged' in 2026 (ECB 2.15)", verified=False),
        RateRow("2026-01-01", "10.5", "embuild.be, before the official notice (ECB 2.15)", verified=False),
        known_until="2026-06-30",
    ),
    *series("interest_b2b_margin", "%", RateRow("2020-01-01", "8", f"{LAW_2002}: ECB reference rate + 8 points")),
    *series(
        "interest_civil",
        "%",
        RateRow("2020-01-01", "1.75", CIVIL),
        RateRow("2021-01-01", "1.75", CIVIL),
        RateRow("2022-01-01", "1.5", CIVIL),
        RateRow("2023-01-01", "5.25", CIVIL),
        RateRow("2024-01-01", "5.75", CIVIL),
        RateRow("2025-01-01", "4.5", CIVIL),
        RateRow("2026-01-01", "4.5", CIVIL),
        known_until="2026-12-31",
    ),
    *series("b2b_lump_sum", "EUR", RateRow("2020-01-01", "40.00", "law of 2 August 2002, art. 6")),
    *series("b2b_term", "days", RateRow("2020-01-01", "30", "law of 2 August 2002, art. 4 § 1")),
    *series("b2b_term_max", "days", RateRow("2022-02-01", "60", "law of 14 August 2021, in force 1 February 2022")),
    *_book_xix("b2c_slice_1_up_to", "EUR", "150.00"),
    *_book_xix("b2c_slice_1", "EUR", "20.00"),
    *_book_xix("b2c_slice_2_up_to", "EUR", "500.00"),
    *_book_xix("b2c_slice_2", "EUR", "30.00"),
    *_book_xix("b2c_slice_2_percent", "%", "10"),
    *_book_xix("b2c_slice_3", "EUR", "65.00"),
    *_book_xix("b2c_slice_3_percent", "%", "5"),
    *_book_xix("b2c_lump_sum_max", "EUR", "2000.00"),
    *_book_xix("b2c_reminder_term", "days", "14", "CDE/WER art. XIX.2 § 1"),
    *series(
        "bailiff_cap",
        "%",
        RateRow(
            "2020-01-01",
            "10",
            "Jud. Code art. 1394/20-27: interest and clauses together (actualitesdroitbelge; dikaioma.be)",
            verified=False,
        ),
    ),
)
