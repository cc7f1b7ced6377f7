"""Accounts: how a person signs in, and in which roles."""

import hashlib
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Table,
    delete,
    func,
    or_,
    select,
    update,
)

from domain.message import Message
from storage.core.database import Database, upsert
from storage.core.tables import Encrypted, EncryptedJson, Json, UtcDateTime, in_row, metadata
from storage.people.people import people
from storage.security.sessions import sessions

Role = Literal["member", "advisor", "ops", "finance", "auditor"]

accounts = Table(
    "accounts",
    metadata,
    Column("person_id", ForeignKey("people.person_id"), primary_key=True),
    Column("login", String(200), nullable=False, unique=True),
    Column("roles", Json, nullable=False),
    Column("password_hash", String(300)),
    Column("subject", String(300), unique=True),
    Column("active", Boolean, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("totp_secret", Encrypted("accounts.totp_secret")),
    Column("totp_step", Integer),
    Column("recovery", EncryptedJson("accounts.recovery")),
)
password_links = Table(
    "password_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", String(40), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index(None, "person_id"),
)


def closed_link(token: str) -> str:
    """How a link that sets a password is kept: whoever reads our table cannot open it."""
    return hashlib.sha256(token.encode()).hexdigest()


class SignInAccount(Message):
    """One way in for one person."""

    person_id: str
    login: str
    """Written in lower case; unique."""
    roles: tuple[Role, ...]
    password_hash: str | None = None
    """Argon2id; None when the person signs in elsewhere, or in a demonstration."""
    subject: str | None = None
    """Issuer and subject at the identity provider, joined by `|`."""
    active: bool = True
    demo: bool = False
    """May be taken on without a password, in a demonstration only."""
    totp_secret: str | None = None
    """The second factor, in base32; None without one."""
    totp_step: int | None = None
    """The step of the last code that was used: none is used twice."""
    recovery: tuple[str, ...] | None = None
    """Hashes of the codes that stand in for a lost phone, each once."""


class Accounts:
    """Reads and keeps accounts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def account(self, person_id: str) -> SignInAccount:
        """The account of one person; KeyError when there is none."""
        found = await self._find(accounts.c.person_id == person_id)
        if found is None:
            raise KeyError(person_id)
        return found

    async def by_login(self, login: str) -> SignInAccount | None:
        """The active account with this login."""
        return await self._find(accounts.c.login == login.strip().lower(), accounts.c.active)

    async def by_subject(self, subject: str) -> SignInAccount | None:
        """The active account known to the identity provider under this subject."""
        return await self._find(accounts.c.subject == subject, accounts.c.active)

    async def somebody(self) -> bool:
        """Whether anybody at all can sign in."""
        async with self._database.reading() as connection:
            return await connection.scalar(select(accounts.c.login).where(accounts.c.active).limit(1)) is not None

    async def page(self, text: str, after: str, limit: int) -> list[SignInAccount]:
        """Some accounts by login, behind the last one seen; `text` is part of a login or of a person's name."""
        wanted = select(accounts).join(people).where(accounts.c.login > after)
        if text:
            name = func.lower(people.c.given_name + " " + people.c.family_name)
            here = (one.contains(text.lower(), autoescape=True) for one in (accounts.c.login, name))
            wanted = wanted.where(or_(*here))
        async with self._database.reading() as connection:
            return [
                _account(row) for row in await connection.execute(wanted.order_by(accounts.c.login).limit(limit))
            ]

    async def demo(self) -> list[SignInAccount]:
        """The accounts a demonstration offers, by login."""
        async with self._database.reading() as connection:
            wanted = select(accounts).where(accounts.c.demo, accounts.c.active).order_by(accounts.c.login)
            return [_account(row) for row in await connection.execute(wanted)]

    async def save(self, account: SignInAccount) -> None:
        """Keep an account as given; sessions end where its roles change or it is closed."""
        row = dict(account) | {"login": account.login.strip().lower()}
        before = select(accounts.c.roles, accounts.c.active).where(accounts.c.person_id == account.person_id)
        async with self._database.writing() as connection:
            kept = (await connection.execute(before)).one_or_none()
            await upsert(connection, accounts, row, key=["person_id"])
            if kept is not None and (list(kept.roles) != list(account.roles) or not account.active):
                await connection.execute(delete(sessions).where(sessions.c.person_id == account.person_id))

    async def set_factor(self, person_id: str, secret: str | None, step: int | None, recovery: list[str]) -> None:
        """Keep a second factor with its recovery codes, or none; every other session ends with the change."""
        row = {"totp_secret": secret, "totp_step": step, "recovery": recovery or None}
        bound = in_row(accounts, row, of={"person_id": person_id})
        async with self._database.writing() as connection:
            await connection.execute(update(accounts).where(accounts.c.person_id == person_id).values(bound))
            await connection.execute(delete(sessions).where(sessions.c.person_id == person_id))

    async def use_step(self, person_id: str, step: int) -> bool:
        """Use up a code; False when it, or a later one, was used before."""
        later = or_(accounts.c.totp_step.is_(None), accounts.c.totp_step < step)
        change = update(accounts).where(accounts.c.person_id == person_id, later).values(totp_step=step)
        async with self._database.writing() as connection:
            return (await connection.execute(change)).rowcount == 1

    async def use_recovery(self, person_id: str, hashed: str) -> bool:
        """Use up a recovery code; False when it is none of theirs, or was used before."""
        this = select(accounts.c.recovery).where(accounts.c.person_id == person_id).with_for_update()
        async with self._database.writing() as connection:
            left = list(await connection.scalar(this) or ())
            if hashed not in left:
                return False
            left.remove(hashed)
            change = update(accounts).where(accounts.c.person_id == person_id)
            await connection.execute(
                change.values(in_row(accounts, {"recovery": left or None}, of={"person_id": person_id}))
            )
        return True

    async def keep_link(self, person_id: str, token_hash: str, expires_at: datetime) -> None:
        """A link that sets a new password; it takes the place of an earlier one."""
        async with self._database.writing() as connection:
            await connection.execute(delete(password_links).where(password_links.c.person_id == person_id))
            row = {"token_hash": token_hash, "person_id": person_id, "expires_at": expires_at}
            await connection.execute(password_links.insert().values(row))

    async def link_for(self, token_hash: str, now: datetime) -> str | None:
        """Whose password a link sets; None when its time has passed or it was used."""
        this = (password_links.c.token_hash == token_hash, password_links.c.expires_at > now)
        async with self._database.reading() as connection:
            return await connection.scalar(select(password_links.c.person_id).where(*this))

    async def use_link(self, token_hash: str, now: datetime) -> str | None:
        """Use a link up, once; whose password it sets."""
        this = (password_links.c.token_hash == token_hash, password_links.c.expires_at > now)
        async with self._database.writing() as connection:
            whose: str | None = await connection.scalar(select(password_links.c.person_id).where(*this))
            gone = await connection.execute(delete(password_links).where(*this))
            return whose if gone.rowcount == 1 else None

    async def set_password(self, person_id: str, password_hash: str) -> None:
        """Keep a new hash and end every session opened with the old one; KeyError without such an account."""
        async with self._database.writing() as connection:
            change = update(accounts).where(accounts.c.person_id == person_id)
            done = await connection.execute(change.values(password_hash=password_hash))
            await connection.execute(delete(sessions).where(sessions.c.person_id == person_id))
            await connection.execute(delete(password_links).where(password_links.c.person_id == person_id))
        if done.rowcount != 1:
            raise KeyError(person_id)

    async def _find(self, *conditions: Any) -> SignInAccount | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(select(accounts).where(*conditions))).one_or_none()
        return None if row is None else _account(row)


def _account(row: Row[Any]) -> SignInAccount:
    return SignInAccount.model_validate(dict(row._mapping))
