"""What the office decides about, in the form a page shows it."""

import json
from dataclasses import dataclass
from uuid import uuid4

from api import forms
from api.answers import problem_told
from api.pages.shown import StepCard, step_parts
from api.story import Audience
from domain.people import Language
from engine.words import knows, moment, say
from storage.jobs import KeptJob
from storage.steps import StepRow


@dataclass(frozen=True)
class DecisionCard(StepCard):
    """One parked step with what a decision needs."""

    operation_id: str
    job_title: str
    since: str
    decide_by: str
    who_decides: str
    technical: str
    skippable: bool
    request_text: str
    request_rows: int
    editable: str


def decision_card(row: StepRow, audience: Audience, lang: Language) -> DecisionCard:
    """One parked step to decide about."""
    problem = problem_told(row.file, audience, lang)
    text = json.dumps(row.file.request, ensure_ascii=False, indent=2)
    fields = forms.editable(row.service)
    return DecisionCard(
        **step_parts(row.job_id, row.file, "", audience, lang),
        operation_id=uuid4().hex,
        job_title=row.title,
        since=say(lang, "page.ops.since", at=moment(lang, row.parked_since_at)) if row.parked_since_at else "",
        decide_by=say(lang, "page.ops.decide_by", at=moment(lang, row.decide_by)) if row.decide_by else "",
        who_decides=say(lang, "page.ops.who_decides", who=say(lang, f"value.who.{row.decided_by or 'ops'}")),
        technical=(problem.technical if problem else None) or "",
        skippable=row.file.skippable or row.file.undoing,
        request_text=text if row.file.request and fields else "",
        request_rows=min(24, text.count("\n") + 2),
        editable=", ".join(fields),
    )


def approvals(job: KeptJob, lang: Language) -> list[dict[str, str]]:
    """The approvals of one job nobody has answered yet."""
    return [
        {
            "job_id": job.job_id,
            "job_title": job.title,
            "rule_id": one.rule,
            "rule": say(lang, f"rule.{one.rule}") if knows(f"rule.{one.rule}") else one.rule,
            "why": one.why,
            "answer_by": moment(lang, one.answer_by),
        }
        for one in job.file.approvals.values()
        if one.granted is None
    ]
