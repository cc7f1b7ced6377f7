"""Mail: over HTTP to a mail service, or by SMTP; each message once per key."""

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from hashlib import sha256
from mimetypes import guess_type
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
import httpx2
from pydantic import Field

from domain.errors import PartnerDown, PartnerRefused
from domain.papers import MailText, PrintedMail
from engine.first_tries import may_be_there
from partners.http import Clock, PartnerHttp, PartnerMessage, connect

PARTNER = "mail"
SECONDS = 10.0
"""As long as any partner's answer is waited for."""
STARTTLS_PORT, TLS_PORT = 587, 465
"""Source: RFC 6409 section 3.1; RFC 8314 section 7.3."""

Attachments = tuple[tuple[str, bytes], ...]
Render = Callable[[PrintedMail], MailText]
"""Makes the words of a mail from its figures."""


class MailSender(Protocol):
    """Sends mail, once per key."""

    async def send(self, key: str, to: str, mail: PrintedMail, attachments: Attachments = ()) -> str:
        """Send and return the message's reference; the same key sends nothing again."""
        ...


class SentMails(Protocol):
    """What was handed to SMTP, which cannot be asked afterwards."""

    async def find(self, key: str) -> str | None:
        """The reference of the message with this key, when it was sent."""
        ...

    async def remember(self, key: str, reference: str, at: datetime) -> None:
        """It was sent."""
        ...


class Attachment(PartnerMessage):
    """A file, base64."""

    name: str
    content_type: str
    content: str


class OutgoingMessage(PartnerMessage):
    """A message to the mail service."""

    to: tuple[str, ...]
    sender: str = Field(serialization_alias="from")
    subject: str
    text: str
    html: str
    reference: str
    attachments: tuple[Attachment, ...] = ()


class Sent(PartnerMessage):
    """A message at the mail service."""

    message_id: str


class SentFound(PartnerMessage):
    """The messages with one reference."""

    messages: tuple[Sent, ...] = ()


def mail_sender(
    address: str,
    render: Render,
    clock: Clock,
    sent: SentMails,
    transport: httpx2.AsyncBaseTransport | None = None,
) -> MailSender:
    """The way mail goes out, by the scheme of its address.

    `http://`, `https://`: a mail service. `smtp://user:password@host:587` with STARTTLS (`?starttls=no` only on
    the own machine), `smtps://host:465` with TLS from the start.
    """
    parts = urlsplit(address)
    if parts.scheme in ("http", "https"):
        return HttpMail(PartnerHttp(PARTNER, connect(address, transport=transport), clock), render)
    if parts.scheme in ("smtp", "smtps") and parts.hostname:
        return SmtpMail(address, render, clock, sent)
    raise ValueError("a mail address is http(s)://..., smtp://host or smtps://host")


class HttpMail:
    """Mail over a service that knows keys and references."""

    def __init__(self, http: PartnerHttp, render: Render) -> None:
        self._http = http
        self._render = render

    async def send(self, key: str, to: str, mail: PrintedMail, attachments: Attachments = ()) -> str:
        """Send and return the message's reference; the same key sends nothing again."""
        if may_be_there(key) and (earlier := await self.known(key)) is not None:
            return earlier
        words = self._render(mail)
        body = OutgoingMessage(
            to=(to,),
            sender=formataddr((mail.entity_name, mail.entity_email)),
            subject=words.subject,
            text=words.text,
            html=words.html,
            reference=key,
            attachments=tuple(_attached(name, content) for name, content in attachments),
        )
        return (await self._http.ask("POST", "/messages", Sent, body=body, key=key)).message_id

    async def known(self, key: str) -> str | None:
        """The reference of the message with this key, when it was sent."""
        found = await self._http.ask("GET", "/messages", SentFound, params={"reference": key})
        return found.messages[0].message_id if found.messages else None


class SmtpMail:
    """Mail by SMTP.

    SMTP cannot be asked whether a message went out. What was sent is remembered, and a message that a dying
    process sends again carries the same Message-ID, by which mailboxes recognise it.
    """

    def __init__(self, address: str, render: Render, clock: Clock, sent: SentMails) -> None:
        parts = urlsplit(address)
        self._host = parts.hostname or "localhost"
        self._tls = parts.scheme == "smtps"
        self._starttls = not self._tls and parse_qs(parts.query).get("starttls") != ["no"]
        self._port = parts.port or (TLS_PORT if self._tls else STARTTLS_PORT)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._render = render
        self._clock = clock
        self._sent = sent

    async def send(self, key: str, to: str, mail: PrintedMail, attachments: Attachments = ()) -> str:
        """Send and return the message's Message-ID; the same key sends nothing again."""
        if (earlier := await self.known(key)) is not None:
            return earlier
        message = self._message(key, to, mail, attachments)
        await self._hand_over(message)
        await self._sent.remember(key, message["Message-ID"], self._clock.now())
        return str(message["Message-ID"])

    async def known(self, key: str) -> str | None:
        """The Message-ID of the message with this key, when it was sent."""
        return await self._sent.find(key)

    async def _hand_over(self, message: EmailMessage) -> None:
        try:
            await aiosmtplib.send(
                message,
                hostname=self._host,
                port=self._port,
                username=self._user,
                password=self._password,
                use_tls=self._tls,
                start_tls=self._starttls,
                timeout=SECONDS,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(_is_final(refused.code) for refused in error.recipients):
                code = str(error.recipients[0].code)
                raise PartnerRefused(partner=PARTNER, detail="the address does not exist", code=code) from error
            raise PartnerDown(PARTNER, "the recipient's mailbox asks to come back later") from error
        except aiosmtplib.SMTPResponseException as error:
            if _is_final(error.code):
                code = str(error.code)  # its own text may name the recipient
                raise PartnerRefused(partner=PARTNER, detail=f"SMTP {code}", code=code) from error
            raise PartnerDown(PARTNER, f"SMTP {error.code}") from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise PartnerDown(PARTNER, type(error).__name__) from error

    def _message(self, key: str, to: str, mail: PrintedMail, attachments: Attachments) -> EmailMessage:
        words, message = self._render(mail), EmailMessage()
        domain = mail.entity_email.rpartition("@")[2]
        message["From"] = formataddr((mail.entity_name, mail.entity_email))
        message["To"] = to
        message["Subject"] = words.subject
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{sha256(key.encode()).hexdigest()[:32]}@{domain}>"
        message.set_content(words.text)
        message.add_alternative(words.html, subtype="html")
        for name, content in attachments:
            kind, _, subtype = _media_type(name).partition("/")
            message.add_attachment(content, maintype=kind, subtype=subtype, filename=name)
        return message


def _is_final(code: int) -> bool:
    """A 5xx is final, a 4xx passes. Source: RFC 5321 section 4.2.1."""
    return code >= 500


def _attached(name: str, content: bytes) -> Attachment:
    return Attachment(name=name, content_type=_media_type(name), content=b64encode(content).decode())


def _media_type(name: str) -> str:
    return guess_type(name)[0] or "application/octet-stream"
