"""What is wrong with a partner, or in our own house, in plain words; the technical cause is for operations only."""

import re
from collections.abc import Mapping

from domain.partner_codes import SPOKEN, codes_of, text_id
from domain.people import Language
from engine.words import knows, say

SIGNS: tuple[tuple[str, str], ...] = (
    ("late", r"Timeout|nobody took the decision in time"),
    ("unreachable", r"Connect(ion)?(Error|Refused)|gaierror|ProxyError|SMTPConnectError|\bOSError"),
    ("broken_off", r"(Protocol|Read|Write|Close|Network)Error|Disconnected|ConnectionReset|BrokenPipe"),
    ("unreadable", r"DecodingError|cannot read|does not fit the document"),
    ("busy", r"status (408|425|429)\b|come back later"),
    ("failing", r"(status|SMTP) (?P<code>\d{3})\b"),
)
"""What the lines of `partners` write down of a failed call, and what it means to people; the first that fits."""
SAID = re.compile(r"^[A-Z][^\n]{3,200}$")
"""A sentence of the partner's own, rather than a code of ours."""
NOBODY = "Something unexpected happened."
"""What the process writes where a mistake of ours has no words."""

UNSAID = ("-", "returned", "")
"""What stands for the reason of a bank that gave none."""


def with_partner_names(params: Mapping[str, str], lang: Language) -> dict[str, str]:
    """The values of a sentence with the partner as people call it, and as it is said after "of"."""
    if params.get("problem") == "RateNotKnownYet":
        name = f"rate.{params.get('name')}"
        params = {**params, "name": say(lang, name if knows(name) else "rate.other")}
    partner = params.get("partner", "")
    if not knows(f"history.partner.{partner}"):
        return {"who": partner or _of(None, lang), **params}
    return {**params, "partner": _partner(partner, lang), "who": _of(partner, lang)}


def with_codes(refusal: str, params: Mapping[str, str], lang: Language) -> dict[str, str]:
    """The values of a refusal with what the partner's codes mean; one nobody wrote down is said as unknown."""
    found = list(codes_of(refusal, params))
    if not found and refusal == "PaymentReturned" and params.get("reason") in UNSAID:
        return {**params, "reason": say(lang, "failure.reason.unsaid")}
    if not found:
        return dict(params)
    place = SPOKEN[refusal][1] if refusal in SPOKEN else "detail"
    return {**params, place: "; ".join(_meant(*one, lang) for one in found)}


def _meant(partner: str, code: str, said: str, lang: Language) -> str:
    if (known := text_id(partner, code)) is not None:
        return say(lang, known, said=said)
    return say(lang, "code.unknown" if said else "code.unknown.silent", said=said, code=code)


def away(partner: str | None, cause: str | None, lang: Language) -> str:
    """Why a partner could not be asked; without a known cause, that it does not answer as it should."""
    words = {"partner": _partner(partner, lang), "who": _of(partner, lang)}
    told = (cause or "").removeprefix(f"{partner}: ")
    for kind, sign in SIGNS:
        if found := re.search(sign, told):
            return _capital(say(lang, f"trouble.{kind}", **words, **found.groupdict()))
    if SAID.match(told):
        return _capital(say(lang, "trouble.said", **words, detail=told))
    return _capital(say(lang, "trouble.silent", **words))


def refused(partner: str | None, lang: Language) -> str:
    """That a partner said no, where each step says to what."""
    return _capital(say(lang, "trouble.refused", who=_of(partner, lang)))


def unworded(text: str, lang: Language) -> str:
    """A reason without a text of its own: its sentence when it has one, never its code."""
    return text if " " in text.strip() and text != NOBODY else say(lang, "refusal.Unknown")


def _partner(name: str | None, lang: Language) -> str:
    return say(lang, f"history.partner.{name}" if knows(f"history.partner.{name}") else "value.who.partner")


def _of(name: str | None, lang: Language) -> str:
    return say(lang, f"history.who.{name}" if knows(f"history.who.{name}") else "history.who.partner")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
