"""The decisions on one parked step: replay, done by hand, skip, fail, postpone."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from allin.asking import Caller, asks
from allin.commands.jobs import JobId
from allin.terminal import Stop

Step = Annotated[
    str, typer.Argument(help="`service` or `service:item`, as `allin job` shows it.", show_default=False)
]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the audit.")]
Attempt = Annotated[
    int | None, typer.Option("--attempt", help="The attempt you have seen; else the present one.", min=0)
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")]


@asks
def replay(
    caller: Caller,
    job_id: JobId,
    step: Step,
    reason: Reason,
    input: Annotated[Path | None, typer.Option("--input", help="A corrected request, in YAML or JSON.")] = None,
    attempt: Attempt = None,
    dry_run: DryRun = False,
) -> None:
    """Try a parked step again; what the partner already did is found and taken over.

    Example: allin replay 7ZK4M2Q9XA travel:ann --reason "the railway is back" --as ops
    """
    body = {"request": _loaded(input)} if input else {}
    _decide(caller, job_id, step, "replay", body, reason, attempt, dry_run)


@asks
def complete(
    caller: Caller,
    job_id: JobId,
    step: Step,
    evidence: Annotated[Path, typer.Option("--evidence", help="The file that proves it.")],
    reason: Reason,
    result: Annotated[Path | None, typer.Option("--result", help="What was done, in YAML or JSON.")] = None,
    attempt: Attempt = None,
    dry_run: DryRun = False,
) -> None:
    """Say that a step was done by hand; the evidence's name and hash are kept.

    Example: allin complete 7ZK4M2Q9XA special_request:tuner --evidence bill.pdf --reason "tuned" --as ops
    """
    body: dict[str, Any] = {"evidence": _fingerprint(evidence)}
    if result:
        body["result"] = _loaded(result)
    _decide(caller, job_id, step, "complete", body, reason, attempt, dry_run)


@asks
def skip(
    caller: Caller, job_id: JobId, step: Step, reason: Reason, attempt: Attempt = None, dry_run: DryRun = False
) -> None:
    """Go on without a step that may be left out.

    Example: allin skip 7ZK4M2Q9XA travel:chloe --reason "she comes by car" --as ops
    """
    _decide(caller, job_id, step, "skip", {}, reason, attempt, dry_run)


@asks
def fail(
    caller: Caller, job_id: JobId, step: Step, reason: Reason, attempt: Attempt = None, dry_run: DryRun = False
) -> None:
    """Give a step up; what it held is given back.

    Example: allin fail 7ZK4M2Q9XA van_rental --reason "no van in the country" --as ops
    """
    _decide(caller, job_id, step, "fail", {}, reason, attempt, dry_run)


@asks
def postpone(
    caller: Caller,
    job_id: JobId,
    step: Step,
    until: Annotated[datetime, typer.Option("--until", help="When it is tried again by itself (UTC).")],
    reason: Reason,
    attempt: Attempt = None,
    dry_run: DryRun = False,
) -> None:
    """Decide later; until then the step waits, afterwards it is tried again by itself.

    Example: allin postpone 7ZK4M2Q9XA equipment --until 2026-03-02 --reason "new stock on Monday" --as ops
    """
    at = until if until.tzinfo else until.replace(tzinfo=UTC)
    _decide(caller, job_id, step, "postpone", {"until_at": at.isoformat()}, reason, attempt, dry_run)


@asks
def approve(
    caller: Caller,
    job_id: JobId,
    rule: Annotated[str, typer.Argument(help="The rule, as `allin job` shows it.", show_default=False)],
    reason: Reason,
    no: Annotated[bool, typer.Option("--no", help="Refuse instead: the job ends, nothing is bought.")] = False,
) -> None:
    """Say yes where a rule asks for an adviser.

    Example: allin approve 7ZK4M2Q9XA new_client --reason "I know this client" --as iris
    """
    given = {"granted": not no, "reason": reason}
    answer = caller.remote.post(f"/api/jobs/{job_id}/approvals/{rule}", given)
    caller.show(answer, f"{rule}: {'refused' if no else 'approved'}")


def _decide(
    caller: Caller,
    job_id: str,
    step: str,
    what: str,
    body: dict[str, Any],
    reason: str,
    attempt: int | None,
    dry_run: bool,
) -> None:
    """Hand a decision to the API, for the attempt that was seen."""
    path = f"/api/jobs/{job_id}/steps/{step}"
    seen = caller.remote.get(path)["attempt"] if attempt is None else attempt
    answer = caller.remote.post(
        f"{path}/{what}", body | {"reason": reason, "expected_attempt": seen}, dry_run=dry_run or None
    )
    if dry_run:
        caller.show(answer, *(f"{name}: {value}" for name, value in answer.items()))
    else:
        caller.show(answer, f"{step}: {answer['state']}, attempt {answer['attempt']}")


def _loaded(file: Path) -> Any:
    """A file of fields; its form is checked where the step is known."""
    try:
        text = file.read_text(encoding="utf-8")
        return json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise Stop(f"{file} cannot be read: {error}") from error


def _fingerprint(file: Path) -> str:
    """The name and the hash of a proof, so that it can be told from any other file later."""
    try:
        return f"{file.name[:120]} sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}"
    except OSError as error:
        raise Stop(f"{file} cannot be read: {error.strerror}") from error
