"""Whether an error says that the database is in trouble, and nothing about what was asked of it."""

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from engine.keys import WrongKey

TRIED_AGAIN_AFTER = 5
"""Seconds after which asking again makes sense: a database that is restarted is back by then, or soon."""


def is_database_trouble(error: BaseException | None) -> bool:
    """Whether the same request may succeed later, unchanged: away, locked, full, read-only, in the middle of an
    upgrade. What a constraint or a value refuses (IntegrityError, DataError) is no such trouble."""
    if isinstance(error, PoolTimeout):
        return True
    return isinstance(error, DBAPIError) and not isinstance(error, IntegrityError | DataError)


def is_storage_trouble(error: BaseException | None) -> bool:
    """The database is in trouble, or this process lacks the master key of what it read."""
    if isinstance(error, StatementError) and not isinstance(error, DBAPIError):  # raised while a column was read
        return is_storage_trouble(error.orig)
    return isinstance(error, WrongKey) or is_database_trouble(error)


STORAGE_ERRORS: tuple[type[Exception], ...] = (SQLAlchemyError, WrongKey)
"""The families in which such trouble comes; each has other members, so ask `is_storage_trouble`."""
