"""The cooperative's own rooms: which one is kept for which job on which day, never twice for the same day."""

from collections.abc import Collection
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.orders import StepOrder
from domain.services.workspace import KeptRoom, OwnRoom, WorkspaceRequest
from storage.core.database import Database, insert_once, upsert
from storage.core.tables import MoneyCents, UtcDateTime, metadata

RoomOrder = StepOrder[WorkspaceRequest]

SHORTEST_HOLD = timedelta(hours=24)
"""A hold taken late, for instance on a replay, still leaves a day to decide."""
KEPT = ("held", "confirmed")

rooms = Table(
    "workspace_rooms",
    metadata,
    Column("slug", String(60), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("city", String(100), nullable=False),
    Column("places", Integer, nullable=False),
    Column("day_eur", MoneyCents, nullable=False),
    Column("in_service", Boolean, nullable=False),
    CheckConstraint("places > 0", name="places"),
)

bookings = Table(
    "workspace_bookings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("order_key", String(120), nullable=False, unique=True),
    Column("room", ForeignKey("workspace_rooms.slug"), nullable=False),
    Column("state", String(10), nullable=False),
    Column("expires_at", UtcDateTime),
    Column("price_eur", MoneyCents, nullable=False),
    CheckConstraint("state IN ('held', 'confirmed', 'expired', 'released')", name="state"),
)

kept_days = Table(
    "workspace_days",
    metadata,
    Column("room", ForeignKey("workspace_rooms.slug"), primary_key=True),
    Column("kept_on", Date, primary_key=True),
    Column("order_key", ForeignKey("workspace_bookings.order_key"), nullable=False, index=True),
)
"""A row per room and day that somebody keeps: its primary key is what makes a double booking impossible."""


class _Found(NamedTuple):
    """A free room, and what it costs for all the days."""

    slug: str
    price_eur: Decimal


class RoomStore:
    """The rooms in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, room: OwnRoom) -> None:
        """Add a room, or change what is known of it."""
        async with self._database.writing() as connection:
            await upsert(connection, rooms, room.model_dump(), key=["slug"])

    async def find(self, order_key: str) -> KeptRoom | None:
        """The room this order keeps or kept."""
        async with self._database.reading() as connection:
            return await _room(connection, order_key)

    async def hold(self, order: RoomOrder, now: datetime) -> KeptRoom | None:
        """Keep the cheapest free room that fits within the ceiling; None when there is none.

        What this order already keeps stays, and a hold gets its full time again. An order that replaces
        another takes over its room in the same transaction, so that a moved job never stands in its own way.
        """
        async with self._database.writing() as connection:
            mine = await _booking(connection, order.key)
            if mine is not None and mine.state == "held":
                await _change(connection, order.key, KEPT, expires_at=_hold_until(order, now))
            elif (mine is None or mine.state != "confirmed") and not await _take(connection, order, now):
                return None
            return await _room(connection, order.key)

    async def cheapest(self, order: RoomOrder, now: datetime) -> Decimal | None:
        """What the cheapest free room that fits costs, whatever the ceiling; None when none is free."""
        async with self._database.writing() as connection:
            found = await _free_rooms(connection, order, now)
            return min((room.price_eur for room in found), default=None)

    async def confirm(self, order_key: str) -> KeptRoom | None:
        """Keep it for good; None when this order keeps no room."""
        async with self._database.writing() as connection:
            kept = await _change(connection, order_key, KEPT, state="confirmed", expires_at=None)
            return await _room(connection, order_key) if kept else None

    async def extend(self, order_key: str, until_at: datetime) -> KeptRoom | None:
        """Let the hold last longer; None when this order keeps no room."""
        async with self._database.writing() as connection:
            await _change(connection, order_key, ("held",), expires_at=until_at)
            room = await _room(connection, order_key)
            return room if room and room.state in KEPT else None

    async def release(self, order_key: str) -> KeptRoom | None:
        """Give it back; None when this order never had one."""
        async with self._database.writing() as connection:
            await _let_go(connection, order_key, "released")
            return await _room(connection, order_key)


async def _take(connection: AsyncConnection, order: RoomOrder, now: datetime) -> bool:
    """Find a room and keep it, in one stroke."""
    older = await _older(connection, order)
    before = older.room if older is not None else None
    within = [
        room for room in await _free_rooms(connection, order, now) if room.price_eur <= order.request.ceiling_eur
    ]
    if not within:
        return False
    room = next((one for one in within if one.slug == before), within[0])
    if older is not None:
        await _let_go(connection, older.order_key, "released")
    await _make_place(connection, room.slug, order, now)
    confirmed = older is not None and older.state == "confirmed"
    values = {
        "room": room.slug,
        "state": "confirmed" if confirmed else "held",
        "expires_at": None if confirmed else _hold_until(order, now),
        "price_eur": room.price_eur,
    }
    if not await insert_once(connection, bookings, {"order_key": order.key, **values}, key=["order_key"]):
        await connection.execute(update(bookings).where(bookings.c.order_key == order.key).values(**values))
    days = [{"room": room.slug, "kept_on": on, "order_key": order.key} for on in sorted(set(order.request.days))]
    await connection.execute(insert(kept_days), days)
    return True


async def _older(connection: AsyncConnection, order: RoomOrder) -> Row[Any] | None:
    """The order this one takes the place of, when it still keeps a room."""
    older = await _booking(connection, order.replaces) if order.replaces else None
    return older if older is not None and older.state in KEPT else None


async def _free_rooms(connection: AsyncConnection, order: RoomOrder, now: datetime) -> list[_Found]:
    """The free rooms that fit, the cheapest first, then the smallest.

    The rooms' rows are locked first, in one order, and only then is looked who keeps them: two orders never
    decide on the same room side by side, and never wait for each other crosswise.
    """
    wish, mine = order.request, {order.key, order.replaces}
    query = select(rooms).where(rooms.c.in_service, rooms.c.places >= wish.people).order_by(rooms.c.slug)
    found = (await connection.execute(query.with_for_update())).all()
    fitting = [row for row in found if OwnRoom.model_validate(row._asdict()).is_in(wish.city)]
    taken = {
        row.room
        for row in await _in_the_way(connection, wish)
        if row.order_key not in mine and not _ran_out(row, now)
    }
    free = sorted(
        (row for row in fitting if row.slug not in taken), key=lambda row: (row.day_eur, row.places, row.slug)
    )
    return [_Found(row.slug, row.day_eur * len(set(wish.days))) for row in free]


async def _in_the_way(connection: AsyncConnection, wish: WorkspaceRequest) -> Collection[Row[Any]]:
    """Who keeps any room on one of the days; locked, so that nobody confirms a hold while it is judged."""
    on_a_day = select(kept_days.c.order_key).where(kept_days.c.kept_on.in_(set(wish.days)))
    query = select(bookings).where(bookings.c.order_key.in_(on_a_day)).order_by(bookings.c.id)
    return (await connection.execute(query.with_for_update())).all()


async def _make_place(connection: AsyncConnection, room: str, order: RoomOrder, now: datetime) -> None:
    """Holds that ran out keep their room until somebody needs it: now."""
    for row in await _in_the_way(connection, order.request):
        if row.room == room and _ran_out(row, now):
            await _let_go(connection, row.order_key, "expired")


def _ran_out(row: Row[Any], now: datetime) -> bool:
    return row.state == "held" and row.expires_at is not None and bool(row.expires_at <= now)


def _hold_until(order: RoomOrder, now: datetime) -> datetime:
    return max(order.request.hold_until_at, now + SHORTEST_HOLD)


async def _let_go(connection: AsyncConnection, order_key: str, state: str) -> None:
    if await _change(connection, order_key, KEPT, state=state, expires_at=None):
        await connection.execute(delete(kept_days).where(kept_days.c.order_key == order_key))


async def _change(connection: AsyncConnection, order_key: str, states: Collection[str], **values: Any) -> bool:
    """Change an order's booking while it is in one of these states; whether it was."""
    mine = (bookings.c.order_key == order_key, bookings.c.state.in_(states))
    return bool((await connection.execute(update(bookings).where(*mine).values(**values))).rowcount)


async def _booking(connection: AsyncConnection, order_key: str) -> Row[Any] | None:
    return (await connection.execute(select(bookings).where(bookings.c.order_key == order_key))).one_or_none()


async def _room(connection: AsyncConnection, order_key: str) -> KeptRoom | None:
    query = select(bookings, rooms.c.name, rooms.c.city).join(rooms).where(bookings.c.order_key == order_key)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    return KeptRoom(
        room=row.name,
        city=row.city,
        price_eur=row.price_eur,
        reference=f"room-{row.id}",
        state=row.state,
        expires_at=row.expires_at,
    )
