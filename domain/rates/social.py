"""Social security: contributions of worker and employer, holiday pay, the guaranteed minimum wage."""

from domain.rates.table import RateRow, series

DMFA = "emploi.belgique.be; socialsecurity.be, instructions DmfA"
ONVA = "socialsecurity.be (ONVA): 5.57 % quarterly + 10.27 % annual on 108 %"
LEAVING = "securex; socialsecurity.be: single and double holiday pay on leaving"
STUDENT = "socialsecurity.be, instructions DmfA, Étudiants: solidarity contribution 2.71 % + 5.42 %"
QUOTA = "hours a year under the solidarity contribution, all employers together: "
RMMMG = "RMMMG/GGMMI 18+: acerta; salairesminimums.be; "

RATES = (
    *series("onss_worker", "%", RateRow("2020-01-01", "13.07", DMFA)),
    *series("onss_base_artist", "%", RateRow("2020-01-01", "108", DMFA)),  # manual workers and artists
    *series("onss_base_employee", "%", RateRow("2020-01-01", "100", DMFA)),
    # Category 1: 19.88 % basic + 5.12 % wage moderation, since 2018.
    *series(
        "onss_employer", "%", RateRow("2020-01-01", "25.00", "socialsecurity.be, employer category 1 since 2018")
    ),
    *series("onva", "%", RateRow("2020-01-01", "15.84", ONVA, verified=False)),
    *series("holiday_leaving_single", "%", RateRow("2020-01-01", "7.67", LEAVING)),
    *series("holiday_leaving_double", "%", RateRow("2020-01-01", "7.67", LEAVING)),
    *series(
        "holiday_double_retention",
        "%",
        RateRow("2020-01-01", "13.07", "UNVERIFIED: taken prudently at the full worker's rate", verified=False),
    ),
    *series("student_worker", "%", RateRow("2020-01-01", "2.71", STUDENT)),
    *series("student_employer", "%", RateRow("2020-01-01", "5.42", STUDENT)),
    *series(
        "student_quota",
        "h/year",
        RateRow("2020-01-01", "475", QUOTA + "2017-2022 (secondary)", verified=False),
        RateRow("2023-01-01", "600", QUOTA + "2023 and 2024 (secondary)", verified=False),
        RateRow("2025-01-01", "650", QUOTA + "law of 10 April 2025 (commitlaw.be; cessoc.be)", verified=False),
    ),
    # Indexed without notice: known until the end of the last year somebody looked.
    *series(
        "rmmmg",
        "EUR/month",
        RateRow("2022-12-01", "1954.99", RMMMG + "from 1-12-2022"),
        RateRow("2023-11-01", "1994.18", RMMMG + "from 1-11-2023"),
        RateRow("2024-04-01", "2029.88", RMMMG + "from 1-4-2024"),
        RateRow("2024-05-01", "2070.48", RMMMG + "from 1-5-2024"),
        RateRow("2025-02-01", "2111.89", RMMMG + "from 1-2-2025"),
        RateRow("2026-03-01", "2154.11", RMMMG + "from 1-3-2026 (secondary)", verified=False),
        RateRow("2026-04-01", "2189.81", "CCT 43/18, from 1-4-2026 (secondary)", verified=False),
        RateRow("2026-07-01", "2233.61", RMMMG + "from 1-7-2026 (secondary)", verified=False),
        known_until="2026-12-31",
    ),
)
