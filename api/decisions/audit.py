"""Every decision leaves a line in the audit, also when it was not taken."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from api.container import Container
from api.ports.process import NotTaken, ProcessUnreachable
from api.security.permissions import Asker
from storage.security.audit import AuditEntry


def operation(kind: str, *content: str) -> str:
    """An operation id made from what is decided: pressed twice, it is one decision."""
    return f"{kind}-{hashlib.sha256('|'.join(content).encode()).hexdigest()[:32]}"


def audited(
    home: Container, asker: Asker, what: str, job_id: str | None, why: str, step: str | None = None
) -> AuditEntry:
    """A line for the audit."""
    return AuditEntry(
        at=home.now(), who=asker.person_id, role=asker.role, what=what, job_id=job_id, step=step, why=why
    )


@dataclass
class DecisionOutcome:
    """What the process said to a decision."""

    outcome: str = "not_reached"


@asynccontextmanager
async def recorded(
    home: Container, line: AuditEntry, said: DecisionOutcome | None = None
) -> AsyncIterator[DecisionOutcome]:
    """Write to the audit what became of a decision, also when it was not taken."""
    said = said or DecisionOutcome()
    try:
        yield said
        said.outcome = "taken"
    except NotTaken as error:
        said.outcome = error.kind
        raise
    except ProcessUnreachable:
        said.outcome = "unreachable"
        raise
    finally:
        await home.audit.record(line.model_copy(update={"outcome": said.outcome[:40]}))
