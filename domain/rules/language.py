"""The language a contract must be written in: the seat decides, in Brussels the person does."""

from typing import Final, Literal

from domain.message import Message
from domain.services.employment_contract import LanguageNeedsAdviser

Seat = Literal["wallonia", "flanders", "brussels", "german"]
ContractTongue = Literal["fr", "nl"]

SOURCE: Final = "language by seat of operations: persoproject.be; attentia; Cass. 3 February 2025"


class ContractLanguage(Message):
    """The language that binds, and a translation beside it that does not."""

    binding: ContractTongue
    courtesy: Literal["en"] | None = None
    """Marked as a translation; English never stands alone."""
    why: str
    source: str


def contract_language(seat: Seat, person: Literal["fr", "nl", "de", "en"]) -> ContractLanguage:
    """The language of an employment contract.

    Wallonia French, Flanders Dutch (else null), Brussels the person's French or Dutch; the German-speaking
    region, and a Brussels person who speaks neither, go to the adviser. Source: language by seat of
    operations (persoproject.be; attentia; easypay-group); nullity: Cass. 3 February 2025.
    """
    if seat == "german":
        raise LanguageNeedsAdviser(language="de")
    courtesy: Literal["en"] | None = "en" if person == "en" else None
    if seat == "brussels":
        return _brussels(person, courtesy)
    binding: ContractTongue = "fr" if seat == "wallonia" else "nl"
    return ContractLanguage(
        binding=binding, courtesy=courtesy, why="The seat of the entity decides the language.", source=SOURCE
    )


def _brussels(person: str, courtesy: Literal["en"] | None) -> ContractLanguage:
    if person == "de":
        raise LanguageNeedsAdviser(language="fr/nl")
    binding: ContractTongue = "nl" if person == "nl" else "fr"
    if courtesy:
        why = "In Brussels the person chooses French or Dutch; French until chosen, English beside it."
    else:
        why = "In Brussels the contract is in the person's language."
    return ContractLanguage(binding=binding, courtesy=courtesy, why=why, source=SOURCE)
