"""What the simulated partners did against what we think they did, by the key of each order."""

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import select

from storage.database import Database
from storage.orders import orders

NOT_BY_ORDER = frozenset({"credit", "payment", "return", "payment_file", "signature"})
"""Effects that others cause, or that belong to a batch rather than to one order."""


async def differences(database: Database, effects: Iterable[Mapping[str, str | None]]) -> list[str]:
    """Effects of no order of ours, and effects that happened twice for one key."""
    ours = await _known(database)
    found: list[str] = []
    seen: Counter[tuple[str, str, str]] = Counter()
    for effect in effects:
        partner, kind = effect["partner"] or "?", effect["kind"] or "?"
        key = effect["key"] or ""
        if kind in NOT_BY_ORDER or not key:
            continue
        seen[partner, kind, key] += 1
        if key.rpartition(":")[0] not in ours and effect["reference"] not in ours:
            found.append(f"{partner}: {kind} {effect['subject']} belongs to no order of ours ({key})")
    doubles = [f"{partner}: {kind} {n} times for {key}" for (partner, kind, key), n in seen.items() if n > 1]
    return [*doubles, *found]


async def _known(database: Database) -> set[str]:
    async with database.reading() as connection:
        rows = await connection.execute(select(orders.c.order_key, orders.c.short))
        return {name for row in rows for name in row}
