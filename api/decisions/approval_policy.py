"""Who may decide what, alone or with somebody else: one table for steps, bulk replays and the pages.

The safe direction is never blocked: a declaration to social security at five in the morning takes one person. What
cannot be taken back, or takes something from somebody, takes two. What is merely out of the ordinary is done by one
and looked at by another within a day.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta

from domain.decisions import DecisionKind, Rule

REVIEW_WITHIN = timedelta(hours=24)
"""How long another person has to look at a decision one took alone."""
KINDS: tuple[DecisionKind, ...] = ("replay", "by_hand", "skip", "fail", "postpone")
"""What may be decided about a step that failed."""

#                           replay    by_hand     skip        fail        postpone
TABLE: Mapping[str, tuple[Rule, Rule, Rule, Rule, Rule]] = {
    "agreement":            ("alone", "reviewed", "reviewed", "reviewed", "alone"),
    "prefinancing":         ("alone", "two",      "two",      "reviewed", "alone"),
    "insurance":            ("alone", "reviewed", "reviewed", "alone",    "alone"),
    "van_rental":           ("alone", "alone",    "alone",    "alone",    "alone"),
    "equipment":            ("alone", "alone",    "alone",    "alone",    "alone"),
    "travel":               ("alone", "alone",    "alone",    "alone",    "alone"),
    "workspace":            ("alone", "alone",    "alone",    "alone",    "alone"),
    "special_request":      ("alone", "alone",    "alone",    "alone",    "alone"),
    "employment_contract":  ("alone", "reviewed", "two",      "two",      "alone"),
    "expenses":             ("alone", "two",      "reviewed", "two",      "alone"),
    "wages":                ("alone", "two",      "two",      "two",      "alone"),
    "invoicing":            ("alone", "reviewed", "two",      "two",      "alone"),
    "debt_collection":      ("alone", "reviewed", "reviewed", "reviewed", "alone"),
}  # fmt: skip
"""A replayed wage or expense note comes onto the list: it leaves the bank in a batch that two persons approved."""


@dataclass(frozen=True)
class Unless:
    """Where one verb, or one edited field, asks for something else than the service as a whole."""

    service: str
    kinds: tuple[DecisionKind, ...]
    rule: Rule
    why: str
    reason: str = ""
    """Where it takes two: the text `guard.{reason}` says why in the reader's language."""
    verbs: frozenset[str] = frozenset()
    """These verbs; empty for any."""
    fields: frozenset[str] = frozenset()
    """When one of these fields of the request is edited; empty for any decision."""


EXCEPTIONS: tuple[Unless, ...] = (
    Unless(
        "employment_contract",
        ("end",),
        "two",
        "a signed contract ends by an agreement of both, and its Dimona is cancelled",
        "terminate",
    ),
    Unless("invoicing", ("credit",), "two", "an issued invoice is taken back by a credit note", "credit"),
    Unless(
        "employment_contract",
        ("replay", "by_hand"),
        "two",
        "a signed contract ends by an agreement of both, and its Dimona is cancelled",
        "terminate",
        verbs=frozenset({"terminate"}),
    ),
    Unless(
        "employment_contract",
        ("by_hand",),
        "two",
        "a signed contract is corrected only with an amendment both have signed",
        "amend",
        verbs=frozenset({"amend"}),
    ),
    Unless(
        "employment_contract",
        ("skip",),
        "alone",
        "the contract and its pay stay what was signed",
        verbs=frozenset({"terminate", "amend"}),
    ),
    Unless(
        "employment_contract",
        ("fail", "skip"),
        "reviewed",
        "nothing is signed or declared yet",
        verbs=frozenset({"offer", "person_signs", "withdraw_offer"}),
    ),
    Unless("invoicing", ("fail",), "reviewed", "nothing is issued yet", verbs=frozenset({"issue"})),
    Unless(
        "invoicing",
        ("replay", "by_hand"),
        "two",
        "an issued invoice is taken back by a credit note",
        "credit",
        verbs=frozenset({"credit"}),
    ),
    Unless("invoicing", ("skip",), "alone", "the invoice stays as it was issued", verbs=frozenset({"credit"})),
    Unless("wages", ("replay",), "two", "a payment is taken off the list", "recover", verbs=frozenset({"recover"})),
    Unless(
        "expenses", ("replay",), "two", "a payment is taken off the list", "recover", verbs=frozenset({"recover"})
    ),
    Unless("wages", ("replay",), "reviewed", "another day of payment", fields=frozenset({"pay_on"})),
    Unless("expenses", ("replay",), "two", "another amount is paid", "amount", fields=frozenset({"lines"})),
    Unless(
        "prefinancing", ("replay",), "two", "a loss gets its bearer", "loss", fields=frozenset({"loss_borne_by"})
    ),
    Unless("insurance", ("replay",), "two", "a loss gets its bearer", "loss", fields=frozenset({"borne_by"})),
    Unless("insurance", ("by_hand",), "two", "a loss gets its bearer", "loss", verbs=frozenset({"bear_rest"})),
    Unless(
        "prefinancing",
        ("replay",),
        "reviewed",
        "a limit of the fund is lifted, or the fund is used otherwise",
        fields=frozenset({"approved_by", "choice", "cap_eur", "subsidy_document"}),
    ),
    Unless(
        "debt_collection",
        ("replay",),
        "two",
        "it goes to lawyer and bailiff, or is written off: no clock and no single person decides that",
        "bailiff",
        fields=frozenset({"decided", "borne_by"}),
    ),
    Unless(
        "debt_collection",
        ("by_hand",),
        "two",
        "handed to the bailiff or written off outside",
        "bailiff",
        verbs=frozenset({"hand_over", "answer_plan", "write_off"}),
    ),
)
"""The first that fits counts."""
ANSWERED_ALONE: Mapping[DecisionKind, str] = {
    "amend": "nothing changes before the person and the cooperative have both signed",
    "keep": "it stays what was signed, issued or done",
}
"""Answers that take nothing from anybody and bind nobody."""
WHY: Mapping[Rule, str] = {
    "alone": "one person decides",
    "reviewed": "one person decides, another looks at it within 24 hours",
    "two": "two persons decide",
}


@dataclass(frozen=True)
class Guarded:
    """A rule and its reason."""

    rule: Rule
    why: str
    reason: str = ""
    """Where it takes two: the text `guard.{name}` says why in the reader's language."""


def guard(service: str, kind: DecisionKind, operation: str | None = None, edited: Collection[str] = ()) -> Rule:
    """How many persons this decision takes.

    `operation` is the verb it is about (`forms.next_verb`), `edited` the fields of the request it changes.
    """
    return guarded(service, kind, operation, edited).rule


def guarded(
    service: str, kind: DecisionKind, operation: str | None = None, edited: Collection[str] = ()
) -> Guarded:
    """The rule, and why. A service nobody wrote into the table takes two persons."""
    for one in EXCEPTIONS:
        if one.service != service or kind not in one.kinds:
            continue
        if one.verbs and operation not in one.verbs:
            continue
        if one.fields and one.fields.isdisjoint(edited):
            continue
        return Guarded(one.rule, one.why, one.reason)
    if kind in ANSWERED_ALONE:
        return Guarded("alone", ANSWERED_ALONE[kind])
    row = TABLE.get(service)
    rule: Rule = row[KINDS.index(kind)] if row else "two"
    reason = f"{service}.{kind}" if row else "unknown"
    return Guarded(rule, WHY[rule], reason if rule == "two" else "")
