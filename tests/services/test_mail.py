"""Mail: over HTTP or SMTP by its address, once per key, and a wrong address told apart from a busy server."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage

import httpx2
import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from documents.mails import mail
from domain.errors import PartnerDown, PartnerRefused
from domain.papers import AgreementThanksMail
from partners.mail import HttpMail, MailSender, SmtpMail, mail_sender
from storage.core.database import Database
from storage.execution.sent_mails import SentMails
from tests.services.conftest import Partners, TestClock

THANKS = AgreementThanksMail(
    language="fr",
    sandbox=True,
    entity_name="Allez-y Liège",
    entity_email="liege@allez-y.example",
    entity_enterprise_number="1000000021",
    to_name="Salle des fêtes SA",
    job_title="Concert à Liège",
    link="https://allez-y.example/a/abc",
    total_eur=Decimal("1060.00"),
    first_on=date(2026, 3, 14),
)


class MailServer:
    """A real SMTP server on this machine that keeps what it takes."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.answer = "250 OK"
        self.port = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse an address."""
        if self.answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a message."""
        content = envelope.content
        assert isinstance(content, bytes)
        self.taken.append(message_from_bytes(content, policy=policy.default))  # type: ignore[arg-type]  # typeshed: policy decides the class
        return "250 OK"


@pytest.fixture
async def server() -> AsyncIterator[MailServer]:
    handler = MailServer()
    listening = await asyncio.get_running_loop().create_server(lambda: SMTP(handler), "127.0.0.1", 0)
    handler.port = listening.sockets[0].getsockname()[1]
    yield handler
    listening.close()
    await listening.wait_closed()


@pytest.fixture
def smtp(server: MailServer, database: Database, clock: TestClock) -> MailSender:
    return mail_sender(f"smtp://127.0.0.1:{server.port}?starttls=no", mail, clock, SentMails(database))


async def test_a_mail_by_smtp_goes_out_once_per_key_with_its_paper(smtp: MailSender, server: MailServer) -> None:
    reference = await smtp.send("K1:thanks", "client@example.org", THANKS, (("bon.pdf", b"%PDF-1.7"),))
    assert await smtp.send("K1:thanks", "client@example.org", THANKS) == reference
    (taken,) = server.taken
    assert taken["Message-ID"] == reference
    assert taken["To"] == "client@example.org"
    assert "Concert à Liège" in taken["Subject"]
    assert [part.get_filename() for part in taken.iter_attachments()] == ["bon.pdf"]
    assert taken["Date"].datetime.isoformat() == "2026-03-02T09:00:00+00:00"
    assert await smtp.send("K1:other", "client@example.org", THANKS) != reference


async def test_an_unknown_address_is_a_refusal_and_a_busy_mailbox_is_not(
    smtp: MailSender, server: MailServer
) -> None:
    server.answer = "550 no such user"
    with pytest.raises(PartnerRefused, match="the address does not exist"):
        await smtp.send("K1:thanks", "nobody@example.org", THANKS)
    server.answer = "450 try later"
    with pytest.raises(PartnerDown):
        await smtp.send("K1:thanks", "client@example.org", THANKS)
    server.answer = "250 OK"
    await smtp.send("K1:thanks", "client@example.org", THANKS)
    assert len(server.taken) == 1


async def test_a_mail_server_that_is_away_is_trouble(database: Database, clock: TestClock) -> None:
    away = mail_sender("smtp://127.0.0.1:9?starttls=no", mail, clock, SentMails(database))
    with pytest.raises(PartnerDown):
        await away.send("K1:thanks", "client@example.org", THANKS)


async def test_a_mail_by_http_goes_out_once_even_when_the_answer_got_lost(
    partners: Partners, clock: TestClock, database: Database
) -> None:
    transport = httpx2.ASGITransport(app=partners.app)
    sender = mail_sender("http://sandbox/mail", mail, clock, SentMails(database), transport)
    assert isinstance(sender, HttpMail)
    await partners.fault("mail", "send_message", "execute_then_fail", answer="cut")
    with pytest.raises(PartnerDown):
        await sender.send("K1:thanks", "client@example.org", THANKS)
    reference = await sender.send("K1:thanks", "client@example.org", THANKS)
    assert await sender.send("K1:thanks", "client@example.org", THANKS) == reference
    assert await partners.effects("mail") == ["mail"]


def test_the_scheme_of_the_address_chooses_and_a_wrong_one_is_told(clock: TestClock, database: Database) -> None:
    sent = SentMails(database)
    assert isinstance(mail_sender("smtps://u:p%40ss@mail.example", mail, clock, sent), SmtpMail)
    with pytest.raises(ValueError, match="a mail address is"):
        mail_sender("pigeon://roof", mail, clock, sent)
