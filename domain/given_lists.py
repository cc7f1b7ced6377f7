"""Reads a list out of a file (CSV, YAML or JSON), whole or not at all; every mistake is named with its row."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import yaml
from pydantic import ValidationError

from domain.errors import AllInclusiveError
from domain.message import Message
from domain.setting_up import Kind

PLAIN: Final[Mapping[str, tuple[Literal["missing", "unknown"], str]]] = {
    "missing": ("missing", "is missing"),
    "extra_forbidden": ("unknown", "is no column we know"),
}
"""What pydantic calls two kinds of mistakes, and how they are said."""
MOST_ROWS = 10_000
MOST_BYTES = 5_000_000
COMMA_DECIMAL = re.compile(r"^\d+,\d{1,2}$")
"""How a spreadsheet in French or Dutch writes an amount."""


@dataclass(frozen=True)
class Mistake:
    """One thing that is wrong in a file."""

    row: int
    """The line of a CSV file, or the how manieth entry of a list; 0: the file as a whole."""
    column: str
    why: str
    code: Literal["missing", "unknown", "twice", "wrong", "leans", "own", "file"] = "wrong"
    """For pages, which say it in the reader's language."""

    def __str__(self) -> str:
        where = f"row {self.row}" if self.row else ""
        return ": ".join(filter(None, (", ".join(filter(None, (where, self.column))), self.why)))


class WrongList(AllInclusiveError):
    """Something in a file is wrong, and nothing of it was taken."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("; ".join(map(str, mistakes)))


def read(kind: Kind, name: str, content: bytes) -> list[tuple[int, Message]]:
    """What a file lists, each with its row; WrongList with every mistake in it. Its name tells CSV from YAML."""
    if len(content) > MOST_BYTES:
        raise WrongList([Mistake(0, "", f"longer than {MOST_BYTES:,} bytes", "file")])
    rows = _table(content) if name.lower().endswith((".csv", ".tsv", ".txt")) else _list(content)
    if len(rows) > MOST_ROWS:
        raise WrongList([Mistake(0, "", f"more than {MOST_ROWS:,} rows: make it two files", "file")])
    return _checked(kind, rows)


def _checked(kind: Kind, rows: Sequence[tuple[int, Mapping[str, Any]]]) -> list[tuple[int, Message]]:
    good: list[tuple[int, Message]] = []
    wrong: list[Mistake] = []
    seen: dict[str, int] = {}
    for row, values in rows:
        try:
            one = kind.model.model_validate(values)
        except ValidationError as error:
            wrong += [_mistake(row, each) for each in error.errors(include_url=False, include_context=False)]
            continue
        key = str(getattr(one, kind.key))
        if key in seen:
            wrong.append(Mistake(row, kind.key, f"{key} is in row {seen[key]} already", "twice"))
        seen.setdefault(key, row)
        good.append((row, one))
    if wrong:
        raise WrongList(wrong)
    if not good:
        raise WrongList([Mistake(0, "", "nothing is in it", "file")])
    return good


def _mistake(row: int, error: Any) -> Mistake:
    column = ".".join(str(part) for part in error["loc"])
    if known := PLAIN.get(error["type"]):
        return Mistake(row, column, known[1], known[0])
    return Mistake(row, column, str(error["msg"]).removeprefix("Value error, "))


def _list(content: bytes) -> list[tuple[int, Mapping[str, Any]]]:
    try:
        given = yaml.safe_load(content.decode("utf-8-sig"))  # JSON is YAML
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise WrongList(
            [Mistake(0, "", f"neither YAML nor JSON: {' '.join(str(error).split())[:200]}", "file")]
        ) from error
    if not isinstance(given, list):
        raise WrongList([Mistake(0, "", "a list is wanted, each entry beginning with `- `", "file")])
    if wrong := [n for n, one in enumerate(given, 1) if not isinstance(one, dict)]:
        raise WrongList([Mistake(n, "", "names and values are wanted", "file") for n in wrong])
    return [(n, {str(name): value for name, value in one.items()}) for n, one in enumerate(given, 1)]


def _table(content: bytes) -> list[tuple[int, Mapping[str, Any]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")  # what a spreadsheet on Windows writes
    head = text.partition("\n")[0]
    between = max(";,\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=between, restkey="")
    found: list[tuple[int, Mapping[str, Any]]] = []
    for values in reader:
        if values.get(""):
            raise WrongList([Mistake(reader.line_num, "", "more cells than the first line has columns", "file")])
        filled = {(name or "").strip(): (cell or "").strip() for name, cell in values.items()}
        if any(filled.values()):
            found.append((reader.line_num, _nested(filled)))
    return found


def _nested(cells: Mapping[str, str]) -> dict[str, Any]:
    """Empty cells say nothing; `address.street` belongs to the address; `45,00` is 45.00."""
    made: dict[str, Any] = {}
    for name, cell in cells.items():
        if not cell:
            continue
        into, *rest = name.split(".")
        value = cell.replace(",", ".") if COMMA_DECIMAL.match(cell) else cell
        if rest:
            made.setdefault(into, {})[".".join(rest)] = value
        else:
            made[into] = value
    return made
