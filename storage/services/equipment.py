"""The own stock: how many pieces there are, and for which job they are kept, never more than there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    UniqueConstraint,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.money import ZERO
from domain.orders import StepOrder
from domain.services.equipment import EquipmentItem, EquipmentLine, EquipmentRequest, StockArticle, StockHold
from storage.core.database import Database, insert_once, upsert
from storage.core.tables import MoneyCents, UtcDateTime, metadata

EquipmentOrder = StepOrder[EquipmentRequest]

SHORTEST_HOLD = timedelta(hours=24)
"""A hold taken late, for instance on a replay, still leaves a day to decide: as long as a supplier's."""
KEPT = ("held", "confirmed")
BUFFER_MINUTES = 120
"""For bought goods, until somebody sets another: the same as an article's default."""
ALWAYS = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
"""What the cooperative started with was always there."""

articles = Table(
    "stock_articles",
    metadata,
    Column("article", String(60), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("day_eur", MoneyCents, nullable=False),
    Column("value_eur", MoneyCents, nullable=False),
    Column("buffer_minutes", Integer, nullable=False),
)

lots = Table(
    "stock_lots",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article", ForeignKey("stock_articles.article"), nullable=False, index=True),
    Column("quantity", Integer, nullable=False),
    Column("available_from_at", UtcDateTime, nullable=False),
    Column("order_key", String(120), nullable=False),  # the purchase it came by, or `start:` and the article
    Column("line", Integer, nullable=False),
    UniqueConstraint("order_key", "line"),
    CheckConstraint("quantity >= 0", name="quantity"),
)

bookings = Table(
    "stock_bookings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("order_key", String(120), nullable=False),
    Column("line", Integer, nullable=False),
    Column("how", String(5), nullable=False),
    Column("article", String(60), nullable=False, index=True),
    Column("quantity", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),  # the time to check and pack included
    Column("expires_at", UtcDateTime),
    Column("price_eur", MoneyCents, nullable=False),
    UniqueConstraint("order_key", "line"),
    CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    CheckConstraint("state IN ('held', 'confirmed', 'expired', 'released', 'none')", name="state"),
)


class StockStore:
    """The stock in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, article: StockArticle) -> None:
        """Add an article, or change what is known of it."""
        async with self._database.writing() as connection:
            row = article.model_dump(exclude={"quantity"})
            await upsert(connection, articles, row, key=["article"])
            lot = {"article": article.article, "quantity": article.quantity, "available_from_at": ALWAYS}
            lot |= {"order_key": f"start:{article.article}", "line": 0}
            await upsert(connection, lots, lot, key=["order_key", "line"])

    async def passed_on(self, order_key: str) -> bool:
        """Whether a line could not be served, so that the supplier may have been asked."""
        async with self._database.reading() as connection:
            return any(row.state == "none" for row in await _rows(connection, order_key))

    async def hold(self, order: EquipmentOrder, now: datetime, *, leave_passed_on: bool) -> StockHold:
        """Keep each rented line of which there are enough pieces; the others are remembered as passed on.

        What this order already keeps stays. With `leave_passed_on` a line that went to the supplier stays
        there. An order that replaces another takes over its pieces in the same transaction.
        """
        async with self._database.writing() as connection:
            known = await _lock(connection, (item.article for item in order.request.items))
            taken_over = await _let_go_of_the_replaced(connection, order)
            mine = await _lines(connection, order.key)
            for line, item in enumerate(order.request.items):
                if item.how == "rent" and not _stays(mine.get(line), leave_passed_on):
                    this = _Line(connection, order, line, known.get(item.article))
                    if await _keep(this, mine.get(line), now, taken_over):
                        mine = await _lines(connection, order.key)
            return _hold(await _rows(connection, order.key))

    async def confirm(self, order_key: str) -> StockHold:
        """Keep it for good."""
        return await self._turn(order_key, KEPT, state="confirmed", expires_at=None)

    async def extend(self, order_key: str, until_at: datetime) -> StockHold:
        """Let the hold last longer."""
        return await self._turn(order_key, ("held",), expires_at=until_at)

    async def release(self, order_key: str) -> StockHold:
        """Give everything back."""
        return await self._turn(order_key, KEPT, state="released", expires_at=None)

    async def receive(self, order: EquipmentOrder, line: int, available_from_at: datetime) -> None:
        """Put a bought line on the stock list, kept for the job that bought it; once per order and line."""
        item = order.request.items[line]
        lot = {"article": item.article, "quantity": item.quantity, "available_from_at": available_from_at}
        async with self._database.writing() as connection:
            await insert_once(connection, articles, _new_article(item), key=["article"])
            lot |= {"order_key": order.key, "line": line}
            await insert_once(connection, lots, lot, key=["order_key", "line"])
            known = await _lock(connection, [item.article])
            await _Line(connection, order, line, known.get(item.article)).write("confirmed")

    async def send_back(self, order_key: str, line: int) -> None:
        """Take goods whose purchase was cancelled off the stock list."""
        async with self._database.writing() as connection:
            await connection.execute(delete(lots).where(lots.c.order_key == order_key, lots.c.line == line))

    async def _turn(self, order_key: str, states: tuple[str, ...], **values: Any) -> StockHold:
        async with self._database.writing() as connection:
            these = update(bookings).where(bookings.c.order_key == order_key, bookings.c.state.in_(states))
            await connection.execute(these.values(**values))
            return _hold(await _rows(connection, order_key))


async def _lock(connection: AsyncConnection, wanted: Iterable[str]) -> dict[str, Any]:
    """One order decides at a time on an article; always in the same sequence, so that none wait crosswise."""
    names = sorted(set(wanted))
    columns = (articles.c.article, articles.c.buffer_minutes, articles.c.day_eur)
    statement = select(*columns).where(articles.c.article.in_(names)).order_by(articles.c.article)
    return {row.article: row for row in await connection.execute(statement.with_for_update())}


async def _let_go_of_the_replaced(connection: AsyncConnection, order: EquipmentOrder) -> bool:
    """Whether the replaced order had been confirmed: then so is what takes its place."""
    if order.replaces is None:
        return False
    older = [row for row in await _rows(connection, order.replaces) if row.state in KEPT]
    these = update(bookings).where(bookings.c.id.in_([row.id for row in older]))
    await connection.execute(these.values(state="released"))
    return any(row.state == "confirmed" for row in older)


def _stays(mine: Row[Any] | None, leave_passed_on: bool) -> bool:
    """Whether nothing is to be decided on a line any more."""
    return mine is not None and (mine.state == "confirmed" or (mine.state == "none" and leave_passed_on))


@dataclass(frozen=True)
class _Line:
    """One line of an order while it is decided on, with its article as it was locked."""

    connection: AsyncConnection
    order: EquipmentOrder
    line: int
    article: Any

    @property
    def item(self) -> EquipmentItem:
        """What is wished for."""
        return self.order.request.items[self.line]

    @property
    def free_again_at(self) -> datetime:
        """When the pieces can leave again, the time to check and pack included."""
        minutes = self.article.buffer_minutes if self.article else 0
        return self.order.request.until_at + timedelta(minutes=minutes or 0)

    @property
    def price_eur(self) -> Decimal:
        """Per piece and begun 24 hours."""
        wish, day_eur = self.order.request, self.article.day_eur if self.article else ZERO
        days = max(ceil((wish.until_at - wish.from_at) / timedelta(days=1)), 1)
        return (day_eur or ZERO) * self.item.quantity * days

    async def write(self, state: str, expires_at: datetime | None = None, price_eur: Decimal = ZERO) -> None:
        """What was decided."""
        row = {
            "order_key": self.order.key,
            "line": self.line,
            "how": self.item.how,
            "article": self.item.article,
            "quantity": self.item.quantity,
            "state": state,
            "starts_at": self.order.request.from_at,
            "ends_at": self.free_again_at,
            "expires_at": expires_at,
            "price_eur": price_eur,
        }
        await upsert(self.connection, bookings, row, key=["order_key", "line"])


async def _keep(line: _Line, mine: Row[Any] | None, now: datetime, confirmed: bool) -> bool:
    """Decide on one line; whether holds ran out meanwhile, which may be those of other lines of this order."""
    expires_at = max(line.order.request.hold_until_at, now + SHORTEST_HOLD)
    if mine is not None and mine.state == "held":
        await line.write("held", expires_at, mine.price_eur)
        return False
    free, gave_way = await _free(line, now)
    if free < line.item.quantity:
        await line.write("none")
    else:
        state, until_at = ("confirmed", None) if confirmed else ("held", expires_at)
        await line.write(state, until_at, line.price_eur)
    return gave_way


async def _free(line: _Line, now: datetime) -> tuple[int, bool]:
    """How many pieces are free during the whole wish; holds that ran out give way, and whether any did."""
    starts_at, ends_at, connection = line.order.request.from_at, line.free_again_at, line.connection
    there = (lots.c.article == line.item.article, lots.c.available_from_at <= starts_at)
    owned = int(await connection.scalar(select(func.sum(lots.c.quantity)).where(*there)) or 0)
    of_it = bookings.c.article == line.item.article
    near = (of_it, bookings.c.starts_at < ends_at, bookings.c.ends_at > starts_at)
    ran_out = update(bookings).where(*near, bookings.c.state == "held", bookings.c.expires_at <= now)
    gave_way = (await connection.execute(ran_out.values(state="expired"))).rowcount > 0
    kept = await connection.execute(select(bookings).where(*near, bookings.c.state.in_(KEPT)))
    return owned - _peak(kept.all(), starts_at), gave_way


def _peak(rows: Sequence[Row[Any]], starts_at: datetime) -> int:
    """The most pieces out at the same moment; it is reached when a booking begins."""
    moments = {max(row.starts_at, starts_at) for row in rows}
    return max(
        (sum(row.quantity for row in rows if row.starts_at <= at < row.ends_at) for at in moments), default=0
    )


async def _lines(connection: AsyncConnection, order_key: str) -> dict[int, Row[Any]]:
    return {row.line: row for row in await _rows(connection, order_key)}


async def _rows(connection: AsyncConnection, order_key: str | None) -> Sequence[Row[Any]]:
    found = await connection.execute(
        select(bookings).where(bookings.c.order_key == order_key).order_by(bookings.c.line)
    )
    return found.all()


def _new_article(item: EquipmentItem) -> dict[str, Any]:
    """Bought goods begin at no rent: finance sets it later."""
    return {
        "article": item.article,
        "name": item.article,
        "day_eur": ZERO,
        "value_eur": item.value_eur,
        "buffer_minutes": BUFFER_MINUTES,
    }


def _hold(rows: Sequence[Row[Any]]) -> StockHold:
    kept = [row for row in rows if row.how == "rent" and row.state in KEPT]
    return StockHold(
        lines=tuple(map(_line, kept)),
        served=tuple(row.line for row in kept),
        expires_at=min((row.expires_at for row in kept if row.expires_at), default=None),
        confirmed=bool(kept) and all(row.state == "confirmed" for row in kept),
    )


def _line(row: Row[Any]) -> EquipmentLine:
    return EquipmentLine(
        article=row.article,
        quantity=row.quantity,
        how="rent",
        source="own_stock",
        price_eur=row.price_eur,
        reference=f"own-{row.id}",
    )
