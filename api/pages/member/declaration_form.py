"""The form as a declaration, and a declaration as the form: a field's name is its place in the declaration.

What no field asks for travels along in `rest`, so that nothing a declaration says is lost by looking at it.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from domain.declaration import DeclarationUnreadable, JobDeclaration, load_declaration

Form = dict[str, str]
Said = dict[str, Any]

ROWS = {"days": 60, "crew": 40, "van_rental": 6, "travel": 12, "special_request": 8, "items": 30, "lines": 40}
"""The lists of the form, and the most rows anybody may send."""
_PLACES = """
    profile title description price_eur price_includes_vat note reserve_eur client.kind client.name
    client.enterprise_number client.vat_number client.country client.language client.contact client.email
    client.purchase_order client.payment_days client.address.street client.address.house_number
    client.address.postal_code client.address.city days.*.date days.*.starts days.*.ends days.*.place
    vat.performance_or_licence vat.advertising crew.*.item crew.*.member crew.*.name crew.*.email crew.*.phone
    crew.*.function crew.*.status crew.*.gross_eur crew.*.net_wished_eur crew.*.budget_eur crew.*.share
    agreement.how agreement.why_later prefinancing.choice insurance.choice insurance.covers van_rental.*.choice
    van_rental.*.driver van_rental.*.pick_up van_rental.*.kilometres van_rental.*.seats van_rental.*.load_kg
    van_rental.*.borne_by equipment.choice equipment.borne_by equipment.items.*.article
    equipment.items.*.quantity equipment.items.*.how travel.*.choice travel.*.from_place travel.*.to_place
    travel.*.travel_class travel.*.borne_by workspace.choice workspace.city workspace.people expenses.choice
    expenses.lines.*.crew expenses.lines.*.kind expenses.lines.*.label expenses.lines.*.kilometres
    expenses.lines.*.days expenses.lines.*.amount_eur special_request.*.choice special_request.*.wish
    special_request.*.ceiling_eur invoicing.deposit_percent debt_collection.choice
"""
FIELDS = frozenset(_PLACES.split())
"""Every place of a declaration that has a field on the page; a star stands for the number of a row."""
OWN = ("place", "goal", "net_each", "rest", "key", "quote_id", "like")
"""Fields of the page that are no place in the declaration."""
YES_NO = ("vat.performance_or_licence", "vat.advertising", "price_includes_vat", "crew.*.member")
LISTS = ("insurance.covers",)
PAYS = ("gross_eur", "net_wished_eur", "budget_eur", "share")
UNSAID = ("", "not_said")
_NUMBER = re.compile(r"^\d+$")


def sent(given: Mapping[str, Any]) -> Form:
    """What a page sent, as far as it belongs to the form."""
    form = {name: str(value).strip() for name, value in given.items() if isinstance(value, str) and _known(name)}
    return {name: value for name, value in form.items() if value not in UNSAID}


def _known(name: str) -> bool:
    return name in OWN or pattern(name) in FIELDS or bool(re.fullmatch(r"crew\.\d+\.(pay|amount|contact)", name))


def pattern(name: str) -> str:
    """The place with a star for each number."""
    return ".".join("*" if _NUMBER.match(part) else part for part in name.split("."))


def read(form: Form) -> JobDeclaration:
    """The declaration a form says; DeclarationUnreadable when it cannot be read."""
    try:
        return load_declaration(json.dumps(declared(form)))
    except DeclarationUnreadable as error:
        raise DeclarationUnreadable(tuple(flaw._replace(line=None) for flaw in error.flaws)) from None


def declared(form: Form) -> Said:
    """The declaration as plain values: what the form says, over what it does not ask for."""
    rest = json.loads(form["rest"]) if form.get("rest") else {}
    said = _nested(form)
    made = _over(rest if isinstance(rest, dict) else {}, said, "")
    _tidy(made, form)
    return {"all_inclusive": True, **made}


def _nested(form: Form) -> Said:
    """`client.name` as a name within a client; rows stay numbered until they are put together."""
    found: Said = {}
    for name, text in _with_pay(form).items():
        if pattern(name) not in FIELDS:
            continue
        place, parts = found, name.split(".")
        for part in parts[:-1]:
            place = place.setdefault(part, {})
        place[parts[-1]] = _value(pattern(name), text)
    return found


def _value(place: str, text: str) -> object:
    if place in YES_NO:
        return text == "yes"
    return text.split(",") if place in LISTS else text


def _with_pay(form: Form) -> Form:
    """A person's contact and pay, each one field on the page, at the place where the declaration keeps them."""
    told = dict(form)
    for name, text in form.items():
        row, _, last = name.rpartition(".")
        if last == "contact":
            told[f"{row}.email" if "@" in text else f"{row}.phone"] = text
        if last == "amount" and (kind := form.get(f"{row}.pay", "share")) in PAYS:
            told[f"{row}.{kind}"] = text
    return {name: amount(text) if name.endswith("_eur") else text for name, text in told.items()}


def amount(text: str) -> str:
    """An amount as people type it: `1.250,50 €`, `1 250.50` and `1250,5` are read alike; anything else stays."""
    plain = re.sub(r"[\s\u00a0\u202f€]", "", text)
    if "," in plain:
        plain = plain.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d{1,3}(\.\d{3})+", plain):
        plain = plain.replace(".", "")
    return plain if re.fullmatch(r"\d+(\.\d+)?", plain) else text


def _over(rest: Any, said: Any, place: str) -> Any:
    """What was said over the rest; what has a field on the page comes from the page only."""
    if isinstance(said, dict) and said and all(_NUMBER.match(key) for key in said):
        return _rows(rest if isinstance(rest, list) else [], said, f"{place}.*")
    if not isinstance(said, dict):
        return said if said is not None or not isinstance(rest, dict) else rest
    rest = rest if isinstance(rest, dict) else {}
    made = {}
    for key in (*rest, *(key for key in said if key not in rest)):
        here = f"{place}.{key}".removeprefix(".")
        if here in FIELDS or key not in rest:
            if key in said:
                made[key] = _over(None, said[key], here)
        elif key in said or not _has_fields(here):
            made[key] = _over(rest[key], said[key], here) if key in said else rest[key]
    return made


def _rows(rest: list[Any], said: Said, place: str) -> list[Any]:
    most = ROWS.get(place.split(".")[-2], 1)
    numbers = sorted((int(key) for key in said), key=int)[:most]
    return [_over(rest[n] if n < len(rest) else {}, said[str(n)], place) for n in numbers]


def _has_fields(place: str) -> bool:
    return any(field.startswith(f"{place}.") for field in FIELDS)


def _tidy(made: Said, form: Form) -> None:
    """What the page leaves open is filled in as people mean it: one place for all days, short names for people."""
    made["crew"] = [*_crew(made.get("crew") or [], form)]
    days = [day for day in made.get("days", []) if day.get("date")]
    made["days"] = [_day(day, form.get("place", "")) for day in days]
    if title := made.get("title"):
        made.setdefault("description", title)
    _client(made)
    for name in ("van_rental", "travel", "special_request"):
        made[name] = [one for one in made.get(name, []) if _row_is_used(name, one)]
        for n, one in enumerate(made[name]):
            if name != "travel" and len(made[name]) > 1:
                one.setdefault("item", f"{name.split('_')[0]}-{n + 1}")
    for name, needed in (("equipment", "items"), ("expenses", "lines"), ("insurance", "covers")):
        _section(made, name, needed)
    if made.get("workspace", {}).get("choice", "not_wanted") == "not_wanted":
        made.pop("workspace", None)
    for name in ("workspace", "invoicing", "agreement", "prefinancing", "debt_collection"):
        if not made.get(name):
            made.pop(name, None)


def _row_is_used(name: str, one: Said) -> bool:
    """Whether a row asks for anything."""
    if one.get("choice") in (None, "not_wanted"):
        return False
    return bool(one.get("from_place") or one.get("to_place")) if name == "travel" else True


def _section(made: Said, name: str, needed: str) -> None:
    """A section without anything in it is no wish."""
    part = made.get(name) or {}
    rows = [
        row for row in part.get(needed, []) if not isinstance(row, dict) or row.get("article") or row.get("label")
    ]
    if rows and part.get("choice") != "not_wanted":
        made[name] = part | {needed: rows}
    else:
        made.pop(name, None)


def _client(made: Said) -> None:
    client = made.get("client") or {}
    address = client.get("address") or {}
    if not {"street", "postal_code", "city"} <= address.keys():
        client.pop("address", None)
    if set(client) - {"kind", "language", "country"}:
        made["client"] = client
    else:
        made.pop("client", None)


def _day(day: Said, place: str) -> Said:
    if place and not day.get("place"):
        day = day | {"place": place}
    return {"starts": "09:00", "ends": "17:00"} | day


def _crew(rows: list[Said], form: Form) -> Iterator[Said]:
    """The people of the form, the member first when nobody said so; a row without a name is nobody."""
    goal = amount(form.get("net_each", "")) if form.get("goal") == "net" else ""
    if not any(row.get("member") for row in rows):
        rows = [{"item": "me", "member": True}, *rows]
    taken: set[str] = set()
    for row in rows:
        if not row.get("member") and not (row.get("name") or row.get("email") or row.get("phone")):
            continue
        person = row | {"item": row.get("item") or short_name(row.get("name") or "crew", taken)}
        taken.add(person["item"])
        fixed = any(person.get(pay) for pay in PAYS if pay != "share")
        if goal and not fixed and person.get("status") != "self_employed":
            person = {k: v for k, v in person.items() if k != "share"} | {"net_wished_eur": goal}
        yield person


def short_name(name: str, taken: set[str]) -> str:
    """`chloe` for Chloé Janssens; the next Chloé is `chloe-2`."""
    plain = unicodedata.normalize("NFKD", name.split()[0]).encode("ascii", "ignore").decode().lower()
    first = re.sub(r"[^a-z0-9]+", "", plain)[:20] or "crew"
    names = (first if n == 1 else f"{first}-{n}" for n in range(1, 99))
    return next(one for one in names if one not in taken)


def filled(said: Mapping[str, Any]) -> Form:
    """The form filled in with a declaration."""
    form = {name: text for name, text in _flat(said, "") if pattern(name) in FIELDS}
    for name in [one for one in form if re.fullmatch(r"crew\.\d+\.(email|phone)", one)]:
        form[f"{name.rpartition('.')[0]}.contact"] = form.get(f"{name.rpartition('.')[0]}.email") or form[name]
    for n, person in enumerate(said.get("crew") or ()):
        kind = next((pay for pay in PAYS if person.get(pay)), None)
        if kind:
            form |= {f"crew.{n}.pay": kind, f"crew.{n}.amount": str(person[kind])}
    for name in ("van_rental", "travel", "special_request"):
        form |= {f"{name}.{n}.choice": one.get("choice", "wanted") for n, one in enumerate(said.get(name) or ())}
    for name in ("equipment", "expenses", "insurance", "workspace"):
        if said.get(name):
            form[f"{name}.choice"] = said[name].get("choice", "wanted")
    days = said.get("days") or []
    form["place"] = next((day["place"] for day in days if day.get("place")), "")
    return form | {"rest": json.dumps(said), "goal": "price"}


def from_text(text: str) -> Said:
    """A declaration somebody wrote, as plain values."""
    made = load_declaration(text).model_dump(mode="json", exclude_unset=True)
    return made if yaml.safe_load(text) else {}


def _flat(said: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(said, Mapping):
        for key, value in said.items():
            yield from _flat(value, f"{place}.{key}".removeprefix("."))
    elif pattern(place) in LISTS:
        yield place, ",".join(said)
    elif isinstance(said, (list, tuple)):
        for n, value in enumerate(said):
            yield from _flat(value, f"{place}.{n}")
    elif isinstance(said, bool):
        yield place, "yes" if said else "no"
    elif said is not None:
        yield place, str(said)[:5] if place.endswith((".starts", ".ends")) else str(said)
