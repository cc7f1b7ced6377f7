"""What a form leaves open, filled in as people mean it, and what is then said about it.

Days: a range becomes its days, blank times are those of the first day, the dates of an earlier job move along with
the first day. People and vans get their short names. Everything is done on the form, before it is read: so the rows
somebody sees are the rows of the declaration, and a flaw is told at the right one.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from api.pages.member.form_shape import Form, Shape, by_place, tells
from api.pages.member.form_words import short_name
from domain.periods import ONE_DAY, SATURDAY, is_office_day, is_public_holiday

USUAL_TIMES: Final = ("09:00", "17:00")
"""A day without times. House rule; it is said, and an hour typed anywhere counts instead."""
OWN_OF_DAY: Final = ("was", "repeat", "until_on")
Row = dict[str, str]


@dataclass(frozen=True)
class Note:
    """Something that was filled in, to be said: the text's name, its figures, and the field it is about."""

    code: str
    at: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Settled:
    """A form with nothing left open that people take for granted."""

    form: Form
    notes: tuple[Note, ...] = ()


def settled(form: Form) -> Settled:
    """The form with what people leave open, and what to say about it.

    The button is called All inclusive: whoever does not say otherwise wants the rules to fill in the rest.
    """
    found, notes = {"all_inclusive": "yes"} | form, list[Note]()
    for shape in by_place().values():
        if shape.kind == "rows":
            found = _without_blank_rows(found, shape)
    found = _people(found)
    found = _numbered(_numbered(found, "van_rental", "van"), "special_request", "wish")
    found, more = _along(found)
    notes += more
    rows = _rows(found, "days")
    rows, more = _repeated(rows)
    notes += more
    notes += _timed(rows)
    found = _with_rows(found, "days", rows)
    found = _days_renamed(found, rows)
    return Settled(found, (*notes, *_nights(rows), *_kind(found)))


def _rows(form: Form, place: str) -> list[Row]:
    """The rows of a list in their order."""
    start = f"{place}."
    found: dict[int, Row] = {}
    for name, text in form.items():
        number, _, rest = name.removeprefix(start).partition(".")
        if name.startswith(start) and number.isdigit():
            found.setdefault(int(number), {})[rest] = text
    return [found[n] for n in sorted(found)]


def _with_rows(form: Form, place: str, rows: Iterable[Row]) -> Form:
    """The form with these rows in place of its own."""
    kept = {name: text for name, text in form.items() if not re.match(rf"{re.escape(place)}\.\d+\.", name)}
    return kept | {f"{place}.{n}.{rest}": text for n, row in enumerate(rows) for rest, text in row.items()}


def _without_blank_rows(form: Form, shape: Shape) -> Form:
    """Rows that say nothing are taken out; days that have a date come first."""
    rows = [row for row in _rows(form, shape.place) if _is_used(shape, row)]
    if shape.place == "days":
        rows.sort(key=lambda row: not (row.get("date") or row.get("was")))
    return _with_rows(form, shape.place, rows)


def _is_used(shape: Shape, row: Row) -> bool:
    if shape.place == "days":
        return any(text for name, text in row.items() if name != "until_on")
    return tells(shape, _opened(row)) or bool(row.get("contact"))


def _opened(row: Row) -> dict[str, Any]:
    """Boxes and parts within a row."""
    made: dict[str, Any] = {}
    for name, text in row.items():
        first, _, rest = name.partition(".")
        if rest:
            made.setdefault(first, {})[rest] = text
        else:
            made[first] = text
    return made


def _people(form: Form) -> Form:
    """Everybody with a short name; whoever declares is on the crew when nobody was named otherwise."""
    rows = [_reached(row) for row in _rows(form, "crew")]
    if not any(row.get("member") == "yes" or row.get("item") for row in rows):
        rows.insert(0, {"member": "yes"})
    taken = {row["item"] for row in rows if row.get("item")}
    for row in rows:
        if not row.get("item"):
            mine = row.get("member") == "yes" and "me" not in taken
            row["item"] = "me" if mine else short_name(row.get("name") or "crew", taken)
            taken.add(row["item"])
    return _with_rows(form, "crew", rows)


def _reached(row: Row) -> Row:
    """A phone or an address typed into one field stands where it belongs."""
    contact = row.get("contact")
    kept = {name: text for name, text in row.items() if name != "contact"}
    return kept | {"email" if "@" in contact else "phone": contact} if contact else kept


def _numbered(form: Form, place: str, name: str) -> Form:
    """Several things of one kind get short names of their own."""
    rows = _rows(form, place)
    if len(rows) > 1:
        taken = {row["item"] for row in rows if row.get("item")}
        free = (f"{name}-{n}" for n in range(1, 999) if f"{name}-{n}" not in taken)
        rows = [row | {"item": row.get("item") or next(free)} for row in rows]
    return _with_rows(form, place, rows)


def _along(form: Form) -> tuple[Form, list[Note]]:
    """Like last time: the other days, and every other date, stand as far from the first day as they did."""
    first, before = _day(form.get("days.0.date")), _day(form.get("days.0.was"))
    if form.get("moves_along") != "yes" or first is None or before is None:
        return form, []
    by = first - before
    moved = {name: _moved(name, text, by) for name, text in form.items() if name != "moves_along"}
    rows = _rows(moved, "days")
    for row in rows[1:]:
        was = _day(row.get("was"))
        if not row.get("date") and was is not None:
            row["date"] = (was + by).isoformat()
    dates = [on for row in rows if (on := _day(row.get("date"))) is not None]
    notes = [Note("along", "days.0.date", {"dates": dates})]
    return _with_rows(moved, "days", rows), notes


def _moved(name: str, text: str, by: timedelta) -> str:
    """A date or instant of the form, so many days later; the days themselves are looked at by themselves."""
    if not _is_date(name):
        return text
    on = _day(text[:10])
    return text if on is None else (on + by).isoformat() + text[10:]


def _is_date(name: str) -> bool:
    place = re.sub(r"\.\d+(?=\.|$)", ".*", name)
    return place in by_place() and by_place()[place].kind in ("day", "instant") and not place.startswith("days.")


def moving_dates() -> frozenset[str]:
    """The fields whose dates move along with the first day of a job that is declared like an earlier one."""
    return frozenset(place for place in by_place() if _is_date(place))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _repeated(rows: list[Row]) -> tuple[list[Row], list[Note]]:
    """A range is its days: each day, each working day, or each week, until the day that was named, included."""
    notes, made = list[Note](), list[Row]()
    there = {row.get("date") for row in rows}
    for n, row in enumerate(rows):
        how, first, last = row.get("repeat"), _day(row.get("date")), _day(row.get("until_on"))
        if not how or first is None or last is None or last < first:
            made.append(row)
            if how and first is not None:
                notes.append(Note("until_missing", f"days.{n}.until_on"))
            continue
        single = {name: text for name, text in row.items() if name not in ("repeat", "until_on")}
        others = [on for on in _dates(how, first, last) if on.isoformat() not in there]
        made += [single, *(_other(single, on) for on in others)]
        notes.append(Note("days", f"days.{n}.date", {"dates": [first, *others]}))
        closed = [on for on in _every(first, last) if on.weekday() < SATURDAY and is_public_holiday(on)]
        if closed and how == "workday":
            notes.append(Note("holidays", f"days.{n}.date", {"dates": closed}))
    return made, notes


def _other(row: Row, on: date) -> Row:
    return {name: text for name, text in row.items() if name != "was"} | {"date": on.isoformat()}


def _dates(how: str, first: date, last: date) -> Iterator[date]:
    """The days after the first one."""
    for on in _every(first + ONE_DAY, last):
        if how == "week" and (on - first).days % 7:
            continue
        if how == "workday" and not is_office_day(on):
            continue
        yield on


def _every(first: date, last: date) -> Iterator[date]:
    longest = min((last - first).days, 3 * 366)
    return (first + ONE_DAY * n for n in range(longest + 1))


def _timed(rows: list[Row]) -> list[Note]:
    """A day without any time has those of the first day; the first has the usual ones."""
    dated = [row for row in rows if row.get("date")]
    open_ones = [row for row in dated if not row.get("starts") and not row.get("ends")]
    if not dated or not open_ones:
        return []
    first, notes = dated[0], list[Note]()
    if first in open_ones:
        first["starts"], first["ends"] = USUAL_TIMES
        notes.append(Note("times_usual", "days.0.starts", {"starts": USUAL_TIMES[0], "ends": USUAL_TIMES[1]}))
    if first.get("starts") and first.get("ends"):
        others = [row for row in open_ones if row is not first]
        for row in others:
            row["starts"], row["ends"] = first["starts"], first["ends"]
            if first.get("break_minutes") and not row.get("break_minutes"):
                row["break_minutes"] = first["break_minutes"]
        if others:
            places = {"count": len(others), "starts": first["starts"], "ends": first["ends"]}
            notes.append(Note("times_first", "days.0.starts", places))
    return notes


def _nights(rows: list[Row]) -> Iterator[Note]:
    """What ends after midnight ends on the next day."""
    for n, row in enumerate(rows):
        on = _day(row.get("date"))
        if on is not None and row.get("starts") and row.get("ends") and row["ends"] < row["starts"]:
            yield Note("night", f"days.{n}.ends", {"on": on + ONE_DAY, "ends": row["ends"]})
            return


def _days_renamed(form: Form, rows: list[Row]) -> Form:
    """Whoever works on a day that moved works on the day it moved to; a day that went is nobody's any more."""
    moved = {row["was"]: row["date"] for row in rows if row.get("was") and row.get("date")}
    there = {row["date"] for row in rows if row.get("date")}
    found: Form = {}
    for name, text in form.items():
        place, _, box = name.rpartition(".")
        if not _is_days(place):
            found[name] = text
        elif moved.get(box, box) in there or not place.startswith("crew.") or not there:
            found[f"{place}.{moved.get(box, box)}"] = text
    return found | {f"days.{n}.was": row["date"] for n, row in enumerate(rows) if row.get("date")}


def _is_days(place: str) -> bool:
    found = by_place().get(re.sub(r"\.\d+(?=\.|$)", ".*", place))
    return found is not None and found.kind == "days"


def _kind(form: Mapping[str, str]) -> Iterator[Note]:
    """A client of whom nobody said what it is counts as a company."""
    if not form.get("client.kind") and any(form.get(f"client.{name}") for name in ("name", "enterprise_number")):
        yield Note("company", "client.kind")
