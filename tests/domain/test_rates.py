"""Each rate is a dated row with a source; a day nobody knows is said aloud."""

from datetime import date
from decimal import Decimal

import pytest

from domain import rates
from domain.rates import RateRow, Table, series
from domain.rates.cooperative import COEFFICIENT_PARTS
from domain.rules import vat
from engine.wording import sentence

IN_MARCH = date(2026, 3, 14)


def test_a_row_tells_its_name_its_first_day_and_its_source() -> None:
    worker = rates.rate("onss_worker", IN_MARCH)
    assert (worker.value, worker.fraction) == (Decimal("13.07"), Decimal("0.1307"))
    assert worker.id == "onss_worker@2020-01-01"
    assert rates.by_id(worker.id) is worker
    assert "socialsecurity.be" in worker.source


def test_the_row_of_the_day_is_taken_at_both_of_its_ends() -> None:
    assert rates.rate("interest_b2b", date(2025, 6, 30)).value == Decimal("11.5")
    assert rates.rate("interest_b2b", date(2025, 7, 1)).value == Decimal("10.5")
    assert rates.rate("rmmmg", date(2026, 2, 28)).value == Decimal("2111.89")
    assert rates.rate("rmmmg", date(2026, 3, 1)).value == Decimal("2154.11")


@pytest.mark.parametrize(
    ("name", "on"),
    [
        ("interest_b2b", date(2026, 7, 1)),
        ("km_car_quarterly", date(2026, 10, 1)),
        ("km_car_quarterly", date(2025, 11, 1)),
        ("per_diem_belgium", IN_MARCH),
        ("rmmmg", date(2027, 1, 1)),
        ("b2c_slice_1", date(2023, 8, 31)),
    ],
)
def test_a_missing_row_is_a_refusal_that_finance_answers(name: str, on: date) -> None:
    with pytest.raises(rates.RateNotKnownYet) as raised:
        rates.rate(name, on)
    assert raised.value.params == {"name": name, "on": on.isoformat()}
    assert raised.value.decided_by == "finance"


def test_a_quote_may_show_the_last_known_row_as_provisional() -> None:
    last, provisional = rates.last_known("interest_b2b", date(2026, 8, 1))
    assert (last.value, provisional) == (Decimal("10.5"), True)
    assert rates.last_known("fee", IN_MARCH)[1] is False


def test_the_parts_of_the_coefficient_add_up_to_it() -> None:
    parts = sum((rates.rate(name, IN_MARCH).value for name in COEFFICIENT_PARTS), Decimal(0))
    assert parts == rates.rate("coefficient", IN_MARCH).value == Decimal("1.50")


def test_what_is_only_a_demonstration_or_in_conflict_is_never_called_verified() -> None:
    for name in ("fee", "coefficient", "van_day", "fund_limit_member", "pc304_concert"):
        assert all(not row.verified for row in rates.TABLE.rows(name))
    assert "CONFLICT" in rates.rate("km_car_quarterly", date(2022, 12, 1)).source


def test_every_row_has_a_source_and_every_rate_one_unit() -> None:
    for name in rates.TABLE.names:
        rows = rates.TABLE.rows(name)
        assert all(row.source.strip() for row in rows), name
        assert len({row.unit for row in rows}) == 1, name


def test_a_corrected_row_is_used_from_now_on_and_the_old_one_is_still_found() -> None:
    table = Table(
        series(
            "x", "%", RateRow("2026-01-01", "1", "a misprint"), RateRow("2026-01-01", "2", "corrected", edition=2)
        )
    )
    assert table.rate("x", IN_MARCH).id == "x@2026-01-01/2"
    assert table.by_id("x@2026-01-01").value == Decimal(1)


def test_two_rows_for_one_day_are_refused() -> None:
    overlapping = series(
        "x", "%", RateRow("2026-01-01", "1", "s", until="2026-12-31"), RateRow("2026-06-01", "2", "s")
    )
    with pytest.raises(ValueError, match="overlap"):
        Table(overlapping)


def test_spans_cut_a_stretch_of_days_where_the_rate_changes() -> None:
    cut = rates.spans("interest_b2b", date(2025, 5, 16), date(2025, 9, 30))
    assert [(span.rate.value, span.days) for span in cut] == [(Decimal("11.5"), 46), (Decimal("10.5"), 92)]


def test_a_new_vat_rate_is_one_dated_row_and_every_word_takes_it_from_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nine per cent for culture from 1 July 2026: one row more, and quote, reasons, choices and order say 9."""
    row = RateRow("2026-07-01", "9", "a decree of the test")
    reduced = series("vat_reduced", "%", RateRow("2020-01-01", "6", "before"), row)
    others = [one for name in rates.TABLE.names if name != "vat_reduced" for one in rates.TABLE.rows(name)]
    monkeypatch.setattr(rates, "TABLE", Table([*others, *reduced]))

    before, after = (
        vat.decide_vat(vat.VatQuestion(on=day, client_kind="company", performance_or_licence=True))
        for day in (date(2026, 6, 30), date(2026, 7, 1))
    )
    assert (before.percent, after.percent) == (Decimal(6), Decimal(9))
    assert (before.vat_on(Decimal("1000.00")), after.vat_on(Decimal("1000.00"))) == (
        Decimal("60.00"),
        Decimal("90.00"),
    )
    for lang, said in (("fr", "9 %"), ("nl", "9 %"), ("en", "9 %")):
        assert said in sentence(after.reason, lang).replace("\u202f", " ").replace("\xa0", " ")  # type: ignore[arg-type]
    assert [f"{one:f}" for one in vat.rates_on(date(2026, 7, 1))] == ["21", "12", "9"]
    with pytest.raises(vat.NoSuchVatRate, match="21 %, 12 %, 9 %"):
        vat.decide_vat(
            vat.VatQuestion(
                on=date(2026, 7, 1),
                client_kind="company",
                override=vat.VatOverride(category="S", percent=Decimal(6), reason="as it was before"),
            )
        )
