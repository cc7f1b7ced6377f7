"""Money in and money out: statements taken over, payment batches made, approved by two and exported."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from allin.client.options import Caller, asks
from allin.client.terminal import Stop, columns

app = typer.Typer(help="Money in, money out.", no_args_is_help=True, rich_markup_mode=None)
batch = typer.Typer(help="Payment batches: made, approved by two people, sent.", no_args_is_help=True)
app.add_typer(batch, name="batch")

BatchId = Annotated[str, typer.Argument(metavar="ID", help="The batch.", show_default=False)]


@app.command("import")
@asks
def import_(
    caller: Caller,
    file: Annotated[Path, typer.Argument(help="CODA, CAMT.053 or pain.002.", show_default=False)],
) -> None:
    """Take over a statement of account or a payment status report; a second time changes nothing.

    Example: allin bank import statement.xml --as finance
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise Stop(f"{file} cannot be read: {error.strerror}") from error
    answer = caller.remote.upload("/api/bank/statements", content)
    caller.show(answer, *(f"{name}: {value}" for name, value in answer.items()))


@batch.command("list")
@asks
def list_(
    caller: Caller,
    state: Annotated[str | None, typer.Option("--state", help="made, approved, sent, accepted, booked.")] = None,
) -> None:
    """List payment batches, the newest day first.

    Example: allin bank batch list --as finance
    """
    answer = caller.remote.get("/api/bank/batches", state=state)
    found = answer["batches"] if isinstance(answer, dict) else answer
    caller.show(found, *columns([_row(each) for each in found]))


@batch.command()
@asks
def make(caller: Caller) -> None:
    """Put the payments that are due into batches.

    Example: allin bank batch make --as finance
    """
    answer = caller.remote.post("/api/bank/batches")
    found = answer["batches"] if isinstance(answer, dict) and "batches" in answer else answer
    made = found if isinstance(found, list) else [found]
    caller.show(answer, *columns([_row(each) for each in made]))


@batch.command()
@asks
def approve(caller: Caller, batch_id: BatchId) -> None:
    """Say yes to a batch; it leaves after the second person's yes.

    Example: allin bank batch approve B-2026-03-25-1 --as finance
    """
    answer = caller.remote.post(f"/api/bank/batches/{batch_id}/approve")
    caller.show(answer, *columns([_row(answer)]))


@batch.command()
@asks
def export(
    caller: Caller,
    batch_id: BatchId,
    out: Annotated[Path | None, typer.Option("--out", help="Where to write it; else to standard output.")] = None,
) -> None:
    """The pain.001 file of a batch; exporting again gives the same bytes.

    Example: allin bank batch export B-2026-03-25-1 --out wages.xml --as finance
    """
    content = caller.remote.download(f"/api/bank/batches/{batch_id}/file")
    if out is None:
        os.write(1, content)
        return
    out.write_bytes(content)
    caller.show({"file": str(out), "bytes": len(content)}, f"{out}: {len(content)} bytes")


def _row(card: dict[str, Any]) -> tuple[str, ...]:
    yes = ", ".join(card.get("approved_by") or ())
    return (card["batch_id"], card["state"], str(card["execute_on"]), f"{card['total_eur']} EUR", yes)
