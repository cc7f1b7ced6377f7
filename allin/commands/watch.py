"""The second pair of eyes and the safety net: watch, reconcile, backup, the audit's chain, the morning round."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from allin.client.options import Caller, Data, InJson, asks, settings_for
from allin.client.terminal import REFUSED, Stop, as_json, columns

audit = typer.Typer(help="The audit: who decided what.", no_args_is_help=True, rich_markup_mode=None)


def watch(
    data: Data = None,
    once: Annotated[bool, typer.Option("--once", help="Look once; exit code 1 when something is late.")] = False,
    every: Annotated[float, typer.Option("--every", min=1, help="Seconds between two looks.")] = 20,
    grace_hours: Annotated[
        float, typer.Option("--grace-hours", min=0, help="Lateness that is no alarm yet.")
    ] = 0.25,
    json: InJson = False,
) -> None:
    """Watch the database for what a dead worker would miss in silence, and alarm.

    Deadlines due and unmet, tries never ended, jobs not started, processes that did not wake up. Each alarm is a
    log line with its runbook; ALLIN_ALARM_WEBHOOK and ALLIN_ALARM_MAIL tell people.

    Example: allin watch --once
    """
    from allin.operations.runs import keep_watch

    settings = settings_for(data)
    late = asyncio.run(keep_watch(settings, once, every, timedelta(hours=grace_hours), json))
    if once and late:
        raise Stop(f"{late} things are late", REFUSED)


def reconcile(data: Data = None, json: InJson = False) -> None:
    """Compare each partner with our orders, also after a restore.

    Orphan holds, unknown declarations, effects that happened twice, orders a partner does not know, payments
    without a job. Simulated partners list everything they did; real ones are asked by the key of each open order.
    Exit code 1 when something differs.

    Example: allin reconcile
    """
    from allin.operations.runs import compared

    found = asyncio.run(compared(settings_for(data)))
    told = [each.model_dump() for each in found]
    print(as_json(told) if json else "\n".join(f"{each.kind}: {each}" for each in found) or "no difference")
    if found:
        raise Stop(f"{len(found)} differences", REFUSED)


def backup(
    to: Annotated[Path, typer.Argument(help="A folder that does not exist yet.", show_default=False)],
    data: Data = None,
    json: InJson = False,
) -> None:
    """Save the databases of an installation together, also while it runs: SQLite files, or PostgreSQL by pg_dump.

    Temporal's database first, ours second: work done between the two is found done, never lost. After a restore,
    `allin reconcile` shows what partners did meanwhile (docs/operations/production.md).

    Example: allin backup backups/2026-02-02
    """
    from allin.operations.backup import back_up

    saved = back_up(settings_for(data), to)
    print(as_json(saved) if json else "\n".join(saved))


@audit.command()
def verify(
    data: Data = None,
    json: InJson = False,
    noted: Annotated[
        str | None, typer.Option("--noted", help="A head written down earlier, as NUMBER:HASH.", metavar="N:HASH")
    ] = None,
    notes: Annotated[Path | None, typer.Option("--notes", help="The file that `allin audit note` wrote.")] = None,
) -> None:
    """Check the audit's chain: nothing changed, added or removed since it was written.

    Prints the head's number and hash: written down elsewhere and given with --noted, they prove that nothing before
    it was rewritten or removed since, not even by somebody who knows how the chain is made.

    Example: allin audit verify --notes /append-only/audit-heads.txt
    """
    from allin.operations.runs import chain

    broken, n, head = asyncio.run(chain(settings_for(data), _head(noted), notes))
    if json:
        print(as_json({"broken": broken, "lines": n, "head": head}))
    elif not broken:
        print(f"unbroken: {n} lines, head {head}")
    if broken:
        raise Stop("; ".join(broken), REFUSED)


@audit.command()
def note(
    data: Data = None,
    to: Annotated[Path | None, typer.Option("--to", help="A file the line is added to.")] = None,
) -> None:
    """Print the audit's head as one signed line, or add it to a file outside the database; once a day is enough.

    Keep the file where nothing is ever changed: whoever owns the database can rewrite the chain, and not this.

    Example: allin audit note --to /append-only/audit-heads.txt
    """
    from allin.operations.runs import note_head

    line = asyncio.run(note_head(settings_for(data)))
    print(line)
    if to is not None:
        with to.open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def _head(noted: str | None) -> tuple[int, str] | None:
    if noted is None:
        return None
    number, _, its_hash = noted.partition(":")
    if not number.isdecimal() or not its_hash:
        raise Stop(f"--noted is NUMBER:HASH, as `allin audit verify` prints them, not {noted}")
    return int(number), its_hash


@audit.command("list")
@asks
def list_(
    caller: Caller,
    job: Annotated[str | None, typer.Option("--job", help="Only of this job.")] = None,
    who: Annotated[str | None, typer.Option("--who", help="Only by this person's reference.")] = None,
    what: Annotated[str | None, typer.Option("--what", help="`step.replay`, or `step.*` for a kind.")] = None,
    since: Annotated[datetime | None, typer.Option("--since", help="From this day on (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option("--until", help="Before this day (UTC).")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="How many at most.")] = 50,
) -> None:
    """List who decided what, the latest first.

    Example: allin audit list --job 7ZK4M2Q9XA --what "step.*" --as ops
    """
    days = {name: day.replace(tzinfo=UTC).isoformat() for name, day in (("since", since), ("until", until)) if day}
    found = caller.remote.get("/api/ops/audit", job=job, who=who, what=what, limit=limit, **days)
    rows = [
        (
            str(line["n"]),
            line["at"][:16].replace("T", " "),
            line["who"] + (f" + {line['confirmed_by']}" if line.get("confirmed_by") else ""),
            line["what"],
            " ".join(filter(None, (line["job_id"], line["step"]))),
            line["outcome"],
            line["why"] + (f" ({line['difference']})" if line.get("difference") else ""),
        )
        for line in found
    ]
    caller.show(found, *columns(rows))


def morning(
    data: Data = None,
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Else today.")] = None,
    json: InJson = False,
) -> None:
    """The morning round: make payment batches, send what two people approved, take over statements.

    A schedule calls it every day; done twice it changes nothing.

    Example: allin morning
    """
    from allin.operations.runs import this_morning

    done = asyncio.run(this_morning(settings_for(data), on))
    print(as_json(done) if json else done)


def erase(
    person: Annotated[str, typer.Argument(help="The person's reference or login.", show_default=False)],
    reason: Annotated[str, typer.Option("--reason", help="Why; it goes into the audit.")],
    data: Data = None,
) -> None:
    """Forget a person for good: private data, account, and the keys of their jobs' histories.

    Refused, and nothing is changed, while one of their jobs is open or has to be kept by law (ten years
    after the year of its last invoice). References in old rows stay, and lead to nobody.

    Example: allin erase bob --reason "asked by letter of 3 January 2038"
    """
    from allin.operations.runs import forgotten

    print(asyncio.run(forgotten(settings_for(data), person, reason)))
