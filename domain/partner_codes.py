"""What partners' failure codes mean to us: who decides about it, and whether trying again can help.

One table per partner, one line per code. What a code means in words is `code.<partner>.<code>` in
`engine/locale/partner_codes.yaml`. A code that is not here is said as unknown, with the partner's own text, and
decided as the refusal itself says.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from domain.errors import Decider, Refusal

ANY: Final = "any"
"""What several partners say in the same words: the kinds of RFC 9457 problems of their interfaces."""


class Meaning(NamedTuple):
    """What is done about a code."""

    decided_by: Decider | None = None
    """Who decides; None for whom the refusal itself names."""
    retry: bool = False
    """The same request may succeed a little later: it is tried again before anybody is asked."""


CODES: Final[Mapping[str, Mapping[str, Meaning]]] = {
    ANY: {
        "conflict": Meaning(retry=True),
        "wrong-state": Meaning(retry=True),
        "hold-expired": Meaning(retry=True),
        "idempotency-in-flight": Meaning(retry=True),
        "idempotency-key-reused": Meaning(retry=True),
        "invalid-request": Meaning("ops"),
        "unauthorized": Meaning("ops"),
        "not-found": Meaning("ops"),
        "refused": Meaning(),
    },
    # Source: Dimona web service version 2, anomalies; consulted 23-11-2026
    "dimona": {
        "00913-355": Meaning("ops"),
        "90017-369": Meaning("advisor"),
        "90017-510": Meaning("advisor"),
    },
    # Source: ISO 20022 external code sets, ExternalReturnReason and ExternalStatusReason
    "bank": {
        "AC01": Meaning("finance"),
        "AC04": Meaning("finance"),
        "AC06": Meaning("finance"),
        "AG01": Meaning("finance"),
        "AM04": Meaning("finance"),
        "AM05": Meaning("finance"),
        "AM09": Meaning("finance"),
        "MD07": Meaning("finance"),
        "MS02": Meaning("finance"),
        "MS03": Meaning("finance"),
        "RR03": Meaning("finance"),
        "RR10": Meaning("finance"),
    },
    # Source: RFC 5321 section 4.2.3
    "mail": {
        "550": Meaning("ops"),
        "551": Meaning("ops"),
        "552": Meaning("ops"),
        "553": Meaning("ops"),
        "554": Meaning("ops"),
    },
}
CODE: Final = re.compile(r"[A-Z0-9]+[-0-9A-Z]*[0-9A-Z]")
SPOKEN: Final[Mapping[str, tuple[str, str]]] = {
    "DimonaRefused": ("dimona", "anomalies"),
    "PaymentReturned": ("bank", "reason"),
    "ReceiverRejected": ("peppol", "detail"),
}
"""Refusals that belong to one partner: its name, and the value in which the partner's own text stands."""


def meaning(partner: str, code: str) -> Meaning | None:
    """What a partner's code means; None when nobody wrote it down yet."""
    return CODES.get(partner, {}).get(code) or CODES[ANY].get(code)


def text_id(partner: str, code: str) -> str | None:
    """The id of the text that says what a known code means."""
    if code in CODES.get(partner, {}):
        return f"code.{partner}.{code}"
    return f"code.{ANY}.{code}" if code in CODES[ANY] else None


def codes_of(refusal: str, params: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """The codes a partner gave with a refusal: the partner, the code, and its own text."""
    partner, place = SPOKEN.get(refusal, (params.get("partner", ""), "detail"))
    if params.get("code"):
        yield partner, params["code"], params.get(place, "")
    elif place in ("anomalies", "reason"):
        for one in params.get(place, "").split("; "):
            code, _, said = one.partition(" ")
            if CODE.fullmatch(code):
                yield partner, code, said


def decider(no: Refusal) -> Decider:
    """Who decides about a refusal: whom its first known code names, else the refusal itself."""
    found = (meaning(partner, code) for partner, code, _ in codes_of(type(no).__name__, no.params))
    return next((one.decided_by for one in found if one and one.decided_by), no.decided_by)
