"""Where somebody receives electronic invoices: the identifier of a Peppol participant, however people write it."""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Final

from pydantic import BeforeValidator, Field
from stdnum import ean
from stdnum.au import abn
from stdnum.dk import cvr
from stdnum.it import iva
from stdnum.no import orgnr as no_orgnr
from stdnum.se import orgnr as se_orgnr

from domain.identifiers import enterprise_number

ENTERPRISE: Final = "0208"
BELGIAN_VAT: Final = "9925"
_CODES: Final = """
0002 0007 0009 0037 0060 0088 0096 0097 0106 0130 0135 0142 0147 0151 0154 0158 0170 0177 0183 0184 0188 0190
0191 0192 0194 0195 0196 0198 0199 0200 0201 0202 0203 0204 0205 0208 0209 0210 0211 0212 0213 0215 0216 0217
0218 0219 0220 0221 0225 0230 0235 0240 0242 0244 0245 0246 0248 9910 9913 9914 9915 9918 9919 9920 9922 9923
9924 9925 9926 9927 9928 9929 9930 9931 9932 9933 9934 9935 9936 9937 9938 9939 9940 9941 9942 9943 9944 9945
9946 9947 9948 9949 9950 9951 9952 9953 9957 9959
"""
SCHEMES: Final = frozenset(_CODES.split())
"""Source: list of electronic addresses (EAS) in the EN 16931 rules 1.3.16, without 0193, removed by Peppol on
07-07-2026 (code list v9.7), and without the codes that are no Peppol schemes (EM, AN, AQ, AS, AU)."""
LONGEST: Final = 50
PREFIX: Final = {"0184": "DK", "0211": "IT"}
"""What stands before the digits of a scheme, where people often leave it out."""


def _gln(number: str) -> bool:
    return len(number) == 13 and bool(ean.is_valid(number))


def _norwegian(number: str) -> bool:
    return bool(no_orgnr.is_valid(number))


def _danish(number: str) -> bool:
    return number[:2] == "DK" and bool(cvr.is_valid(number[2:]))


def _swedish(number: str) -> bool:
    return len(number) == 10 and bool(se_orgnr.is_valid(number))


def _italian(number: str) -> bool:
    return number[:2] == "IT" and bool(iva.is_valid(number[2:]))


def _australian(number: str) -> bool:
    return bool(abn.is_valid(number))


CHECKED: Final[Mapping[str, tuple[Callable[[str], bool], str]]] = {
    "0088": (_gln, "thirteen digits, the last a check digit, such as 5412345000013"),
    "0192": (_norwegian, "nine digits, the last a check digit, such as 974760673"),
    "0184": (_danish, "DK and eight digits, such as DK13585628"),
    "0007": (_swedish, "ten digits, such as 5560360793"),
    "0211": (_italian, "IT and eleven digits, such as IT00743110157"),
    "0151": (_australian, "eleven digits, such as 51824753556"),
}
"""Schemes with check digits, and what their numbers look like.
Source: Peppol BIS 3 rules PEPPOL-COMMON-R040, R041, R042, R047, R049, R050."""


def peppol_id(text: str) -> str:
    """`scheme:number`, from any usual way of writing it; a Belgian number is checked by its check digits.

    Source: Peppol code list v9.7: 0208 is ten digits that start with 0 or 1, modulo 97; 9925 is BE and those.
    """
    bare = re.sub(r"\s+", "", text).removeprefix("iso6523-actorid-upis::")
    scheme, colon, number = bare.partition(":")
    if not colon:
        return f"{ENTERPRISE}:{enterprise_number(bare)}"
    if scheme not in SCHEMES:
        raise ValueError(f"Peppol knows no scheme {scheme[:8]!r}: a Belgian enterprise is 0208 and ten digits")
    if scheme == ENTERPRISE:
        return f"{scheme}:{enterprise_number(number)}"
    if scheme == BELGIAN_VAT:
        return f"{scheme}:BE{enterprise_number(number)}"
    if scheme in CHECKED:
        return f"{scheme}:{_checked(scheme, number)}"
    if not re.fullmatch(rf"[0-9A-Za-z:._-]{{1,{LONGEST}}}", number):
        raise ValueError("a Peppol number has letters, digits, dots and hyphens only")
    return f"{scheme}:{number}"


def _checked(scheme: str, number: str) -> str:
    """The bare number of a scheme whose form is checked by those who receive invoices."""
    check, like = CHECKED[scheme]
    bare = re.sub(r"[.-]", "", number).upper()
    bare = PREFIX.get(scheme, "") + bare if bare.isdigit() else bare
    if not check(bare):
        raise ValueError(f"not a number of Peppol scheme {scheme}: {like}")
    return bare


def _read(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("write this number as text, between quotes")
    return peppol_id(value)


PeppolId = Annotated[str, BeforeValidator(_read), Field(max_length=60, examples=["0208:1000000021"])]
"""A participant of the Peppol network: scheme and number."""
