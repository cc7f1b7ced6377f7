"""Clients, each version kept: a job refers to the client as it was declared."""

import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, Row, String, Table, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.people import Client
from storage.core.database import Database, insert_once
from storage.core.tables import EncryptedJson, in_row, metadata

CONTACT = ("address", "email", "peppol_id", "purchase_order", "contact", "registration_number")

clients = Table(
    "clients",
    metadata,
    Column("client_id", String(40), primary_key=True),
    Column("number", String(40), unique=True),
    Column("version", Integer, nullable=False),
    Column("name", String(200), nullable=False),
    Index(None, "name"),
)
client_versions = Table(
    "client_versions",
    metadata,
    Column("client_id", ForeignKey("clients.client_id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("enterprise_number", String(30)),
    Column("country", String(2), nullable=False),
    Column("language", String(2), nullable=False),
    Column("payment_days", Integer, nullable=False),
    Column("contact", EncryptedJson("client_versions.contact"), nullable=False),
)

_LATEST = client_versions.join(
    clients,
    (clients.c.client_id == client_versions.c.client_id) & (clients.c.version == client_versions.c.version),
)


def new_client_id() -> str:
    """A random reference that says nothing about the client."""
    return f"c-{secrets.token_hex(6)}"


class Clients:
    """Reads and keeps clients; satisfies the activities' Clients."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def client(self, client_id: str, version: int) -> Client:
        """The client as it was declared; KeyError when unknown."""
        async with self._database.reading() as connection:
            return await client_of(connection, client_id, version)

    async def latest(self, client_id: str) -> Client:
        """The client as last declared; KeyError when unknown."""
        async with self._database.reading() as connection:
            found = await _latest(connection, client_id)
        if found is None:
            raise KeyError(client_id)
        return found

    async def by_number(self, enterprise_number: str, country: str = "BE") -> Client | None:
        """The enterprise with this number, as last declared."""
        async with self._database.reading() as connection:
            found = await connection.scalar(
                select(clients.c.client_id).where(clients.c.number == _number(country, enterprise_number))
            )
            return None if found is None else await _latest(connection, found)

    async def names(self, client_ids: Iterable[str]) -> dict[str, str]:
        """The names of several clients, for lists."""
        wanted = select(clients.c.client_id, clients.c.name).where(clients.c.client_id.in_(list(client_ids)))
        async with self._database.reading() as connection:
            return {row.client_id: row.name for row in await connection.execute(wanted)}

    async def search(self, text: str, limit: int = 20) -> list[Client]:
        """Clients whose name contains this text or whose enterprise number it is, by name."""
        wanted = select(client_versions).select_from(_LATEST)
        matches = or_(
            func.lower(clients.c.name).contains(text.lower(), autoescape=True),
            client_versions.c.enterprise_number == text,
        )
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.where(matches).order_by(clients.c.name).limit(limit))
            return [_client(row) for row in rows]

    async def declare(self, client: Client) -> Client:
        """Keep a client as declared and return it with its id and version.

        The enterprise number says who it is, else a known `client_id`; an empty id is somebody new. Declared
        with nothing changed it keeps its version, otherwise it gets the next one.
        """
        async with self._database.writing() as connection:
            client_id = await self._identify(connection, client)
            locked = (
                select(clients.c.version).where(clients.c.client_id == client_id).with_for_update(key_share=True)
            )
            version = (await connection.execute(locked)).scalar_one()
            known = await _latest(connection, client_id)
            fresh = client.model_copy(update={"client_id": client_id, "version": version + 1})
            if known is not None and known == fresh.model_copy(update={"version": known.version}):
                return known
            await connection.execute(client_versions.insert().values(in_row(client_versions, _row(fresh))))
            newer = update(clients).where(clients.c.client_id == client_id)
            await connection.execute(newer.values(version=fresh.version, name=fresh.name))
        return fresh

    @staticmethod
    async def _identify(connection: AsyncConnection, client: Client) -> str:
        number = _number(client.country, client.enterprise_number) if client.enterprise_number else None
        client_id = client.client_id or new_client_id()
        row = {"client_id": client_id, "number": number, "version": 0, "name": client.name}
        if await insert_once(connection, clients, row) or number is None:
            return client_id
        by_number = await connection.scalar(select(clients.c.client_id).where(clients.c.number == number))
        return str(by_number or client_id)


async def client_of(connection: AsyncConnection, client_id: str, version: int) -> Client:
    """The client as it was declared, as the caller's transaction sees it; KeyError when unknown."""
    wanted = select(client_versions).where(
        client_versions.c.client_id == client_id, client_versions.c.version == version
    )
    row = (await connection.execute(wanted)).one_or_none()
    if row is None:
        raise KeyError(f"{client_id} version {version}")
    return _client(row)


async def _latest(connection: AsyncConnection, client_id: str) -> Client | None:
    wanted = select(client_versions).select_from(_LATEST).where(clients.c.client_id == client_id)
    row = (await connection.execute(wanted)).one_or_none()
    return None if row is None else _client(row)


def _number(country: str, enterprise_number: str) -> str:
    return country + "".join(sign for sign in enterprise_number.upper() if sign.isalnum()).removeprefix(country)


def _row(client: Client) -> dict[str, Any]:
    plain = {name: value for name, value in dict(client).items() if name not in CONTACT}
    return plain | {"contact": client.model_dump(mode="json", include=set(CONTACT))}


def _client(row: Row[Any]) -> Client:
    kept = dict(row._mapping)
    return Client.model_validate(kept | kept.pop("contact"))
