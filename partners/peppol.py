"""The access point: who can be reached over Peppol, and sending electronic invoices.

Source: Peppol BIS Billing 3.0; participants are `scheme:number`, Belgian enterprises `0208:` and ten digits.
"""

from domain.errors import PartnerRefused
from domain.invoice_answers import AnswerUnreadable, Inbox, InvoiceAnswer, Unread
from domain.services.invoicing import ReceiverRejected
from engine.first_tries import may_be_there
from partners.http import NotThere, PartnerHttp, PartnerMessage, in_path
from partners.peppol_answers import read_answer


class Participant(PartnerMessage):
    """Somebody on the network."""

    registered: bool = True


class SentDocument(PartnerMessage):
    """A document the access point took."""

    message_id: str
    status: str


class Waiting(PartnerMessage):
    """A document that came in for us."""

    message_id: str
    position: int


class WaitingDocuments(PartnerMessage):
    """What came in behind a position, in its order."""

    documents: tuple[Waiting, ...] = ()


class PeppolAccessPoint:
    """One access point over HTTP."""

    def __init__(self, http: PartnerHttp) -> None:
        self._http = http

    async def reaches(self, participant: str) -> bool:
        """Whether a receiver is registered."""
        found = await self._http.look(f"/participants/{participant}", Participant)
        return found is not None and found.registered

    async def send(self, *, key: str, message_id: str, document: bytes) -> str:
        """Hand over a document once and return the message's id; ReceiverRejected on the access point's no.

        Only the access point's own verdict is a no; whatever else goes wrong can be sent again.
        """
        if may_be_there(key) and (earlier := await self.known(message_id)) is not None:
            return earlier
        headers = {"Content-Type": "application/xml", "X-Message-Id": message_id}
        try:
            answer = await self._http.send("POST", "/messages", key=key, content=document, headers=headers)
        except NotThere:
            raise
        except PartnerRefused as refusal:
            said = {name: value for name, value in refusal.params.items() if name in ("detail", "code")}
            raise ReceiverRejected(**said) from refusal
        return self._http.read(answer, SentDocument).message_id

    async def known(self, message_id: str) -> str | None:
        """The message's id when the access point has it."""
        known = await self._http.look(f"/messages/{in_path(message_id)}", SentDocument)
        return None if known is None else known.message_id

    async def inbox(self, after: int) -> Inbox:
        """The answers behind this position: a client's Invoice Response, the network's Message Level Response."""
        found = await self._http.ask("GET", "/inbox", WaitingDocuments, params={"after": str(after)})
        answers: list[InvoiceAnswer] = []
        unread: list[Unread] = []
        for one in found.documents:
            document = await self._http.send("GET", f"/inbox/{in_path(one.message_id)}")
            try:
                answers.append(read_answer(document.content, one.position, one.message_id))
            except AnswerUnreadable as error:
                unread.append(Unread(message_id=one.message_id, position=one.position, why=str(error)))
        return Inbox(answers=tuple(answers), unread=tuple(unread))
