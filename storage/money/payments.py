"""Payments on their way out: listed, batched, approved by two people, sent, booked or returned."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.bank import BatchCard, BatchFileChanged, BatchOutdated, DuePayment, PaymentVerdict
from domain.orders import short_reference
from domain.people import PaymentState
from storage.core.database import insert_once, upsert
from storage.money.bank_tables import told_until
from storage.money.paid_by_hand import CAME_BACK, PaidByHand, latest_of
from storage.money.payment_batches import (
    EYES,
    batch_approvals,
    content_of,
    is_for,
    payment_batches,
    state_of,
    yeses,
)
from storage.money.payment_tables import payments


class Payments(PaidByHand):
    """The list of payments; satisfies the activities' Payments."""

    async def order(
        self,
        *,
        order_key: str,
        job_id: str,
        kind: Literal["wage", "expense", "refund", "supplier"],
        entity: str,
        person_id: str,
        amount_eur: Decimal,
        pay_on: date,
        end_to_end: str,
        remittance: str,
        account: str = "",
    ) -> str:
        """Put a payment on the list and return its id, once per order key.

        `account` stands for the account it goes to. A payment that came back is ordered again, under a new
        EndToEndId (a bank refuses one it has seen), when the person has given another account since.
        """
        async with self._database.writing() as connection:
            latest = await latest_of(connection, order_key)
            if latest is not None and not (latest.state in CAME_BACK and latest.account != account):
                return str(latest.payment_id)
            turn = 1 if latest is None else latest.turn + 1
            reference = end_to_end if turn == 1 else short_reference(f"{order_key}#{turn}")
            row = {
                "payment_id": reference,
                "order_key": order_key,
                "turn": turn,
                "job_id": job_id,
                "kind": kind,
                "entity": entity,
                "person_id": person_id,
                "amount_eur": amount_eur,
                "pay_on": pay_on,
                "end_to_end": reference,
                "remittance": remittance,
                "account": account,
                "state": "ordered",
                "ordered_at": self._clock.now(),
            }
            await insert_once(connection, payments, row, key=("order_key", "turn"))
        return reference

    async def state(self, payment_id: str) -> PaymentState:
        """What became of a payment; KeyError when unknown."""
        wanted = select(payments).where(payments.c.payment_id == payment_id)
        async with self._database.reading() as connection:
            row = (await connection.execute(wanted)).one_or_none()
            if row is None:
                raise KeyError(payment_id)
            return await _state(connection, row)

    async def of_order(self, order_key: str) -> PaymentState | None:
        """What became of the latest payment of an order."""
        async with self._database.reading() as connection:
            row = await latest_of(connection, order_key)
            return None if row is None else await _state(connection, row)

    async def cancel(self, order_key: str) -> bool:
        """Take it off the list; False when it is already in a batch."""
        async with self._database.writing() as connection:
            listed = payments.c.order_key == order_key, payments.c.state == "ordered"
            await connection.execute(delete(payments).where(*listed))
            latest = await latest_of(connection, order_key)
        return latest is None or latest.state in CAME_BACK

    async def due(self, until_on: date) -> list[DuePayment]:
        """The payments on the list that are promised by this day, the oldest promise first."""
        wanted = select(payments).where(payments.c.state == "ordered", payments.c.pay_on <= until_on)
        async with self._database.reading() as connection:
            rows = await connection.execute(wanted.order_by(payments.c.pay_on, payments.c.payment_id))
            return [DuePayment.model_validate(dict(row._mapping)) for row in rows]

    async def refuse(self, payment_id: str, reason: str) -> None:
        """A payment that cannot even be put into a batch."""
        await self._move({"payment_id": payment_id}, ("ordered",), state="rejected", reason=reason)

    async def make(self, batch: BatchCard, file: bytes, payment_ids: Iterable[str], made_at: datetime) -> BatchCard:
        """Keep a batch with its file, whole or not at all; the same batch twice is one."""
        wanted = list(payment_ids)
        async with self._database.writing() as connection:
            row = batch.model_dump(exclude={"approved_by", "unchecked"}) | {"file": file, "made_at": made_at}
            row["file_sha256"] = sha256(file).hexdigest()
            if await insert_once(connection, payment_batches, row, key=("batch_id",)):
                taken = await connection.execute(
                    update(payments)
                    .where(payments.c.payment_id.in_(wanted), payments.c.state == "ordered")
                    .values(state="batched", batch_id=batch.batch_id)
                )
                if taken.rowcount != len(wanted):
                    raise BatchOutdated(batch.batch_id)
        return await self.batch(batch.batch_id)

    async def batch(self, batch_id: str) -> BatchCard:
        """One batch; KeyError when unknown."""
        found = await self._batches(payment_batches.c.batch_id == batch_id)
        if not found:
            raise KeyError(batch_id)
        return found[0]

    async def batches(self, *states: str) -> list[BatchCard]:
        """The batches in these states (all when none is named), the newest day first."""
        return await self._batches(*([payment_batches.c.state.in_(states)] if states else []))

    async def file(self, batch_id: str) -> bytes:
        """The file for the bank: the same bytes each time. KeyError when unknown.

        BatchFileChanged when it is not the one that was made, or not the one both people said yes to.
        """
        async with self._database.reading() as connection:
            content, digest = await content_of(connection, batch_id)
            state = await connection.scalar(state_of(batch_id))
            if state != "made" and await yeses(connection, batch_id, digest) < EYES:
                raise BatchFileChanged(batch=batch_id)
        return content

    async def approve(self, batch_id: str, person_id: str, at: datetime) -> BatchCard:
        """One finance person's yes; the second, by somebody else, releases the batch. KeyError when unknown.

        A yes is to the file as it is, to the byte: once that is another one, both are asked again.
        """
        async with self._database.writing() as connection:
            state = await connection.scalar(state_of(batch_id).with_for_update())
            _, digest = await content_of(connection, batch_id)
            if state == "made":
                yes = {"batch_id": batch_id, "person_id": person_id, "at": at, "file_sha256": digest}
                await upsert(connection, batch_approvals, yes, key=["batch_id", "person_id"])
                if await yeses(connection, batch_id, digest) >= EYES:
                    await _batch_becomes(connection, batch_id, "approved", ("batched",))
        return await self.batch(batch_id)

    async def sent(self, batch_id: str, bank_reference: str, at: datetime) -> None:
        """The bank has the file."""
        async with self._database.writing() as connection:
            await _batch_becomes(
                connection, batch_id, "sent", ("approved",), bank_reference=bank_reference, sent_at=at
            )

    async def judged(
        self, batch_id: str, *, rejected: bool, reason: str | None, verdicts: Iterable[PaymentVerdict]
    ) -> list[DuePayment]:
        """The bank's answer to a file; returns the payments it will not carry out."""
        refused = {one.end_to_end: one.reason or "rejected" for one in verdicts if one.rejected}
        async with self._database.writing() as connection:
            await connection.execute(
                update(payment_batches)
                .where(payment_batches.c.batch_id == batch_id, payment_batches.c.state == "sent")
                .values(state="rejected" if rejected else "accepted", reason=reason)
            )
            open_ones = select(payments).where(payments.c.batch_id == batch_id, payments.c.state == "sent")
            rows = (await connection.execute(open_ones)).all()
            lost = [row for row in rows if rejected or row.end_to_end in refused]
            for row in lost:
                why = refused.get(row.end_to_end) or reason or "rejected"
                await connection.execute(
                    update(payments)
                    .where(payments.c.payment_id == row.payment_id)
                    .values(state="rejected", reason=why)
                )
        return [DuePayment.model_validate(dict(row._mapping)) for row in lost]

    async def _batches(self, *conditions: Any) -> list[BatchCard]:
        newest = payment_batches.c.execute_on.desc(), payment_batches.c.batch_id
        columns = [column for column in payment_batches.c if column.name != "file"]
        async with self._database.reading() as connection:
            rows = (await connection.execute(select(*columns).where(*conditions).order_by(*newest))).all()
            if not rows:
                return []
            said_yes = select(batch_approvals).order_by(batch_approvals.c.at, batch_approvals.c.person_id)
            of_these = said_yes.where(batch_approvals.c.batch_id.in_([row.batch_id for row in rows]))
            yes = (await connection.execute(of_these)).all()
        return [
            BatchCard.model_validate(
                dict(row._mapping) | {"approved_by": tuple(one.person_id for one in yes if is_for(one, row))}
            )
            for row in rows
        ]

    async def _move(self, which: dict[str, str], from_states: tuple[str, ...], **values: Any) -> None:
        same = [payments.c[name] == value for name, value in which.items()]
        async with self._database.writing() as connection:
            await connection.execute(
                update(payments).where(*same, payments.c.state.in_(from_states)).values(**values)
            )


async def _batch_becomes(
    connection: AsyncConnection, batch_id: str, state: str, payments_in: tuple[str, ...], **values: Any
) -> None:
    await connection.execute(
        update(payment_batches).where(payment_batches.c.batch_id == batch_id).values(state=state, **values)
    )
    await connection.execute(
        update(payments)
        .where(payments.c.batch_id == batch_id, payments.c.state.in_(payments_in))
        .values(state=state)
    )


async def _state(connection: AsyncConnection, row: Row[Any]) -> PaymentState:
    seen_on = await told_until(connection, {row.payment_id, row.batch_id or row.payment_id})
    return PaymentState.model_validate(dict(row._mapping) | {"statements_until_on": seen_on})
