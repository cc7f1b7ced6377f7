"""A client answers an invoice on the Peppol network: told, contested, settled, and people asked once."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from activities.invoice_answers import InvoiceAnswers
from activities.invoicing import Invoicing
from domain.collection_state import NewCollection
from domain.invoice_answers import InvoiceAnswer, follows
from domain.job import Decision
from domain.rules.consumer import ConsumerTerms
from partners.peppol import PeppolAccessPoint
from partners.peppol_answers import read_answer
from storage.execution.events import Events
from storage.money.bank_problems import BankProblems
from storage.services.debt_collection import Collections
from storage.services.invoice_answers import InvoiceAnswerBook
from storage.services.invoicing import Invoices
from tests.databases import sqlite_database
from tests.services.conftest import Partners, TestClock
from tests.services.office import Office, open_office
from tests.services.test_invoicing import Waiting, order

NUMBER = "AL-2026-000001"


@dataclass
class Doors:
    """The processes of jobs, which take what they are told."""

    asked: list[Decision] = field(default_factory=list)
    no: tuple[str, str] | None = None

    async def redo(self, workflow_id: str, decision: Decision) -> tuple[str, str] | None:
        self.asked.append(decision)
        return self.no


@dataclass
class Steps:
    """The step as the tables have it."""

    now: tuple[str, int] | None = ("done", 1)

    async def invoice_step(self, job_id: str, step: str) -> tuple[str, int] | None:
        return self.now


@dataclass
class Post:
    """An office whose invoice of 1,590.00 went out by Peppol, and the desk that reads what comes back."""

    office: Office
    doors: Doors
    steps: Steps
    desk: InvoiceAnswers
    invoice_id: str

    async def answers(self, code: str, *reasons: str, **more: Any) -> None:
        told = {"document": NUMBER, "code": code, "reasons": list(reasons), **more}
        await self.office.admin("peppol/answers", **told)

    async def told(self) -> list[tuple[str, dict[str, str]]]:
        lines = await Events(self.office.database).since(self.office.job_id)
        return [(line.kind, line.params) for line in lines if line.kind.startswith("answer.")]

    async def state(self) -> str:
        return (await Collections(self.office.database).collection(self.invoice_id)).state

    async def problems(self) -> list[tuple[str, str]]:
        return [(one.about, one.why) for one in await BankProblems(self.office.database).open()]


@pytest.fixture
async def post(tmp_path: Path, partners: Partners, clock: TestClock) -> AsyncIterator[Post]:
    clock.at = datetime(2026, 3, 16, 9, 0, tzinfo=UTC)
    async with open_office(sqlite_database(tmp_path), partners, clock) as office:
        peppol = PeppolAccessPoint(office.partners.http("peppol"))
        service = Invoicing(
            invoices=Invoices(office.database), printer=office.press, access_point=peppol, ledger=office.ledger,
            collections=Waiting(), entities=office.entities, clients=office.clients, jobs=office.jobs,
            papers=office.papers, post=office.post, deadlines=office.deadlines, letterhead=office.letterhead,
            clock=clock,
        )  # fmt: skip
        issued = await service.issue(order(office))
        await service.send(order(office))
        await Collections(office.database).open(
            NewCollection(
                invoice_id=issued.invoice_id, job_id=office.job_id, entity="liege",
                client_id=office.client.client_id, client_version=office.client.version,
                payable_eur=Decimal("1590.00"), due_on=date(2026, 4, 15), terms=ConsumerTerms(),
                opened_at=clock.now(),
            )
        )  # fmt: skip
        doors, steps, book = Doors(), Steps(), InvoiceAnswerBook(office.database)
        desk = InvoiceAnswers(
            line=peppol, book=book, steps=steps, doors=doors, problems=BankProblems(office.database), clock=clock
        )
        yield Post(office, doors, steps, desk, issued.invoice_id)


async def test_a_rejection_makes_the_invoice_a_contested_one_and_asks_people_about_a_credit_note_once(
    post: Post,
) -> None:
    await post.answers("RE", "PRI", actions=["CNF"], note="agreed was 1,200.00")
    first, second = await post.desk.read(), await post.desk.read()
    assert [nudge.workflow_id for nudge in first.nudges] == [f"collection-{post.invoice_id}"]
    assert (second.nudges, second.problems) == ((), ())
    assert await post.state() == "disputed"
    said = {"number": NUMBER, "client_reasons": "PRI", "said": "agreed was 1,200.00"}
    assert await post.told() == [("answer.rejected", said)]
    (asked,) = post.doors.asked
    assert (asked.step, asked.expected_attempt, asked.role, asked.reason) == (
        "invoicing:invoice", 1, "client", "agreed was 1,200.00",
    )  # fmt: skip


async def test_a_question_rests_the_reminders_until_the_client_accepts(post: Post) -> None:
    await post.answers("AB")
    await post.answers("UQ", "REF", note="which purchase order?")
    await post.desk.read()
    assert await post.state() == "disputed"
    await post.answers("AP")
    assert [nudge.workflow_id for nudge in (await post.desk.read()).nudges] == [f"collection-{post.invoice_id}"]
    assert await post.state() == "open"
    assert [kind for kind, _ in await post.told()] == ["answer.received", "answer.in_query", "answer.accepted"]
    assert post.doors.asked == []


async def test_what_a_person_wrote_down_as_contested_is_not_settled_by_an_answer(post: Post) -> None:
    await Collections(post.office.database).dispute(post.invoice_id, post.office.clock.now())
    await post.answers("UQ", "REF")
    await post.answers("AP")
    await post.desk.read()
    assert await post.state() == "disputed"


async def test_paid_says_the_client_and_only_the_statement_counts(post: Post) -> None:
    await post.answers("PD", "PPD", note="half of it")
    await post.answers("PD")
    await post.desk.read()
    assert [kind for kind, _ in await post.told()] == ["answer.partly_paid", "answer.paid"]
    assert await post.state() == "open"


async def test_a_status_that_goes_backwards_counts_for_nothing(post: Post) -> None:
    await post.answers("AP")
    await post.answers("RE", "PRI")
    await post.answers("IP")
    await post.desk.read()
    assert [kind for kind, _ in await post.told()] == ["answer.accepted"]
    assert (await post.state(), post.doors.asked) == ("open", [])


async def test_the_network_that_did_not_deliver_it_is_told_as_such_and_asked_about(post: Post) -> None:
    await post.answers("RE", "BV", layer="network", note="BR-CO-16")
    await post.desk.read()
    said = {"number": NUMBER, "client_reasons": "BV", "said": "BR-CO-16"}
    assert await post.told() == [("answer.undelivered", said)]
    assert (await post.state(), len(post.doors.asked)) == ("disputed", 1)


async def test_a_service_provider_that_could_not_deliver_it_is_told_and_asked_about(post: Post) -> None:
    await post.answers("RE", "FD", layer="provider", note="the receiver's system is closed")
    await post.desk.read()
    said = {"number": NUMBER, "client_reasons": "FD", "said": "the receiver's system is closed"}
    assert await post.told() == [("answer.undelivered", said)]
    assert (await post.state(), len(post.doors.asked)) == ("disputed", 1)


async def test_a_service_provider_that_warns_and_delivers_changes_nothing(post: Post) -> None:
    await post.answers("AP", "BW", layer="provider", note="a line without a unit")
    await post.answers("AP")
    await post.desk.read()
    assert [kind for kind, _ in await post.told()] == ["answer.received", "answer.accepted"]
    assert (await post.state(), post.doors.asked) == ("open", [])


STATUS = """<ApplicationResponse xmlns="urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2">
 <cbc:CustomizationID>urn:peppol:edec:mls:1.0</cbc:CustomizationID><cbc:ProfileID>urn:peppol:edec:mls</cbc:ProfileID>
 <cbc:ID>m-1</cbc:ID><cbc:IssueDate>2026-03-16</cbc:IssueDate><cbc:IssueTime>09:00:00Z</cbc:IssueTime>
 <cac:SenderParty><cbc:EndpointID schemeID="0242">000002</cbc:EndpointID></cac:SenderParty>
 <cac:ReceiverParty><cbc:EndpointID schemeID="0242">000001</cbc:EndpointID></cac:ReceiverParty>
 <cac:DocumentResponse>
  <cac:Response><cbc:ResponseCode>RE</cbc:ResponseCode><cbc:Description>refused</cbc:Description></cac:Response>
  <cac:DocumentReference><cbc:ID>{document}</cbc:ID></cac:DocumentReference>
  <cac:LineResponse><cac:LineReference><cbc:LineID>/Invoice</cbc:LineID></cac:LineReference>
   <cac:Response><cbc:Description>BR-CO-16</cbc:Description>
    <cac:Status><cbc:StatusReasonCode>BV</cbc:StatusReasonCode></cac:Status></cac:Response></cac:LineResponse>
 </cac:DocumentResponse>
</ApplicationResponse>"""


async def test_a_service_provider_that_names_what_we_never_sent_is_shown_to_finance(post: Post) -> None:
    """It names the id it got, which only whoever received it knows: the number alone proves nothing."""
    await post.answers("RE", "PRI", raw=STATUS.format(document=NUMBER))
    await post.desk.read()
    assert (await post.told(), await post.state(), post.doors.asked) == ([], "open", [])
    assert await post.problems() == [(NUMBER, f"0242:000002 answers RE to {NUMBER}, which we did not send there")]


def test_what_a_service_provider_found_wrong_is_read_from_its_issues() -> None:
    read = read_answer(STATUS.format(document="out-7").encode(), 4, "m-1")
    assert (read.layer, read.of_provider, read.document) == ("network", True, "out-7")
    assert (read.news, read.reasons, read.note) == ("undelivered", ("BV",), "refused · BR-CO-16")


async def test_somebody_else_answers_nothing_and_finance_see_who_it_was(post: Post) -> None:
    await post.answers("RE", "PRI", sender="0208:1000000120")
    await post.desk.read()
    assert (await post.told(), await post.state(), post.doors.asked) == ([], "open", [])
    why = f"0208:1000000120 answers RE to {NUMBER}, which we did not send there"
    assert await post.problems() == [(NUMBER, why)]


async def test_what_nobody_can_read_is_listed_once_and_keeps_nothing_else_out(post: Post) -> None:
    await post.answers("AB", raw="<Invoice/>")
    await post.answers("AB", raw='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    await post.answers("AP")
    await post.desk.read()
    assert [kind for kind, _ in await post.told()] == ["answer.accepted"]
    assert [why for _, why in await post.problems()] == [
        "Invoice is no answer",
        "it is too large, or declares a document type",
    ]
    calls = (await post.office.partners.calls("peppol")).count("read_inbox")
    await post.desk.read()
    assert (await post.office.partners.calls("peppol")).count("read_inbox") == calls


async def test_a_step_still_at_work_is_asked_about_once_it_is_done(post: Post) -> None:
    await post.answers("RE", "PRI")
    post.steps.now = ("trying", 1)
    await post.desk.read()
    assert post.doors.asked == []
    post.steps.now, post.doors.no = ("done", 2), ("StaleAttempt", "moved on")
    await post.desk.read()
    post.doors.no = None
    await post.desk.read()
    await post.desk.read()
    assert [one.expected_attempt for one in post.doors.asked] == [2, 2]


async def test_a_job_that_has_ended_leaves_the_question_to_finance(post: Post) -> None:
    await post.answers("RE", "PRI")
    post.doors.no = ("JobEnded", "the process has ended")
    await post.desk.read()
    await post.desk.read()
    why = "the client rejected it and its job cannot be asked (the process has ended)"
    assert await post.problems() == [(NUMBER, f"{why}: a credit note is decided by hand")]
    assert len(post.doors.asked) == 1


async def test_an_access_point_that_is_away_is_asked_again_in_the_next_round(post: Post) -> None:
    await post.answers("AP")
    await post.office.partners.stop("peppol")
    away = await post.desk.read()
    assert [one.passing for one in away.problems] == [True]
    await post.office.partners.start("peppol")
    await post.desk.read()
    assert [kind for kind, _ in await post.told()] == ["answer.accepted"]


def of(code: str, part_paid: bool = False) -> InvoiceAnswer:
    return InvoiceAnswer(
        message_id="m", position=1, code=code, part_paid=part_paid, document="1", sender="a", receiver="b",  # type: ignore[arg-type]
        said_on=date(2026, 3, 16),
    )  # fmt: skip


FOLLOWS = {
    "AB": "IP UQ CA RE AP PD",
    "IP": "UQ CA RE AP PD",
    "UQ": "UQ CA RE AP PD",
    "CA": "CA RE AP PD",
    "RE": "",
    "AP": "PD",
    "PD": "",
}


@pytest.mark.parametrize("earlier", FOLLOWS)
def test_each_status_lets_only_later_ones_follow(earlier: str) -> None:
    assert " ".join(code for code in FOLLOWS if follows(of(earlier), of(code))) == FOLLOWS[earlier]


def test_paid_in_part_is_not_the_last_word() -> None:
    assert follows(of("PD", part_paid=True), of("PD"))
    assert not follows(of("PD", part_paid=True), of("RE"))


PUBLISHED = b"""<?xml version="1.0" encoding="UTF-8"?>
<ApplicationResponse xmlns="urn:oasis:names:specification:ubl:schema:xsd:ApplicationResponse-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
 <cbc:CustomizationID>urn:fdc:peppol.eu:poacc:trns:invoice_response:3</cbc:CustomizationID>
 <cbc:ProfileID>urn:fdc:peppol.eu:poacc:bis:invoice_response:3</cbc:ProfileID>
 <cbc:ID>imrid001</cbc:ID><cbc:IssueDate>2026-03-17</cbc:IssueDate><cbc:IssueTime>12:00:00</cbc:IssueTime>
 <cac:SenderParty><cbc:EndpointID schemeID="0208">BE 0428.759.497</cbc:EndpointID></cac:SenderParty>
 <cac:ReceiverParty><cbc:EndpointID schemeID="0208">1000000021</cbc:EndpointID></cac:ReceiverParty>
 <cac:DocumentResponse>
  <cac:Response>
   <cbc:ResponseCode listID="UNCL4343OpSubset">RE</cbc:ResponseCode>
   <cac:Status>
    <cbc:StatusReasonCode listID="OPStatusReason">LEG</cbc:StatusReasonCode>
    <cbc:StatusReason>VAT number\n  is wrong</cbc:StatusReason>
    <cac:Condition><cbc:AttributeID>BT-48</cbc:AttributeID><cbc:Description>BE0428759497</cbc:Description></cac:Condition>
   </cac:Status>
   <cac:Status><cbc:StatusReasonCode listID="OPStatusAction">NIN</cbc:StatusReasonCode></cac:Status>
  </cac:Response>
  <cac:DocumentReference><cbc:ID>AL-2026-000001</cbc:ID><cbc:DocumentTypeCode>380</cbc:DocumentTypeCode></cac:DocumentReference>
 </cac:DocumentResponse>
</ApplicationResponse>"""


def test_an_answer_is_read_with_its_reason_its_words_and_what_should_have_stood_there() -> None:
    read = read_answer(PUBLISHED, 7, "m7")
    assert (read.code, read.layer, read.document, read.said_on, read.position) == (
        "RE", "client", "AL-2026-000001", date(2026, 3, 17), 7,
    )  # fmt: skip
    assert (read.sender, read.receiver, read.reasons) == ("0208:0428759497", "0208:1000000021", ("LEG",))
    assert read.note == "VAT number is wrong · BT-48 BE0428759497"
