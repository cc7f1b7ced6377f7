"""The rules about debts, answers and accounts notice when they are broken on purpose."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from allin.lives import collecting
from allin.lives.seen import TABLES, Kept, Seen

AT = datetime(2026, 6, 30, 8, tzinfo=UTC)
HANDED_OVER = datetime(2026, 4, 1, 9, tzinfo=UTC)
JOB, IBAN, ANN = "7K3QZ9A1BC", "BE71096123456769", "BE62510007547061"


def day(month: int, number: int) -> datetime:
    return datetime(2026, month, number, 9, tzinfo=UTC)


def line(seq: int, kind: str, at: datetime, number: str = "2026-1") -> dict[str, Any]:
    return {"job_id": JOB, "seq": seq, "kind": kind, "step": None, "at": at, "params": {"number": number}}


def stage(kind: str = "lawyer", begun_at: datetime = HANDED_OVER, **more: Any) -> dict[str, Any]:
    return {"invoice_id": "i1", "kind": kind, "begun_at": begun_at, "reference": "do1"} | more


def heard(n: int, status: str) -> dict[str, Any]:
    return {"invoice_id": "i1", "stage": "lawyer", "n": n, "status": status}


def dossier(*steps: tuple[str, str], **more: Any) -> dict[str, Any]:
    told = [{"status": status, "at": f"{on}T09:00:00Z"} for status, on in steps or SAID]
    about = {"structured_communication": "+++090/9337/55493+++", "route": "administrative_recovery", "iban": IBAN}
    claim = {"principal_eur": "1000.00"}
    who = {"creditor": {"enterprise_number": "1000000021"}, "claim": claim}
    return {"dossier_id": "do1", "steps": told} | about | who | more


SAID = (("received", "2026-04-01"), ("accepted", "2026-04-03"), ("withdrawn", "2026-05-20"))
COLLECTED = {
    "invoice_id": "i1",
    "job_id": JOB,
    "state": "paid",
    "opened_at": day(2, 1),
    "closed_at": day(5, 20),
    "payable_eur": Decimal("1210.00"),
}
ANSWER = {"message_id": "ar1", "code": "RE", "effect": "disputed", "invoice_id": "i1", "asked_at": day(3, 2)}
ANSWER |= {"taken_at": day(3, 2)}
CHECK = {"payment_id": "p1", "iban": ANN, "code": "MTCH", "decision": None}
GOOD: dict[str, list[dict[str, Any]]] = {
    "invoices": [
        {
            "invoice_id": "i1",
            "job_id": JOB,
            "number": "2026-1",
            "kind": "balance",
            "credits": None,
            "entity": "brussels",
            "payable_eur": Decimal("1210.00"),
            "payment_reference": "+++090/9337/55493+++",
        }
    ],
    "entities": [{"slug": "brussels", "enterprise_number": "1000000021", "entity": {"iban": IBAN}}],
    "collections": [COLLECTED],
    "collection_stages": [stage("first_reminder", day(2, 20), reference="mail1"), stage()],
    "collection_answers": [heard(1, "received"), heard(2, "accepted")],
    "job_events": [line(1, "answer.rejected", day(3, 2)), line(2, "debt.settled", day(3, 10))],
    "invoice_answers": [ANSWER],
    "payments": [{"payment_id": "p1", "job_id": JOB, "kind": "wage", "end_to_end": "E1"}],
    "payee_checks": [CHECK],
}
PAID = {"end_to_end_id": "E1", "creditor_iban": ANN, "creditor_name": "Ann Peeters", "booked_on": "2026-02-20"}
KEPT: dict[str, Any] = {
    "dossiers": (dossier(),),
    "inbox": ({"message_id": "ar1", "received_at": "2026-03-01T09:00:00Z"},),
    "transfers": (PAID,),
    "holders": ({"iban": ANN, "name": "ANN PEETERS"},),
}


def test_the_answer_to_a_plan_is_heard_under_the_stage_that_handed_the_dossier_over() -> None:
    assert found(collection_stages=[stage(), stage("plan", day(4, 20))]) == []


def found(kept: dict[str, Any] | None = None, **tables: Any) -> list[str]:
    told = {table.name: (GOOD | tables).get(table.name, []) for table in TABLES}
    seen = Seen(AT, told, kept=Kept(**(KEPT | (kept or {}))))
    return [finding.said for rule in collecting.RULES for finding in rule(seen)]


OPEN = COLLECTED | {"state": "open", "closed_at": None}
BROKEN: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "another invoice's dossier": (
        {"dossiers": (dossier(structured_communication="+++000/0000/00097+++"),)},
        {},
        "a dossier is about no invoice of ours",
    ),
    "a dossier nobody noted": (
        {"dossiers": (dossier(dossier_id="do2"),)},
        {},
        "a dossier for administrative_recovery belongs to no stage of its invoice",
    ),
    "more than is owed": (
        {"dossiers": (dossier(claim={"principal_eur": "1210.01"}),)},
        {},
        "1210.01 is claimed of an invoice of 1210.00",
    ),
    "paid to another account": (
        {"dossiers": (dossier(iban=ANN),)},
        {},
        "a dossier for administrative_recovery has another creditor",
    ),
    "paid, and the lawyer goes on": (
        {"dossiers": (dossier(*SAID[:2]),)},
        {},
        "is paid, and a dossier for administrative_recovery goes on",
    ),
    "an answer was not heard": (
        {},
        {"collection_answers": [heard(1, "received")]},
        "lawyer was heard to say ['received'], it said ['received', 'accepted']",
    ),
    "something else was heard": (
        {},
        {"collection_answers": [heard(1, "received"), heard(2, "contested")]},
        "lawyer was heard to say ['received', 'contested'], it said ['received', 'accepted']",
    ),
    "a word of the client was lost": (
        {},
        {"invoice_answers": []},
        "an answer that came in over Peppol had no effect",
    ),
    "nobody was asked": (
        {},
        {"invoice_answers": [ANSWER | {"asked_at": None}]},
        "nobody was asked about a rejected balance",
    ),
    "a reminder for a contested invoice": (
        {},
        {"collection_stages": [stage("second_reminder", day(3, 5), reference="mail2"), stage()]},
        "second_reminder began while the client contested it",
    ),
    "contested and collected": (
        {"dossiers": ()},
        {"collections": [OPEN], "job_events": [line(1, "answer.rejected", day(3, 2))], "collection_stages": []},
        "the client contests an invoice, and it is collected",
    ),
    "another name on the account": (
        {"holders": ({"iban": ANN, "name": "Bob Peeters"},)},
        {},
        "wage went to an account of another name",
    ),
    "given back and paid": (
        {},
        {"payee_checks": [CHECK | {"decision": "give_back"}]},
        "wage was given back and is paid all the same",
    ),
    "nobody asked whose account it is": ({}, {"payee_checks": []}, "wage went to an account nobody asked about"),
    "asked about one account, paid to another": (
        {},
        {"payee_checks": [CHECK | {"iban": IBAN}]},
        "wage went to an account nobody asked about",
    ),
}


def test_a_debt_as_it_should_be_holds() -> None:
    assert found() == []


@pytest.mark.parametrize("what", BROKEN)
def test_what_does_not_hold_is_found(what: str) -> None:
    kept, tables, said = BROKEN[what]
    assert found(kept, **tables) == [said]


def test_an_account_of_another_name_is_right_when_a_person_said_so_or_the_bank_could_not_say() -> None:
    other = {"holders": ({"iban": ANN, "name": "Bob Peeters"},)}
    assert found(other, payee_checks=[CHECK | {"decision": "pay", "code": "NMTC"}]) == []
    assert found(other, payee_checks=[CHECK | {"code": "NOAP"}]) == []


def test_a_paper_that_is_asked_about_soon_is_not_late() -> None:
    soon = ({"message_id": "ar2", "received_at": "2026-06-29T09:00:00Z"},)
    assert found({"inbox": soon}) == []
    assert found(invoice_answers=[ANSWER | {"asked_at": None, "taken_at": day(6, 20)}]) == []
