"""What a step writes at its end is one transaction with its answer: how the activities' `together` is done."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from activities.together import Writing, writing
from storage.core.database import Database


@asynccontextmanager
async def kept_together(database: Database) -> AsyncIterator[None]:
    """In this block a step may open the transaction that its answer ends; it is kept at the end of the block, and
    nothing of it when an exception leaves the block."""
    async with AsyncExitStack() as stack:

        async def with_the_answer() -> None:
            await stack.enter_async_context(database.together())

        before = writing.set(Writing(database.together, with_the_answer))
        try:
            yield
        finally:
            writing.reset(before)
