"""The story of a job as a paper: the same words as on the pages, for those who will read it years later."""

from collections.abc import Iterator
from datetime import date

from activities.letterhead import printed_address
from api.history.schemas import DeadlineTold, JobStory, MoneyTold, StepStory, TryTold
from domain.papers import EntityParty, PrintedStoryLine, StoryPaper, StoryStep
from domain.people import Entity, Language
from engine.words import day, moment, money, say


def story_paper(told: JobStory, entity: Entity, printed_on: date, *, sandbox: bool) -> StoryPaper:
    """The whole story, ready to be printed."""
    lang = told.lang
    return StoryPaper(
        language=lang,
        sandbox=sandbox,
        printed_on=printed_on,
        entity=_entity(entity),
        number=told.job_id,
        job_title=told.title,
        state=told.state_text,
        facts=_head(told),
        lines=tuple(
            PrintedStoryLine(
                at=moment(lang, one.at), what=one.title, text=one.text, by=one.by or "", quiet=one.idle or ""
            )
            for one in told.lines
        ),
        steps=tuple(_step(one, lang) for one in told.steps),
        money=_money(told.money, lang),
        deadlines=tuple(_deadline(one, lang) for one in told.deadlines),
    )


def _entity(entity: Entity) -> EntityParty:
    return EntityParty(
        name=entity.name,
        legal_form=entity.legal_form,
        enterprise_number=entity.enterprise_number,
        address=printed_address(entity.address),
        iban=entity.iban,
        bic=entity.bic,
        court=entity.court,
        email=entity.email,
    )


def _head(told: JobStory) -> tuple[tuple[str, str], ...]:
    lang = told.lang
    return (
        (say(lang, "role.member").capitalize(), told.member_name),
        (say(lang, "value.whose.client").capitalize(), told.client_name),
        (say(lang, "history.field.price_ex_vat_eur"), money(lang, told.amount_eur)),
        (say(lang, "history.field.starts_at"), moment(lang, told.first_start_at)),
        (say(lang, "history.field.ends_at"), moment(lang, told.last_end_at)),
        (say(lang, "history.field.declared_at"), moment(lang, told.declared_at)),
    )


def _step(step: StepStory, lang: Language) -> StoryStep:
    reference = ((say(lang, "history.field.reference"), step.reference),) if step.reference else ()
    facts = (*((one.label, one.value) for one in (*step.asked, *step.answered)), *reference)
    return StoryStep(
        title=step.title,
        state=step.state_text,
        about=step.about,
        facts=tuple(dict.fromkeys(facts)),
        events=tuple(text for _, *text in sorted(_events(step, lang))),  # type: ignore[misc]  # instant, then two texts
        money=_money(step.money, lang),
        papers=tuple(f"{one.title} ({one.name})" for one in step.papers),
        undo=step.undo.text,
    )


def _events(step: StepStory, lang: Language) -> Iterator[tuple[str, str, str]]:
    """Tries, waits, decisions and notes of a step, each with its instant to be sorted by."""
    for tried in (*step.tries, *step.undo.tries):
        yield tried.began_at.isoformat(), moment(lang, tried.began_at), _tried(tried)
    for wait in step.waits:
        yield wait.began_at.isoformat(), moment(lang, wait.began_at), wait.text
    for one in step.decisions:
        changed = "; ".join(f"{each.label}: {each.before} → {each.after}" for each in one.differences)
        text = f"{one.text} ({one.who}, {one.role}): {one.why} {changed} {one.outcome or ''}"
        yield one.at.isoformat(), moment(lang, one.at), text.strip()
    for note in step.notes:
        yield note.at.isoformat(), moment(lang, note.at), f"{note.who}: {note.text}"


def _tried(tried: TryTold) -> str:
    why = f". {tried.failure}" if tried.failure else ""
    return f"{tried.attempt}.{tried.number} {tried.what}: {tried.outcome_text}{why}"


def _money(moved: list[MoneyTold], lang: Language) -> tuple[tuple[str, str, str], ...]:
    return tuple((day(lang, one.on), one.text, money(lang, one.amount_eur)) for one in moved)


def _deadline(one: DeadlineTold, lang: Language) -> tuple[str, str, str, str]:
    met = moment(lang, one.met_at) if one.met_at else "–"
    return one.title, moment(lang, one.due_at), met, one.basis
