"""The bank: takes payment files, says what became of them, and gives statements."""

from collections.abc import Sequence
from datetime import date

from domain.bank import PaymentReport
from domain.payee_checks import CheckCode, PayeeAsked, PayeeVerdict
from domain.statements import Statement
from partners.bank_files import read_payment_report, read_statements
from partners.http import NotThere, PartnerHttp, PartnerMessage, in_path


class TakenFile(PartnerMessage):
    """A payment file the bank has."""

    payment_id: str


class TakenFiles(PartnerMessage):
    """The payment files under one message id."""

    payments: tuple[TakenFile, ...] = ()


class PayeeToVerify(PartnerMessage):
    """A name and an account."""

    reference: str
    name: str
    iban: str


class PayeesToVerify(PartnerMessage):
    """Several of them: payers that are no consumers ask in packages. Source: Regulation (EU) 2024/886, art. 5c."""

    payees: tuple[PayeeToVerify, ...]


class VerifiedPayee(PartnerMessage):
    """The answer to one."""

    reference: str
    code: CheckCode
    holder: str | None = None


class VerifiedPayees(PartnerMessage):
    """The answers."""

    results: tuple[VerifiedPayee, ...] = ()


class Bank:
    """One bank over HTTP."""

    def __init__(self, http: PartnerHttp) -> None:
        self._http = http

    async def submit(self, *, message_id: str, file: bytes) -> str:
        """Hand over a pain.001 file once and return the bank's reference; asks by our message id first."""
        known = await self._http.ask("GET", "/payments", TakenFiles, params={"msgId": message_id})
        if known.payments:
            return known.payments[0].payment_id
        headers = {"Content-Type": "application/xml"}
        answer = await self._http.send("POST", "/payments", key=message_id, content=file, headers=headers)
        return self._http.read(answer, TakenFile).payment_id

    async def report(self, bank_reference: str) -> PaymentReport:
        """What the bank says of a file. Source: ISO 20022 pain.002."""
        answer = await self._http.send("GET", f"/payments/{in_path(bank_reference)}/status-report")
        return read_payment_report(answer.content)

    async def verify(self, payees: Sequence[PayeeAsked]) -> tuple[PayeeVerdict, ...] | None:
        """Whether each account bears its name; None when this bank does not offer it."""
        body = PayeesToVerify(payees=tuple(PayeeToVerify(**one.model_dump()) for one in payees))
        try:
            answer = await self._http.ask("POST", "/payee-verifications", VerifiedPayees, body=body)
        except NotThere:
            return None
        return tuple(PayeeVerdict(**one.model_dump()) for one in answer.results)

    async def statements(self, iban: str, on: date) -> tuple[Statement, ...]:
        """The statements of one day; none while the day is not over."""
        path = f"/accounts/{in_path(iban)}/statements"
        try:
            answer = await self._http.send("GET", path, params={"date": on.isoformat()})
        except NotThere:
            return ()
        return read_statements(answer.content)
