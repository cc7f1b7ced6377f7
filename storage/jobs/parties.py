"""Whom an order is about: the job's card, the entity that acts and the person, which nearly every step needs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam

from domain.people import Entity
from storage.core.database import Database
from storage.core.read_once import Question, Together
from storage.jobs.summaries import CARD, card_from
from storage.jobs.tables import jobs
from storage.people.entities import entities
from storage.people.people import people, person_from

_person = people.alias()
_PARTIES = (
    CARD.add_columns(entities.c.entity, *(column.label(f"this_{column.name}") for column in _person.c))
    .join_from(jobs, entities, entities.c.slug == bindparam("this_entity"), isouter=True)
    .join_from(jobs, _person, _person.c.person_id == bindparam("this_person"), isouter=True)
)


def parties(database: Database, job_id: str, entity: str, person_id: str | None) -> Together:
    """The card, the entity and the person of an order, read in one trip by the first step that asks for one."""
    card, seller, person = ((database, *of) for of in (("card", job_id), ("entity", entity), ("person", person_id)))

    async def read() -> Mapping[Question, Any]:
        asked = {"this_job": job_id, "this_entity": entity, "this_person": person_id}
        async with database.reading() as connection:
            row = (await connection.execute(_PARTIES, asked)).one_or_none()
        if row is None:
            return {}
        told = row._mapping
        found: dict[Question, Any] = {card: card_from(job_id, row)}
        if told["entity"] is not None:
            found[seller] = Entity.model_validate(told["entity"])
        if told["this_person_id"] is not None:
            found[person] = person_from({column.name: told[f"this_{column.name}"] for column in _person.c})
        return found

    return Together(frozenset({card, seller, person}), read)
