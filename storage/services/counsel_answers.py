"""What lawyer and bailiff answered about a dossier: kept once, told once in the story."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Integer, String, Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from domain.periods import day_in_brussels
from domain.services.debt_collection import OFFICES, CounselAnswer, DossierStep, StageKind
from storage.core.database import Database, insert_once
from storage.core.tables import Json, UtcDateTime, metadata
from storage.execution import events

collection_answers = Table(
    "collection_answers",
    metadata,
    Column("invoice_id", ForeignKey("collections.invoice_id"), primary_key=True),
    Column("stage", String(20), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("status", String(40), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("heard_at", UtcDateTime, nullable=False),
    Column("told", Json, nullable=False),
)

NOT_TOLD = frozenset({"received"})
"""That a dossier arrived is no news: its handing over was told."""
TOLD = frozenset(
    {
        "accepted",
        "claim_filed",
        "contested",
        "dismissed",
        "dividend",
        "enforceable",
        "insolvent",
        "not_contested",
        "nothing_found",
        "paid",
        "part_paid",
        "plan_agreed",
        "plan_asked",
        "plan_broken",
        "plan_refused",
        "resumed",
        "returned",
        "seized",
        "summons_served",
        "suspended",
        "unpaid",
        "withdrawn",
    }
)
"""Answers with a sentence of their own; any other is told in the office's own word."""


class CounselAnswers:
    """Keeps answers; satisfies the activities' Answers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def heard(
        self,
        *,
        job_id: str,
        invoice_id: str,
        number: str,
        stage: StageKind,
        history: Sequence[DossierStep],
        at: datetime,
    ) -> int:
        """Keep what is new of a dossier's history, with a line in the story for each; how many were new."""
        new = 0
        async with self._database.writing() as connection:
            for n, step in enumerate(history, start=1):
                place = {"invoice_id": invoice_id, "stage": stage, "n": n}
                row = {
                    **place,
                    "status": step.status,
                    "at": step.at,
                    "heard_at": at,
                    "told": step.model_dump(mode="json", include={"plan", "reason", "title"}),
                }
                if await insert_once(connection, collection_answers, row, key=[*place]):
                    new += 1
                    await _tell(connection, job_id, number, stage, n, step, at)
        return new


async def _tell(
    connection: AsyncConnection, job_id: str, number: str, stage: StageKind, n: int, step: DossierStep, at: datetime
) -> None:
    if step.status in NOT_TOLD:
        return
    known = step.status in TOLD
    params = {"counsel": OFFICES[stage], "number": number, "on": day_in_brussels(step.at).isoformat()}
    params |= {} if known else {"heard": step.status}
    params |= {"reason": step.reason} if step.reason else {}
    params |= {"title": step.title} if step.title else {}
    if step.plan:
        last = step.plan[-1]
        params |= {"parts": str(len(step.plan)), "until": last.on.isoformat()}
    kind = f"debt.counsel.{step.status if known else 'other'}"
    source = f"counsel:{job_id}:{number}:{stage}:{n}"
    await events.append(connection, job_id, kind, at, params=params, source=source)


async def answers_of(connection: AsyncConnection, invoice_id: str) -> tuple[CounselAnswer, ...]:
    """What was heard about an invoice, the earliest first."""
    wanted = select(collection_answers).where(collection_answers.c.invoice_id == invoice_id)
    in_order = wanted.order_by(collection_answers.c.at, collection_answers.c.stage, collection_answers.c.n)
    return tuple([_answer(row._mapping) for row in await connection.execute(in_order)])


def _answer(row: Any) -> CounselAnswer:
    return CounselAnswer.model_validate(
        {"stage": row["stage"], "status": row["status"], "on": day_in_brussels(row["at"]), **row["told"]}
    )
