"""Lists among very many jobs go by an index: the database's own plan says so, on both databases."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Select, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.core.database import Database
from storage.jobs.search import JobFilter, JobSearch, found_by, listed, narrowing
from storage.jobs.tables import jobs
from tests.databases import MONDAY, a_job

QUESTIONS = {
    "all": JobFilter(),
    "state": JobFilter(state="engaged"),
    "member": JobFilter(member_id="p-ann"),
    "client": JobFilter(client_id="c-hall"),
    "parked": JobFilter(parked=True),
    "word": JobFilter(text="kadans"),
    "service parked": JobFilter(parked=True, service="van_rental"),
    "error": JobFilter(error_type="NoVanLeft"),
    "partner": JobFilter(partner="railway"),
    "amount": JobFilter(amount_from_eur=Decimal(5000)),
    "first day": JobFilter(starts_before_at=MONDAY),
    "deadline": JobFilter(deadline_before_at=MONDAY + timedelta(days=1)),
}
SCANS = re.compile(r"SCAN (?:jobs|job_words|job_steps|deadlines)(?! USING)|Seq Scan on")
"""A table read from end to end; reading along an index in the order of the list is what is wanted."""


async def plan(connection: AsyncConnection, statement: Select[tuple[str]]) -> str:
    """How the database would answer."""
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        await connection.execute(
            text("SET LOCAL enable_seqscan = off")
        )  # a handful of rows would rather be scanned
    written = statement.compile(connection.sync_connection, compile_kwargs={"render_postcompile": True})
    explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    if is_sqlite:
        values = tuple(written.params[name] for name in written.positiontup or ())
        rows = await connection.exec_driver_sql(explain + str(written), tuple(map(_bound, values)))
        return "\n".join(str(row[-1]) for row in rows)
    rows = await connection.exec_driver_sql(explain + str(written), written.params)
    return "\n".join(str(row[0]) for row in rows)


def _bound(value: object) -> object:
    return value if isinstance(value, str | int | None) else str(value)


@pytest.mark.parametrize("name", QUESTIONS)
async def test_no_list_reads_a_whole_table(database: Database, name: str) -> None:
    for _ in range(3):
        await a_job(database)
    wanted = QUESTIONS[name]
    async with database.reading() as connection:
        statements = [listed(await found_by(connection, wanted), 51), *narrowing(wanted)]
        plans = [await plan(connection, statement) for statement in statements]
    assert [hit.group() for told in plans for hit in SCANS.finditer(told)] == []


async def test_a_scan_would_be_noticed(database: Database) -> None:
    await a_job(database)
    async with database.reading() as connection:
        told = await plan(connection, select(jobs.c.job_id).where(literal_column("title || ''") == "x"))
        assert SCANS.search(told)


async def test_many_words_are_found_in_the_order_of_the_list_and_few_by_their_own_index(database: Database) -> None:
    old = [await a_job(database, at=MONDAY + timedelta(minutes=n)) for n in range(4)]
    page = await JobSearch(database).page(JobFilter(text="conc kad"), limit=3)
    assert [row.job_id for row in page.rows] == old[:0:-1]
    assert (await JobSearch(database).page(JobFilter(text="conc kad"), page.next)).rows[0].job_id == old[0]
