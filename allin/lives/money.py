"""What must hold about money: documents, books, bank and fund agree to the cent."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal

from allin.lives.seen import Finding, Seen
from domain.ledger import Account
from domain.money import ZERO
from storage.jobs.tables import jobs
from storage.money.ledger import ledger_entries, ledger_postings
from storage.money.payment_tables import payments
from storage.services.debt_collection import collections
from storage.services.invoicing import invoices

OF_A_JOB = frozenset(account.value for account in Account if account.of_job)
ENDED = frozenset({"closed", "written_off", "withdrawn", "refused"})


def entries_balance(seen: Seen) -> Iterator[Finding]:
    """Every entry adds up to zero and has no line of zero."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for row in seen.of(ledger_postings):
        sums[row["entry_key"]] += row["amount_eur"]
        if row["amount_eur"] == ZERO:
            yield Finding("books", _job_of(row["entry_key"]), f"a line of 0.00 in {row['entry_key']}")
    for key, total in sorted(sums.items()):
        if total != ZERO:
            yield Finding("books", _job_of(key), f"{key} is off by {total}")


def _job_of(key: str) -> str:
    return key.split("/")[0]


def _balances(seen: Seen) -> dict[str, dict[str, Decimal]]:
    """What stands on each account of each job."""
    job_of = {row["key"]: row["job_id"] for row in seen.of(ledger_entries)}
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in seen.of(ledger_postings):
        sums[job_of.get(row["entry_key"], "-")][row["account"]] += row["amount_eur"]
    return sums


def closed_is_zero(seen: Seen) -> Iterator[Finding]:
    """A job that has ended has nothing left on its own accounts, whichever way it ended."""
    sums = _balances(seen)
    for job in seen.of(jobs):
        if job["state"] not in ENDED:
            continue
        for account, total in sorted(sums[job["job_id"]].items()):
            if account in OF_A_JOB and total != ZERO:
                yield Finding("zero", job["job_id"], f"is {job['state']} with {total} on {account}")


def numbers_have_no_gap(seen: Seen) -> Iterator[Finding]:
    """Invoice numbers run 1, 2, 3 in each series of each year, and each has its document."""
    series: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for row in seen.of(invoices):
        series[row["entity"], row["series"], row["year"]].append(row["in_series"])
        if row["document"] is None:
            yield Finding("numbers", row["job_id"], f"{row['kind']} has a number and no document")
    for name, numbers in sorted(series.items()):
        if sorted(numbers) != list(range(1, len(numbers) + 1)):
            yield Finding("numbers", "-", f"{name} has {sorted(numbers)}")


def credits_stay_below(seen: Seen) -> Iterator[Finding]:
    """The credit notes of an invoice never exceed it."""
    totals = {row["invoice_id"]: row for row in seen.of(invoices)}
    credited: dict[str, Decimal] = defaultdict(Decimal)
    for row in seen.of(invoices):
        if row["credits"]:
            credited[row["credits"]] += abs(row["total_eur"])
    for invoice_id, amount in sorted(credited.items()):
        of = totals[invoice_id]
        if amount > of["total_eur"]:
            yield Finding("credit", of["job_id"], f"{amount} credited of {of['total_eur']} ({of['kind']})")


def documents_add_up(seen: Seen) -> Iterator[Finding]:
    """Of a closed job the documents add up to its price, unless something was credited."""
    for job in seen.of(jobs):
        rows = seen.of(invoices, job["job_id"])
        if job["state"] != "closed" or not rows or any(row["credits"] for row in rows):
            continue
        net = sum((row["net_eur"] for row in rows), ZERO)
        if net != job["amount_eur"]:
            yield Finding("invoiced", job["job_id"], f"{net} is invoiced of a price of {job['amount_eur']}")


def debts_are_invoices(seen: Seen) -> Iterator[Finding]:
    """What is collected is what the invoice asks, by the entity that issued it."""
    issued = {row["invoice_id"]: row for row in seen.of(invoices)}
    for row in seen.of(collections):
        invoice = issued.get(row["invoice_id"], row)
        if (row["payable_eur"], row["entity"]) != (invoice["payable_eur"], invoice["entity"]):
            told = f"{row['entity']} collects {row['payable_eur']}"
            yield Finding("debt", row["job_id"], f"{told}, {invoice['entity']} invoiced {invoice['payable_eur']}")


def the_bank_paid_what_we_booked(seen: Seen) -> Iterator[Finding]:
    """Each payment that is booked here was made by the bank once, and the bank made no other.

    What a person paid by hand, outside, is booked on their word; the bank's own line makes it the bank's.
    """
    at_bank = [one for one in seen.effects if (one["partner"], one["kind"]) == ("bank", "payment")]
    made = Counter(one["reference"] for one in at_bank)
    ours = {row["end_to_end"]: row for row in seen.of(payments)}
    for reference, times in sorted(made.items(), key=str):
        if times > 1 or reference not in ours:
            job_id = ours[reference]["job_id"] if reference in ours else "-"
            yield Finding("bank", job_id, f"the bank made a payment {times} times that we ordered once")
    for reference, row in sorted(ours.items()):
        if row["state"] == "booked" and not row["by_hand"] and not made[reference]:
            yield Finding("bank", row["job_id"], f"{row['kind']} is booked here and not at the bank")


RULES = (
    entries_balance,
    closed_is_zero,
    numbers_have_no_gap,
    credits_stay_below,
    documents_add_up,
    debts_are_invoices,
    the_bank_paid_what_we_booked,
)
