"""An order and the try that works on it: what changes together is one transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel

from domain.job import Remembered
from storage.core.database import Database
from storage.execution import attempts, orders, projection
from storage.execution.attempts import Attempt
from storage.execution.orders import OperationAnswer, OrderChanged


class Begun(NamedTuple):
    """How an operation begins."""

    answer: OperationAnswer | None
    """What it brought before, when it was answered."""
    first: bool
    """Never begun before: no partner can have anything of it."""


class OrderAttempts:
    """Begins and ends tries of orders."""

    def __init__(self, database: Database) -> None:
        self.database = database

    async def begin(
        self,
        this: Attempt,
        key: str,
        operation: str,
        request: str,
        *,
        once: bool,
        told: Remembered | None = None,
    ) -> Begun:
        """Note the operation and its try; with the answer when it was answered before.

        With `once` an answered operation is not tried again. `request` is the request's hash; OrderChanged when
        the key was used for another request. What the process told is kept, whatever becomes of the order.
        """
        changed: OrderChanged | None = None
        begun = Begun(None, first=False)
        async with self.database.writing() as connection:
            if told is not None:
                await projection.remember(connection, told)
            try:
                first = await orders.begin_one(connection, key, operation, request, this.started_at)
                known = None if first else await orders.answer_of(connection, key, operation)
                begun = Begun(known, first=first)
            except OrderChanged as error:
                changed = error
            if changed is None and (begun.answer is None or not once):
                await attempts.open_one(connection, this)
        if changed is not None:
            raise changed
        return begun

    async def remember(self, told: Remembered) -> None:
        """Write down what a process says of its job, unless something newer is already there."""
        async with self.database.writing() as connection:
            await projection.remember(connection, told)

    async def end(
        self,
        this: Attempt,
        key: str,
        operation: str,
        answer: BaseModel | Mapping[str, Any],
        told: Mapping[str, str],
        at: datetime,
    ) -> None:
        """Keep the answer, tell it in the job's story and close the try: all of it or nothing."""
        async with self.database.writing() as connection:
            await attempts.close_one(connection, this, at, "done")
            await orders.answer_one(connection, key, operation, answer, told=told, at=at)
