"""Accounts: how a person signs in, and in which roles."""

from typing import Any, Literal

from sqlalchemy import Boolean, Column, ForeignKey, Row, String, Table, delete, select, update

from domain.message import Message
from storage.core.database import Database, upsert
from storage.core.tables import Json, metadata
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
)


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

    async def set_password(self, person_id: str, password_hash: str) -> None:
        """Keep a new hash and end every session opened with the old one; KeyError without such an account."""
        async with self._database.writing() as connection:
            change = update(accounts).where(accounts.c.person_id == person_id)
            done = await connection.execute(change.values(password_hash=password_hash))
            await connection.execute(delete(sessions).where(sessions.c.person_id == person_id))
        if done.rowcount != 1:
            raise KeyError(person_id)

    async def _find(self, *conditions: Any) -> SignInAccount | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(select(accounts).where(*conditions))).one_or_none()
        return None if row is None else _account(row)


def _account(row: Row[Any]) -> SignInAccount:
    return SignInAccount.model_validate(dict(row._mapping))
