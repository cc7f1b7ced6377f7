"""What is wrong with a decision that somebody typed: each field of it, in the reader's language."""

from collections.abc import Iterator

from pydantic import BaseModel, ValidationError

from activities.catalog import step_of
from api.not_taken import named_fields
from api.ports.process import NotTaken
from api.wording.flaws import at_field
from domain.job import Decision, StepState
from domain.people import Language
from engine.words import knows, say
from workflows.decisions import contents_flaw, given_back_flaw
from workflows.problems import by_hand_result


def of_result(state: StepState, taken: Decision, lang: Language) -> dict[str, str]:
    """What a result by hand does not say, or says wrongly, by field; empty when it is whole."""
    model = _form(state)
    if model is None:
        return {}
    said = (taken.result or {}) if state.undoing else by_hand_result(state, taken)
    try:
        done = model.model_validate(said)
    except ValidationError as error:
        return by_field(error, lang)
    step = step_of(state.service, state.item)
    assert step is not None
    flaw = given_back_flaw(step, state, taken) if state.undoing else contents_flaw(step, state, taken)
    if flaw is None or flaw[0] != "ResultIncomplete":
        return {}
    return dict(_lacking(flaw[1], done, lang))


def of_request(no: NotTaken, lang: Language) -> dict[str, str]:
    """Why an edited request is not taken, by field; empty when the reason is about no field."""
    if no.kind not in ("WrongForThisJob", "WrongForm", "SignedPaper"):
        return {}
    kind = "signed_paper" if no.kind == "SignedPaper" else "not_this_job"
    told = say(lang, f"flaw.{kind}")
    return {name: _capital(why) if lang == "en" else told for name, why in named_fields(str(no))}


def by_field(error: ValidationError, lang: Language) -> dict[str, str]:
    """What the types of a form refuse, by field."""
    return dict(_sentences(error, lang))


def _sentences(error: ValidationError, lang: Language) -> Iterator[tuple[str, str]]:
    for one in error.errors():
        values = one.get("ctx", {})
        where = ".".join(str(part) for part in (*one["loc"], values.get("field")) if part not in (None, ""))
        said = at_field(lang, where.rpartition(".")[2], one["type"], values)
        yield where, said or say(lang, "page.flaw.other")


def _form(state: StepState) -> type[BaseModel] | None:
    step = step_of(state.service, state.item)
    if step is None or not state.undoing:
        return step.booking if step else None
    back = step.asks_back(state)
    return back.form if back else None


def _lacking(why: str, done: BaseModel, lang: Language) -> Iterator[tuple[str, str]]:
    names = [_field_of(done, name) for name, _ in named_fields(why)]
    empty = [name for name in names if getattr(done, name, None) in (None, "", ())]
    for name in empty or names:
        yield name, _sentence(name, lang, missing=bool(empty))


def _field_of(done: BaseModel, name: str) -> str:
    """A price is called differently in each service."""
    if name != "price" or name in type(done).model_fields:
        return name
    own = (one for one in ("price_eur", "premium_eur") if one in type(done).model_fields)
    return next(own, name)


def _sentence(name: str, lang: Language, *, missing: bool) -> str:
    own = f"lack.{name}"
    if knows(own):
        return say(lang, own)
    return say(lang, "flaw.missing" if missing else "flaw.value_error")


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
