"""The words a job is found by: of its title, its client, its member, its own number and those of its invoices.

Normalised (small letters, no accents), so that `ecole` finds `École` and a reference is found with or without its
signs; found by their beginning, through an index, on both databases alike.
"""

import re
import unicodedata
from typing import Any

from sqlalchemy import Column, Index, String, Table, column, delete, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.core.database import insert_once
from storage.core.tables import metadata
from storage.jobs.tables import jobs

LONGEST = 40
"""Letters of a word that count."""
WORD = String(LONGEST).with_variant(String(LONGEST, collation="C"), "postgresql")
"""Compared letter by letter, as a beginning must be; a language's own order would put others in between."""
NOT_IN_WORDS = re.compile(r"[^0-9a-z]+")

people = table("people", column("person_id"), column("given_name"), column("family_name"))
"""Only what names a member; the whole table stands in a module that needs this one."""

job_words = Table(
    "job_words",
    metadata,
    Column("job_id", String(20), primary_key=True),
    Column("word", WORD, primary_key=True),
    Column("source", String(10), primary_key=True),
    Index(None, "word", "job_id"),
)
"""`source` says whose word it is, so that a changed title or an erased person takes only its own along."""


def words(text: str) -> set[str]:
    """Every word of a text, and what is written together also as one: `123/4567` is `123`, `4567` and `1234567`."""
    return {word for part in text.split() for word in (plain(part), *pieces(part)) if word}


def pieces(text: str) -> list[str]:
    """The words inside a word with signs."""
    return [piece[:LONGEST] for piece in NOT_IN_WORDS.split(_unaccented(text)) if piece]


def plain(text: str) -> str:
    """A word without signs and accents, in small letters."""
    return NOT_IN_WORDS.sub("", _unaccented(text))[:LONGEST]


def search_prefixes(text: str) -> list[str]:
    """The beginnings of words somebody looks for; every one of them must be found."""
    return sorted({word for part in text.split() if (word := plain(part))}, key=len, reverse=True)


def _unaccented(text: str) -> str:
    return "".join(
        sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign)
    )


async def add_invoice(connection: AsyncConnection, job_id: str, number: str, reference: str) -> None:
    """Let a job be found by an invoice's number and payment reference, within the caller's transaction."""
    for word in sorted({plain(number), plain(reference)}):
        row = {"job_id": job_id, "word": word, "source": "invoice"}  # a credit note has its invoice's reference
        await insert_once(connection, job_words, row, key=["job_id", "word", "source"])


async def write(connection: AsyncConnection, job_id: str, title: str, client_name: str, member_id: str) -> None:
    """Write a declared or moved job's words anew; those of its invoices stay."""
    old = job_words.c.source.in_(("title", "client", "member", "job"))
    await connection.execute(delete(job_words).where(job_words.c.job_id == job_id, old))
    who = select(people.c.given_name, people.c.family_name).where(people.c.person_id == member_id)
    member = (await connection.execute(who)).one_or_none()
    texts = {"title": title, "client": client_name, "member": " ".join(member) if member else "", "job": job_id}
    rows = [
        {"job_id": job_id, "word": word, "source": source} for source, text in texts.items() for word in words(text)
    ]
    await connection.execute(job_words.insert(), sorted(rows, key=lambda row: (row["source"], row["word"])))


async def forget_member(connection: AsyncConnection, person_id: str) -> None:
    """Nobody finds a job by this person's name any more."""
    theirs = select(jobs.c.job_id).where(jobs.c.member_id == person_id)
    await connection.execute(
        delete(job_words).where(job_words.c.source == "member", job_words.c.job_id.in_(theirs))
    )


def begins_with(word: str) -> Any:
    """Whether a row's word begins so, as a range an index can answer; `~` comes after every letter and digit."""
    return (job_words.c.word >= word) & (job_words.c.word < f"{word}~")
