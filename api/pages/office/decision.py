"""A decision in the form its page shows it: what can be done, what it would do, and what was decided before."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import uuid4

from activities.catalog import on_paper
from api.decisions import approval_policy
from api.decisions import forms as decision_forms
from api.decisions import service as decision_service
from api.decisions.preview import LOOKED, Preview
from api.pages.office import fields
from api.pages.office.fields import Field
from api.security.permissions import Asker
from api.wording.diffs import field_label
from api.wording.legal_bases import legal_basis
from api.wording.masking import details, spoken_value
from domain.decisions import DecisionKind
from domain.people import Language
from domain.questions import AMENDED, answers
from engine.words import knows, moment, money, say
from storage.execution.operations import Operation, Proposal
from storage.jobs.claims import Claim, Note
from storage.jobs.steps import StepRow

ORDER: tuple[DecisionKind, ...] = ("replay", "by_hand", "postpone", "skip", "fail")
NOT_SHOWN = decision_service.NOT_A_MEMBERS | {"client_version", "remind_at", "language"}
"""Fields of a request that a member's form leaves out: the cooperative's own, or kept by the house."""


def kinds(row: StepRow, asker: Asker, offered: Sequence[DecisionKind] | None = None) -> list[DecisionKind]:
    """What this person can decide about a step: a question's own answers; else what a failed step allows.

    `offered` are the answers that are possible today; without it all of the question's.
    """
    if possible := answers(row.file):
        return list(possible if offered is None else offered)
    never = decision_forms.not_offered(row.file)
    if asker.audience == "member":
        never |= {"by_hand"}  # a member vouches for nothing: the adviser records it
    return [one for one in ORDER if one not in never]


def form(
    row: StepRow,
    kind: DecisionKind,
    asker: Asker,
    lang: Language,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    offered: Sequence[DecisionKind] | None = None,
) -> dict[str, Any]:
    """The form of one kind of decision, in the words of the one who takes it."""
    verb, member = decision_forms.next_verb(row.file), asker.audience == "member"
    rules = {one: approval_policy.guarded(row.service, one, verb) for one in kinds(row, asker, offered)}
    rule = rules.get(kind, approval_policy.guarded(row.service, kind, verb))
    filled = _filled(row, kind, lang)
    if member:
        filled = [one for one in filled if one.name.removeprefix("request.") not in NOT_SHOWN]
    return {
        "kind": kind,
        "kinds": [(one, named(row, one, lang, member=member), rules[one].rule) for one in rules],
        "about": named(row, kind, lang, "about", member=member),
        "confirm": named(row, kind, lang, "do", member=member),
        "rule": rule.rule,
        "rule_text": say(lang, f"office.rule.{rule.rule}"),
        "two_why": why_two(rule, lang),
        "fields": fields.with_typed_values(filled, typed, errors) if typed else filled,
        "fixed": _fixed(row, lang) if kind == "replay" else [],
        "fixed_why": say(lang, f"office.edit.fixed.{'signed' if on_paper(row.service) else 'declared'}"),
        "errors": errors,
        "wrong": _named(filled, errors, lang),
        "typed": typed,
        "attempt": row.attempt,
        "operation_id": typed.get("operation_id") or uuid4().hex,
        "partner": row.partner,
    }


OWN_FIELDS = {"file": "office.evidence.file", "reason": "office.reason", "until_at": "office.until_day",
              "reference": "office.evidence"}  # fmt: skip
"""The fields of the form itself, with the texts of their labels."""


def _named(filled: Sequence[Field], errors: Mapping[str, str], lang: Language) -> list[tuple[str, str, str]]:
    """What is wrong: the field's address on the page, its label and the sentence."""
    labels = {one.name: one.label for one in (*filled, *(i for f in filled for row in f.rows for i in row))}
    labels |= {name: say(lang, text) for name, text in OWN_FIELDS.items()}
    return [(where, labels.get(where, ""), why) for where, why in errors.items()]


def named(row: StepRow, kind: DecisionKind, lang: Language, part: str = "", *, member: bool = False) -> str:
    """A decision in its own words: a question is answered, a failed step is tried again.

    `part` is `about` for what it does, `do` for the button. A member reads what happens, not how a step is run.
    """
    asked = row.file.problem.type if answers(row.file) and row.file.problem else ""
    family = "SignedContractChanges" if asked in AMENDED else asked
    own = ".".join(filter(None, (f"office.answer.{family}.{kind}", part)))
    if knows(own):
        return say(lang, own)
    theirs = f"way.kind.{kind}.about" if part == "about" else f"way.kind.{kind}"
    if member and knows(theirs):
        return say(lang, theirs)
    if part == "do":
        return say(lang, f"office.confirm.{kind}")
    return say(lang, ".".join(filter(None, (f"office.kind.{kind}", part))))


def why_two(rule: approval_policy.Guarded, lang: Language) -> str:
    """Why a decision takes two persons, in one sentence; nothing when one is enough."""
    return say(lang, f"guard.{rule.reason}") if rule.rule == "two" else ""


def _filled(row: StepRow, kind: DecisionKind, lang: Language) -> list[Field]:
    if kind == "replay":
        names = decision_forms.editable(row.service, row.item)
        return fields.fields(decision_forms.request_schema(row.service, row.item), names, row.file.request, lang)
    if kind == "by_hand":
        schema = decision_forms.result_schema(row.file)
        names = list(schema.get("properties", {}))
        present = decision_forms.present(row.file)
        return [_as_result(one) for one in fields.fields(schema, names, present, lang)]
    return []


def _as_result(one: Field) -> Field:
    rows = tuple(tuple(_as_result(inner) for inner in row) for row in one.rows)
    renamed = f"result.{one.name.removeprefix('request.')}"
    return Field(renamed, one.label, one.kind, one.value, one.options, False, one.error, one.hint, rows)


def _fixed(row: StepRow, lang: Language) -> list[tuple[str, str]]:
    free = set(decision_forms.editable(row.service, row.item))
    fixed = {name: value for name, value in row.file.request.items() if name not in free}
    return [(one.label, one.value) for one in details(fixed, "advisor", lang, own=False, names={})]


def preview(
    told: Preview, lang: Language, names: Mapping[str, str], rule: approval_policy.Guarded | None = None
) -> dict[str, Any]:
    """What a decision would do, in words."""
    asks_partner = told.kind in LOOKED and bool(told.operation)
    return {
        "outcome": told.outcome if asks_partner or told.outcome == "not_parked" else "decided",
        "why": told.why,
        "rule": told.rule,
        "rule_text": say(lang, f"office.rule.{told.rule}"),
        "two_why": why_two(rule, lang) if rule else "",
        "changes": [
            (
                _label(one.field, lang),
                spoken_value(one.field, one.old, lang, {}) or "–",
                spoken_value(one.field, one.new, lang, {}) or "–",
            )
            for one in told.difference
        ],
        "effects": [
            {
                "kind": say(lang, f"office.effect.{one.kind}"),
                "what": one.what,
                "who": _partner(one.partner, lang),
                "call": f"{one.method} {one.address}" if one.method else "",
                "key": one.key or "",
                "amount": money(lang, one.amount_eur) if one.amount_eur is not None else "",
                "exists": one.exists,
                "asks": not one.changes_something,
                "reference": one.reference or "",
            }
            for one in told.effects
        ],
        "releases": told.releases,
        "deadlines": [
            (
                _deadline(one.kind, lang),
                moment(lang, one.due_at, "EEE d MMM, HH:mm"),
                legal_basis(one.kind, one.basis, lang),
            )
            for one in told.deadlines
        ],
        "looked": told.looked,
        "asks_partner": asks_partner,
        "key": told.order_key if told.kind == "replay" else "",
        "new_order": told.new_order,
        "claimed": say(lang, "office.would.claimed", who=names.get(told.claimed_by, told.claimed_by))
        if told.claimed_by
        else "",
    }


def _label(field: str, lang: Language) -> str:
    return field_label(field, lang)


def _partner(name: str | None, lang: Language) -> str:
    return say(lang, f"history.partner.{name}") if knows(f"history.partner.{name}") else name or ""


def _deadline(kind: str, lang: Language) -> str:
    return say(lang, f"history.deadline.{kind}") if knows(f"history.deadline.{kind}") else kind.replace("_", " ")


def decision_context(
    asker: Asker,
    row: StepRow,
    claim: Claim | None,
    notes: Sequence[Note],
    waiting: Sequence[Proposal],
    earlier: Sequence[Operation],
    names: Mapping[str, str],
    lang: Language,
    changed: Collection[str] = (),
) -> dict[str, Any]:
    """Who is busy with it, what was noted, what waits for a second person, and what was decided before."""
    return {
        "claim": _claim(asker, claim, names, lang),
        "mine": claim is not None and claim.by == asker.person_id,
        "notes": [(one.text, names.get(one.by, one.by), moment(lang, one.at)) for one in reversed(notes)],
        "proposals": [
            proposal(one, row, asker, names, lang) | {"changed": one.proposal_id in changed} for one in waiting
        ],
        "earlier": [
            (
                say(lang, f"office.kind.{one.kind}"),
                names.get(one.by, one.by),
                names.get(one.confirmed_by or "", ""),
                one.reason,
                moment(lang, one.asked_at),
            )
            for one in reversed(earlier)
        ],
    }


def _claim(asker: Asker, claim: Claim | None, names: Mapping[str, str], lang: Language) -> str:
    if claim is None:
        return ""
    until = moment(lang, claim.until_at, "HH:mm")
    if claim.by == asker.person_id:
        return say(lang, "office.claim.mine", at=until)
    return say(lang, "office.claim.theirs", who=names.get(claim.by, claim.by), at=until)


def proposal(
    one: Proposal, row: StepRow | None, asker: Asker, names: Mapping[str, str], lang: Language
) -> dict[str, Any]:
    """A decision that waits for a second person, and why it takes two."""
    what = say(lang, f"office.kind.{one.kind}")
    return {
        "id": one.proposal_id,
        "job_id": one.job_id,
        "step": one.step,
        "text": say(lang, "office.proposal.by", who=names.get(one.by, one.by), what=what),
        "why": one.reason,
        "two_why": why_two(decision_service.ruled(row, one.decision), lang) if row else "",
        "at": moment(lang, one.proposed_at),
        "own": one.by == asker.person_id,
        "shown": one.shown_sha256 or "",
        "changes": [
            (
                _label(each.field, lang),
                spoken_value(each.field, each.old, lang, {}) or "–",
                spoken_value(each.field, each.new, lang, {}) or "–",
            )
            for each in one.changes
        ],
    }
