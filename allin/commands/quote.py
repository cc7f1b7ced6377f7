"""`allin quote`: what a job will cost and pay; no server, nothing stored."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from allin.client.options import InJson, Lang
from allin.client.quote_sheet import sheet
from allin.client.terminal import REFUSED, Stop, as_json, language_of
from domain.declaration import DeclarationUnreadable, JobDeclaration, load_declaration
from domain.periods import day_in_brussels
from domain.quote import quote
from domain.shifted_days import with_first_day
from engine.calendar import DEMO_FIRST_DAY, wall_clock
from engine.wording import worded

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
"""Beside the program, wherever it is installed."""
File = Annotated[Path, typer.Argument(help="The declaration, in YAML or JSON.", show_default=False)]
On = Annotated[
    datetime | None,
    typer.Option("--on", formats=["%Y-%m-%d"], help="The day of asking; else today.", metavar="DATE"),
]


FirstDay = Annotated[
    datetime | None,
    typer.Option(
        "--first-day", formats=["%Y-%m-%d"], help="The same job on other days, from this one on.", metavar="DATE"
    ),
]


def read(file: Path, first_day: datetime | None = None) -> JobDeclaration:
    """The declaration in a file, moved to other days if asked; Stop with every flaw and its line.

    The examples come with the program.
    """
    declaration = _as_written(file)
    if first_day is None:
        return declaration
    try:
        return with_first_day(declaration, first_day.date())
    except ValueError as error:
        raise Stop(f"--first-day: {error}") from error


def _as_written(file: Path) -> JobDeclaration:
    shipped = EXAMPLES / file.name
    where = shipped if file.parent == Path("examples") and not file.exists() and shipped.exists() else file
    try:
        return load_declaration(where.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise Stop(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from error
    except DeclarationUnreadable as error:
        raise Stop(f"{file}: " + "; ".join(str(flaw) for flaw in error.flaws)) from error


def asked_on(declaration: JobDeclaration) -> date:
    """Today; for a job that lies in the past, such as the examples, the demonstration's first day."""
    today, demo = day_in_brussels(wall_clock()), day_in_brussels(DEMO_FIRST_DAY)
    first = min((each.date for each in declaration.days), default=None)
    return demo if first is not None and demo <= first < today else today


def show(file: File, on: On = None, first_day: FirstDay = None, lang: Lang = None, json: InJson = False) -> None:
    """What a job will cost and pay, with the rule and source behind each figure.

    Nothing is stored and no server is needed. Exit code 1 when the job cannot be declared like this.

    Example: allin quote examples/concert.yaml --lang nl
    """
    declaration = read(file, first_day)
    language = language_of(lang)
    made = quote(declaration, on.date() if on else asked_on(declaration))
    print(as_json(worded(made, language)) if json else "\n".join(sheet(made, declaration.title, language)))
    if not made.declarable:
        raise Stop("this job cannot be declared like this: see what is missing or refused above", REFUSED)
