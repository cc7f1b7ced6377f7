"""What must hold about debts: dossiers at lawyer and bailiff, what clients answer, whose accounts are paid."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from allin.lives.seen import Finding, Row, Seen
from domain.rules.counsel import HANDED_OVER
from storage.execution.events import job_events
from storage.money.payee_checks import payee_checks
from storage.money.payment_tables import payments
from storage.people.entities import entities
from storage.services.counsel_answers import collection_answers
from storage.services.debt_collection import collection_stages, collections
from storage.services.invoice_answers import invoice_answers
from storage.services.invoicing import invoices

OVER = frozenset(
    {"contested", "dismissed", "dividend", "insolvent", "nothing_found", "paid", "returned", "unpaid", "withdrawn"}
)
"""After these an office does nothing more."""
SOON = timedelta(days=7)
"""So long an answer may be on its way to us."""
CONTESTED = frozenset(
    {"answer.conditional", "answer.in_query", "answer.rejected", "answer.undelivered", "debt.disputed"}
)
AGREED = frozenset({"answer.accepted", "answer.paid", "answer.partly_paid", "debt.settled"})


def dossiers_are_about_our_invoices(seen: Seen) -> Iterator[Finding]:
    """Each dossier is one stage of a collection: its creditor, its account, and no more than the invoice asks."""
    if seen.kept is None:
        return
    by_reference = {row["payment_reference"]: row for row in seen.of(invoices)}
    stages = {row["reference"]: row for row in seen.of(collection_stages) if row["reference"]}
    sellers = {row["slug"]: row for row in seen.of(entities)}
    for dossier in seen.kept.dossiers:
        invoice = by_reference.get(dossier["structured_communication"])
        if invoice is None:
            yield Finding("dossier", "-", "a dossier is about no invoice of ours")
            continue
        job_id, stage = invoice["job_id"], stages.get(dossier["dossier_id"])
        if stage is None or stage["invoice_id"] != invoice["invoice_id"]:
            yield Finding("dossier", job_id, f"a dossier for {dossier['route']} belongs to no stage of its invoice")
        if Decimal(dossier["claim"]["principal_eur"]) > invoice["payable_eur"]:
            claimed = dossier["claim"]["principal_eur"]
            yield Finding("dossier", job_id, f"{claimed} is claimed of an invoice of {invoice['payable_eur']}")
        seller = sellers.get(invoice["entity"])
        told = (dossier["creditor"].get("enterprise_number"), dossier["iban"])
        if seller is not None and told != (seller["enterprise_number"], seller["entity"]["iban"]):
            yield Finding("dossier", job_id, f"a dossier for {dossier['route']} has another creditor")


def nobody_is_pursued_who_owes_nothing(seen: Seen) -> Iterator[Finding]:
    """When a collection is over, no office goes on with it."""
    ended = {row["invoice_id"]: row for row in seen.of(collections) if row["closed_at"] is not None}
    for stage, dossier in _held(seen):
        row, status = ended.get(stage["invoice_id"]), _now(dossier, seen.at)
        if row is not None and status not in OVER:
            yield Finding(
                "dossier", row["job_id"], f"is {row['state']}, and a dossier for {dossier['route']} goes on"
            )


def every_answer_of_an_office_is_heard(seen: Seen) -> Iterator[Finding]:
    """What we heard of a dossier is what its office says, in the same order; nothing of it is missing for long."""
    heard: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in sorted(seen.of(collection_answers), key=lambda each: int(each["n"])):
        heard[row["invoice_id"], row["stage"]].append(row["status"])
    closed = {row["invoice_id"]: row for row in seen.of(collections)}
    for stage, dossier in _held(seen):
        row = closed[stage["invoice_id"]]
        until = min(row["closed_at"] or seen.at, seen.at) - SOON
        mine = heard[stage["invoice_id"], stage["kind"]]
        said = [one["status"] for one in dossier["steps"] if _at(one) <= seen.at]
        due = [one["status"] for one in dossier["steps"] if _at(one) <= until]
        if mine != said[: len(mine)] or len(mine) < len(due):
            yield Finding("dossier", row["job_id"], f"{stage['kind']} was heard to say {mine}, it said {due}")


def _held(seen: Seen) -> Iterator[tuple[Row, Row]]:
    """Each stage that handed a dossier over, with the dossier; the answer to a plan is about the same dossier."""
    if seen.kept is None:
        return
    dossiers = {one["dossier_id"]: one for one in seen.kept.dossiers}
    for stage in seen.of(collection_stages):
        if stage["kind"] in HANDED_OVER and stage["reference"] in dossiers:
            yield stage, dossiers[stage["reference"]]


def _at(step: Row) -> datetime:
    return datetime.fromisoformat(step["at"])


def _now(dossier: Row, at: datetime) -> str:
    past = [one for one in dossier["steps"] if _at(one) <= at]
    return str((past or dossier["steps"])[-1]["status"])


def what_clients_answer_is_heard(seen: Seen) -> Iterator[Finding]:
    """Each document that came in over Peppol was taken over and had its effect."""
    if seen.kept is None:
        return
    kept = {row["message_id"]: row for row in seen.of(invoice_answers)}
    for one in seen.kept.inbox:
        row = kept.get(one["message_id"])
        if datetime.fromisoformat(one["received_at"]) <= seen.at - SOON and (row is None or row["effect"] is None):
            job_id = "-" if row is None else _job_of(seen, row["invoice_id"])
            yield Finding("answer", job_id, "an answer that came in over Peppol had no effect")


def a_rejected_invoice_is_asked_about(seen: Seen) -> Iterator[Finding]:
    """Two people are asked whether a credit note takes back what the client rejected."""
    documents = {row["invoice_id"]: row for row in seen.of(invoices)}
    for row in seen.of(invoice_answers):
        if row["code"] != "RE" or row["effect"] not in ("disputed", "told") or row["asked_at"] is not None:
            continue
        document = documents[row["invoice_id"]]
        if document["credits"] is None and row["taken_at"] < seen.at - timedelta(days=30):
            yield Finding("answer", document["job_id"], f"nobody was asked about a rejected {document['kind']}")


def a_contested_invoice_rests(seen: Seen) -> Iterator[Finding]:
    """While a client contests an invoice no stage of its collection begins, and it stands as disputed."""
    stages: dict[str, list[Row]] = defaultdict(list)
    for stage in seen.of(collection_stages):
        stages[stage["invoice_id"]].append(stage)
    for row in seen.of(collections):
        number = next((one["number"] for one in seen.of(invoices) if one["invoice_id"] == row["invoice_id"]), None)
        for begun, ended in _contested(seen, row, number):
            for stage in stages[row["invoice_id"]]:
                if begun < stage["begun_at"] < ended:
                    yield Finding("answer", row["job_id"], f"{stage['kind']} began while the client contested it")
            if ended == seen.at and row["state"] == "open" and begun < seen.at - SOON:
                yield Finding("answer", row["job_id"], "the client contests an invoice, and it is collected")


def _contested(seen: Seen, collection: Row, number: str | None) -> Iterator[tuple[datetime, datetime]]:
    """From when to when the client contested it, by the story; not before its money was awaited."""
    since: datetime | None = None
    for line in sorted(seen.of(job_events, collection["job_id"]), key=lambda each: int(each["seq"])):
        if line["params"].get("number") != number:
            continue
        if line["kind"] in CONTESTED and since is None:
            since = max(line["at"], collection["opened_at"])
        elif line["kind"] in AGREED and since is not None:
            yield since, line["at"]
            since = None
    if since is not None:
        yield since, seen.at


def money_goes_to_whom_it_is_for(seen: Seen) -> Iterator[Finding]:
    """Nothing left for an account that bears another name, unless a person said so; nothing that was given back."""
    if seen.kept is None:
        return
    names = {one["iban"].replace(" ", ""): one["name"] for one in seen.kept.holders}
    ours = {row["end_to_end"]: row for row in seen.of(payments)}
    checks = {row["payment_id"]: row for row in seen.of(payee_checks)}
    for one in seen.kept.transfers:
        payment = ours.get(one["end_to_end_id"])
        if one["booked_on"] is None or payment is None:
            continue
        check = checks.get(payment["payment_id"])
        if check is None or check["iban"].replace(" ", "") != one["creditor_iban"]:
            yield Finding("payee", payment["job_id"], f"{payment['kind']} went to an account nobody asked about")
            continue
        if check["decision"] == "give_back":
            yield Finding("payee", payment["job_id"], f"{payment['kind']} was given back and is paid all the same")
        holder = names.get(one["creditor_iban"])
        another = holder is not None and _plain(holder) != _plain(one["creditor_name"])
        if another and check["code"] != "NOAP" and check["decision"] != "pay":
            yield Finding("payee", payment["job_id"], f"{payment['kind']} went to an account of another name")


def _plain(name: str) -> str:
    return "".join(one for one in name.casefold() if one.isalnum())


def _job_of(seen: Seen, invoice_id: str | None) -> str:
    return next((str(row["job_id"]) for row in seen.of(invoices) if row["invoice_id"] == invoice_id), "-")


RULES = (
    dossiers_are_about_our_invoices,
    nobody_is_pursued_who_owes_nothing,
    every_answer_of_an_office_is_heard,
    what_clients_answer_is_heard,
    a_rejected_invoice_is_asked_about,
    a_contested_invoice_rests,
    money_goes_to_whom_it_is_for,
)
