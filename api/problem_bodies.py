"""The bodies of problems as OpenAPI describes them: what some kinds say beside what every problem says."""

from collections.abc import Iterable, Mapping
from typing import Any

Json = dict[str, Any]
PROBLEM: Json = {"$ref": "#/components/schemas/Problem"}
MORE: Mapping[str, tuple[str, Json]] = {
    "quote-refuses": ("QuoteProblem", {"quote": {"$ref": "#/components/schemas/Quote"}}),
    "quote-changed": ("QuoteProblem", {"quote": {"$ref": "#/components/schemas/Quote"}}),
    "which-step": ("WhichStepProblem", {"steps": {"type": "array", "items": {"type": "string"}}}),
    "claimed": ("ClaimedProblem", {"by": {"type": "string"}}),
    "already-proposed": ("ProposedProblem", {"proposal_id": {"type": "string"}}),
    "not-now": ("NotNowProblem", {"reason": {"type": "string"}}),
    "refused": (
        "RefusedProblem",
        {
            "refusal": {"type": "string"},
            "params": {"type": "object", "additionalProperties": {"type": "string"}},
            "decided_by": {"type": "string"},
        },
    ),
}
"""What a kind of problem says beside what every problem says, and how its body is called."""


def body_of(kinds: Iterable[str]) -> Json:
    """The body of an answer that may mean any of these kinds."""
    names = dict.fromkeys(MORE[kind][0] if kind in MORE else "Problem" for kind in kinds)
    refs = [{"$ref": f"#/components/schemas/{name}"} for name in names]
    return refs[0] if len(refs) == 1 else {"anyOf": refs}


def shapes(common: Json) -> Json:
    """Every body, from the shape that all problems have in common."""
    found: Json = common.pop("$defs", {}) | {"Problem": common}
    for name, more in MORE.values():
        found[name] = {"title": name, "allOf": [PROBLEM, {"type": "object", "properties": more}]}
    return found
