"""The own fleet: which van is kept for which job, never twice for the same hours."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Integer,
    Row,
    String,
    Table,
    event,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.orders import StepOrder
from domain.services.van_rental import KeptVan, OwnVan, VanRentalRequest
from storage.core.database import Database, insert_once, upsert
from storage.core.tables import MoneyCents, UtcDateTime, metadata

VanOrder = StepOrder[VanRentalRequest]

SHORTEST_HOLD = timedelta(hours=24)
"""A hold taken late, for instance on a replay, still leaves a day to decide: as long as an outside hirer's."""
LONGEST_HANDOVER = timedelta(days=1)
"""Bounds the search for neighbours; the table refuses a longer one."""
KEPT = ("held", "confirmed")

vans = Table(
    "vans",
    metadata,
    Column("plate", String(20), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("seats", Integer, nullable=False),
    Column("load_kg", Integer, nullable=False),
    Column("handover_minutes", Integer, nullable=False),
    Column("in_service", Boolean, nullable=False),
    CheckConstraint("handover_minutes BETWEEN 0 AND 1440", name="handover_within_a_day"),
)

van_bookings = Table(
    "van_bookings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("order_key", String(120), nullable=False, unique=True),
    Column("plate", ForeignKey("vans.plate"), index=True),
    Column("state", String(10), nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),  # the handover to the next job included
    Column("expires_at", UtcDateTime),
    Column("price_eur", MoneyCents, nullable=False),
    Column("passed_on", Boolean, nullable=False),
    CheckConstraint("ends_at > starts_at", name="ends_after_start"),
    CheckConstraint("state IN ('held', 'confirmed', 'expired', 'released', 'none')", name="state"),
    ExcludeConstraint(
        ("plate", "="),
        (text("tstzrange(starts_at, ends_at, '[)')"), "&&"),
        where=text("state IN ('held', 'confirmed')"),
        name="van_bookings_no_overlap",
    ).ddl_if(dialect="postgresql"),
)

BTREE_GIST = "CREATE EXTENSION IF NOT EXISTS btree_gist"
"""Lets PostgreSQL compare a plate and a stretch of time in one constraint."""
NO_OVERLAP_ON_SQLITE = tuple(
    """CREATE TRIGGER van_bookings_no_overlap_on_WHEN BEFORE WHEN ON van_bookings
    WHEN NEW.state IN ('held', 'confirmed') AND EXISTS (
        SELECT 1 FROM van_bookings other WHERE other.plate = NEW.plate AND other.order_key <> NEW.order_key
        AND other.state IN ('held', 'confirmed')
        AND other.starts_at < NEW.ends_at AND other.ends_at > NEW.starts_at)
    BEGIN SELECT RAISE(ABORT, 'van_bookings_no_overlap'); END""".replace("on_WHEN", f"on_{when}".lower()).replace(
        "BEFORE WHEN", f"BEFORE {when}"
    )
    for when in ("INSERT", "UPDATE")
)
"""SQLite knows no exclusion constraint: the same rule as triggers."""


@event.listens_for(van_bookings, "before_create")
def _prepare_postgresql(_: Table, connection: Connection, **__: Any) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(BTREE_GIST)


@event.listens_for(van_bookings, "after_create")
def _guard_on_sqlite(_: Table, connection: Connection, **__: Any) -> None:
    if connection.dialect.name == "sqlite":
        for trigger in NO_OVERLAP_ON_SQLITE:
            connection.exec_driver_sql(trigger)


class FleetStore:
    """The fleet in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, van: OwnVan) -> None:
        """Add a van, or change what is known of it."""
        async with self._database.writing() as connection:
            await upsert(connection, vans, van.model_dump(), key=["plate"])

    async def find(self, order_key: str) -> KeptVan | None:
        """The van this order keeps or kept."""
        async with self._database.reading() as connection:
            return _van(await _booking(connection, order_key))

    async def passed_on(self, order_key: str) -> bool:
        """Whether no own van was free, so that the hirer may have been asked."""
        async with self._database.reading() as connection:
            row = await _booking(connection, order_key)
            return row is not None and bool(row.passed_on)

    async def hold(self, order: VanOrder, price_eur: Decimal, now: datetime) -> KeptVan | None:
        """Keep the smallest free van that fits; None, and remembered as passed on, when there is none.

        What this order already keeps stays, and a hold gets its full time again. An order that replaces
        another takes over its van in the same transaction, so that a moved job never stands in its own way.
        """
        async with self._database.writing() as connection:
            mine = await _booking(connection, order.key)
            if mine is not None and mine.state == "held":
                await _change(connection, order.key, expires_at=_hold_until(order, now))
            elif (mine is None or mine.state != "confirmed") and not await _take(connection, order, price_eur, now):
                return None
            return _van(await _booking(connection, order.key))

    async def confirm(self, order_key: str) -> KeptVan | None:
        """Keep it for good; None when this order keeps no van."""
        return await self._turn(order_key, KEPT, state="confirmed", expires_at=None)

    async def extend(self, order_key: str, until_at: datetime) -> KeptVan | None:
        """Let the hold last longer; None when this order keeps no van."""
        await self._turn(order_key, ("held",), expires_at=until_at)
        van = await self.find(order_key)
        return van if van and van.is_kept else None

    async def release(self, order_key: str) -> KeptVan | None:
        """Give it back; None when this order never had one."""
        await self._turn(order_key, KEPT, state="released", expires_at=None)
        return await self.find(order_key)

    async def _turn(self, order_key: str, states: tuple[str, ...], **values: Any) -> KeptVan | None:
        async with self._database.writing() as connection:
            changed = await connection.execute(
                update(van_bookings)
                .where(van_bookings.c.order_key == order_key, van_bookings.c.state.in_(states))
                .values(**values)
            )
            return _van(await _booking(connection, order_key)) if changed.rowcount else None


async def _take(connection: AsyncConnection, order: VanOrder, price_eur: Decimal, now: datetime) -> bool:
    """Find a van and keep it, in one stroke."""
    older = await _booking(connection, order.replaces)
    if older is not None and older.state not in KEPT:
        older = None
    van = await _free_van(connection, order, older, now)
    if van is None:
        await _write(connection, order, plate=None, state="none", price_eur=price_eur, passed_on=True)
        return False
    await _make_room(connection, van, order.request, now)
    if older is not None:
        await _change(connection, older.order_key, state="released", expires_at=None)
    taken_over = older is not None and older.state == "confirmed"
    await _write(
        connection,
        order,
        plate=van.plate,
        state="confirmed" if taken_over else "held",
        expires_at=None if taken_over else _hold_until(order, now),
        ends_at=_free_again_at(van, order.request),
        price_eur=price_eur,
    )
    return True


async def _free_van(
    connection: AsyncConnection, order: VanOrder, older: Row[Any] | None, now: datetime
) -> Row[Any] | None:
    """The van kept so far when it still fits, else the smallest free one.

    The vans' rows are locked first, in one order, and only then is looked who has them: two orders never
    decide on the same van side by side, and never wait for each other crosswise.
    """
    wish = order.request
    fits = (vans.c.in_service, vans.c.seats >= wish.seats, vans.c.load_kg >= wish.load_kg)
    fitting = (await connection.execute(select(vans).where(*fits).order_by(vans.c.plate).with_for_update())).all()
    in_the_way = [
        row for row in await _overlapping(connection, wish) if older is None or row.order_key != older.order_key
    ]
    free = [van for van in fitting if not any(_blocks(row, van, wish, now) for row in in_the_way)]
    before = older.plate if older is not None else None
    free.sort(key=lambda van: (van.plate != before, van.seats, van.load_kg, van.plate))
    return free[0] if free else None


async def _overlapping(connection: AsyncConnection, wish: VanRentalRequest) -> Sequence[Row[Any]]:
    """Every van kept for hours that come near the wish; the handover of each van is looked at afterwards.

    The rows are locked, so that nobody confirms a hold while it is judged to have run out.
    """
    near = (
        van_bookings.c.state.in_(KEPT),
        van_bookings.c.starts_at < wish.until_at + LONGEST_HANDOVER,
        van_bookings.c.ends_at > wish.from_at,
    )
    query = select(van_bookings).where(*near).order_by(van_bookings.c.id).with_for_update()
    return (await connection.execute(query)).all()


def _blocks(row: Row[Any], van: Row[Any], wish: VanRentalRequest, now: datetime) -> bool:
    return bool(
        row.plate == van.plate
        and row.starts_at < _free_again_at(van, wish)
        and row.ends_at > wish.from_at
        and not _ran_out(row, now)
    )


def _ran_out(row: Row[Any], now: datetime) -> bool:
    return row.state == "held" and row.expires_at is not None and bool(row.expires_at <= now)


def _free_again_at(van: Row[Any], wish: VanRentalRequest) -> datetime:
    return wish.until_at + timedelta(minutes=van.handover_minutes)


def _hold_until(order: VanOrder, now: datetime) -> datetime:
    return max(order.request.hold_until_at, now + SHORTEST_HOLD)


async def _make_room(connection: AsyncConnection, van: Row[Any], wish: VanRentalRequest, now: datetime) -> None:
    """Holds that ran out keep their van until somebody needs it: now."""
    for row in await _overlapping(connection, wish):
        if row.plate == van.plate and _ran_out(row, now):
            await _change(connection, row.order_key, state="expired")


async def _booking(connection: AsyncConnection, order_key: str | None) -> Row[Any] | None:
    return (
        await connection.execute(select(van_bookings).where(van_bookings.c.order_key == order_key))
    ).one_or_none()


async def _write(connection: AsyncConnection, order: VanOrder, **values: Any) -> None:
    """The order's one row: new, or changed. Once passed on, always passed on: the hirer may have been asked."""
    wish = order.request
    row = {"order_key": order.key, "starts_at": wish.from_at, "ends_at": wish.until_at, "passed_on": False}
    if not await insert_once(connection, van_bookings, {**row, **values}, key=["order_key"]):
        await _change(connection, order.key, starts_at=wish.from_at, **{"ends_at": wish.until_at, **values})


async def _change(connection: AsyncConnection, order_key: str, **values: Any) -> None:
    await connection.execute(update(van_bookings).where(van_bookings.c.order_key == order_key).values(**values))


def _van(row: Row[Any] | None) -> KeptVan | None:
    if row is None or row.plate is None:
        return None
    return KeptVan(
        van=row.plate,
        source="own_fleet",
        price_eur=row.price_eur,
        reference=f"own-{row.id}",
        state=row.state,
        expires_at=row.expires_at,
    )
