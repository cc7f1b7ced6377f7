"""Which invoice somebody says they pay: every reference in what was written on a transfer."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from stdnum import iso11649
from stdnum.be import ogm_vcs
from stdnum.iso7064 import mod_97_10

BELGIAN: Final = 12
"""Digits of a Belgian structured communication."""
RUN: Final = re.compile(r"\d[\d\s./+*,:;_|-]*")
"""Digits with whatever people and banks put between them: plus signs, slashes, dots, blanks, a line break."""
RF: Final = re.compile(r"RF[\s./-]?\d[\s./-]?\d")
RF_LIKE: Final = re.compile(r"(?<![0-9A-Z])RF\s?\d\d[\d\s]*")
BETWEEN: Final = re.compile(r"[^0-9A-Z]+")
CREDITOR: Final = "RF"
LONGEST_RF: Final = 25
"""Letters and digits of the longest RF reference. Source: ISO 11649."""
NAME: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{14,33}[A-Z0-9]")


def job_reference(job_id: str) -> str:
    """The reference under which money without an invoice is paid in for a job. Source: ISO 11649."""
    return f"{CREDITOR}{mod_97_10.calc_check_digits(job_id + CREDITOR)}{job_id}"


def jobs_in(*texts: str) -> tuple[str, ...]:
    """Every job that the references in the fields of a transfer may stand for; the register says which is one."""
    references = payment_references_in(*texts)
    return tuple(one[len(CREDITOR) + 2 :] for one in references if one.startswith(CREDITOR))


def payment_reference_in(text: str) -> str | None:
    """The first structured communication or RF reference in a text, if there is a valid one."""
    beside = RF_LIKE.sub(" ", text.upper())  # the digits of an RF reference are no Belgian one by themselves
    return next(iter((*_creditor(text.upper()), *_belgian(beside))), None)


def payment_references_in(*texts: str) -> tuple[str, ...]:
    """Every valid reference in the fields of a transfer, also one that goes on in the next field.

    Which of them is ours, the open invoices say; a number that is a reference by chance is nobody's.
    """
    found: dict[str, None] = {}
    for text in (*texts, " ".join(texts)):
        found |= dict.fromkeys((*_creditor(text.upper()), *_belgian(text)))
    return tuple(found)


def names_in(*texts: str) -> tuple[str, ...]:
    """Every word that may be the name of a payment or a batch of ours."""
    return tuple(dict.fromkeys(word for text in texts for word in NAME.findall(text.upper())))


def _belgian(text: str) -> Iterator[str]:
    for run in RUN.findall(text):
        groups = re.findall(r"\d+", run)
        for start in range(len(groups)):
            digits = ""
            for group in groups[start:]:
                digits += group
                if len(digits) >= BELGIAN:
                    break
            if len(digits) == BELGIAN or len(groups[start]) > BELGIAN:
                yield from _valid(digits)


def _valid(digits: str) -> Iterator[str]:
    """The references in a row of digits; a longer one is glued to something else."""
    for start in range(len(digits) - BELGIAN + 1):
        if ogm_vcs.is_valid(wanted := digits[start : start + BELGIAN]):
            yield wanted


def _creditor(text: str) -> Iterator[str]:
    """RF references, written in one piece or in groups. Source: ISO 11649."""
    for start in RF.finditer(text):
        if text[: start.start()][-1:].isalnum():
            continue
        groups = [group for group in BETWEEN.split(text[start.start() :]) if group]
        for count in range(min(len(groups), LONGEST_RF), 0, -1):
            written = "".join(groups[:count])
            if len(written) <= LONGEST_RF and iso11649.is_valid(written):
                yield str(iso11649.compact(written))


def epc_lines(name: str, iban: str, bic: str, amount: Decimal, reference: str) -> str:
    """What an EPC QR code says: version 2, UTF-8, structured reference on line 10 as bare digits.

    Belgian apps show the reference as structured only there, and without plus signs.
    Source: EPC069-12; letspeppol issue 274 (consulted 23-11-2026).
    """
    return "\n".join(("BCD", "002", "1", "SCT", bic, name[:70], iban, f"EUR{amount:.2f}", "", reference))
