"""Many steps at once, and the partners they wait for: replay-all, incidents, partners."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from allin.client.api import Remote
from allin.client.options import Caller, asks
from allin.client.terminal import REFUSED, Stop, columns

partners = typer.Typer(help="How each partner is, and its switch.", no_args_is_help=True, rich_markup_mode=None)

EVERY_SECONDS = 0.5
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the audit.")]
Partner = Annotated[str, typer.Argument(help="As `allin partners list` names it.", show_default=False)]
BAD = ("parked_again", "refused", "ended", "unverified")


@asks
def replay_all(
    caller: Caller,
    reason: Annotated[str | None, typer.Option("--reason", help="Why; kept in the audit.")] = None,
    service: Annotated[str | None, typer.Option("--service", help="Only this service.")] = None,
    error: Annotated[str | None, typer.Option("--error", help="Only this refusal or failure.")] = None,
    partner: Annotated[str | None, typer.Option("--partner", help="Only this partner.")] = None,
    since: Annotated[datetime | None, typer.Option("--since", help="Parked since then (UTC).")] = None,
    done: Annotated[bool, typer.Option("--done", help="Do done steps anew instead: rebook, issue again.")] = False,
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Serving this day.")] = None,
    rate_id: Annotated[str | None, typer.Option("--rule", help="Whose quote rests on this rate.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would be done.")] = False,
    canary: Annotated[int, typer.Option("--canary", min=0, help="So many first; the rest if they succeed.")] = 3,
    rate: Annotated[int, typer.Option("--rate", min=0, help="So many a minute; 0 is as fast as they end.")] = 0,
    safe: Annotated[bool, typer.Option("--safe", help="Only where the partner shows no effect.")] = False,
) -> None:
    """Take many parked steps again: counted first, the first few before the rest, each outcome seen.

    Exit code 0 when every step succeeded, 1 when one did not or the run was stopped, 2 when nothing was begun.

    Example: allin replay-all --service travel --partner railway --reason "the railway is back" --canary 3 --as omar
    """
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    given: dict[str, Any] = {
        "state": "done" if done else "parked",
        "service": service,
        "error": error,
        "partner": partner,
        "since": since.isoformat() if since else None,
        "on": on.date().isoformat() if on else None,
        "rate": rate_id,
    }
    wish = {name: value for name, value in given.items() if value is not None}
    counted = caller.remote.post("/api/ops/replays", wish, dry_run=True)
    if dry_run:
        caller.show(counted, *_counted(counted))
        return
    if reason is None or not reason.strip():
        raise Stop("say why: --reason")
    if not caller.in_json:
        print("\n".join(_counted(counted)), flush=True)
    how = {"token": counted["token"], "reason": reason, "canary": canary, "rate_per_minute": rate, "safe": safe}
    begun = caller.remote.post("/api/ops/replays", wish | how)
    last = begun
    for last in _followed(caller.remote, begun["replay_id"]):
        if not caller.in_json:
            print(_progress(last), flush=True)
    caller.show(last, f"{last['replay_id']}: {last['state']}" + (f", {last['why']}" if last["why"] else ""))
    if last["state"] != "done" or any(last["outcomes"].get(each) for each in BAD):
        raise Stop(f"not all succeeded: /api/ops/replays/{last['replay_id']}/items.csv", REFUSED)


@asks
def incidents(caller: Caller) -> None:
    """What went wrong, told once: parked steps by partner and reason.

    Example: allin incidents --as omar
    """
    found = caller.remote.get("/api/ops/incidents")["incidents"]
    rows = [
        (
            one["partner"] or "-",
            one["error_type"] or "-",
            f"{one['count']} steps in {one['jobs']} jobs",
            f"since {one['since_at'][:16]}",
            "a question: answered one by one" if one["asks"] else "",
            f"{one['endangered']} endangered" if one["endangered"] else "",
            f"last sign {one['last_success_at'][:16]}" if one["last_success_at"] else "no sign yet",
        )
        for one in found
    ]
    caller.show(found, *(columns(rows) if rows else ("nothing is parked",)))


@partners.command("list")
@asks
def list_partners(caller: Caller) -> None:
    """How each partner is, its switch, and what waits for it.

    Example: allin partners list --as omar
    """
    found = caller.remote.get("/api/ops/partners")
    rows = [
        (
            one["partner"],
            "failing" if one["failing"] else "works" if one["health"]["last_success_at"] else "never used",
            one["switch"]["state"],
            "replays by itself" if one["switch"]["replay_by_itself"] else "",
            f"{one['parked']} parked, {one['waiting']} waiting" if one["parked"] or one["waiting"] else "",
            one["switch"]["reason"],
        )
        for one in found
    ]
    caller.show(found, *columns(rows))


@partners.command()
@asks
def pause(caller: Caller, partner: Partner, reason: Reason) -> None:
    """Call a partner no more, from this second on; its steps wait.

    Example: allin partners pause railway --reason "they book every order twice" --as omar
    """
    answer = caller.remote.post(f"/api/ops/partners/{partner}/pause", {"reason": reason})
    caller.show(answer, f"{partner}: paused")


@partners.command()
@asks
def resume(
    caller: Caller,
    partner: Partner,
    reason: Reason,
    rate: Annotated[int, typer.Option("--rate", min=1, help="So many orders a minute.")] = 30,
) -> None:
    """Let the calls to a partner go on, so many orders a minute until nothing waits.

    Example: allin partners resume railway --rate 30 --reason "they are back" --as omar
    """
    given = {"reason": reason, "rate_per_minute": rate}
    answer = caller.remote.post(f"/api/ops/partners/{partner}/resume", given)
    caller.show(answer, f"{partner}: begins again, {rate} a minute")


@partners.command("by-itself")
@asks
def by_itself(
    caller: Caller,
    partner: Partner,
    reason: Reason,
    off: Annotated[bool, typer.Option("--off", help="No more.")] = False,
) -> None:
    """Replay what is parked by itself, as soon as the partner answers again.

    Example: allin partners by-itself railway --reason "it is away every night" --as omar
    """
    given = {"reason": reason, "on": not off}
    answer = caller.remote.post(f"/api/ops/partners/{partner}/by-itself", given)
    caller.show(answer, f"{partner}: {'replays' if not off else 'does not replay'} by itself")


def _followed(remote: Remote, replay_id: str) -> Iterator[dict[str, Any]]:
    """Where it stands, each time that changes, until it is over."""
    last: dict[str, Any] = {}
    while True:
        now = remote.get(f"/api/ops/replays/{replay_id}")
        if now != last:
            yield now
        last = now
        if now["ended_at"] and not now["outcomes"].get("trying"):
            return
        time.sleep(EVERY_SECONDS)


def _counted(counted: dict[str, Any]) -> Iterator[str]:
    yield f"{counted['count']} steps in {counted['jobs']} jobs"
    yield from (f"  {name.replace('_', ' ')}: {n}" for name, n in counted["outcomes"].items())
    if counted["questions"]:
        yield f"  left out: {counted['questions']} that ask a question, each is answered by itself"
    for one in counted["first"]:
        yield f"  {one['step']}: {one['operation']}, {one['outcome']}, {one['order_key']}"


def _progress(told: dict[str, Any]) -> str:
    outcomes = ", ".join(f"{n} {name.replace('_', ' ')}" for name, n in sorted(told["outcomes"].items()))
    return f"{told['state']}: {outcomes}"
