"""The statement of account in XML, in any of its versions."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree
from pydantic import ValidationError

from domain.remittance import payment_reference_in
from domain.statements import BadStatement, BankFileUnreadable, Delivery, Statement, StatementEntry
from partners.bank_trust import balanced, why_of
from partners.bank_xml import amount_of, day_of, every, find, inside, text_of

GIVEN_BACK = frozenset({"RRTN", "RPCR", "RVSL", "RRCT", "RCDD", "UPDD", "ARET", "CRTN"})
"""Families of movements that take an earlier one back. Source: ISO 20022, external bank transaction codes."""
GIVEN_BACK_WORDS = ("RETOUR", "RETURN", "REJECT", "REJET", "RECALL", "RAPPEL", "REVERSAL", "UNPAID", "GEWEIGERD")
"""What proprietary codes of banks say of the same."""


def camt_statements(root: etree._Element) -> Delivery:
    """The statements of a message, each understood by itself.

    Source: ISO 20022 camt.053.001.02 to .08; Febelfin XML message for statement.
    """
    message = find(root, "BkToCstmrStmt")
    if message is None:
        raise BankFileUnreadable(why="it is not a statement of account (CAMT.053)")
    read: list[Statement] = []
    bad: list[BadStatement] = []
    for found in every(message, "Stmt"):
        try:
            read.append(_camt_statement(found))
        except (BankFileUnreadable, ValidationError) as error:
            bad.append(BadStatement(about=_called(found), why=why_of(error)))
    return Delivery(statements=tuple(read), bad=tuple(bad))


def _called(stmt: etree._Element) -> str:
    """How finance people find a statement that could not be read."""
    account = text_of(stmt, "Acct", "Id", "IBAN") or text_of(stmt, "Acct", "Id", "Othr", "Id") or "-"
    return f"...{account[-4:]} {text_of(stmt, 'Id') or '-'}"[:100]


def _camt_statement(stmt: etree._Element) -> Statement:
    iban = text_of(stmt, "Acct", "Id", "IBAN")
    if iban is None:
        raise BankFileUnreadable(why="a statement does not name its account")
    (opening, _), (closing, on) = _balance(stmt, "OPBD", "PRCD"), _balance(stmt, "CLBD")
    entries = tuple(e for ntry in every(stmt, "Ntry") if _booked(ntry) for e in _camt_entries(ntry, on))
    _check_summary(stmt)
    return balanced(
        Statement(
            source="camt.053",
            iban=iban,
            statement_id=text_of(stmt, "Id") or on.isoformat(),
            on=on,
            opening_eur=opening,
            closing_eur=closing,
            entries=entries,
        )
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
    elif len(details) > 1:
        yield _together(ntry, details, whole, reference, booked_on)
    else:
        yield _camt_entry(ntry, details[0] if details else None, whole, reference, booked_on)


def _together(
    ntry: etree._Element, details: list[etree._Element], whole: Decimal, reference: str, booked_on: date
) -> StatementEntry:
    """Several booked as one without amounts of their own: what each of them says is kept, and shown in the text."""
    parts = tuple(
        _camt_entry(ntry, tx, whole, f"{reference}/{position}", booked_on)
        for position, tx in enumerate(details, start=1)
    )
    made = _camt_entry(ntry, None, whole, reference, booked_on)
    told = [" ".join(filter(None, (part.counterparty_name, part.text, part.end_to_end))) for part in parts]
    return made.model_copy(
        update={
            "text": "; ".join(dict.fromkeys(filter(None, (made.text, *told))))[:1000],
            "texts": made.texts or ("",),
            "returned": made.returned or all(part.returned for part in parts),
            "details": parts,
        }
    )


def _detail_amount(tx: etree._Element, whole: Decimal) -> Decimal | None:
    amount = find(tx, "Amt") if find(tx, "Amt") is not None else find(tx, "AmtDtls", "TxAmt", "Amt")
    if amount is None:
        amount = _in_euro(find(tx, "AmtDtls", "InstdAmt", "Amt"))
    try:
        value = Decimal((amount.text or "").strip()) if amount is not None else None
    except InvalidOperation as error:
        raise BankFileUnreadable(why="a detail has an amount that is not a number") from error
    sign = text_of(tx, "CdtDbtInd") or ("CRDT" if whole >= 0 else "DBIT")
    return None if value is None else (value if sign == "CRDT" else -value)


def _in_euro(amount: etree._Element | None) -> etree._Element | None:
    """The amount that was ordered, which banks of .02 files tell alone; in another currency it tells no share."""
    return amount if amount is not None and amount.get("Ccy") == "EUR" else None


def _camt_entry(
    ntry: etree._Element, tx: etree._Element | None, amount: Decimal, reference: str, booked_on: date
) -> StatementEntry:
    remittance = find(tx, "RmtInf")
    text = " ".join(filter(None, ((found.text or "").strip() for found in every(remittance, "Ustrd"))))
    structured = text_of(remittance, "Strd", "CdtrRefInf", "Ref")
    account, name = _counterparty(tx, amount)
    end_to_end = text_of(tx, "Refs", "EndToEndId")
    written = _written(ntry, tx)
    known = payment_reference_in(structured) if structured else payment_reference_in(" ".join(written))
    return StatementEntry(
        reference=reference,
        amount_eur=amount,
        booked_on=booked_on,
        value_on=day_of(ntry, "ValDt"),
        end_to_end=None if end_to_end == "NOTPROVIDED" else end_to_end,
        batch=_batch(ntry, tx),
        structured=known,
        text=text or structured or " ".join(written[-1:]),
        counterparty_name=name,
        counterparty_iban=account,
        return_reason=_reason(tx),
        returned=_given_back(ntry, tx),
        texts=written,
    )


def _counterparty(tx: etree._Element | None, amount: Decimal) -> tuple[str | None, str | None]:
    """Who is on the other side. Of a movement that comes back, banks turn the roles round or leave them."""
    parties = find(tx, "RltdPties")
    for role in ("Dbtr", "Cdtr") if amount >= 0 else ("Cdtr", "Dbtr"):
        party = find(parties, role)
        account = text_of(parties, f"{role}Acct", "Id", "IBAN")
        if party is not None or account is not None:
            return account, text_of(party, "Pty", "Nm") or text_of(party, "Nm")
    return None, None


def _written(ntry: etree._Element, tx: etree._Element | None) -> tuple[str, ...]:
    """Every field of a movement that somebody wrote into: a payer, another bank, ours."""
    fields = [*inside(tx, "RmtInf"), *inside(tx, "Refs"), *inside(find(tx, "RtrInf"), "AddtlInf")]
    more = text_of(tx, "AddtlTxInf"), text_of(ntry, "AddtlNtryInf")
    return tuple(dict.fromkeys((*fields, *(told for told in more if told))))


def _batch(ntry: etree._Element, tx: etree._Element | None) -> str | None:
    group = find(ntry, "NtryDtls")
    places = ((find(group, "Btch"), "PmtInfId"), (find(tx, "Refs"), "PmtInfId"), (find(group, "Btch"), "MsgId"))
    return next((told for place, name in places if (told := text_of(place, name))), None)


def _reason(tx: etree._Element | None) -> str | None:
    reason = find(tx, "RtrInf", "Rsn")
    told = text_of(reason, "Cd") or text_of(reason, "Prtry")
    return told[:10] if told else None


def _given_back(ntry: etree._Element, tx: etree._Element | None) -> bool:
    """Whether the bank says that an earlier movement is taken back: return information, the reversal mark, a
    family code, or its own code in words."""
    if find(tx, "RtrInf") is not None or text_of(ntry, "RvslInd") in ("true", "1"):
        return True
    codes = [code for place in (ntry, tx) if (code := find(place, "BkTxCd")) is not None]
    families = {text_of(code, "Domn", "Fmly", name) for code in codes for name in ("Cd", "SubFmlyCd")}
    own = " ".join(text_of(code, "Prtry", "Cd") or "" for code in codes).upper()
    return bool(families & GIVEN_BACK) or any(word in own for word in GIVEN_BACK_WORDS)
