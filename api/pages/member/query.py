"""What the form asks, in the reader's words: the fields of a trade, what is wrong where, what is unfolded."""

from collections.abc import Iterable
from typing import Any, get_args

from api.pages.member.declaration_form import Form
from api.pages.member.quote_view import Told, place
from domain.declaration import Flaw
from domain.people import Language
from domain.profiles import demonstration_prices, profile, profile_names
from domain.services.insurance import Cover
from engine.words import knows, say

Options = list[tuple[str, str]]
SECTIONS = {
    "client": "client.", "crew": "crew.", "van": "van_rental.", "equipment": "equipment.", "travel": "travel.",
    "expenses": "expenses.", "workspace": "workspace.", "insurance": "insurance.", "special": "special_request.",
    "vat": "vat.", "terms": "invoicing.",
}  # fmt: skip
"""The parts of the form that fold, and the fields inside."""
OUTSIDE = ("client.name", "crew.0.function", "crew.0.pay", "crew.0.amount")
"""Fields that always show, although their part folds."""
FIVE = ("title", "client.name", "days.", "place", "price_eur", "net_each")
READING_ORDER = (*FIVE, "client.enterprise_number", "client.email", *SECTIONS.values())
"""How the eye goes down the form: what is wrong first is where the hand is put."""


def page_of(
    form: Form, quote: dict[str, Any] | None, flaws: list[Told], pressed: bool, lang: Language
) -> dict[str, Any]:
    """Everything the form shows besides what was typed."""
    errors = _at(flaws) | _at(quote["refusals"] if quote else [])
    if pressed and quote:
        errors = _at(quote["missing"]) | errors
    notices = _at(quote["warnings"] if quote else [])
    trade = form.get("profile", "general")
    chosen = profile(trade if trade in profile_names() else "general")
    return {
        "form": form,
        "quote": quote,
        "flaws": flaws,
        "errors": errors,
        "first_wrong": min(errors, key=_height) if pressed and errors else "",
        "stopped": _stopped(quote, flaws) if pressed else [],
        "notices": notices,
        "rows": {name: rows(form, name) for name in ("crew", "days", "van_rental", "travel", "special_request")}
        | {"items": rows(form, "equipment.items"), "lines": rows(form, "expenses.lines")},
        "open": {name for name, start in SECTIONS.items() if _is_open(form, errors, start)},
        "profiles": [(name, profile(name).label.in_language(lang)) for name in profile_names()],
        "functions": [one.label.in_language(lang) for one in chosen.functions],
        "questions": {one.field: one.ask.in_language(lang) for one in chosen.questions},
        "covers": [(cover, say(lang, f"value.cover.{cover}")) for cover in get_args(Cover)],
        "articles": [(one.article, one.label.in_language(lang)) for one in demonstration_prices().articles],
    }


def _height(field: str) -> int:
    """How far down the form a field stands."""
    starts = (n for n, start in enumerate(READING_ORDER) if field.startswith(start))
    return next(starts, len(READING_ORDER))


def _stopped(quote: dict[str, Any] | None, flaws: list[Told]) -> list[Told]:
    """Why the button did nothing yet."""
    return flaws + (quote["refusals"] + quote["missing"] if quote else [])


def _at(sentences: Iterable[Told]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in sentences:
        found[one.at] = f"{found[one.at]} {one.text}" if one.at in found else one.text
    found.pop("", None)
    return found


def _is_open(form: Form, errors: dict[str, str], start: str) -> bool:
    wrong = any(name.startswith(start) and name not in OUTSIDE for name in errors)
    return wrong or form.get(f"{start.rstrip('.')}.more") == "yes"


def rows(form: Form, name: str) -> list[int]:
    """The rows of a list that hold something, and a blank one when it was asked for; the first is always there."""
    start = f"{name}."
    found = {int(one.removeprefix(start).split(".")[0]) for one in form if _is_row(one, start)}
    count = max(found, default=-1) + 1
    return list(range(max(count, 1) + (form.get(f"{name}.more") == "yes")))


def _is_row(field: str, start: str) -> bool:
    return field.startswith(start) and field.removeprefix(start).split(".")[0].isdigit()


def unreadable(flaw: Flaw, lang: Language) -> Told:
    """Something that cannot be read, at its field, in the reader's language where the catalogs have it."""
    at = place(flaw.field)
    last = at.rpartition(".")[2]
    text = say(lang, f"page.flaw.{last}") if knows(f"page.flaw.{last}") else say(lang, "page.flaw", why=flaw.text)
    return Told(text=text, at=at)
