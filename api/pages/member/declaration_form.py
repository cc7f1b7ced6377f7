"""The form as a declaration, and a declaration as the form: a field's name is its place in the declaration.

Which fields there are, and of what kind, is read from the model (form_shape.py); nothing is listed here. What
people leave open is filled in before (form_settled.py): the rows of the form are the rows of the declaration.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import yaml

from api.pages.member.form_settled import settled
from api.pages.member.form_shape import TICKED, Form, Given, Shape, by_place, declaration, tells
from api.pages.member.form_words import amount, article_slug, country_code, person_slug
from domain.declaration import JobDeclaration, load_declaration
from domain.declaration_file import from_values
from domain.periods import BRUSSELS, brussels

Said = dict[str, Any]

OF_ALL_DAYS = ("place", "country", "anywhere")
"""What is asked once for all days."""
OWN = (*OF_ALL_DAYS, "goal", "net_each", "key", "quote_id", "like", "moves_along")
"""Fields of the page that are no place in the declaration: what holds for all days, the goal, the page's own."""
OWN_ROWS = re.compile(r"crew\.\d+\.(pay|amount|contact)|days\.\d+\.(was|repeat|until_on)")
UNSAID = ("", "not_said")
LAST = 999
"""A box that was ticked just now comes after those that were ticked before, whose value is their order."""
LOCAL = "%Y-%m-%dT%H:%M"
"""How a browser writes an instant; people mean the clock in Brussels."""
_NUMBER = re.compile(r"^\d+$")


def sent(given: Mapping[str, Any]) -> Form:
    """What a page sent, as far as it belongs to the form."""
    form = {name: value.strip() for name, value in given.items() if isinstance(value, str) and known(name)}
    return {name: value for name, value in form.items() if value not in UNSAID}


def known(name: str) -> bool:
    """Whether a field belongs to the form."""
    if name in OWN or OWN_ROWS.fullmatch(name):
        return True
    found = by_place().get(pattern(name)) or by_place().get(pattern(name.rpartition(".")[0]))
    return found is not None and (found.kind in TICKED) == (pattern(name) != found.place)


def pattern(name: str) -> str:
    """The place with a star for each number."""
    return ".".join("*" if _NUMBER.match(part) else part for part in name.split("."))


def read(form: Form) -> JobDeclaration:
    """The declaration a form says; DeclarationUnreadable when it cannot be read."""
    return from_values(declared(settled(form).form), JobDeclaration)


def declared(form: Form) -> Said:
    """The declaration as plain values, of a form in which everything is filled in."""
    said = _part(declaration(), _nested(form))
    said["days"] = [_day(day, form) for day in said.get("days", []) if day.get("date")]
    _name_people(said)
    _wish_net(said, form)
    return said


def _nested(form: Form) -> Said:
    """`client.name` as a name within a client; rows stay numbered."""
    found: Said = {}
    for name, text in _with_ways(form).items():
        place, (*parts, last) = found, name.split(".")
        for part in parts:
            below = place.setdefault(part, {})
            place = below if isinstance(below, dict) else {}
        place[last] = text
    return found


def _with_ways(form: Form) -> Form:
    """How somebody is paid is one choice and one amount on the page: put where the declaration keeps them."""
    told = dict(form)
    for name, text in form.items():
        row, _, last = name.rpartition(".")
        if last == "amount" and pattern(row) == "crew.*":
            told[f"{row}.{form.get(f'{row}.pay') or 'share'}"] = text
    return told


def _part(shape: Shape, given: Given) -> Said:
    """The fields of one part that say something."""
    made: Said = {}
    for one in shape.inner:
        value = _typed_value(one, given.get(one.name))
        if value is not None:
            made[one.name] = value
    return made


def _typed_value(shape: Shape, given: Any) -> Any:
    """What one field says; None when nothing."""
    if given is None or given == "":
        return None
    if shape.kind == "rows":
        rows = [given[key] for key in sorted((key for key in given if _NUMBER.match(key)), key=int)]
        return [_part(shape, row) for row in rows if isinstance(row, dict) and tells(shape, row)]
    if shape.kind == "part":
        return _part(shape, given) if isinstance(given, dict) and _is_there(shape, given) else None
    if shape.kind in TICKED:
        return sorted(given, key=lambda box: _order(given[box])) or None if isinstance(given, dict) else None
    return _value(shape, given) if isinstance(given, str) else None


def _order(text: str) -> int:
    return int(text) if _NUMBER.match(text) else LAST


def _is_there(shape: Shape, given: Given) -> bool:
    """Whether a part says anything. An address is one when it is whole: until then the quote says it is missing."""
    if not tells(shape, given):
        return False
    needed = [one.name for one in shape.inner if one.required]
    if shape.place == "client.address":
        return all(given.get(name) for name in needed)
    turned_down = given.get("choice") == "not_wanted" and not any(given.get(name) for name in needed)
    return not (needed and turned_down)


def _value(shape: Shape, text: str) -> object:
    match shape.kind:
        case "yes_no" | "maybe":
            return text == "yes"
        case "amount":
            return amount(text)
        case "whole":
            return re.sub(r"\s", "", text)
        case "lines":
            return text.replace("\r\n", "\n")
        case "instant":
            return _instant(text)
        case "country":
            return country_code(text)
        case "article":
            return article_slug(text)
        case "people":
            return [one.strip() for one in text.split(",") if one.strip()]
    return text


def _instant(text: str) -> str:
    try:
        return datetime.strptime(text, LOCAL).replace(tzinfo=BRUSSELS).isoformat()
    except ValueError:
        return text


def _name_people(said: Said) -> None:
    """Drivers, travellers and people with expenses are typed by name: the declaration knows them by short name."""
    crew = [person for person in said.get("crew", []) if person.get("item")]
    for van in said.get("van_rental", []):
        if van.get("driver"):
            van["driver"] = person_slug(van["driver"], crew)
    for line in (said.get("expenses") or {}).get("lines", []):
        if line.get("crew"):
            line["crew"] = person_slug(line["crew"], crew)
    for journey in said.get("travel", []):
        if journey.get("travellers"):
            journey["travellers"] = [person_slug(one, crew) for one in journey["travellers"]]


def _day(day: Said, form: Form) -> Said:
    """One day: what holds for all days, unless it says otherwise itself."""
    usual: Said = {"country": country_code(form["country"])} if form.get("country") else {}
    own = {name: value for name, value in day.items() if name != "anywhere" or value}
    if not own.get("place") and not own.get("anywhere"):
        usual |= {"anywhere": True} if form.get("anywhere") == "yes" else {"place": form.get("place", "")}
    return usual | own


def _wish_net(said: Said, form: Form) -> None:
    """So much in hand for each: it counts for everybody without an amount of their own."""
    goal = amount(form.get("net_each", "")) if form.get("goal") == "net" else ""
    for person in said.get("crew", []) if goal else []:
        fixed = any(person.get(one.name) is not None for one in ways() if one.name != "share")
        if not fixed and person.get("status") != "self_employed":
            person.pop("share", None)
            person["net_wished_eur"] = goal


def filled(said: Mapping[str, Any]) -> Form:
    """The form filled in with a declaration."""
    form = {"all_inclusive": "no"} | dict(_written(declaration(), said, ""))
    for name in [one for one in form if re.fullmatch(r"days\.\d+\.date", one)]:
        form[f"{name.rpartition('.')[0]}.was"] = form[name]
    for n, person in enumerate(said.get("crew") or ()):
        way = next((one.name for one in ways() if person.get(one.name) is not None), None)
        if way:
            form |= {f"crew.{n}.pay": way, f"crew.{n}.amount": form.pop(f"crew.{n}.{way}")}
    return _for_all_days(form, said.get("days") or ()) | {"goal": "price"}


def _for_all_days(form: Form, days: Sequence[Mapping[str, Any]]) -> Form:
    """What all days have in common is asked once."""
    found = dict(form)
    for name in OF_ALL_DAYS:
        each = [found.get(f"days.{n}.{name}", "") for n in range(len(days))]
        if each and len(set(each)) == 1:
            found |= {name: each[0]} if each[0] and each[0] != "no" else {}
            found = {key: text for key, text in found.items() if not re.fullmatch(rf"days\.\d+\.{name}", key)}
    return found


def ways() -> tuple[Shape, ...]:
    """The ways in which somebody can be paid."""
    return tuple(one for one in by_place()["crew"].inner if one.field.way == "pay")


def _written(shape: Shape, said: Any, name: str) -> Iterator[tuple[str, str]]:
    if said is None:
        return
    if shape.kind == "rows":
        for n, row in enumerate([said] if isinstance(said, Mapping) else said):
            yield from _inner(shape, row, f"{name}.{n}")
    elif shape.kind == "part":
        yield from _inner(shape, said, name)
    elif shape.kind in TICKED:
        yield from ((f"{name}.{box}", str(n)) for n, box in enumerate(said, 1))
    else:
        yield name, _text(shape, said)


def _inner(shape: Shape, said: Mapping[str, Any], name: str) -> Iterator[tuple[str, str]]:
    for one in shape.inner:
        value = said.get(one.name, one.default if one.field.opens else None)
        yield from _written(one, value, f"{name}.{one.name}".lstrip("."))


def _text(shape: Shape, value: Any) -> str:
    """A value as a browser holds it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = ", ".join(value) if isinstance(value, (list, tuple)) else str(value)
    if shape.kind == "clock":
        return text.removesuffix(":00") if text.count(":") == 2 else text
    return _local(text) if shape.kind == "instant" else text


def _local(text: str) -> str:
    """An instant on the clock of Brussels; with its offset where that clock shows the hour twice."""
    local = brussels(datetime.fromisoformat(text)).strftime(LOCAL)
    return local if datetime.fromisoformat(_instant(local)) == datetime.fromisoformat(text) else text


def from_text(text: str) -> Said:
    """A declaration somebody wrote, as plain values."""
    made = load_declaration(text).model_dump(mode="json", exclude_unset=True)
    return made if yaml.safe_load(text) else {}


def as_last_time(said: Mapping[str, Any]) -> Form:
    """An earlier declaration with its days still open: every other date moves along with the first day."""
    form = filled({name: value for name, value in said.items() if name != "quote_id"})
    dates = [name for name in form if re.fullmatch(r"days\.\d+\.date", name)]
    return {name: text for name, text in form.items() if name not in dates} | {"moves_along": "yes"}
