"""The form as a declaration, and a declaration as the form: five things in fields, the rest in the whole text."""

import json
from typing import Any

import yaml

from domain.declaration import DeclarationUnreadable, JobDeclaration, load_declaration

FIELDS = (
    "title", "description", "function", "performance_or_licence", "advertising",
    "client_name", "client_number", "client_email",
    "client_street", "client_house_number", "client_postal_code", "client_city",
    "date", "starts", "ends", "place", "price_eur", "whole",
)  # fmt: skip
"""What the page asks for."""
CLIENT = {"client_name": "name", "client_number": "enterprise_number", "client_email": "email"}
QUESTIONS = ("performance_or_licence", "advertising")
ADDRESS = ("street", "house_number", "postal_code", "city")
DAY = ("date", "starts", "ends", "place")
Form = dict[str, str]


def read(form: Form) -> JobDeclaration:
    """The declaration a form says: its whole text, and over it every field that is filled in.

    DeclarationUnreadable when either cannot be read.
    """
    if not form["whole"].strip():
        return load_declaration(json.dumps(_alone(form)))
    whole = load_declaration(form["whole"])
    said = whole.model_dump(mode="json", exclude_unset=True)
    try:
        return load_declaration(json.dumps(_over(said, form)))
    except DeclarationUnreadable as error:
        raise DeclarationUnreadable(tuple(flaw._replace(line=None) for flaw in error.flaws)) from None


def filled(text: str) -> Form:
    """The form filled in with a declaration; what no field asks for stays in the whole text."""
    said = load_declaration(text).model_dump(mode="json", exclude_unset=True)
    client, days = said.get("client", {}), said.get("days", [])
    me: dict[str, Any] = next((one for one in said.get("crew", []) if one.get("member")), {})
    form = dict.fromkeys(FIELDS, "") | {name: said.get(name) or "" for name in ("title", "description")}
    form |= {field: str(client.get(name) or "") for field, name in CLIENT.items()}
    form |= {f"client_{name}": str(client.get("address", {}).get(name) or "") for name in ADDRESS}
    form |= {name: str(days[0].get(name) or "")[:10] for name in DAY} if len(days) == 1 else {}
    form |= {
        name: "yes" if said.get("vat", {}).get(name) else "" for name in ("performance_or_licence", "advertising")
    }
    return form | {
        "function": str(me.get("function") or ""),
        "price_eur": str(said.get("price_eur") or ""),
        "whole": _rest(text),
    }


def _rest(text: str) -> str:
    """The whole text without what the fields ask for, as far as one top-level part is one field."""
    said: dict[str, Any] = yaml.safe_load(text)
    kept = {name: value for name, value in said.items() if name not in ("title", "description", "price_eur", "vat")}
    if len(kept.get("days", [])) == 1:
        del kept["days"]
    return yaml.safe_dump(kept, allow_unicode=True, sort_keys=False, width=100)


def _alone(form: Form) -> dict[str, Any]:
    """A form without a whole text: the rules fill in the rest, the member works alone."""
    me = {"item": "me", "member": True}
    return _over({"all_inclusive": True, "crew": [me]}, form)


def _over(said: dict[str, Any], form: Form) -> dict[str, Any]:
    """What was said, with the fields of the form put over it."""
    told = said | {name: form[name].strip() for name in ("title", "description", "price_eur") if form[name].strip()}
    told["vat"] = said.get("vat", {}) | {name: bool(form[name]) for name in QUESTIONS}
    client = said.get("client", {}) | {name: form[field].strip() for field, name in CLIENT.items() if form[field]}
    address = {name: form[f"client_{name}"].strip() for name in ADDRESS if form[f"client_{name}"].strip()}
    if {"street", "postal_code", "city"} <= address.keys():
        client["address"] = client.get("address", {}) | address
    if client:
        told["client"] = client
    day = {name: form[name].strip() for name in DAY if form[name].strip()}
    if {"date", "starts", "ends"} <= day.keys() and len(said.get("days", [])) <= 1:
        told["days"] = [{**next(iter(said.get("days", [])), {}), **day}]
    if form["function"].strip():
        told["crew"] = [
            one | {"function": form["function"].strip()} if one.get("member") else one
            for one in said.get("crew", [])
        ]
    return told
