"""What partners report by themselves: signed, told again until heard, twice or late when arranged."""

import hashlib
import hmac
import json
from datetime import datetime, timedelta

import httpx2

from . import clock, faults
from .desk import RequestHandler
from .store import Json

PATIENCE_SECONDS = 10
UNREACHABLE = "unreachable"
"""Nobody listens: the rest waits for the next tick as well."""


async def send_due(desk: RequestHandler, client: httpx2.AsyncClient, now: datetime) -> tuple[int, int]:
    """Send what is due, oldest first; how many were heard and how many not."""
    async with desk.turn() as store:
        rows = store.rows(
            "SELECT * FROM events WHERE sent_at IS NULL AND due_at <= ? ORDER BY due_at, id", clock.text(now)
        )
    heard = failed = 0
    for row in rows:
        copies = await _copies(desk, row, now)
        for _ in range(copies):
            error = await _send(desk, client, row, now)
            async with desk.turn() as store:
                store.db.execute(
                    "UPDATE events SET sent_at = ?, tries = tries + 1, error = ? WHERE id = ?",
                    (None if error else clock.text(now), error, row["id"]),
                )
            heard, failed = heard + (error is None), failed + (error is not None)
            if error and error.startswith(UNREACHABLE):
                return heard, failed
    return heard, failed


async def _copies(desk: RequestHandler, row: Json, now: datetime) -> int:
    """How often it is sent now: once, twice when arranged, not now when arranged late."""
    type_ = json.loads(row["body"])["type"]
    async with desk.turn() as store:
        hit = {
            one.fault: one for one in faults.struck(store, row["partner"], type_, faults.OF_WEBHOOKS, row["body"])
        }
        if (late := hit.get("late_webhook")) and not row["delayed"]:
            due_at = clock.text(now + timedelta(seconds=late.seconds))
            store.db.execute("UPDATE events SET due_at = ?, delayed = 1 WHERE id = ?", (due_at, row["id"]))
            return 0
    return 2 if "duplicate_webhook" in hit else 1


async def _send(desk: RequestHandler, client: httpx2.AsyncClient, row: Json, now: datetime) -> str | None:
    body = json.dumps({"id": f"ev_{row['id']}", **json.loads(row["body"])}).encode()
    signature = hmac.new(desk.settings.webhook_secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "Content-Type": "application/json",
        "Date": clock.http_date(now),
        "X-Event-Id": f"ev_{row['id']}",
        "X-Signature": f"sha256={signature}",
    }
    try:
        path = f"/api/webhooks/{row['partner']}"
        reply = await client.post(path, content=body, headers=headers, timeout=PATIENCE_SECONDS)
    except httpx2.TransportError as error:
        return f"{UNREACHABLE}: {type(error).__name__} {error}"
    return None if reply.is_success else f"{reply.status_code} {reply.text[:200]}"
