"""What a job adds to the database: rows and bytes."""

from dataclasses import dataclass

from sqlalchemy import Table, func, select, text

from bench.figures import Figure
from storage.core.all_tables import metadata
from storage.core.database import Database
from storage.jobs.documents import documents


@dataclass(frozen=True)
class Kept:
    """What the database holds."""

    rows: int
    bytes: int
    """Of the file, without pages that are free to be used again."""
    papers: int
    """Bytes of it that are papers."""

    def __sub__(self, other: "Kept") -> "Kept":
        return Kept(self.rows - other.rows, self.bytes - other.bytes, self.papers - other.papers)


async def kept(database: Database) -> Kept:
    """Count every table of ours."""
    async with database.reading() as connection:
        counts = [await connection.scalar(select(func.count()).select_from(table)) for table in _tables()]
        pages, free, size = [
            int(await connection.scalar(text(f"PRAGMA {what}")) or 0)
            for what in ("page_count", "freelist_count", "page_size")
        ]
        papers = await connection.scalar(select(func.sum(func.length(documents.c.content))))
    return Kept(sum(map(int, filter(None, counts))), (pages - free) * size, int(papers or 0))


def _tables() -> list[Table]:
    return [table for _, table in sorted(metadata.tables.items())]


def growth(left: Kept, jobs: int) -> list[Figure]:
    """Per job, so that somebody can reckon how large a database becomes."""
    note = f"over {jobs} jobs, with their people's answers and the bank's days; papers are kept encrypted"
    return [
        Figure("rows kept", left.rows / jobs, "per job", note=note),
        Figure("bytes kept in the database", left.bytes / jobs / 1024, "KiB per job"),
        Figure("... of which papers", left.papers / jobs / 1024, "KiB per job"),
    ]
