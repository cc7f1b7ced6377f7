"""The statement of account in XML, in any of its versions."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from domain.bank import BankFileUnreadable, Statement, StatementEntry
from domain.remittance import payment_reference_in
from partners.bank_xml import amount_of, day_of, every, find, text_of


def camt_statements(root: etree._Element) -> tuple[Statement, ...]:
    """The statements of a message.

    Source: ISO 20022 camt.053.001.02 to .08; Febelfin XML message for statement.
    """
    message = find(root, "BkToCstmrStmt")
    if message is None:
        raise BankFileUnreadable(why="it is not a statement of account (CAMT.053)")
    return tuple(_camt_statement(found) for found in every(message, "Stmt"))


def _camt_statement(stmt: etree._Element) -> Statement:
    iban = text_of(stmt, "Acct", "Id", "IBAN")
    if iban is None:
        raise BankFileUnreadable(why="a statement does not name its account")
    (opening, _), (closing, on) = _balance(stmt, "OPBD", "PRCD"), _balance(stmt, "CLBD")
    entries = tuple(e for ntry in every(stmt, "Ntry") if _booked(ntry) for e in _camt_entries(ntry, on))
    _check_summary(stmt)
    return Statement(
        source="camt.053",
        iban=iban,
        statement_id=text_of(stmt, "Id") or on.isoformat(),
        on=on,
        opening_eur=opening,
        closing_eur=closing,
        entries=entries,
    )


def _balance(stmt: etree._Element, *codes: str) -> tuple[Decimal, date]:
    for bal in every(stmt, "Bal"):
        if text_of(bal, "Tp", "CdOrPrtry", "Cd") in codes:
            on = day_of(bal, "Dt")
            if on is not None:
                return amount_of(bal, of="a balance"), on
    raise BankFileUnreadable(why=f"a statement lacks its {'opening' if 'OPBD' in codes else 'closing'} balance")


def _booked(ntry: etree._Element) -> bool:
    return (text_of(ntry, "Sts", "Cd") or text_of(ntry, "Sts")) == "BOOK"


def _check_summary(stmt: etree._Element) -> None:
    told = text_of(stmt, "TxsSummry", "TtlNtries", "NbOfNtries")
    if told is not None and told != str(len(every(stmt, "Ntry"))):
        raise BankFileUnreadable(why=f"it announces {told} movements and holds {len(every(stmt, 'Ntry'))}")


def _camt_entries(ntry: etree._Element, closing_on: date) -> Iterator[StatementEntry]:
    """One entry, or one per detail when the bank grouped several and tells their amounts."""
    whole = amount_of(ntry, of="a movement")
    booked_on = day_of(ntry, "BookgDt") or closing_on
    reference = text_of(ntry, "AcctSvcrRef") or text_of(ntry, "NtryRef") or ""
    details = [tx for group in every(ntry, "NtryDtls") for tx in every(group, "TxDtls")]
    amounts = [_detail_amount(tx, whole) for tx in details]
    known = [amount for amount in amounts if amount is not None]
    if len(details) > 1 and len(known) == len(details) and sum(known) == whole:
        for position, (tx, amount) in enumerate(zip(details, known, strict=True), start=1):
            yield _camt_entry(ntry, tx, amount, f"{reference}/{position}", booked_on)
    else:
        yield _camt_entry(ntry, details[0] if len(details) == 1 else None, whole, reference, booked_on)


def _detail_amount(tx: etree._Element, whole: Decimal) -> Decimal | None:
    element = tx if find(tx, "Amt") is not None else find(tx, "AmtDtls", "TxAmt")
    if element is None:
        return None
    amount = find(element, "Amt")
    try:
        value = Decimal((amount.text or "").strip()) if amount is not None else None
    except InvalidOperation as error:
        raise BankFileUnreadable(why="a detail has an amount that is not a number") from error
    sign = text_of(tx, "CdtDbtInd") or ("CRDT" if whole >= 0 else "DBIT")
    return None if value is None else (value if sign == "CRDT" else -value)


def _camt_entry(
    ntry: etree._Element, tx: etree._Element | None, amount: Decimal, reference: str, booked_on: date
) -> StatementEntry:
    remittance = find(tx, "RmtInf")
    text = " ".join(filter(None, ((found.text or "").strip() for found in every(remittance, "Ustrd"))))
    structured = text_of(remittance, "Strd", "CdtrRefInf", "Ref")
    role = "Dbtr" if amount >= 0 else "Cdtr"
    party = find(tx, "RltdPties", role)
    end_to_end = text_of(tx, "Refs", "EndToEndId")
    return StatementEntry(
        reference=reference,
        amount_eur=amount,
        booked_on=booked_on,
        value_on=day_of(ntry, "ValDt"),
        end_to_end=None if end_to_end == "NOTPROVIDED" else end_to_end,
        batch=text_of(find(ntry, "NtryDtls"), "Btch", "PmtInfId") or text_of(tx, "Refs", "PmtInfId"),
        structured=payment_reference_in(structured) if structured else payment_reference_in(text),
        text=text or structured or "",
        counterparty_name=text_of(party, "Pty", "Nm") or text_of(party, "Nm"),
        counterparty_iban=text_of(tx, "RltdPties", f"{role}Acct", "Id", "IBAN"),
        return_reason=text_of(tx, "RtrInf", "Rsn", "Cd"),
    )
