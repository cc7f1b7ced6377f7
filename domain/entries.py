"""Each thing that can happen to a job's money, as a balanced entry.

The fund's money, the costs and the client's money are booked apart: the fund pays into the bank what a cost
needs (`post`), the cost leaves the bank, and the client's payment gives the fund its own back. `before` are the
job's balances at that moment; the caller reads them in the transaction that books the entry.
"""

from datetime import date
from decimal import Decimal

from domain.ledger import BEARERS, Account, Balances, Entry, entry, nets
from domain.money import ZERO
from domain.rules.pay import PayChain
from domain.rules.prefinancing import Owed, repay
from domain.services.prefinancing import AccountsNotSettled

Moves = tuple[tuple[Account, Decimal], ...]

SPENT_ON = frozenset({Account.RESULT, Account.WAGES_DUE, Account.EXPENSES_DUE, Account.CHARGES_DUE})
"""What money leaves the bank for: services, pay, expenses."""
SETTLED_BY_CLOSING = frozenset({Account.RESULT, Account.PREFINANCED, Account.FEE_TO_COLLECT})


def reserve(key: str, job_id: str, on: date, amount: Decimal) -> Entry:
    """The fund sets an amount aside for the job."""
    text = "The guarantee fund reserves for the job"
    return entry(key, job_id, on, text, {Account.RESERVED: amount, Account.FUND: -amount})


def void(key: str, job_id: str, on: date, amount: Decimal) -> Entry:
    """What was set aside and is not needed goes back to the fund."""
    text = "The guarantee fund takes back what is not needed"
    return entry(key, job_id, on, text, {Account.FUND: amount, Account.RESERVED: -amount})


def post(key: str, job_id: str, on: date, amount: Decimal) -> Entry:
    """The fund pays a part of what it set aside, and the job owes it that much."""
    amounts = {
        Account.BANK: amount,
        Account.RESERVED: -amount,
        Account.FUND_CLAIMS: amount,
        Account.PREFINANCED: -amount,
    }
    return entry(key, job_id, on, "The guarantee fund pays ahead of the client", amounts)


def money_left(told: Entry) -> bool:
    """Whether money left the bank for the job: then the fund pays ahead what the job's own money does not cover."""
    accounts = {one.account for one in told.postings}
    return told.on_account(Account.BANK) < 0 and bool(accounts & SPENT_ON) and Account.PREFINANCED not in accounts


def own_money(before: Balances) -> Decimal:
    """What the job has on the bank account, less what is the State's and the fee; below zero when others paid.

    What something that happened costs is no cost of the job: an insurer or a bearer pays it.
    """
    bank = before.of(Account.BANK) + before.of(Account.CLAIMS)
    return bank - before.owed(Account.VAT_DUE) - before.owed(Account.FEES)


def cost(key: str, job_id: str, on: date, amount: Decimal, *, borne_by: Account = Account.RESULT) -> Entry:
    """A service of the job is paid, without deductible VAT; the job bears it unless somebody else is named."""
    if borne_by is not Account.RESULT:
        _known_bearer(borne_by)
    return entry(key, job_id, on, "A service is paid", {borne_by: amount, Account.BANK: -amount}, cost_fact(key))


def cost_by_hand(key: str, job_id: str, on: date, price: Decimal, vat: Decimal, *, fact: str) -> Entry:
    """A service arranged by hand is paid: the job bears the price, the State gives the deductible VAT back."""
    amounts = {Account.RESULT: price, Account.VAT_DUE: vat, Account.BANK: -price - vat}
    return entry(key, job_id, on, "A service is paid", amounts, fact)


def cost_fact(key: str) -> str | None:
    """One order of a service has one cost, whoever arranged it."""
    return key if key.endswith(":cost") else None


def cost_refunded(key: str, job_id: str, on: date, amount: Decimal) -> Entry:
    """A partner gives money back."""
    return entry(key, job_id, on, "A partner gives money back", {Account.BANK: amount, Account.RESULT: -amount})


def wages(key: str, job_id: str, on: date, budget: Decimal, chain: PayChain) -> Entry:
    """One person's pay: the budget is spent, the net and the charges are owed, the rest is the pool's.

    The pool (coefficient) carries covers, medicine and the cost of paying early.
    """
    amounts = {
        Account.RESULT: budget,
        Account.WAGES_DUE: -chain.net_eur,
        Account.CHARGES_DUE: chain.net_eur - chain.cost_eur,
        Account.POOL: chain.cost_eur - budget,
    }
    return entry(key, job_id, on, "Pay of a crew member", amounts)


def wages_paid(key: str, job_id: str, on: date, net: Decimal) -> Entry:
    """The bank has booked a net pay."""
    return entry(key, job_id, on, "Net pay booked by the bank", {Account.WAGES_DUE: net, Account.BANK: -net})


def wages_returned(key: str, job_id: str, on: date, net: Decimal) -> Entry:
    """The bank gave a net pay back: it is owed again."""
    text = "Net pay returned by the bank"
    return entry(key, job_id, on, text, {Account.BANK: net, Account.WAGES_DUE: -net})


def expenses(key: str, job_id: str, on: date, amount: Decimal, *, fact: str | None = None) -> Entry:
    """One person's expenses are owed."""
    text = "Expenses of a crew member"
    return entry(key, job_id, on, text, {Account.RESULT: amount, Account.EXPENSES_DUE: -amount}, fact)


def expenses_paid(key: str, job_id: str, on: date, amount: Decimal) -> Entry:
    """The bank has booked a person's expenses."""
    text = "Expenses booked by the bank"
    return entry(key, job_id, on, text, {Account.EXPENSES_DUE: amount, Account.BANK: -amount})


def expenses_returned(key: str, job_id: str, on: date, amount: Decimal) -> Entry:
    """The bank gave a person's expenses back: they are owed again."""
    text = "Expenses returned by the bank"
    return entry(key, job_id, on, text, {Account.BANK: amount, Account.EXPENSES_DUE: -amount})


def invoice(
    key: str, job_id: str, on: date, net: Decimal, vat: Decimal, fee: Decimal, *, fact: str | None = None
) -> Entry:
    """An invoice, or a signed subsidy (without VAT): the job earns the price less the fee."""
    amounts = {
        Account.RECEIVABLE: net + vat,
        Account.VAT_TO_COLLECT: -vat,
        Account.FEE_TO_COLLECT: -fee,
        Account.RESULT: fee - net,
    }
    return entry(key, job_id, on, "Invoice to the client", amounts, fact)


def late_costs(key: str, job_id: str, on: date, amount: Decimal) -> Entry:
    """Interest and costs are asked of a late client, by debit note outside VAT (art. 28, 3° CTVA)."""
    text = "Interest and costs asked of the client"
    return entry(key, job_id, on, text, {Account.LATE_COSTS: amount, Account.LATE_INCOME: -amount})


def client_payment(key: str, job_id: str, on: date, paid: Decimal, before: Balances) -> Entry:
    """Money from the client: principal before interest and costs; what is too much is owed back.

    The principal repays VAT, then the fund, then the fee; the rest stays with the job until it closes and then
    goes to the activity account. House rule, against old art. 1254 C.c. (interest first) in the client's favour.
    """
    principal = min(paid, max(before.of(Account.RECEIVABLE), ZERO))
    costs = min(paid - principal, max(before.of(Account.LATE_COSTS), ZERO))
    moves = nets(
        (Account.BANK, paid),
        (Account.RECEIVABLE, -principal),
        (Account.LATE_COSTS, -costs),
        (Account.CLIENT_CREDIT, principal + costs - paid),
        *repaying(principal, before),
    )
    return entry(key, job_id, on, "Payment by the client", moves)


def late_costs_paid(key: str, job_id: str, on: date, amount: Decimal) -> Entry:
    """What a late client paid above the principal covers interest and costs that were lawfully asked."""
    text = "Interest and costs paid by the client"
    return entry(key, job_id, on, text, {Account.CLIENT_CREDIT: amount, Account.LATE_INCOME: -amount})


def recovery(
    key: str, job_id: str, on: date, received: Decimal, before: Balances, *, fact: str | None = None
) -> Entry:
    """An insurer or a subsidy without invoice pays the job: the fund first, the rest is the job's."""
    repaid = min(received, before.owed(Account.PREFINANCED))
    moves = nets((Account.BANK, received), (Account.RESULT, -received), *_to_fund(repaid))
    return entry(key, job_id, on, "Recovered from insurer or subsidy", moves, fact)


def incident_loss(key: str, job_id: str, on: date, loss: Decimal, *, fact: str) -> Entry:
    """What happened costs something: it stands apart, so that no wage and no closing of the job waits for it."""
    text = "What happened on the job costs"
    return entry(key, job_id, on, text, {Account.CLAIMS: loss, Account.BANK: -loss}, fact)


def insurer_pays(key: str, job_id: str, on: date, paid: Decimal) -> Entry:
    """An insurer pays for what happened."""
    text = "An insurer pays for what happened"
    return entry(key, job_id, on, text, {Account.BANK: paid, Account.CLAIMS: -paid})


def incident_borne(key: str, job_id: str, on: date, left: Decimal, bearer: Account) -> Entry:
    """What no insurer paid is the named bearer's; what one paid above the loss is too."""
    text = "What no insurer pays gets its bearer"
    return entry(key, job_id, on, text, {Account.CLAIMS: -left, _known_bearer(bearer): left})


INCOME = "Income without an invoice"
"""What the entry of a subsidy or of own takings says; what came in before is counted by it."""


def income(
    key: str, job_id: str, on: date, received: Decimal, fee: Decimal, vat: Decimal, before: Balances
) -> Entry:
    """A subsidy or own takings pay the job: VAT and the cooperative's fee are in it, the fund is repaid first."""
    repaid = min(received - vat, before.owed(Account.PREFINANCED))
    moves = nets(
        (Account.BANK, received),
        (Account.VAT_DUE, -vat),
        (Account.FEES, -fee),
        (Account.RESULT, fee + vat - received),
        *_to_fund(repaid),
    )
    return entry(key, job_id, on, INCOME, moves)


def refund(key: str, job_id: str, on: date, amount: Decimal) -> Entry:
    """The client gets back what was paid above what is owed."""
    text = "Refund to the client"
    return entry(key, job_id, on, text, {Account.CLIENT_CREDIT: amount, Account.BANK: -amount})


def refund_returned(key: str, job_id: str, on: date, amount: Decimal) -> Entry:
    """The bank gave a refund back: it is owed to the client again."""
    text = "Refund returned by the bank"
    return entry(key, job_id, on, text, {Account.BANK: amount, Account.CLIENT_CREDIT: -amount})


def credit_note(
    key: str,
    job_id: str,
    on: date,
    net: Decimal,
    vat: Decimal,
    fee: Decimal,
    before: Balances,
    *,
    fact: str | None = None,
) -> Entry:
    """An invoice is taken back in whole or in part; what the client has paid already is owed back."""
    unpaid = min(net + vat, max(before.of(Account.RECEIVABLE), ZERO))
    vat_open = min(vat, before.owed(Account.VAT_TO_COLLECT))
    fee_open = min(fee, before.owed(Account.FEE_TO_COLLECT))
    amounts = {
        Account.RECEIVABLE: -unpaid,
        Account.CLIENT_CREDIT: unpaid - net - vat,
        Account.VAT_TO_COLLECT: vat_open,
        Account.VAT_DUE: vat - vat_open,
        Account.FEE_TO_COLLECT: fee_open,
        Account.FEES: fee - fee_open,
        Account.RESULT: net - fee,
    }
    return entry(key, job_id, on, "Credit note to the client", amounts, fact)


def write_off(key: str, job_id: str, on: date, bearer: Account, before: Balances) -> Entry:
    """Nobody pays any more: the claim goes, the fund is made whole, and the loss is the named bearer's.

    The fee was never earned. The VAT stays owed to the State; if it gives it back, that is a recovery.
    """
    _known_bearer(bearer)
    unpaid, costs = before.of(Account.RECEIVABLE), before.of(Account.LATE_COSTS)
    vat, fee = before.owed(Account.VAT_TO_COLLECT), before.owed(Account.FEE_TO_COLLECT)
    moves = nets(
        (Account.RECEIVABLE, -unpaid),
        (Account.LATE_COSTS, -costs),
        (Account.LATE_INCOME, costs),
        (Account.VAT_TO_COLLECT, vat),
        (Account.VAT_DUE, -vat),
        (Account.FEE_TO_COLLECT, fee),
        (Account.RESULT, unpaid - fee),
        *_loss(before.of(Account.RESULT) + unpaid - fee, bearer),
        *_to_fund(before.owed(Account.PREFINANCED)),
    )
    return entry(key, job_id, on, "Written off", moves)


def close(key: str, job_id: str, on: date, before: Balances, *, bearer: Account | None = None) -> Entry | None:
    """What is left goes to the member's activity account, and every account of the job is at zero.

    What the fund is still owed and a fee still to collect are settled here, because nobody else pays any more. A
    loss needs a named bearer. None when there is nothing left to book. Refuses, naming every account that stays
    open, while anything else is.
    """
    result, fee = before.of(Account.RESULT), before.owed(Account.FEE_TO_COLLECT)
    stuck = [account for account in before.open if account not in SETTLED_BY_CLOSING]
    if stuck or (result > 0 and bearer is None):
        named = stuck if result <= 0 or bearer is not None else [*stuck, Account.RESULT]
        raise AccountsNotSettled.of({account.value: before.of(account) for account in named})
    gain: Moves = ((Account.RESULT, -result), (Account.ACTIVITY, result)) if result < 0 else ()
    moves = nets(
        *gain,
        *(_loss(result, _known_bearer(bearer)) if bearer else ()),
        *_to_fund(before.owed(Account.PREFINANCED)),
        (Account.FEE_TO_COLLECT, fee),
        (Account.FEES, -fee),
    )
    closing = entry(key, job_id, on, "The job is closed", moves)
    if left := before.after(closing).open:
        raise AccountsNotSettled.of({account.value: amount for account, amount in left.items()})
    return closing if closing.postings else None


def repaying(principal: Decimal, before: Balances) -> Moves:
    """What a paid part of the principal gives back: VAT, then the fund, then the fee."""
    owed = Owed(
        vat_eur=before.owed(Account.VAT_TO_COLLECT),
        fund_eur=before.owed(Account.PREFINANCED),
        fee_eur=before.owed(Account.FEE_TO_COLLECT),
    )
    split = repay(principal, owed)
    return (
        (Account.VAT_TO_COLLECT, split.vat_eur),
        (Account.VAT_DUE, -split.vat_eur),
        *_to_fund(split.fund_eur),
        (Account.FEE_TO_COLLECT, split.fee_eur),
        (Account.FEES, -split.fee_eur),
    )


def _to_fund(amount: Decimal) -> Moves:
    return (
        (Account.PREFINANCED, amount),
        (Account.FUND_CLAIMS, -amount),
        (Account.FUND, amount),
        (Account.BANK, -amount),
    )


def _loss(result: Decimal, bearer: Account) -> Moves:
    return ((Account.RESULT, -result), (bearer, result)) if result > 0 else ()


def _known_bearer(bearer: Account) -> Account:
    if bearer not in BEARERS:
        raise ValueError("a cost or loss is borne by the activity, the sector or the community")
    return bearer
