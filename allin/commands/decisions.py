"""The decisions on one parked step: tried again, by hand, skipped, failed, later, answered; claims and notes."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from time import monotonic, sleep
from typing import Annotated, Any
from urllib.parse import quote

import typer
import yaml

from allin.client.dry_run import lines
from allin.client.options import Caller, asks
from allin.client.terminal import REFUSED, Stop
from allin.commands.jobs import JobId

Step = Annotated[
    str, typer.Argument(help="`service` or `service:item`, as `allin job` shows it.", show_default=False)
]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the audit.")]
Attempt = Annotated[
    int | None, typer.Option("--attempt", help="The attempt you have seen; else the present one.", min=0)
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only show what would be done.")]
PAUSE = 0.5
"""Seconds between two looks at what became of a replay."""


@asks
def replay(
    caller: Caller,
    job_id: JobId,
    step: Step,
    reason: Reason,
    input: Annotated[Path | None, typer.Option("--input", help="A corrected request, in YAML or JSON.")] = None,
    attempt: Attempt = None,
    dry_run: DryRun = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until it has succeeded or is parked again.")] = False,
    within: Annotated[float, typer.Option("--within", min=1, help="With --wait: at most so many seconds.")] = 120,
) -> None:
    """Try a parked step again; what the partner already did is found and taken over.

    With --input only the fields that change need to be there. With --wait it is exit code 1 when parked again.

    Example: allin replay 7ZK4M2Q9XA travel:ann --reason "the railway is back" --wait --as ops
    """
    body: dict[str, Any] = {}
    if input:
        body["request"] = caller.remote.get(_path(job_id, step))["request"] | _loaded(input)
    answer = _decide(caller, job_id, step, "replay", body, reason, attempt, dry_run, silent=wait)
    if wait and not dry_run and answer.get("operation_id"):
        _until_known(caller, answer["operation_id"], within)


@asks
def complete(
    caller: Caller,
    job_id: JobId,
    step: Step,
    evidence: Annotated[Path, typer.Option("--evidence", help="The file that proves it.")],
    reason: Reason,
    result: Annotated[Path | None, typer.Option("--result", help="What was done, in YAML or JSON.")] = None,
    reference: Annotated[str | None, typer.Option("--reference", help="Under which number it is found.")] = None,
    attempt: Attempt = None,
    dry_run: DryRun = False,
) -> None:
    """Say that a step was done by hand; the evidence is kept as a paper of the job.

    Example: allin complete 7ZK4M2Q9XA special_request:tuner --evidence bill.pdf --reason "tuned" --as ops
    """
    body: dict[str, Any] = {"evidence": evidence.name, "reference": reference}
    if not dry_run:
        body["evidence"] = _uploaded(caller, job_id, step, evidence)
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
    until: Annotated[str, typer.Option("--until", help="When it is tried again by itself (UTC), or `partner`.")],
    reason: Reason,
    attempt: Attempt = None,
    dry_run: DryRun = False,
) -> None:
    """Decide later: it is tried again by itself at that instant, or when its partner answers again.

    Example: allin postpone 7ZK4M2Q9XA equipment --until 2026-03-02 --reason "new stock on Monday" --as ops
    """
    body = {"until": "partner"} if until == "partner" else {"until_at": _instant(until).isoformat()}
    _decide(caller, job_id, step, "postpone", body, reason, attempt, dry_run)


class Answer(StrEnum):
    """What may be answered to a question about what binds."""

    amend = "amend"
    keep = "keep"
    end = "end"
    credit = "credit"


@asks
def answer(
    caller: Caller,
    job_id: JobId,
    step: Step,
    what: Annotated[
        Answer,
        typer.Argument(
            help="`amend`: we draw up the amendment, the person signs it by a link. `keep`: it stays as signed, "
            "issued or done. `end`: ended by agreement. `credit`: a credit note.",
            show_default=False,
        ),
    ],
    reason: Reason,
    attempt: Attempt = None,
    dry_run: DryRun = False,
) -> None:
    """Answer what a step asks about what is signed, issued or done by hand; it did not fail: no replay answers it.

    What was amended, ended or credited by hand is said with `allin complete`, with the signed paper as evidence.

    Example: allin answer 7ZK4M2Q9XA employment_contract:bob amend --reason "the concert is a day later" --as iris
    """
    _decide(caller, job_id, step, "answer", {"answer": what.value}, reason, attempt, dry_run)


@asks
def claim(
    caller: Caller,
    job_id: JobId,
    step: Step,
    until: Annotated[str | None, typer.Option("--until", help="UTC; else half an hour.")] = None,
    take_over: Annotated[bool, typer.Option("--take-over", help="Although somebody else is busy with it.")] = False,
    release: Annotated[bool, typer.Option("--release", help="Not busy with it any more.")] = False,
) -> None:
    """Say that you are busy with a parked step, so that nobody else rings the same partner.

    Example: allin claim 7ZK4M2Q9XA travel:ann --as ops
    """
    path = f"{_path(job_id, step)}/claim"
    if release:
        caller.remote.call("DELETE", path)
        caller.show({}, f"{step}: nobody is busy with it")
        return
    body = {"until_at": _instant(until).isoformat() if until else None, "take_over": take_over}
    kept = caller.remote.post(path, body)
    caller.show(kept, f"{step}: yours until {kept['until_at']}")


@asks
def note(
    caller: Caller,
    job_id: JobId,
    step: Step,
    text: Annotated[str, typer.Argument(help="What others should know.", show_default=False)],
) -> None:
    """Write down what others should know about a step.

    Example: allin note 7ZK4M2Q9XA travel:ann "I rang, they open at 8" --as ops
    """
    kept = caller.remote.post(f"{_path(job_id, step)}/notes", {"text": text})
    caller.show(kept, f"{step}: noted")


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


def _path(job_id: str, step: str) -> str:
    return f"/api/jobs/{quote(job_id)}/steps/{quote(step)}"


def _decide(
    caller: Caller,
    job_id: str,
    step: str,
    what: str,
    body: dict[str, Any],
    reason: str,
    attempt: int | None,
    dry_run: bool,
    silent: bool = False,
) -> dict[str, Any]:
    """Hand a decision to the API, for the attempt that was seen."""
    path = _path(job_id, step)
    seen = caller.remote.get(path)["attempt"] if attempt is None else attempt
    answer: dict[str, Any] = caller.remote.post(
        f"{path}/{what}", body | {"reason": reason, "expected_attempt": seen}, dry_run=dry_run or None
    )
    if dry_run:
        caller.show(answer, *lines(answer, caller.remote.language))
    elif "proposal_id" in answer:
        by = " or ".join(answer["may_confirm"])
        caller.show(answer, f"{step}: waits for a second person ({by}): allin confirm {answer['proposal_id']}")
    elif not silent:
        caller.show(answer, f"{step}: {answer['state']}, attempt {answer['attempt']}")
    return answer


def _until_known(caller: Caller, operation_id: str, within: float) -> None:
    """What became of a replay; Stop with exit code 1 when it is parked again."""
    until = monotonic() + within
    for told in _looks(caller, operation_id):
        if told["state"] not in ("asked", "trying"):
            break
        if monotonic() > until:
            raise Stop(f"{told['step']}: still trying after {within:.0f} s (operation {operation_id})")
    caller.show(told, f"{told['step']}: {told['state'].replace('_', ' ')}, now {told['step_state']}")
    if told["state"] != "done":
        raise Stop(told["problem"] or told["state"].replace("_", " "), REFUSED)


def _looks(caller: Caller, operation_id: str) -> Iterator[dict[str, Any]]:
    while True:
        yield caller.remote.get(f"/api/ops/operations/{operation_id}")
        sleep(PAUSE)


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Stop(f"--until {text}: a date or an instant such as 2026-03-02 or 2026-03-02T08:00") from error
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _loaded(file: Path) -> Any:
    """A file of fields; its form is checked where the step is known."""
    try:
        text = file.read_text(encoding="utf-8")
        fields = json.loads(text) if file.suffix == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise Stop(f"{file} cannot be read: {error}") from error
    if not isinstance(fields, dict):
        raise Stop(f"{file}: fields with their values are expected")
    return fields


def _uploaded(caller: Caller, job_id: str, step: str, file: Path) -> str:
    """Hand the proof over; the name under which it is kept."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Stop(f"{file} cannot be read: {error.strerror}") from error
    kept = caller.remote.upload(f"{_path(job_id, step)}/evidence?name={quote(file.name)}", content)
    return str(kept["name"])
