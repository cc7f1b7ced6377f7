"""What takes somebody else: confirming a proposal, looking at what one decided alone; and what is due next."""

from typing import Annotated, Any

import typer

from allin.client.live_story import instant
from allin.client.options import Caller, asks
from allin.client.terminal import columns
from engine.words import moment

Proposal = Annotated[str, typer.Argument(help="As `allin proposals` shows it.", show_default=False)]
Why = Annotated[str, typer.Option("--reason", help="Why; kept in the audit.")]


@asks
def proposals(caller: Caller) -> None:
    """List the decisions that wait for a second person.

    Example: allin proposals --as ops
    """
    found = caller.remote.get("/api/ops/proposals")
    rows = [(each["proposal_id"], each["job_id"], each["step"], each["kind"], each["reason"]) for each in found]
    caller.show(found, *columns(rows))


@asks
def confirm(caller: Caller, proposal_id: Proposal, reason: Why) -> None:
    """Say yes as the second person; the decision is carried out with both names.

    Example: allin confirm p-d-5e1c90 --reason "I have seen the agreement of both" --as iris
    """
    done = caller.remote.post(f"/api/ops/proposals/{proposal_id}/confirm", {"reason": reason})
    caller.show(done, f"{done['step']}: {done['state']}, attempt {done['attempt']}")


@asks
def refuse(caller: Caller, proposal_id: Proposal, reason: Why) -> None:
    """Say no as the second person, or take back what you proposed.

    Example: allin refuse p-d-5e1c90 --reason "the person has not agreed" --as iris
    """
    kept = caller.remote.post(f"/api/ops/proposals/{proposal_id}/refuse", {"reason": reason})
    caller.show(kept, f"{kept['step']}: {kept['state']}")


@asks
def reviews(caller: Caller) -> None:
    """List what one person decided alone and another should look at within 24 hours.

    Example: allin reviews --as iris
    """
    found, lang = caller.remote.get("/api/ops/reviews"), caller.remote.language
    rows = [
        (
            each["operation_id"],
            moment(lang, instant(each["review_due_at"])),
            f"{each['job_id']} {each['step']}",
            each["kind"],
            f"{each['by']}: {each['reason']}",
        )
        for each in found
    ]
    caller.show(found, *columns(rows))


@asks
def review(
    caller: Caller,
    operation_id: Annotated[str, typer.Argument(help="As `allin reviews` shows it.", show_default=False)],
    note: Annotated[str, typer.Option("--note", help="What you saw.")] = "",
    objection: Annotated[bool, typer.Option("--objection", help="It was not good.")] = False,
) -> None:
    """Say that a decision somebody took alone was good, or object to it.

    Example: allin review d-5e1c90aa --note "the receipt is right" --as iris
    """
    outcome = "objection" if objection else "good"
    kept = caller.remote.post(f"/api/ops/reviews/{operation_id}", {"outcome": outcome, "note": note})
    caller.show(kept, f"{kept['step']}: {kept['review']}")


@asks
def deadlines(
    caller: Caller,
    within: Annotated[str, typer.Option("--within", help="An ISO 8601 duration.")] = "PT12H",
) -> None:
    """List what becomes unlawful next, Dimona first, with the parked step that endangers it.

    Example: allin deadlines --within PT48H --as ops
    """
    found, lang = caller.remote.get("/api/ops/deadlines", within=within), caller.remote.language
    rows = [
        (
            moment(lang, instant(each["due_at"])),
            "late" if each["late"] else "",
            each["kind"],
            f"{each['job_id']} {each['step'] or each['item']}",
            _endangered(each),
        )
        for each in found
    ]
    caller.show(found, *columns(rows))


def _endangered(each: dict[str, Any]) -> str:
    parked = each.get("parked")
    return f"parked: {parked['problem']['text']}" if parked and parked.get("problem") else each["basis"]
