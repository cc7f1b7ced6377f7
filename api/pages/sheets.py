"""Lists as files for a spreadsheet, written while they are read: however long, never whole in memory."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence

from fastapi.responses import StreamingResponse

from domain.spreadsheets import harmless

AT_ONCE = 500
"""Rows handed to the connection at once."""
MARK = "\ufeff"
"""A byte order mark: without it spreadsheets read UTF-8 as something else."""


def sheet(name: str, head: Sequence[str], rows: AsyncIterator[Iterable[object]]) -> StreamingResponse:
    """A CSV file (RFC 4180): texts in UTF-8, amounts with a point."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(_lines(head, rows), media_type="text/csv; charset=utf-8", headers=headers)


async def _lines(head: Sequence[str], rows: AsyncIterator[Iterable[object]]) -> AsyncIterator[str]:
    page = io.StringIO()
    page.write(MARK)
    writer = csv.writer(page)
    writer.writerow(head)
    count = 0
    async for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        count += 1
        if count % AT_ONCE == 0:
            yield page.getvalue()
            page.seek(0)
            page.truncate()
    yield page.getvalue()
