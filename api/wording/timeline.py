"""The story of a job: what happened, told in the words and at the level of the one who reads it.

One function for the API, the command line and the pages; the events come from the database, in their order.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, Protocol, get_args

from pydantic import BaseModel, ConfigDict

from activities.catalog import step_of
from api.wording import failures
from api.wording.diffs import in_one_line, of_line
from domain.collection_state import is_stage
from domain.incident_claims import CLAIM_STAGES
from domain.job import StepState
from domain.orders import EARLIER, crew_of, month_of, split_step
from domain.people import Language
from domain.services.debt_collection import StageKind
from engine.wording import article_name
from engine.words import catalog, day, dressed, filled, knows, say

Audience = Literal["member", "advisor", "ops"]
LEVEL: Mapping[str, int] = {"member": 0, "advisor": 1, "ops": 2}

FROM_ADVISOR: frozenset[str] = frozenset(
    {
        "step.claimed",
        "step.noted",
        "step.held_up",
        "step.partner_paused",
        "step.proposal_refused",
        "step.proposed",
        "step.reviewed",
        "step.unclaimed",
        "step.trying",
        "step.waiting",
        "step.postponed",
        "step.loud",
        "step.extended",
        "step.amended",
    }
)
"""Told to advisers and ops only: true, but noise for a member."""
FROM_OPS: frozenset[str] = frozenset({"step.superseded", "job.started", "job.rebuilt"})
"""Told to ops only."""


Names = Mapping[str, str]
"""How the people of one job are called, by the item that stands for each of them in the names of steps."""
NOBODY: Names = {}

SAID_NO = frozenset({"PartnerRefused", "NotThere"})
"""Here the partner's own words differ from case to case."""
ALONE = frozenset({"-", "van", "wish", "invoice"})
"""Items that name the only one of their service."""


class Event(Protocol):
    """One row of a job's events."""

    @property
    def seq(self) -> int: ...
    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> str: ...
    @property
    def step(self) -> str | None: ...
    @property
    def by(self) -> str | None: ...
    @property
    def params(self) -> Mapping[str, str]: ...


class Line(BaseModel):
    """One line of the story."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    seq: int
    """Its place in the story of this job."""
    at: datetime
    kind: str
    """What happened, for programs: `job.ready`, `step.parked`, `van_rental.confirm`."""
    step: str | None = None
    """The step, as decisions name it."""
    title: str
    """The service, in the reader's language; or the job."""
    text: str
    """What happened, in one sentence."""
    by: str | None = None
    """Who did it, both where two persons decided; for advisers and ops."""
    technical: str | None = None
    """What an engineer needs; for ops."""
    idle: str | None = None
    """What was waited for in a long quiet time before it, and how long."""
    link: str | None = None
    """Where exactly this line can be read."""


def tell(events: Iterable[Event], audience: Audience, lang: Language, names: Names = NOBODY) -> list[Line]:
    """The story for one audience, in one language."""
    return [line(event, audience, lang, names) for event in events if is_for(event.kind, audience)]


def is_for(kind: str, audience: Audience) -> bool:
    """Whether this audience is told such news."""
    level = LEVEL[audience]
    return level >= (2 if kind in FROM_OPS else 1 if kind in FROM_ADVISOR else 0)


def line(event: Event, audience: Audience, lang: Language, names: Names = NOBODY) -> Line:
    """One event as one line."""
    level = LEVEL[audience]
    return Line(
        seq=event.seq,
        at=event.at,
        kind=event.kind,
        step=event.step,
        title=title(event.step, lang, names),
        text=sentence(event, lang, names),
        by=event.by if level >= LEVEL["advisor"] else None,
        technical=event.params.get("technical") if level >= LEVEL["ops"] else None,
    )


def whom(state: StepState, persons: Mapping[str, str]) -> Names:
    """How the person one step is about is called, from the names of persons by their id."""
    name = persons.get(str(state.request.get("person_id", "")))
    return {state.item: name} if name else NOBODY


def title(step: str | None, lang: Language, names: Names = NOBODY) -> str:
    """The name of a step for people: `Van`, or `Wage · Chloé Janssens`."""
    if not step:
        return say(lang, "story.title.job")
    service, item = split_step(step)
    name, part = say(lang, f"service.{service}"), item_title(item, lang, names)
    return f"{name} · {part}" if part else name


def item_title(item: str, lang: Language, names: Names = NOBODY) -> str:
    """The part of a service for people: a person by name, a document by its kind; alone, nothing."""
    if item in ALONE:
        return ""
    if item in names and month_of(item) is None:
        return names[item]
    if (month := month_of(item)) is not None:
        who = names.get(item) or item_title(crew_of(item), lang, names)
        return " · ".join(filter(None, (who, day(lang, month, "MMMM y"))))
    for stage in get_args(StageKind):
        if is_stage(item, stage):
            return say(lang, f"value.stage.{stage}")
    for part in CLAIM_STAGES:
        if item.endswith(f"-{part}") and knows(f"value.incident.{_kind_of(item)}"):
            return say(lang, f"item.claim.{part}", what=say(lang, f"value.incident.{_kind_of(item)}"))
    return say(lang, f"item.{item}") if knows(f"item.{item}") else item.replace("-", " ").title()


def _kind_of(item: str) -> str:
    """What happened, of a claim's step: `no_show` of `no-show-1-report`."""
    return "_".join(part for part in item.split("-")[:-1] if not part.isdigit())


def sentence(event: Event, lang: Language, names: Names = NOBODY) -> str:
    """What happened; an operation that has no sentence of its own is told by its verb."""
    told = event.params
    if event.kind.endswith(".returned_late"):
        told = failures.with_codes("PaymentReturned", told, lang)
    params = SentenceValues(_written(failures.with_partner_names(told, lang), lang))
    params["problem"] = refusal(event.params, lang)
    if crew_of(event.params.get("item", "")) in names:
        params["item"] = item_title(event.params["item"], lang, names)
    msgid = f"story.{event.kind}"
    if event.params.get("about") and knows(f"{msgid}.{event.params['about']}"):
        msgid = f"{msgid}.{event.params['about']}"
    if "-" in told.values() and knows(f"{msgid}.nothing"):
        msgid = f"{msgid}.nothing"
    if event.kind == "step.missed" and _is_essential(event.step):
        msgid = f"{msgid}.essential"
    if "assigned" in event.params and knows(f"{msgid}.assigned"):
        msgid = f"{msgid}.assigned"
    if EARLIER in event.params:
        msgid = "story.step.earlier_given_back"
    if event.kind in ("job.moved", "job.move_proposed") and event.params.get("changes"):
        msgid = f"{msgid}.changes"
        params["changes"] = in_one_line(of_line(event.params["changes"], lang, with_names=False))
    if not knows(msgid):
        return say(lang, "story.other", kind=event.kind)
    text = f"{filled(lang, catalog(lang)[msgid], params)} {_changed(event, lang)}".strip()
    return text[:1].upper() + text[1:]


def _written(params: Mapping[str, str], lang: Language) -> dict[str, str]:
    """The values of a sentence as people write them; an article by the name the price list gives it."""
    articles = {name: article_name(params[name], lang) for name in ("article", "articles") if name in params}
    return dressed(lang, params) | articles


def _is_essential(step: str | None) -> bool:
    """Whether the job stands or falls with a step: then it does not "go on without it"."""
    stated = step_of(*split_step(step)) if step else None
    return stated is not None and stated.essential


def _changed(event: Event, lang: Language) -> str:
    """What a person edited, beside the decision it was edited with."""
    if not event.kind.startswith("step.decided.") or not event.params.get("changes"):
        return ""
    return f"({in_one_line(of_line(event.params['changes'], lang, with_names=False))})"


def refusal(params: Mapping[str, str], lang: Language) -> str:
    """A business "no" in the reader's language; anything else in the way in its own words, never as a code."""
    name = params.get("problem") or params.get("type") or ""
    if name == "PartnerDown" and params.get("partner"):
        return failures.away(params["partner"], None, lang)
    if not knows(f"refusal.{name}"):
        return failures.unworded(params.get("text", ""), lang)
    text = filled(
        lang,
        catalog(lang)[f"refusal.{name}"],
        SentenceValues(_written(failures.with_partner_names(failures.with_codes(name, params, lang), lang), lang)),
    )
    return text[:1].upper() + text[1:]


PLACES = re.compile(r"\s*:?\s*–\.?$")


def general_reason(name: str, lang: Language) -> str:
    """A reason to stop without the values of one case: for lists that count cases."""
    if name in SAID_NO:
        return failures.refused(None, lang)
    if knows(f"reason.{name}"):
        return say(lang, f"reason.{name}")
    return PLACES.sub("", refusal({"problem": name}, lang)).replace("–", "…")


class SentenceValues(dict[str, str]):
    """The values of a sentence; what an old event did not say yet is told as a dash."""

    def __missing__(self, name: str) -> str:
        return "–"
