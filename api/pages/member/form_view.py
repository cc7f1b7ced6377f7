"""The declaration's fields as a page draws them: labels, choices, limits, rows, and what is folded away.

What the template does not draw travels along hidden: nothing a declaration says is lost by looking at it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import get_args

from api.pages.member.declaration_form import OWN, ways
from api.pages.member.form_parts import FieldView, GroupView, Look, Options
from api.pages.member.form_settled import OWN_OF_DAY, moving_dates
from api.pages.member.form_shape import TICKED, Form, Shape, by_place, declaration
from api.pages.member.form_words import article_label, countries
from domain.form_field import Part
from domain.profiles import profile, profile_names
from engine.words import country, day, knows, say, value_word

UNASKED: Mapping[str, str] = {"client.country": "BE", "days.*.country": "BE"}
"""What a country is when nobody says one: shown as the first choice."""
LISTS: Mapping[str, str] = {"article": "articles", "person": "people", "people": "people"}
"""The suggestions that stand on the page, by what is typed."""
REPEATS = ("week", "workday", "day")
"""How a day may stand for several."""
PAGES_OWN = frozenset({*OWN, "quote_id"}) - {"like", "moves_along"}


def parts() -> tuple[str, ...]:
    """The parts of the page in their order; a service that the list does not name yet comes last."""
    named = {one.field.part or one.name for one in declaration().inner if not one.field.instead}
    return (*get_args(Part), *sorted(named - {*get_args(Part)}))


class FormView:
    """One form being drawn; it remembers what was drawn."""

    def __init__(self, form: Form, look: Look) -> None:
        self.form, self.look, self.lang = form, look, look.lang
        self._drawn: set[str] = set()

    @cached_property
    def folds(self) -> list[GroupView]:
        """The parts that unfold, in the page's order."""
        found = [self._fold(name) for name in parts() if name != "first"]
        for one in found:
            self._drawn.update(one.names)
        return found

    def _fold(self, name: str) -> GroupView:
        shapes = [one for one in declaration().inner if (one.field.part or one.name) == name]
        views = [view for one in shapes for view in self._views(one, one.name)]
        if len(shapes) == 1 and isinstance(views[0], GroupView) and views[0].kind == "part":
            views = [*views[0].fields, *views[0].seldom] if not views[0].seldom else [_bare(views[0])]
        if len(views) == 1 and isinstance(views[0], GroupView):
            views = [_bare(views[0])]
        return GroupView(name, self.text(f"part.{name}"), self.text(f"part.{name}.hint"), fields=tuple(views))

    def of(self, name: str) -> FieldView | GroupView:
        """One field of the open part, by its name on the page."""
        view = self._views(by_place()[_place(name)], name)[0]
        self._drawn.update(view.names if isinstance(view, GroupView) else [name])
        return view

    def days(self) -> list[GroupView]:
        """The rows of the days, and a blank one when it was asked for; the first is always there."""
        found = self._rows(by_place()["days"], "days")
        for row in found:
            self._drawn.update((*row.names, *(f"{row.name}.{own}" for own in OWN_OF_DAY)))
        return found

    def repeat(self, row: str) -> FieldView:
        """Whether a day stands for several."""
        options = (("", self.text("repeat.none")), *((how, self.text(f"repeat.{how}")) for how in REPEATS))
        return FieldView(
            f"{row}.repeat", self.text("repeat"), "pick", self.form.get(f"{row}.repeat", ""), options=options
        )

    def until_on(self, row: str) -> FieldView:
        """Until which day it is repeated."""
        name = f"{row}.until_on"
        error = self.text("note.until_missing") if self.form.get(f"{row}.repeat") else ""
        return FieldView(name, self.text("until_on"), "day", self.form.get(name, ""), error=error)

    def holds(self, found: Iterable["FieldView | GroupView"], names: Iterable[str] = ()) -> bool:
        """Whether anything that is folded away was said, or is wrong."""
        inside = {
            *names,
            *(name for one in found for name in ([one.name] if isinstance(one, FieldView) else one.names)),
        }
        return any(self._is_said(name) or name in self.look.errors for name in inside)

    def _is_said(self, name: str) -> bool:
        shape = by_place().get(_place(name))
        return bool(self.form.get(name)) and (
            shape is None or self.form[name] not in (shape.preselected, str(shape.default))
        )

    def own(self, name: str) -> str:
        """A field that is the page's own."""
        self._drawn.add(name)
        return self.form.get(name, "")

    def left(self) -> list[tuple[str, str]]:
        """What was not drawn, to travel along."""
        waiting = self._drawn | PAGES_OWN
        return [
            (name, text) for name, text in self.form.items() if name not in waiting and not name.endswith(".more")
        ]

    def text(self, name: str, **params: str) -> str:
        """A text of the form; nothing when there is none of this name."""
        return say(self.lang, f"form.{name}", **params) if knows(f"form.{name}") else ""

    def _views(self, shape: Shape, name: str) -> list["FieldView | GroupView"]:
        if shape.field.instead:
            return []
        if shape.kind == "part":
            return [self._group(shape, name)]
        if shape.kind == "rows":
            rows = tuple(self._rows(shape, name))
            return [GroupView(name, self._label(shape), self._hint(shape), "rows", fields=rows)]
        if shape.field.way:
            return []
        return [self._field(shape, name)]

    def _group(self, shape: Shape, name: str, label: str = "", *, own: bool = False) -> GroupView:
        plain: list[FieldView | GroupView] = []
        seldom: list[FieldView | GroupView] = []
        for one in shape.inner:
            views = self._views(one, f"{name}.{one.name}")
            rare = one.field.seldom or (own and one.name in ("name", "email", "phone", "status"))
            moving = self.form.get("moves_along") == "yes" and one.place in moving_dates()
            (seldom if rare else plain).extend(view for view in views if not moving)
            if one.field.way and one == _first_way(shape):
                plain += self._pay(name)
        label = label or self._label(shape)
        return GroupView(
            name,
            label,
            self._hint(shape),
            "part",
            own,
            tuple(plain),
            tuple(seldom),
            " ".join(shape.field.clients),
        )

    def _pay(self, row: str) -> list["FieldView | GroupView"]:
        """How somebody is paid: which way, and how much."""
        options = tuple((one.name, self.text(f"pay.{one.name}")) for one in ways())
        value = self.form.get(f"{row}.pay", "share")
        error = self.look.errors.get(f"{row}.amount", "")
        amount = self.form.get(f"{row}.amount", "")
        return [
            FieldView(f"{row}.pay", self.text("pay"), "pick", value, options=options),
            FieldView(f"{row}.amount", self.text("amount"), "amount", amount, longest=17, error=error),
        ]

    def _rows(self, shape: Shape, name: str) -> list[GroupView]:
        start = f"{name}."
        numbers = {int(one.removeprefix(start).split(".")[0]) for one in self.form if _is_row(one, start)}
        alone = name == "crew" and numbers == {0} and self.form.get("crew.0.member") == "yes"
        blank = self.form.get(f"{name}.more") == "yes" or not numbers or alone
        count = max(numbers, default=-1) + 1
        return [self._row(shape, f"{name}.{n}", n, n < count) for n in range(count + blank)]

    def _row(self, shape: Shape, name: str, n: int, there: bool) -> GroupView:
        mine = self.form.get(f"{name}.member") == "yes"
        label = self.text("you") if mine else self.form.get(f"{name}.name", "")
        numbered = self.text(f"{shape.name}.row", n=str(n + 1 if shape.name != "crew" else n))
        made = self._group(shape, name, label or numbered or self._label(shape), own=mine)
        return replace(made, hint="", asked_of="", removable=there and not mine)

    def _field(self, shape: Shape, name: str) -> FieldView:
        if shape.place == "days.*.country":
            return self._country_of_one_day(shape, name)
        return FieldView(
            name=name,
            label=self._label(shape),
            kind=shape.kind,
            value=self._value(shape, name),
            hint=self._hint(shape),
            placeholder=self._placeholder(shape),
            options=self._options(shape, name),
            longest=shape.longest,
            error=self.look.errors.get(name, ""),
            notice=self.look.notices.get(name, ""),
            asked_of=" ".join(shape.field.clients),
            list="functions" if shape.name == "function" else LISTS.get(shape.kind, ""),
            ticked=self._ticked(name) if shape.kind in TICKED else {},
        )

    def _country_of_one_day(self, shape: Shape, name: str) -> FieldView:
        """Typed by name: a list in each of many days would make the page heavy."""
        value, error = self.form.get(name, ""), self.look.errors.get(name, "")
        text = country(self.lang, value) if value else ""
        return FieldView(name, self._label(shape), "text", text, error=error, list="countries")

    def _label(self, shape: Shape) -> str:
        return self.look.questions.get(shape.place) or self._text_of(shape, "")

    def _hint(self, shape: Shape) -> str:
        return self._text_of(shape, ".hint")

    def _text_of(self, shape: Shape, end: str) -> str:
        return self.text(shape.place.replace(".*", "") + end) or self.text(shape.name + end)

    def _value(self, shape: Shape, name: str) -> str:
        text = self.form.get(name, "") or shape.preselected
        return article_label(text, self.lang) if shape.kind == "article" and text else text

    def _placeholder(self, shape: Shape) -> str:
        """What counts when nothing is typed."""
        plain = isinstance(shape.default, (int, str)) and shape.kind in ("text", "whole")
        if not plain or shape.default == "":
            return " "
        return self.text(f"{shape.place.replace('.*', '')}.{shape.default}") or str(shape.default)

    def _ticked(self, name: str) -> dict[str, str]:
        start = f"{name}."
        return {key.removeprefix(start): text for key, text in self.form.items() if key.startswith(start)}

    def _options(self, shape: Shape, name: str) -> Options:
        if shape.kind == "country":
            return self._countries(shape, self.form.get(name, ""))
        if shape.kind == "days":
            return tuple((on, self._day(on)) for on in self._dates(name))
        if shape.kind in ("yes_no", "maybe"):
            open_word = self.text("not_said" if name in self.look.errors else "usual")
            unsaid = (("not_said", open_word),) if shape.kind == "maybe" else ()
            return (*unsaid, *((code, self._answer(shape, code)) for code in ("yes", "no")))
        if shape.place in ("profile", "entity"):
            return self._known(shape, self.form.get(name, ""))
        options = tuple((code, self._word(shape, code)) for code in shape.options)
        blank = shape.kind == "pick" and not shape.preselected and shape.place != "client.kind"
        return (("", self.text("usual")), *options) if blank else options

    def _answer(self, shape: Shape, code: str) -> str:
        return self.text(f"{shape.place.replace('.*', '')}.{code}") or say(self.lang, f"value.answer.{code}")

    def _known(self, shape: Shape, value: str) -> Options:
        """Trades and entities there are, and the one that is said although there is none such."""
        trades = tuple((name, profile(name).label.in_language(self.lang)) for name in profile_names())
        found = trades if shape.place == "profile" else (("", self.text("usual")), *self.look.entities)
        return found if not value or value in dict(found) else (*found, (value, value))

    def _word(self, shape: Shape, code: str) -> str:
        own = self.text(f"{shape.place.replace('.*', '')}.{code}") or self.text(f"{shape.name}.{code}")
        word = value_word(shape.name, code)
        return own or (say(self.lang, word) if word else code)

    def _countries(self, shape: Shape, value: str) -> Options:
        usual = UNASKED.get(shape.place)
        blank = country(self.lang, usual) if usual else self.text("country.client")
        offered = tuple(one for one in countries(self.lang) if one[0] != usual or value == usual)
        also = ((value, country(self.lang, value)),) if value and value not in dict(offered) else ()
        return (("", blank), *offered, *also)

    def country_of_all_days(self) -> FieldView:
        """The country of the work, asked once for all days."""
        shape, value = by_place()["days.*.country"], self.own("country")
        error = self.look.errors.get("country", "")
        options = self._countries(shape, "BE" if error and not value else value)
        return FieldView("country", self._label(shape), "country", value, options=options, error=error)

    def _dates(self, name: str) -> list[str]:
        """The job's days, and what is ticked besides."""
        days = [
            text for key, text in self.form.items() if key.startswith("days.") and key.endswith((".date", ".was"))
        ]
        return sorted({*days, *self._ticked(name)}) if len(set(days)) > 1 or self._ticked(name) else []

    def _day(self, on: str) -> str:
        try:
            return day(self.lang, date.fromisoformat(on), "EEE d MMM")
        except ValueError:
            return on


def _bare(view: GroupView) -> GroupView:
    """A part without its heading, which the fold says already."""
    return replace(view, headed=False)


def _first_way(shape: Shape) -> Shape | None:
    return next((one for one in shape.inner if one.field.way), None)


def _place(name: str) -> str:
    return ".".join("*" if part.isdigit() else part for part in name.split("."))


def _is_row(name: str, start: str) -> bool:
    return name.startswith(start) and name.removeprefix(start).split(".")[0].isdigit()
