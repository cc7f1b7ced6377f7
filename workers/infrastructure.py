"""Our own infrastructure's trouble: the database, the keys, the papers' disk, the engine. It heals, or is repaired,
without anybody deciding about a job."""

from temporalio.exceptions import ApplicationError, ApplicationErrorCategory
from temporalio.service import RPCError, RPCStatusCode

from domain.job import INFRASTRUCTURE_DOWN, RefusalDetails
from storage.core.unavailable import is_storage_trouble

ENGINE_AWAY = frozenset(
    {
        RPCStatusCode.UNAVAILABLE,
        RPCStatusCode.DEADLINE_EXCEEDED,
        RPCStatusCode.RESOURCE_EXHAUSTED,
        RPCStatusCode.ABORTED,
        RPCStatusCode.CANCELLED,
        RPCStatusCode.INTERNAL,
        RPCStatusCode.UNKNOWN,
    }
)
"""Answers of Temporal that say nothing about what it was asked."""


def is_infrastructure(error: BaseException) -> bool:
    """Whether trying the same again, unchanged, may succeed once something of ours is repaired.

    Partners' own trouble never comes here: their lines tell it as PartnerDown.
    """
    if isinstance(error, RPCError):
        return error.status in ENGINE_AWAY
    return isinstance(error, OSError | MemoryError) or is_storage_trouble(error)


def failure(technical: str) -> ApplicationError:
    """As the process understands it: tried again, and never put to a person before the time is up."""
    return ApplicationError(
        "Something of our own did not work; it is tried again.",
        RefusalDetails(technical=technical),
        type=INFRASTRUCTURE_DOWN,
        category=ApplicationErrorCategory.BENIGN,
    )
