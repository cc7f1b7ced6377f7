"""The legal entities of the cooperative: employer, seller, account holder."""

from collections.abc import Iterable

from sqlalchemy import Column, String, Table, select

from domain.people import Entity
from storage.core.database import Database, upsert
from storage.core.read_once import forget, once
from storage.core.tables import Json, metadata

entities = Table(
    "entities",
    metadata,
    Column("slug", String(40), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("enterprise_number", String(20), nullable=False, unique=True),
    Column("entity", Json, nullable=False),
)


class Entities:
    """Reads and keeps the entities; satisfies the activities' Entities."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def entity(self, slug: str) -> Entity:
        """One entity; KeyError when unknown."""
        return await once((self._database, "entity", slug), lambda: self._entity(slug))

    async def _entity(self, slug: str) -> Entity:
        async with self._database.reading() as connection:
            kept = await connection.scalar(select(entities.c.entity).where(entities.c.slug == slug))
        if kept is None:
            raise KeyError(slug)
        return Entity.model_validate(kept)

    async def all(self) -> list[Entity]:
        """Every entity, by name."""
        async with self._database.reading() as connection:
            kept = await connection.scalars(select(entities.c.entity).order_by(entities.c.name))
        return [Entity.model_validate(one) for one in kept]

    async def seed(self, given: Iterable[Entity]) -> None:
        """Write the entities down as given; those already there are brought up to date, none is removed."""
        async with self._database.writing() as connection:
            for entity in given:
                row = {
                    "slug": entity.slug,
                    "name": entity.name,
                    "enterprise_number": entity.enterprise_number,
                    "entity": entity,
                }
                await upsert(connection, entities, row, key=["slug"])
        forget()
