"""Links: a signed, expiring way in for clients and collaborators, and what they answered through it."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from itsdangerous import BadSignature, Signer
from sqlalchemy import Column, ForeignKey, Index, String, Table, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.errors import AllInclusiveError
from domain.message import Message
from domain.people import Link, LinkAnswer
from storage.core.database import Clock, Database, insert_once, insert_or_see
from storage.core.read_once import in_one_glance
from storage.core.tables import Encrypted, EncryptedJson, UtcDateTime, metadata

LinkAudience = Literal["client", "collaborator", "calendar"]
AnswerKind = Literal["accepted", "changes", "refused", "signed", "cancelled"]
SALT = "allin.links"
DOORS: dict[LinkAudience, str] = {"client": "a", "collaborator": "i", "calendar": "c"}

links = Table(
    "links",
    metadata,
    Column("token_id", String(40), primary_key=True),
    Column("order_key", String(200), nullable=False, unique=True),
    Column("job_id", ForeignKey("jobs.job_id"), nullable=False),
    Column("step", String(80), nullable=False),
    Column("audience", String(20), nullable=False),
    Column("subject_id", String(40), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Index(None, "job_id", "step"),
)
link_answers = Table(
    "link_answers",
    metadata,
    Column("token_id", ForeignKey("links.token_id"), primary_key=True),
    Column("kind", String(20), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("reason", Encrypted("link_answers.reason"), nullable=False),
    Column("evidence_document", String(200)),
    Column("signature_reference", String(200)),
    Column("circumstances", EncryptedJson("link_answers.circumstances"), nullable=False),
)


class LinkUnknown(AllInclusiveError):
    """This link was not made by us."""


class LinkExpired(AllInclusiveError):
    """The time to answer through this link has passed."""


class LinkClosed(AllInclusiveError):
    """Nobody is asked through this link any more."""


class LinkRow(Message):
    """What a link is about."""

    token_id: str
    order_key: str
    job_id: str
    step: str
    audience: LinkAudience
    subject_id: str
    """The client or the person it was made for."""
    made_at: datetime
    expires_at: datetime
    closed_at: datetime | None = None

    def opens(self, now: datetime) -> "LinkRow":
        """Itself, while it may be answered; LinkExpired or LinkClosed afterwards."""
        if self.closed_at is not None:
            raise LinkClosed(self.step)
        if now >= self.expires_at:
            raise LinkExpired(self.step)
        return self


class Links:
    """Makes, opens and closes links; satisfies the activities' Links.

    `secrets_` sign tokens: the last one signs, all of them verify, so that a link survives a key rotation; `past`
    gives those that followed from keys retired since.
    """

    def __init__(
        self,
        database: Database,
        secrets_: Sequence[bytes],
        public_url: str,
        clock: Clock,
        past: Callable[[str], Awaitable[Sequence[bytes]]] | None = None,
    ) -> None:
        self._database, self._past = database, past
        self._signer = Signer(list(secrets_), salt=SALT)
        self._public_url = public_url.rstrip("/")
        self._clock = clock

    async def link(
        self,
        *,
        order_key: str,
        job_id: str,
        step: str,
        audience: LinkAudience,
        subject_id: str,
        expires_at: datetime,
    ) -> Link:
        """The link of this order: the same one each time it is asked for."""
        row = {
            "token_id": secrets.token_hex(10),
            "order_key": order_key,
            "job_id": job_id,
            "step": step,
            "audience": audience,
            "subject_id": subject_id,
            "made_at": self._clock.now(),
            "expires_at": expires_at,
        }
        async with self._database.writing() as connection:
            token_id = str(await insert_or_see(connection, links, row, key=["order_key"], seen="token_id"))
        return Link(token_id=token_id, url=self._url(audience, token_id))

    def url(self, row: LinkRow) -> str:
        """The address the client (`/a/`) or the collaborator (`/i/`) opens."""
        return self._url(row.audience, row.token_id)

    def _url(self, audience: LinkAudience, token_id: str) -> str:
        return f"{self._public_url}/{DOORS[audience]}/{self._signer.sign(token_id).decode()}"

    async def find(self, token: str) -> LinkRow:
        """What a token was made for, also when its time has passed; LinkUnknown when it is not ours."""
        token_id = _unsigned(self._signer, token) or await self._signed_before(token)
        if token_id is None:
            raise LinkUnknown("the signature does not fit")
        async with self._database.reading() as connection:
            row = await _one(connection, links.c.token_id == token_id)
        if row is None:
            raise LinkUnknown("no such link")
        return row

    async def _signed_before(self, token: str) -> str | None:
        """What a token names that was signed under a master key retired since."""
        secrets_ = await self._past("links") if self._past else ()
        return _unsigned(Signer(list(secrets_), salt=SALT), token) if secrets_ else None

    async def give_answer(
        self,
        token_id: str,
        kind: AnswerKind,
        at: datetime,
        *,
        reason: str = "",
        evidence_document: str | None = None,
        signature_reference: str | None = None,
        circumstances: Mapping[str, str] | None = None,
    ) -> bool:
        """Keep an answer, once per kind; whether it was the first of its kind.

        `circumstances` (address, browser, hash of what was shown) are evidence, encrypted.
        """
        row = {
            "token_id": token_id,
            "kind": kind,
            "at": at,
            "reason": reason,
            "evidence_document": evidence_document,
            "signature_reference": signature_reference,
            "circumstances": dict(circumstances or {}),
        }
        async with self._database.writing() as connection:
            return await insert_once(connection, link_answers, row, key=["token_id", "kind"])

    async def answer(self, order_key: str, *kinds: str) -> LinkAnswer | None:
        """The latest answer of one of these kinds given through the order's link, if there is one."""
        wanted = select(link_answers).join(links).where(links.c.order_key == order_key)
        latest = wanted.where(link_answers.c.kind.in_(kinds)).order_by(link_answers.c.at.desc()).limit(1)
        async with self._database.reading() as connection:
            row = (await connection.execute(latest)).one_or_none()
        if row is None:
            return None
        seen = row.circumstances
        typed = {"by_name": seen.get("name") or "", "address": seen.get("address") or ""}
        return LinkAnswer.model_validate(dict(row._mapping) | typed | {"at_iso": row.at.isoformat()})

    async def has_signed(self, person_id: str) -> bool:
        """Whether this person has signed anything through a link."""
        wanted = select(link_answers.c.at).join(links).where(
            links.c.subject_id == person_id, links.c.audience == "collaborator", link_answers.c.kind == "signed"
        )  # fmt: skip
        async with self._database.reading() as connection:
            return await connection.scalar(wanted.limit(1)) is not None

    async def close(self, order_key: str) -> None:
        """Nobody can answer through this link any more."""
        open_ = update(links).where(links.c.order_key == order_key, links.c.closed_at.is_(None))
        async with self._database.writing() as connection:
            await connection.execute(open_.values(closed_at=self._clock.now()))

    async def asking(self, person_id: str, now: datetime) -> list[LinkRow]:
        """The links through which this person is still asked for work, the oldest first."""
        theirs = (links.c.subject_id == person_id, links.c.audience == "collaborator")
        open_ = (links.c.closed_at.is_(None), links.c.expires_at > now)
        async with self._database.reading() as connection:
            rows = await connection.execute(select(links).where(*theirs, *open_).order_by(links.c.made_at))
            return [LinkRow.model_validate(dict(row._mapping)) for row in rows]

    async def of_job(self, job_id: str) -> list[LinkRow]:
        """The links of one job, the oldest first."""
        return list(await in_one_glance((self._database, "links", job_id), lambda: self._of_job(job_id)))

    async def _of_job(self, job_id: str) -> list[LinkRow]:
        async with self._database.reading() as connection:
            rows = await connection.execute(select(links).where(links.c.job_id == job_id).order_by(links.c.made_at))
            return [LinkRow.model_validate(dict(row._mapping)) for row in rows]


def _unsigned(signer: Signer, token: str) -> str | None:
    try:
        return signer.unsign(token).decode()
    except (BadSignature, UnicodeError):
        return None


async def _one(connection: AsyncConnection, *conditions: Any) -> LinkRow | None:
    row = (await connection.execute(select(links).where(*conditions))).one_or_none()
    return None if row is None else LinkRow.model_validate(dict(row._mapping))
