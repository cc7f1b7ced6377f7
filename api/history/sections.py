"""What stands beside the steps of a job: its deadlines, its money, its papers, and what people decided."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.history.permalinks import paper_address
from api.history.schemas import DeadlineTold, DecisionTold, MoneyTold, PaperLink, StepStory
from api.history.steps import Reader
from api.wording import diffs, reasons
from api.wording.diffs import Difference
from api.wording.legal_bases import legal_basis
from api.wording.masking import masked
from api.wording.timeline import sentence
from domain.ledger import Entry
from domain.orders import step_name
from domain.people import Language
from engine.words import knows, say
from storage.execution.events import JobEvent
from storage.execution.operations import Operation
from storage.jobs.deadlines import KeptDeadline
from storage.jobs.documents import StoredDocument
from storage.security.audit import AuditLine

ABOUT = {
    "agreement": "agreement",
    "call_list": "employment_contract",
    "contract_signed": "employment_contract",
    "dimona": "employment_contract",
    "loud": "employment_contract",
    "remind": "employment_contract",
    "wages_paid": "wages",
    "wages_promised": "wages",
}
"""The service a deadline is about; an invoice's deadline is the job's, whatever its document is called."""
AT_THAT_TIME = timedelta(minutes=1)
"""Between a decision's line in the audit and its line in the story."""
SAYS_MORE = frozenset({"step.parked", "step.missed", "step.hold_lapsed"})
"""What a step can say of itself after a decision; its own verbs say that it worked."""
NOT_A_WORD = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class DecisionSources:
    """Everything that remembers a decision: the proof, the record, and the line of the story."""

    audit: Sequence[AuditLine]
    operations: Sequence[Operation]
    events: Sequence[JobEvent]


def deadline_told(kept: KeptDeadline, now: datetime, lang: Language) -> DeadlineTold:
    """A deadline in words, with the law or promise behind it."""
    name = f"history.deadline.{kept.kind}"
    return DeadlineTold(
        kind=kept.kind,
        title=say(lang, name) if knows(name) else kept.kind.replace("_", " "),
        step=step_of(kept),
        due_at=kept.due_at,
        basis=legal_basis(kept.kind, kept.basis, lang),
        met_at=kept.met_at,
        late=(kept.met_at or now) > kept.due_at,
    )


def step_of(kept: KeptDeadline) -> str | None:
    service = ABOUT.get(kept.kind)
    return step_name(service, kept.item) if service else None


def alerts(steps: Sequence[StepStory], deadlines: Sequence[DeadlineTold], ended: bool, lang: Language) -> list[str]:
    failed = [f"{one.title}: {one.undo.text}" for one in steps if one.undo.state == "failed"]
    late = [one for one in deadlines if one.late and one.met_at is None and not ended]
    missed = [say(lang, "history.late", what=one.title, on=one.due_at.date()) for one in late]
    return failed + missed


def money(
    entries: Iterable[Entry], prefix: str | None, reader: Reader, *, own: bool, private: bool = False
) -> list[MoneyTold]:
    """What moved for one step, or for the job as a whole; another person's pay is not a member's to read."""
    if private and reader.audience == "member" and not own:
        return []
    return [_moved(one, reader) for one in entries if _belongs(one, prefix)]


def _belongs(entry: Entry, prefix: str | None) -> bool:
    if prefix is None:
        return not entry.key.startswith(f"{entry.job_id}/")
    return entry.key.startswith(prefix)


def money_text(text: str, lang: Language) -> str:
    """What an entry of the books says, in the reader's language."""
    name = f"history.money.{NOT_A_WORD.sub('_', text.lower())}"
    return say(lang, name) if knows(name) else text


def _moved(entry: Entry, reader: Reader) -> MoneyTold:
    accounts = [(reader.say(f"history.account.{one.account.value}"), one.amount_eur) for one in entry.postings]
    return MoneyTold(
        on=entry.on,
        text=money_text(entry.text, reader.lang),
        amount_eur=entry.moved_eur,
        accounts=accounts if reader.level else [],
        key=entry.key if reader.is_ops else None,
    )


def paper_link(paper: StoredDocument, lang: Language) -> PaperLink:
    """A paper by its kind, and where it can be opened."""
    kind = f"paper.{paper.kind}"
    return PaperLink(
        name=paper.name,
        title=say(lang, kind) if knows(kind) else paper.name,
        filed_at=paper.filed_at,
        link=paper_address(paper.job_id, paper.name),
    )


def decisions(facts: DecisionSources, step: str | None, reader: Reader) -> list[DecisionTold]:
    """What people decided, the earliest first; a member reads of it in the lines of the story."""
    return [_decision(one, facts, reader) for one in reversed(facts.audit) if one.step == step]


def _decision(line: AuditLine, facts: DecisionSources, reader: Reader) -> DecisionTold:
    kind = line.what.partition(".")[2]
    text = f"history.decided.{kind}"
    record = next((one for one in facts.operations if one.operation_id == line.operation_id), None)
    event = _event(line, facts.events)
    second = record.confirmed_by if record else None
    return DecisionTold(
        at=line.at,
        who=reader.name(line.who),
        role=reader.say(f"role.{line.role}") if knows(f"role.{line.role}") else line.role,
        kind=kind,
        text=reader.say(text) if knows(text) else kind.replace("_", " ").replace(".", " "),
        why=masked(reasons.in_words(line.what, line.why, reader.lang)),
        differences=_differences(record, event, reader),
        outcome=_became(line, event, facts.events, reader),
        second=reader.name(second) if second else None,
        evidence=record.evidence if record else (event.params.get("evidence") if event else None),
        reference=record.reference if record else (event.params.get("reference") if event else None),
        audit=line.n if reader.is_ops else None,
    )


def _event(line: AuditLine, events: Sequence[JobEvent]) -> JobEvent | None:
    """The line of the story a decision became: by its own id, else by who did the same at that time."""
    same = [
        one for one in events if one.kind == f"step.decided.{line.what.partition('.')[2]}" and one.step == line.step
    ]
    by_id = [one for one in same if line.operation_id and one.params.get("operation") == line.operation_id]
    near = [one for one in same if one.by == line.who and abs(one.at - line.at) < AT_THAT_TIME]
    return next(iter(by_id or near), None)


def _differences(record: Operation | None, event: JobEvent | None, reader: Reader) -> list[Difference]:
    if record and record.changes:
        return diffs.of_operation(record, reader.lang, with_names=reader.is_ops)
    changes = event.params.get("changes", "") if event else ""
    return diffs.of_line(changes, reader.lang, with_names=reader.is_ops)


def _became(line: AuditLine, event: JobEvent | None, events: Sequence[JobEvent], reader: Reader) -> str:
    """Whether a decision was taken, and what its step did next."""
    if line.outcome != "taken" or event is None:
        name = f"history.became.{line.outcome}"
        return reader.say(name) if knows(name) else reader.say("history.became.refused")
    later = [one for one in events if one.seq > event.seq and one.step == event.step]
    again = next((one for one in later if one.kind in SAYS_MORE or not one.kind.startswith("step.")), None)
    if again is None:
        return reader.say("history.became.taken")
    return f"{reader.say('history.became.taken')}. {sentence(again, reader.lang)}"
