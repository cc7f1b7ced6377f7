"""A day's account statement.

Source: ISO 20022 camt.053.001.08; Febelfin, account statement guidelines (SCOR, BBA).
"""

from datetime import date
from decimal import Decimal
from itertools import count

from lxml import etree

from .bank_ledger import BankAccounts
from .markup import Markup, Written
from .store import Json
from .wire import eur

CAMT_053 = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
E = Markup(CAMT_053)
TAKEN_BACK = ("return", "recall")
CODES = {
    "payment": ("PMNT", "ICDT", "ESCT"),
    "receipt": ("PMNT", "RCDT", "ESCT"),
    "credit": ("PMNT", "RCDT", "ESCT"),
    "return": ("PMNT", "ICDT", "RRTN"),
    "recall": ("PMNT", "RCDT", "RRTN"),
}
"""Bank transaction codes: domain, family, sub-family."""


def statement(books: BankAccounts, iban: str, on: date, at: str) -> bytes:
    """The statement of one account and day, opening where the day before closed."""
    opening = books.balance(iban, on)
    entries = [entry for entry in books.entries(iban) if entry["on"] == str(on)]
    closing = opening + sum((Decimal(entry["amount_eur"]) for entry in entries), Decimal(0))
    number = str(on.timetuple().tm_yday)
    document = E.Stmt(
        E.Id(f"{iban}-{on}"),
        E.ElctrncSeqNb(number),
        E.LglSeqNb(number),
        E.CreDtTm(at),
        E.FrToDt(E.FrDtTm(f"{on}T00:00:00"), E.ToDtTm(f"{on}T23:59:59")),
        E.Acct(E.Id(E.IBAN(iban)), E.Ccy("EUR")),
        _balance("OPBD", opening, on),
        _balance("CLBD", closing, on),
        _summary(entries),
        *(_entry(entry, place) for entry, place in zip(entries, count(1))),
    )
    head = E.GrpHdr(E.MsgId(f"STMT-{iban}-{on}"), E.CreDtTm(at))
    root = E.Document(E.BkToCstmrStmt(head, document))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _sign(amount: Decimal) -> str:
    return "DBIT" if amount < 0 else "CRDT"


def _amount(amount: Decimal) -> Written:
    return E.Amt(eur(abs(amount)), Ccy="EUR")


def _balance(code: str, amount: Decimal, on: date) -> Written:
    return E.Bal(E.Tp(E.CdOrPrtry(E.Cd(code))), _amount(amount), E.CdtDbtInd(_sign(amount)), E.Dt(E.Dt(str(on))))


def _summary(entries: list[Json]) -> Written:
    total = sum((abs(Decimal(entry["amount_eur"])) for entry in entries), Decimal(0))
    return E.TxsSummry(E.TtlNtries(E.NbOfNtries(str(len(entries))), E.Sum(eur(total))))


def _entry(entry: Json, place: int) -> Written:
    amount = Decimal(entry["amount_eur"])
    domain, family, sub = CODES[entry["kind"]]
    code = E.BkTxCd(E.Domn(E.Cd(domain), E.Fmly(E.Cd(family), E.SubFmlyCd(sub))))
    day = E.Dt(entry["on"])
    return E.Ntry(
        E.NtryRef(str(place)),
        _amount(amount),
        E.CdtDbtInd(_sign(amount)),
        *([E.RvslInd("true")] if entry["kind"] in TAKEN_BACK else []),
        E.Sts(E.Cd("BOOK")),
        E.BookgDt(day),
        E.ValDt(E.Dt(entry["on"])),
        E.AcctSvcrRef(entry["number"]),
        code,
        E.NtryDtls(_details(entry, amount)),
    )


def _details(entry: Json, amount: Decimal) -> Written:
    details = E.TxDtls(
        E.Refs(E.AcctSvcrRef(entry["number"]), E.EndToEndId(entry["end_to_end_id"])),
        _amount(amount),
        E.CdtDbtInd(_sign(amount)),
        E.RltdPties(*_counterparty(entry, amount)),
    )
    if (remittance := _remittance(entry)) is not None:
        details.append(E.RmtInf(remittance))
    if entry["kind"] in TAKEN_BACK:
        details.append(E.RtrInf(E.Rsn(E.Cd(entry["reason"]))))
    return details


def _counterparty(entry: Json, amount: Decimal) -> list[Written]:
    name, account = entry["counterparty_name"], E.Id(E.IBAN(entry["counterparty_iban"]))
    pty = E.Pty(E.Nm(name[:140] or "NOTPROVIDED"))
    if amount < 0 or entry["kind"] == "return":
        return [E.Cdtr(pty), E.CdtrAcct(account)]
    return [E.Dbtr(pty), E.DbtrAcct(account)]


def _remittance(entry: Json) -> Written | None:
    if entry["reference"]:
        issuer = "BBA" if len(entry["reference"]) == 12 and entry["reference"].isdigit() else "ISO"
        kind = E.Tp(E.CdOrPrtry(E.Cd("SCOR")), E.Issr(issuer))
        return E.Strd(E.CdtrRefInf(kind, E.Ref(entry["reference"])))
    return E.Ustrd(entry["text"]) if entry["text"] else None
