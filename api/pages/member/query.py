"""What the form asks, in the reader's words: the fields of a trade, what is wrong where, what is unfolded."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.pages.member.declaration_form import pattern
from api.pages.member.form_parts import GroupView, Look, Options
from api.pages.member.form_shape import Form, by_place, declaration
from api.pages.member.form_view import FormView
from api.pages.member.form_words import countries
from api.pages.member.quote_view import QuoteLine, place
from api.wording.flaws import at_field
from domain.declaration import Flaw
from domain.people import Language
from domain.profiles import demonstration_prices, profile, profile_names
from engine.words import say

FIVE = ("client.", "title", "days.", "place", "country", "price_eur", "net_each")
READING_ORDER = (*FIVE, *(f"{one.name}." for one in declaration().inner))
"""How the eye goes down the form: what is wrong first is where the hand is put."""
WITHIN = {place: n for n, place in enumerate(by_place())}


def page_of(
    form: Form,
    quote: dict[str, Any] | None,
    flaws: list[QuoteLine],
    pressed: bool,
    lang: Language,
    entities: Options = (),
) -> dict[str, Any]:
    """Everything the form shows besides what was typed."""
    errors = _at(flaws) | _at(quote["refusals"] if quote else [])
    if pressed and quote:
        errors = _at(quote["missing"]) | errors
    notices = _at(quote["warnings"] if quote else [])
    trade = form.get("profile", "general")
    chosen = profile(trade if trade in profile_names() else "general")
    questions = {one.field: one.ask.in_language(lang) for one in chosen.questions}
    view = FormView(form, Look(lang, errors, notices, questions, entities))
    return {
        "form": form,
        "view": view,
        "quote": quote,
        "flaws": flaws,
        "errors": errors,
        "first_wrong": min(errors, key=_height) if pressed and errors else "",
        "stopped": _stopped(quote, flaws) if pressed else [],
        "notices": notices,
        "open": {one.name for one in view.folds if _is_open(one, form, errors | _still_asked(quote))},
        "lists": {
            "functions": [one.label.in_language(lang) for one in chosen.functions],
            "articles": [one.label.in_language(lang) for one in demonstration_prices().articles],
            "people": _people(form),
            "countries": [name for _, name in countries(lang)],
        },
    }


def _still_asked(quote: dict[str, Any] | None) -> dict[str, str]:
    """What the job cannot be declared without: its part is open as soon as the quote knows."""
    return {one.at: one.text for one in (quote["missing"] if quote else [])}


def _people(form: Form) -> list[str]:
    """Everybody on the crew, by the name they are called in lists."""
    items = {name.split(".")[1] for name in form if name.startswith("crew.")}
    return [name for n in sorted(items) if (name := form.get(f"crew.{n}.name") or form.get(f"crew.{n}.item", ""))]


def _height(field: str) -> tuple[int, int]:
    """How far down the form a field stands: its part, and its place in it."""
    starts = (n for n, start in enumerate(READING_ORDER) if f"{field}.".startswith(start))
    return next(starts, len(READING_ORDER)), WITHIN.get(pattern(field), 0)


def _stopped(quote: dict[str, Any] | None, flaws: list[QuoteLine]) -> list[QuoteLine]:
    """Why the button did nothing yet."""
    return flaws + (quote["refusals"] + quote["missing"] if quote else [])


def _at(sentences: Iterable[QuoteLine]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in sentences:
        found[one.at] = f"{found[one.at]} {one.text}" if one.at in found else one.text
    found.pop("", None)
    return found


def _is_open(fold: GroupView, form: Form, errors: Mapping[str, str]) -> bool:
    """A part is unfolded where something in it is wrong, and where a row was just added."""
    names = set(fold.names)
    added = any(name.endswith(".more") and name.startswith(fold.name) for name in form)
    return added or any(name in names or name.startswith(f"{fold.name}.") for name in errors)


def unreadable(flaw: Flaw, lang: Language) -> QuoteLine:
    """Something that cannot be read, at its field, in the reader's language where the catalogs have it."""
    at = place(flaw.field)
    last = at.rpartition(".")[2]
    text = at_field(lang, last, flaw.kind, flaw.values) or say(lang, "page.flaw.other")
    return QuoteLine(text=text, at=at)
