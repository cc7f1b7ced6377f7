"""The parts of an amount are the amount, to the cent, however it is cut: shares, bearers, slices that come in."""

from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from domain.money import CENT, share, slice_of

EUR = st.decimals(min_value=D("0.01"), max_value=D("99999.99"), places=2)
WEIGHTS = st.lists(st.decimals(min_value=D("0.5"), max_value=D("9"), places=1), min_size=1, max_size=9)


@given(amount=EUR, weights=WEIGHTS)
def test_shares_are_the_whole_and_none_is_a_cent_away_from_its_own(amount: D, weights: list[D]) -> None:
    parts = share(amount, weights)
    assert sum(parts) == amount
    whole = sum(weights)
    assert all(abs(part - amount * weight / whole) < CENT for part, weight in zip(parts, weights, strict=True))
    assert all(part == part.quantize(CENT) and part >= 0 for part in parts)


@given(fee=EUR, slices=st.lists(EUR, min_size=1, max_size=8))
def test_whatever_the_slices_once_all_came_the_fee_is_the_fee(fee: D, slices: list[D]) -> None:
    expected, before, taken = sum(slices, D(0)), D(0), D(0)
    for one in slices:
        taken += slice_of(fee, expected, before, one)
        before += one
    assert taken == fee


def test_a_fee_of_61_32_on_three_slices_of_a_thousand() -> None:
    """61.32 x 333.33 / 1000 = 20.4398 and 61.32 x 666.66 / 1000 = 40.8796."""
    cut = ((D("0.00"), D("333.33")), (D("333.33"), D("333.33")), (D("666.66"), D("333.34")))
    assert [slice_of(D("61.32"), D("1000.00"), *one) for one in cut] == [D("20.44"), D("20.44"), D("20.44")]
    assert slice_of(D("61.32"), D("1000.00"), D("1000.00"), D("100.00")) == D("6.13")
    assert slice_of(D("61.32"), D("0.00"), D("0.00"), D("5.00")) == 0
