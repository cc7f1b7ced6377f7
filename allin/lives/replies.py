"""What the simulated partners are told of a life: answers over Peppol, and names on accounts."""

from typing import Any

from allin.lives.life import Answering, Holding

CLARIFIED = ("UQ", "CA", "RE")
SOMEBODY_ELSE = "Somebody Else Altogether"


def answer_to(number: str, one: Answering) -> dict[str, Any]:
    """An answer to the document of this number."""
    body: dict[str, Any] = {"document": number, "layer": one.layer, "code": one.code}
    if one.code in CLARIFIED or one.reason == "PPD":
        body |= {"reasons": [one.reason], "note": "drawn"}
    return body


def holder_of(holding: Holding, known: dict[str, Any]) -> dict[str, str | None]:
    """Whose account it is: another name than the person's, or the account's bank does not answer."""
    name = f"{known['given_name']} {known['family_name']}"
    told = {"close": f"{name}e", "other": SOMEBODY_ELSE, "unanswered": None}
    return {"iban": known["iban"], "name": told[holding.holder]}
