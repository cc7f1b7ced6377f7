"""Registered letters, printed and delivered by a postal operator.

The interface is ours: no public one exists. Source of the letter's weight: law of 21 July 2016 (eIDAS, title 2);
a recipient cannot be forced to take an electronic one, so it goes out on paper.
"""

import base64

from domain.money import ZERO, Eur
from domain.papers import Language
from domain.people import Address
from domain.services.debt_collection import PostedLetter
from partners.http import PartnerHttp, PartnerMessage


class Recipient(PartnerMessage):
    """Where a letter goes."""

    name: str
    street: str
    house_number: str
    postal_code: str
    city: str
    country: str


class LetterDocument(PartnerMessage):
    """The printed letter."""

    name: str
    content_type: str = "application/pdf"
    content: str


class LetterToPost(PartnerMessage):
    """A letter to post."""

    reference: str
    recipient: Recipient
    document: LetterDocument
    language: Language


class TakenLetter(PartnerMessage):
    """A letter the operator took."""

    letter_id: str
    tracking: str
    status: str
    cost_eur: Eur = ZERO


class TakenLetters(PartnerMessage):
    """The letters under one reference."""

    letters: tuple[TakenLetter, ...] = ()


class RegisteredMail:
    """A postal operator over HTTP."""

    def __init__(self, http: PartnerHttp) -> None:
        self._http = http

    async def post(
        self, *, key: str, name: str, address: Address, document: tuple[str, bytes], language: Language
    ) -> PostedLetter:
        """Post a letter once and return its tracking number and its price; asks by our key first."""
        if (earlier := await self.known(key)) is not None:
            return earlier
        letter = LetterToPost(
            reference=key,
            recipient=Recipient(
                name=name,
                street=address.street,
                house_number=address.house_number,
                postal_code=address.postal_code,
                city=address.city,
                country=address.country,
            ),
            document=LetterDocument(name=document[0], content=base64.b64encode(document[1]).decode()),
            language=language,
        )
        return _posted(await self._http.ask("POST", "/letters", TakenLetter, key=key, body=letter))

    async def known(self, key: str) -> PostedLetter | None:
        """The letter with our key, when it was posted."""
        known = await self._http.ask("GET", "/letters", TakenLetters, params={"reference": key})
        return _posted(known.letters[0]) if known.letters else None


def _posted(letter: TakenLetter) -> PostedLetter:
    return PostedLetter(tracking=letter.tracking, cost_eur=letter.cost_eur)
