"""The client's yes: asked by a link, reminded, accepted, changed, refused, or handed in on paper."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from activities.agreement import STEP, ClientAgreement
from documents.mails import mail
from domain.errors import NotYet, PartnerDown
from domain.orders import StepOrder
from domain.services.agreement import (
    AgreementRequest,
    ClientAsksForChanges,
    ClientHasNoEmail,
    ClientRefused,
    NoAnswerFromClient,
    SignedFileMissing,
)
from partners.mail import HttpMail
from storage.jobs.jobs import Jobs
from tests.databases import sqlite_database
from tests.services.conftest import Partners, TestClock
from tests.services.office import Office, open_office


@pytest.fixture
async def office(tmp_path: Path, partners: Partners, clock: TestClock) -> AsyncIterator[Office]:
    async with open_office(sqlite_database(tmp_path), partners, clock) as opened:
        yield opened


@pytest.fixture
def service(office: Office) -> ClientAgreement:
    return ClientAgreement(
        links=office.links,
        post=HttpMail(office.partners.http("mail"), mail),
        entities=office.entities,
        clients=office.clients,
        jobs=office.jobs,
        declared=Jobs(office.database),
        printer=office.press,
        papers=office.papers,
        clock=office.clock,
        letterhead=office.letterhead,
    )


def question(office: Office, **wish: Any) -> StepOrder[AgreementRequest]:
    """1,000.00 and 6 % VAT for the concert of 14 March, to be answered by the 9th."""
    request = AgreementRequest(
        **{
            "client_id": office.client.client_id,
            "client_version": office.client.version,
            "price_ex_vat_eur": "1000.00",
            "vat_eur": "60.00",
            "total_eur": "1060.00",
            "starts_at": datetime(2026, 3, 14, 18, 0, tzinfo=UTC),
            "answer_by": datetime(2026, 3, 9, 9, 0, tzinfo=UTC),
            "remind_at": (datetime(2026, 3, 6, 9, 0, tzinfo=UTC), datetime(2026, 3, 8, 9, 0, tzinfo=UTC)),
            **wish,
        }
    )
    return StepOrder(job_id=office.job_id, service="agreement", entity="liege", request=request)


async def subjects(office: Office) -> list[str]:
    """What the client received, newest first."""
    return [message.subject for message in await office.post.mailbox("client@example.org")]


async def test_a_client_is_asked_once_and_the_yes_is_kept_as_proof(
    office: Office, service: ClientAgreement
) -> None:
    order = question(office)
    asked = await service.ask(order)
    assert (await service.ask(order)).token_id == asked.token_id
    assert len(await subjects(office)) == 1
    assert "1 060,00" in (await office.post.mailbox("client@example.org"))[0].text.replace("\u202f", " ")
    with pytest.raises(NotYet) as early:
        await service.accept(order)
    assert early.value.ask_again_in == timedelta(days=7)
    office.clock.wait(hours=3)
    await office.links.give_answer(asked.token_id or "", "accepted", office.clock.now())
    agreed = await service.accept(order)
    assert (agreed.accepted_at, agreed.accepted_how) == (office.clock.now(), "link")
    assert await service.accept(order) == agreed
    assert await office.papers_of("agreement_evidence") == [agreed.evidence_document] == ["agreement-1.pdf"]
    assert len(await subjects(office)) == 2


async def test_a_mail_whose_answer_got_lost_is_not_sent_again(office: Office, service: ClientAgreement) -> None:
    await office.partners.fault("mail", "send_message", "execute_then_fail")
    with pytest.raises(PartnerDown):
        await service.ask(question(office))
    await service.ask(question(office))
    assert await office.partners.effects("mail") == ["mail"]
    assert await office.papers_of("order_form") == ["order-form-1.pdf"]


async def test_each_reminder_goes_out_once_and_none_after_an_answer(
    office: Office, service: ClientAgreement
) -> None:
    order = question(office)
    asked = await service.ask(order)
    for day in (6, 8):
        office.clock.at = datetime(2026, 3, day, 9, 0, tzinfo=UTC)
        await service.remind(order)
        await service.remind(order)
    assert len(await subjects(office)) == 3
    await office.links.give_answer(asked.token_id or "", "refused", office.clock.now(), reason="trop cher")
    office.clock.wait(hours=1)
    await service.remind(order)
    assert len(await subjects(office)) == 3


async def test_changes_and_a_no_are_the_members_to_answer(office: Office, service: ClientAgreement) -> None:
    asked = await service.ask(question(office))
    token_id = asked.token_id or ""
    await office.links.give_answer(token_id, "changes", office.clock.now(), reason="une heure plus tard")
    with pytest.raises(ClientAsksForChanges, match="une heure plus tard") as changes:
        await service.accept(question(office))
    assert changes.value.decided_by == "member"
    office.clock.wait(hours=1)
    await office.links.give_answer(token_id, "refused", office.clock.now(), reason="annulé")
    with pytest.raises(ClientRefused, match="annulé"):
        await service.accept(question(office))


async def test_a_silent_client_parks_the_step_when_the_time_has_passed(
    office: Office, service: ClientAgreement
) -> None:
    await service.ask(question(office))
    office.clock.at = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
    with pytest.raises(NoAnswerFromClient):
        await service.accept(question(office))


async def test_a_withdrawn_question_cannot_be_answered(office: Office, service: ClientAgreement) -> None:
    await service.withdraw_question(question(office))
    await service.ask(question(office))
    await service.withdraw_question(question(office))
    await service.withdraw_question(question(office))
    assert [link.closed_at for link in await office.links.of_job(office.job_id)] == [office.clock.now()]


async def test_a_signed_file_is_the_answer_when_it_is_really_there(
    office: Office, service: ClientAgreement
) -> None:
    order = question(office, evidence_document="bon-signe.pdf")
    with pytest.raises(SignedFileMissing, match=r"bon-signe\.pdf"):
        await service.ask(order)
    await office.papers.file(
        job_id=office.job_id,
        step="agreement",
        name="bon-signe.pdf",
        kind="signed_order",
        media_type="application/pdf",
        content=b"%PDF-1.7 signed",
        audience=("member", "advisor", "ops"),
        order_key="upload-1",
    )
    assert (await service.ask(order)).accepted_how == "signed_file"
    assert (await service.accept(order)).evidence_document == "bon-signe.pdf"
    assert await subjects(office) == []


async def test_a_client_without_address_cannot_be_asked(office: Office, service: ClientAgreement) -> None:
    nobody = await office.clients.declare(office.client.model_copy(update={"email": None}))
    with pytest.raises(ClientHasNoEmail):
        await service.ask(question(office, client_id=nobody.client_id, client_version=nobody.version))


def test_the_step_asks_the_client() -> None:
    assert STEP.answered_by == "client"
    assert STEP.essential
    assert [verb.name for verb in STEP.verbs] == ["ask", "accept", "remind", "withdraw_question"]
