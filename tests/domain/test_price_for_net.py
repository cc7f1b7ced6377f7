"""From the net somebody wants to the price to ask, and back again to at least that net."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.declaration import JobDeclaration
from domain.quote import quote
from domain.quoting.price_for_net import price_for_net
from tests.domain.test_quote import ON, declared

D = Decimal


def net_at(declaration: JobDeclaration, price: Decimal) -> Decimal:
    made = quote(declaration.model_copy(update={"price_eur": price}), ON)
    return next(pay for pay in made.people if pay.member).net_low.amount_eur


def test_who_wants_what_a_thousand_euro_pays_is_told_a_thousand_euro_or_a_cent_less() -> None:
    net = net_at(declared(), D("1000.00"))
    price = price_for_net(declared(), net, ON)

    assert price is not None
    assert D("999.95") < price <= D("1000.00")
    assert net_at(declared(), price) >= net > net_at(declared(), price - D("0.01"))


def test_a_shared_job_with_a_fixed_colleague_and_a_van_asks_for_them_too() -> None:
    crew = [
        {"item": "ann", "member": True, "function": "consultant", "share": 2},
        {"item": "bob", "name": "Bob", "email": "b@crew.example", "function": "technician", "gross_eur": "300.00"},
        {"item": "cleo", "name": "Cleo", "email": "c@crew.example", "function": "technician", "share": 1},
    ]
    whole = declared(crew=crew, van_rental=[{"item": "van", "driver": "ann", "kilometres": 50}])
    price = price_for_net(whole, D("500.00"), ON)

    assert price is not None
    assert net_at(whole, price) >= D("500.00")
    assert net_at(whole, price - D("0.10")) < D("500.00")


def test_a_price_with_vat_is_answered_with_vat() -> None:
    price = price_for_net(declared(price_includes_vat=True), D("400.00"), ON)
    without = price_for_net(declared(), D("400.00"), ON)

    assert price is not None
    assert without is not None
    assert abs(price - (without * D("1.21")).quantize(D("0.01"))) <= D("0.01")


def test_half_a_declaration_is_enough() -> None:
    assert price_for_net(JobDeclaration(all_inclusive=True), D("250.00"), ON) is not None


@pytest.mark.parametrize("wanted", ["0.00", "-5.00", "99999999.00"])
def test_no_price_gives_what_nobody_can_want(wanted: str) -> None:
    assert price_for_net(declared(), D(wanted), ON) is None


def test_no_price_changes_a_pay_that_is_fixed() -> None:
    fixed = declared(crew=[{"item": "ann", "member": True, "function": "consultant", "gross_eur": "200.00"}])

    assert price_for_net(fixed, D("1000.00"), ON) is None


@settings(max_examples=15, deadline=None)
@given(st.decimals(min_value="50.00", max_value="3000.00", places=2))
def test_the_price_found_always_suffices_and_ten_cents_less_never_does(wanted: Decimal) -> None:
    price = price_for_net(declared(), wanted, ON)

    assert price is not None
    assert net_at(declared(), price) >= wanted
    assert net_at(declared(), price - D("0.10")) < wanted


def test_a_thousand_euro_net_for_a_singer_asks_2419_64() -> None:
    # 1,508.24 gross leave dana 1,000.00 net (the shoot); x 1.50 = 2,262.36; / 0.935 = 2,419.636... -> 2,419.64
    artist = declared(
        profile="live-arts",
        vat={"performance_or_licence": True, "advertising": False},
        crew=[{"item": "ann", "member": True, "function": "singer"}],
    )

    assert price_for_net(artist, D("1000.00"), date(2026, 2, 2)) == D("2419.64")
