"""Very many jobs beside a real one: thin copies of its rows in every table a story or a list reads.

Written by the database itself, from one statement per table: a hundred thousand jobs take seconds and not minutes.
"""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Column, Table, UniqueConstraint

from storage.execution.attempts import attempts
from storage.execution.events import job_events
from storage.execution.orders import orders
from storage.jobs.deadlines import deadlines
from storage.jobs.documents import documents
from storage.jobs.search_words import job_words
from storage.jobs.tables import job_steps, jobs
from storage.money.ledger import ledger_entries

ROWS: dict[Table, int] = {
    jobs: 1,
    job_words: 20,
    job_steps: 3,
    job_events: 4,
    attempts: 2,
    orders: 2,
    deadlines: 2,
    documents: 1,
    ledger_entries: 1,
}
"""How many rows of the real job every copy gets, per table."""
EMPTIED = {"declaration": "x''", "plan": "'{}'", "file": "'{}'", "content": "x''"}
"""Read on the page of one job only, and by far the largest: copies go without."""
CLIENTS, MEMBERS, PARKED_EVERY, PARKED_MOST = 100, 12, 10, 1_000
STATES = ("agreeing", "engaged", "performed", "collecting", "closed")
VARIED = {
    "state": "CASE n % 5 " + " ".join(f"WHEN {n} THEN '{state}'" for n, state in enumerate(STATES)) + " END",
    "parked": f"n % {PARKED_EVERY} = 0 AND n < {PARKED_EVERY * PARKED_MOST}",
    "client_id": f"client_id || '-' || (n % {CLIENTS})",
    "member_id": f"printf('member-%02d', n % {MEMBERS})",
    "amount_eur": "amount_eur + n",
    "declared_at": "strftime('%Y-%m-%d %H:%M:%f000', declared_at, '-' || (n + 1) || ' minutes')",
}
"""A job a minute before the real one, of as many members and clients as a cooperative might have; one in ten
waits for a person, up to a thousand: more jobs in the past do not make more work in the present."""
NAME = "printf('COPY%06d', n)"
NUMBERS = "WITH RECURSIVE numbers(n) AS (SELECT :begin UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :end)"


def client_of(client_id: str, number: int = 7) -> str:
    """A client one in a hundred copies is for."""
    return f"{client_id}-{number}"


def add_copies(file: Path, job_id: str, begin: int, end: int) -> None:
    """Copies `begin` to `end` of a job in a SQLite file of ours nobody is writing to."""
    with sqlite3.connect(file) as database:
        for setting in ("synchronous = OFF", "cache_size = -300000", "foreign_keys = OFF"):
            database.execute(f"PRAGMA {setting}")
        for table, rows in ROWS.items():
            picked = _picked(database, table, job_id, rows)
            statement = _copied(table, picked)
            database.execute(statement, {"begin": begin, "end": end, "job_id": job_id})
        _park(database, begin, end)
        database.commit()
    database.close()


def _picked(database: sqlite3.Connection, table: Table, job_id: str, rows: int) -> str:
    """The ids of the rows that are copied; a step that is easily parked before the others."""
    first = "service <> 'van_rental', rowid" if table is job_steps else "rowid"
    asked = f"SELECT rowid FROM {table.name} WHERE job_id = ? ORDER BY {first} LIMIT ?"  # noqa: S608  # our tables
    return ", ".join(str(row[0]) for row in database.execute(asked, (job_id, rows)))


def _copied(table: Table, picked: str) -> str:
    columns = [column for column in table.c if not _counts_itself(column)]
    alone = set(_alone(table))
    values = ", ".join(_value(table, column, column.name in alone) for column in columns)
    names = ", ".join(f'"{column.name}"' for column in columns)
    return (
        f"{NUMBERS} INSERT INTO {table.name} ({names}) SELECT {values} "  # noqa: S608  # our own tables
        f"FROM numbers CROSS JOIN {table.name} AS t WHERE t.rowid IN ({picked})"
    )


def _value(table: Table, column: Column[object], alone: bool) -> str:
    if column.name == "job_id":
        return NAME
    if column.name in EMPTIED:
        return EMPTIED[column.name]
    if table is jobs and column.name in VARIED:
        return VARIED[column.name]
    name = f't."{column.name}"'
    if not alone:
        return name
    return f"CASE WHEN instr({name}, :job_id) THEN replace({name}, :job_id, {NAME}) ELSE {name} || '-' || n END"


def _alone(table: Table) -> Iterator[str]:
    """Columns in which a copy cannot have the value of another: of each rule without the job's id, the first."""
    rules = [list(table.primary_key.columns)]
    rules += [list(rule.columns) for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    rules += [list(index.columns) for index in table.indexes if index.unique]
    for rule in rules:
        names = [column.name for column in rule]
        if "job_id" not in names:
            yield names[0]


def _counts_itself(column: Column[object]) -> bool:
    return column.primary_key and column.autoincrement is True


def _park(database: sqlite3.Connection, begin: int, end: int) -> None:
    """A booking of every tenth copy waits for a person, up to a thousand."""
    last = min(end, PARKED_EVERY * PARKED_MOST)
    ids = [(f"COPY{number:06d}",) for number in range(begin, last) if number % PARKED_EVERY == 0]
    database.executemany(
        "UPDATE job_steps SET state = 'parked', error_type = 'NoVanLeft', decided_by = 'ops', partner = 'vans', "
        "parked_since_at = '2026-02-02 07:00:00.000000' WHERE job_id = ? AND service = 'van_rental'",
        ids,
    )
