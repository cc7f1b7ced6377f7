"""A job's money in double entry: balanced, booked once, and at zero in the end."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain import entries as book
from domain.ledger import Account, Balances, Entry, Posting, balances
from domain.rules.pay import pay_chain
from domain.services.prefinancing import AccountsNotSettled

IN_MARCH = date(2026, 3, 14)
JOB = "7K3QZ9A1BC"
EUR = st.decimals(min_value=D("0.01"), max_value=D("5000"), places=2)


def concert(*, until_paid: D | None = None) -> list[Entry]:
    """A concert for 1,000 + 6 %: a van of 70, one artist with the rest, the fund paying ahead."""
    chain = pay_chain(D("576.66"), "artist", IN_MARCH)  # 865.00 / 1.50, rounded down
    told = [
        book.reserve("a:reserve", JOB, IN_MARCH, D("995.00")),
        book.post("a:post:van", JOB, IN_MARCH, D("70.00")),
        book.cost("van:pay", JOB, IN_MARCH, D("70.00")),
        book.invoice("inv:book", JOB, IN_MARCH, D("1000.00"), D("60.00"), D("65.00")),
        book.post("a:post:wages", JOB, IN_MARCH, D("865.00")),
        book.wages("w:book", JOB, IN_MARCH, D("865.00"), chain),
        book.wages_paid("w:paid", JOB, IN_MARCH, chain.net_eur),
        book.void("a:void", JOB, IN_MARCH, D("60.00")),
    ]
    if until_paid:
        told.append(book.client_payment("pay:1", JOB, IN_MARCH, until_paid, balances(told)))
    return told


def test_a_job_that_is_paid_in_full_ends_at_zero_with_the_fund_whole() -> None:
    told = concert(until_paid=D("1060.00"))
    after = balances(told)
    assert after.of(Account.VAT_DUE) == D("-60.00")
    assert after.of(Account.FEES) == D("-65.00")
    assert after.of(Account.FUND) == after.of(Account.FUND_CLAIMS) == D("0.00")
    assert after.open == {}
    assert book.close("close", JOB, IN_MARCH, after) is None


def test_what_is_left_goes_to_the_activity_account() -> None:
    told = [
        book.invoice("i", JOB, IN_MARCH, D("1000.00"), D("210.00"), D("65.00")),
        book.cost("c", JOB, IN_MARCH, D("100.00")),
    ]
    told.append(book.client_payment("p", JOB, IN_MARCH, D("1210.00"), balances(told)))
    closing = book.close("close", JOB, IN_MARCH, balances(told))
    assert closing is not None
    after = balances([*told, closing])
    assert after.of(Account.ACTIVITY) == D("-835.00")
    assert after.open == {}


@pytest.mark.parametrize(
    ("paid", "vat", "fund", "fee"),
    [
        ("40.00", "40.00", "0.00", "0.00"),
        ("100.00", "60.00", "40.00", "0.00"),
        ("1000.00", "60.00", "935.00", "5.00"),
    ],
)
def test_a_partial_payment_repays_vat_then_the_fund_then_the_fee(paid: str, vat: str, fund: str, fee: str) -> None:
    before, after = balances(concert()), balances(concert(until_paid=D(paid)))
    assert after.of(Account.VAT_DUE) == -D(vat)
    assert after.of(Account.FUND) - before.of(Account.FUND) == D(fund)
    assert after.of(Account.FEES) == -D(fee)


def test_principal_is_paid_before_interest_and_what_is_too_much_is_owed_back() -> None:
    told = [
        book.invoice("i", JOB, IN_MARCH, D("1000.00"), D("210.00"), D("65.00")),
        book.late_costs("l", JOB, IN_MARCH, D("49.56")),
    ]
    first = book.client_payment("p1", JOB, IN_MARCH, D("1230.00"), balances(told))
    after = balances([*told, first])
    assert after.of(Account.RECEIVABLE) == D("0.00")
    assert after.of(Account.LATE_COSTS) == D("29.56")
    second = book.client_payment("p2", JOB, IN_MARCH, D("30.00"), after)
    assert after.after(second).of(Account.CLIENT_CREDIT) == D("-0.44")


def test_a_credit_note_after_payment_gives_vat_and_fee_back_and_owes_the_client() -> None:
    told = [book.invoice("i", JOB, IN_MARCH, D("1000.00"), D("60.00"), D("65.00"))]
    told.append(book.client_payment("p", JOB, IN_MARCH, D("1060.00"), balances(told)))
    told.append(book.credit_note("c", JOB, IN_MARCH, D("1000.00"), D("60.00"), D("65.00"), balances(told)))
    after = balances(told)
    assert after.open == {Account.CLIENT_CREDIT: D("-1060.00")}
    told.append(book.refund("r", JOB, IN_MARCH, D("1060.00")))
    assert set(balances(told).amounts.values()) == {D("0.00")}


def test_a_credit_note_before_payment_simply_undoes_the_invoice() -> None:
    told = [book.invoice("i", JOB, IN_MARCH, D("1000.00"), D("60.00"), D("65.00"))]
    told.append(book.credit_note("c", JOB, IN_MARCH, D("1000.00"), D("60.00"), D("65.00"), balances(told)))
    assert set(balances(told).amounts.values()) == {D("0.00")}


def test_an_unpaid_job_is_written_off_to_a_named_bearer_and_the_fund_is_made_whole() -> None:
    told = concert()
    told.append(book.write_off("w", JOB, IN_MARCH, Account.COMMUNITY, balances(told)))
    after = balances(told)
    assert after.of(Account.COMMUNITY) == D("995.00")  # 935 of pay and van, and 60 of VAT
    assert after.of(Account.FUND) == after.of(Account.FUND_CLAIMS) == D("0.00")
    assert after.open == {}


def test_nobody_bears_a_loss_unless_named_and_never_a_wage() -> None:
    told = concert()
    with pytest.raises(ValueError, match="activity, the sector or the community"):
        book.write_off("w", JOB, IN_MARCH, Account.WAGES_DUE, balances(told))
    loss = [book.cost("c", JOB, IN_MARCH, D("70.00"))]
    with pytest.raises(AccountsNotSettled, match=r"result 70\.00"):
        book.close("close", JOB, IN_MARCH, balances(loss))
    closing = book.close("close", JOB, IN_MARCH, balances(loss), bearer=Account.SECTOR)
    assert closing is not None
    assert balances([*loss, closing]).of(Account.SECTOR) == D("70.00")


def test_a_job_with_an_unpaid_wage_or_invoice_does_not_close() -> None:
    told = [book.invoice("i", JOB, IN_MARCH, D("10.00"), D("0.60"), D("0.65"))]
    with pytest.raises(AccountsNotSettled, match=r"receivable 10\.60"):
        book.close("close", JOB, IN_MARCH, balances(told))
    owed = [book.expenses("e", JOB, IN_MARCH, D("10.00"))]
    with pytest.raises(AccountsNotSettled):
        book.close("close", JOB, IN_MARCH, balances(owed), bearer=Account.COMMUNITY)


def test_an_insurer_that_pays_makes_the_fund_whole_first() -> None:
    told = [
        book.reserve("r", JOB, IN_MARCH, D("70.00")),
        book.post("p", JOB, IN_MARCH, D("70.00")),
        book.cost("c", JOB, IN_MARCH, D("70.00")),
    ]
    told.append(book.recovery("i", JOB, IN_MARCH, D("100.00"), balances(told)))
    closing = book.close("close", JOB, IN_MARCH, balances(told))
    assert closing is not None
    after = balances([*told, closing])
    assert (after.of(Account.FUND), after.of(Account.ACTIVITY)) == (D("0.00"), D("-30.00"))


def test_an_entry_given_twice_counts_once() -> None:
    once = book.reserve("a:reserve", JOB, IN_MARCH, D("995.00"))
    assert balances([once, once]).of(Account.RESERVED) == D("995.00")


def test_an_entry_that_does_not_balance_cannot_be_made() -> None:
    with pytest.raises(ValidationError, match="add up to zero"):
        Entry(
            key="k",
            job_id=JOB,
            on=IN_MARCH,
            text="wrong",
            postings=(
                Posting(account=Account.BANK, amount_eur=D("1.00")),
                Posting(account=Account.FUND, amount_eur=D("-0.99")),
            ),
        )
    with pytest.raises(ValidationError, match="two postings"):
        Entry(
            key="k",
            job_id=JOB,
            on=IN_MARCH,
            text="one-sided",
            postings=(Posting(account=Account.BANK, amount_eur=D("1.00")),),
        )


def test_what_moves_nothing_is_an_entry_of_nothing_and_never_a_crash() -> None:
    nothing = [
        book.reserve("a", JOB, IN_MARCH, D("0.00")),
        book.cost("b", JOB, IN_MARCH, D("0.00")),
        book.expenses("c", JOB, IN_MARCH, D("0.00")),
        book.client_payment("d", JOB, IN_MARCH, D("0.00"), Balances()),
        book.invoice("e", JOB, IN_MARCH, D("0.00"), D("0.00"), D("0.00")),
    ]
    assert [one.postings for one in nothing] == [()] * 5
    assert balances(nothing).amounts == {}


def test_one_business_fact_is_told_from_the_order_when_nobody_names_it() -> None:
    first = book.expenses("K1/expenses/ann/1:due", "K1", IN_MARCH, D("12.00"))
    edited = book.expenses("K1/expenses/ann/2:due", "K1", IN_MARCH, D("14.00"))
    assert first.business_fact == edited.business_fact == "K1/expenses/ann:due"
    cost = book.cost("K1/travel/ann/2:cost", "K1", IN_MARCH, D("1.00"))
    assert cost.business_fact == "K1/travel/ann/2:cost"  # one order has one cost, another revision its own
    assert book.cost("K1/travel/ann/2:change", "K1", IN_MARCH, D("1.00")).business_fact is None
    named = book.invoice("k", "K1", IN_MARCH, D("1"), D("0"), D("0"), fact="document/coop/AL-2026-000001")
    assert named.business_fact == "document/coop/AL-2026-000001"


def test_a_job_that_cannot_close_names_every_account_and_its_amount() -> None:
    told = [
        book.invoice("i", JOB, IN_MARCH, D("700.00"), D("147.00"), D("45.50")),
        book.cost("c", JOB, IN_MARCH, D("900.00")),
        book.expenses("e", JOB, IN_MARCH, D("10.00")),
    ]
    with pytest.raises(AccountsNotSettled) as caught:
        book.close("close", JOB, IN_MARCH, balances(told))
    assert caught.value.params["accounts"] == (
        "receivable 847.00; vat_to_collect -147.00; expenses_due -10.00; result 255.50"
    )
    assert caught.value.decided_by == "finance"


@pytest.mark.parametrize("account", [Account.PREFINANCED, Account.FEE_TO_COLLECT])
def test_an_account_on_its_wrong_side_keeps_the_job_open_too(account: Account) -> None:
    wrong = Balances(amounts={account: D("0.01"), Account.RESULT: D("-5.00")})
    with pytest.raises(AccountsNotSettled, match=r"0\.01"):
        book.close("close", JOB, IN_MARCH, wrong)


def test_an_account_is_stored_by_its_short_name_and_explains_itself() -> None:
    stored = book.reserve("a", JOB, IN_MARCH, D("1.00")).model_dump(mode="json")
    assert [posting["account"] for posting in stored["postings"]] == ["reserved", "fund"]
    assert Entry.model_validate(stored) == book.reserve("a", JOB, IN_MARCH, D("1.00"))
    assert all(account.explanation for account in Account)


@given(net=EUR, vat=EUR, spent=EUR, paid=st.lists(EUR, max_size=4), credited=st.booleans())
def test_whatever_happens_a_settled_job_is_at_zero_and_the_fund_is_whole(
    net: D, vat: D, spent: D, paid: list[D], credited: bool
) -> None:
    fee = (net * D("0.065")).quantize(D("0.01"))
    now = Balances().after(
        book.reserve("r", JOB, IN_MARCH, spent),
        book.post("p", JOB, IN_MARCH, spent),
        book.cost("c", JOB, IN_MARCH, spent),
        book.invoice("i", JOB, IN_MARCH, net, vat, fee),
    )
    for number, amount in enumerate(paid):
        now = now.after(book.client_payment(f"p{number}", JOB, IN_MARCH, amount, now))
    if credited:
        now = now.after(book.credit_note("cn", JOB, IN_MARCH, net, vat, fee, now))
    if now.of(Account.RECEIVABLE):
        now = now.after(book.write_off("w", JOB, IN_MARCH, Account.COMMUNITY, now))
    if owed := now.owed(Account.CLIENT_CREDIT):
        now = now.after(book.refund("f", JOB, IN_MARCH, owed))
    if closing := book.close("close", JOB, IN_MARCH, now, bearer=Account.COMMUNITY):
        now = now.after(closing)
    assert now.open == {}
    assert now.of(Account.FUND) == now.of(Account.FUND_CLAIMS) == 0
    assert sum(now.amounts.values()) == 0


def test_what_an_entry_moved_is_counted_once() -> None:
    """Seen: 3,739.98 for a payment of 1,869.99 that gives the fund its own back."""
    invoiced = book.invoice("i", JOB, IN_MARCH, D("1545.45"), D("324.54"), D("100.45"))
    ahead = book.post("p", JOB, IN_MARCH, D("900.00"))
    before = balances([invoiced, ahead])
    paid = book.client_payment("c", JOB, IN_MARCH, D("1869.99"), before)
    more = book.client_payment("m", JOB, IN_MARCH, D("2000.00"), before)
    lost = book.write_off("w", JOB, IN_MARCH, Account.COMMUNITY, before)
    moved = [one.moved_eur for one in (invoiced, ahead, paid, more, lost)]
    assert moved == [D("1869.99"), D("900.00"), D("1869.99"), D("2000.00"), D("1869.99")]
