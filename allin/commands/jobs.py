"""Declaring jobs and looking at them, through the API."""

import hashlib
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from allin.client.api import Remote
from allin.client.live_story import ENDED, Stopwatch, format_line, instant, row
from allin.client.options import Caller, asks
from allin.client.terminal import REFUSED, Stop, columns, refuse
from allin.commands.quote import FirstDay, read
from domain.declaration import JobDeclaration
from domain.people import Language
from engine.words import moment, money, say

JobId = Annotated[str, typer.Argument(metavar="ID", help="The job.", show_default=False)]
UNDER_WAY = frozenset({"job.ready", "job.engaged", "job.taking_place", "job.performed", "job.paid_out"})
WELL_ENDED = frozenset({"job.closed"})
Until = Literal["under-way", "closed"]


def key_of(declaration: JobDeclaration) -> str:
    """The same declaration, days included, is the same job: sent again, it is not a second one."""
    return f"cli-{hashlib.sha256(declaration.model_dump_json(exclude_unset=True).encode()).hexdigest()[:32]}"


@asks
def declare(
    caller: Caller,
    file: Annotated[Path, typer.Argument(help="The declaration, in YAML or JSON.", show_default=False)],
    key: Annotated[str | None, typer.Option("--key", help="Your own name for it; else made from the file.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Follow it live until it is under way.")] = False,
    until: Annotated[Until, typer.Option("--until", help="With --wait: how far to follow.")] = "under-way",
    first_day: FirstDay = None,
) -> None:
    """Declare a job: one key is one job, however often it is sent.

    Exit code 0 when the job is declared (with --wait: under way), 1 when it is refused.

    Example: allin declare examples/workshop.yaml --first-day 2026-09-12 --wait --as milo
    """
    declaration = read(file, first_day)
    job, fresh = declare_once(caller.remote, declaration, key or key_of(declaration))
    if not fresh:
        print(f"allin: already declared as {job['job_id']}: no second job was made", file=sys.stderr, flush=True)
    if not wait:
        caller.show(job, f"{job['job_id']}  {job['title']}: {job['state_text']}")
        return
    if not caller.in_json:
        print(f"{job['job_id']}  {job['title']}")
    for line in follow(caller, job["job_id"], until):
        if not caller.in_json:
            print(line, flush=True)
    if caller.in_json:
        caller.show(caller.remote.get(f"/api/jobs/{job['job_id']}"))


def declare_once(remote: Remote, declaration: JobDeclaration, key: str) -> tuple[dict[str, Any], bool]:
    """Send a declaration under a key; the job it is, and whether it is a new one."""
    said = declaration.model_dump(mode="json", exclude_unset=True)
    answer = remote.send("POST", "/api/jobs", json=said, headers={"idempotency-key": key})
    return answer.json(), answer.headers.get("idempotent-replayed") != "true"


def follow(caller: Caller, job_id: str, until: Until) -> Iterator[str]:
    """The story as it happens; Stop when the job ends otherwise than hoped."""
    watch = Stopwatch()
    goal = WELL_ENDED if until == "closed" else WELL_ENDED | UNDER_WAY
    for line in caller.remote.follow(job_id):
        if line is None:
            continue
        yield format_line(line, caller.remote.language, watch)
        if line.kind == "job.approval_needed":
            yield f"       an adviser answers: `allin job {job_id}` names the rule, `allin approve {job_id} RULE`"
        if line.kind in goal:
            return
        if line.kind in ENDED:
            raise Stop(line.text, REFUSED)


@asks
def jobs(
    caller: Caller,
    parked: Annotated[
        bool, typer.Option("--parked", help="Only jobs with a step that waits for a decision.")
    ] = False,
    service: Annotated[str | None, typer.Option("--service", help="Only jobs with this service.")] = None,
    state: Annotated[str | None, typer.Option("--state", help="Only jobs in this state.")] = None,
    text: Annotated[
        str | None, typer.Option("--text", help="Beginnings of words: title, client, member, id, invoice.")
    ] = None,
    member: Annotated[str | None, typer.Option("--member", help="Only this member's jobs.")] = None,
    client: Annotated[str | None, typer.Option("--client", help="Only this client's jobs.")] = None,
    error: Annotated[str | None, typer.Option("--error", help="Parked for this reason.")] = None,
    partner: Annotated[str | None, typer.Option("--partner", help="Parked because of this partner.")] = None,
    due: Annotated[
        str | None, typer.Option("--deadline-before", help="Something unmet is due before then.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many at most.")] = 50,
) -> None:
    """List jobs, the latest first; a member sees their own.

    Example: allin jobs --parked --service travel --as ops
    """
    asked = {"parked": parked or None, "service": service, "state": state, "text": text, "member": member}
    asked |= {"client": client, "error": error, "partner": partner, "deadline_before": due}
    found: list[dict[str, Any]] = []
    following: str | None = None
    while len(found) < limit:
        wanted = min(limit - len(found), 100)
        page = caller.remote.get("/api/jobs", limit=wanted, cursor=following, **asked)
        found += page["jobs"]
        following = page["next"]
        if following is None:
            break
    lang = caller.remote.language
    rows = [
        (
            each["job_id"],
            each["state_text"],
            "!" if each["parked"] else "",
            moment(lang, instant(each["first_start_at"])),
            f"{each['title']} · {each['client_name']}",
        )
        for each in found
    ]
    caller.show(found, *columns(rows))


@asks
def job(caller: Caller, job_id: JobId) -> None:
    """Show one job with its steps.

    Example: allin job 7ZK4M2Q9XA --as ann
    """
    found = caller.remote.get(f"/api/jobs/{job_id}")
    lang = caller.remote.language
    head = [
        f"{found['job_id']}  {found['title']} · {found['client_name']}",
        f"{found['state_text']}, {money(lang, Decimal(found['amount_eur']))}, "
        f"{moment(lang, instant(found['first_start_at']))}",
    ]
    rows = [row(step, lang) for step in found["steps"]]
    waits = [f"? {each['rule']}: {each['why']}" for each in found["approvals"] if each["granted"] is None]
    caller.show(found, *head, *_pending(found["pending_move"], lang), *columns(rows), *waits)


def _pending(move: dict[str, Any] | None, lang: Language) -> list[str]:
    """A move that waits for its yes, old beside new."""
    if move is None:
        return []
    until = moment(lang, instant(move["until_at"]))
    waits = say(lang, "page.pending.waits", who=", ".join(move["waits_for_text"]), until=until)
    changes = [f"  {one['label']}: {one['before']} → {one['after']}" for one in move["changes"]]
    return [f"? {say(lang, 'page.pending.title')}", *changes, *([f"  {waits}"] if move["waits_for"] else [])]


@asks
def withdraw(
    caller: Caller,
    job_id: JobId,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the audit.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be undone.")] = False,
) -> None:
    """Withdraw a job: what is held is given back, what is signed or issued asks a person.

    Example: allin withdraw 7ZK4M2Q9XA --reason "the client moved the party" --dry-run --as ann
    """
    answer = caller.remote.post(f"/api/jobs/{job_id}/withdraw", {"reason": reason}, dry_run=dry_run or None)
    caller.show(answer, *_changes(answer))


@asks
def move(
    caller: Caller,
    job_id: JobId,
    file: Annotated[Path, typer.Option("--file", help="The changed declaration, in YAML or JSON.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the audit.")] = "moved",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what changes and costs.")] = False,
) -> None:
    """Move a job: other days, crew, place or price.

    Example: allin move 7ZK4M2Q9XA --file moved.yaml --dry-run --as ann
    """
    declaration = read(file).model_dump(mode="json", exclude_unset=True)
    body = {"declaration": declaration, "reason": reason}
    answer = caller.remote.post(f"/api/jobs/{job_id}/move", body, dry_run=dry_run or None)
    caller.show(answer, *_changes(answer))


@asks
def take_back(
    caller: Caller,
    job_id: JobId,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept in the audit.")],
) -> None:
    """Take back a move that still waits for a yes: what was agreed stays in force.

    Example: allin take-back 7ZK4M2Q9XA --reason "the hall is open after all" --as ann
    """
    answer = caller.remote.post(f"/api/jobs/{job_id}/move/take-back", {"reason": reason})
    caller.show(answer, *_changes(answer))


def _changes(answer: dict[str, Any]) -> list[str]:
    """What an answer says, a line per thing."""
    if not answer:
        refuse("nothing was changed")
    return [f"{name}: {_flat(value)}" for name, value in answer.items() if value not in (None, [], {})]


def _flat(value: object) -> str:
    if isinstance(value, list):
        return "".join(f"\n  - {_flat(each)}" for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name} {_flat(each)}" for name, each in value.items() if each is not None)
    return str(value)
