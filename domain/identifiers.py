"""Numbers that name somebody or something, each checked by its own check digits before anybody relies on it.

Fields with these types keep one bare form (no dots, spaces or plus signs); the `..._text` functions print
them. The messages of errors never repeat the number: it may be somebody's private data.
"""

import re
from collections.abc import Callable, Collection
from datetime import date
from hashlib import sha256
from typing import Annotated, Final

from pydantic import BeforeValidator, Field
from schwifty import IBAN
from schwifty.exceptions import SchwiftyException
from stdnum import iso11649
from stdnum.be import ogm_vcs, ssn, vat
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_97_10

from domain.orders import SLUG

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
JOB_ID_LENGTH: Final = 10
LONGEST: Final = 60
"""Characters of a number as people write it, with its spaces and dots."""
CREW_SLUG_LENGTH: Final = 31  # the longest item a step name allows (domain.orders.SLUG)


def enterprise_number(text: str) -> str:
    """The ten digits of a Belgian enterprise number, from any usual way of writing it.

    The last two digits are 97 minus the first eight modulo 97; an old nine-digit number gets its
    leading zero. Source: RD 24 June 2003; ten digits starting with 0 or 1 since 2023.
    """
    try:
        number = str(vat.validate(text))
    except ValidationError as error:
        raise ValueError("not a Belgian enterprise number: ten digits, such as 1000.000.021") from error
    if number[0] not in "01":
        raise ValueError("a Belgian enterprise number starts with 0 or 1")
    return number


def enterprise_number_text(number: str) -> str:
    """As printed on papers: 0403.170.701."""
    return f"{number[:4]}.{number[4:7]}.{number[7:]}"


def belgian_vat_number(number: str) -> str:
    """The VAT number of a Belgian enterprise: BE and the same ten digits."""
    return f"BE{number}"


def vat_number(text: str) -> str:
    """A VAT number of any member state with its country code; the form is checked, not the register.

    Source: Directive 2006/112/EC, art. 214-215; the check digits of each member state.
    """
    try:
        return str(eu_vat.validate(text))
    except ValidationError as error:
        raise ValueError("not a VAT number of a member state, such as FR40303265045") from error


def national_number(text: str) -> str:
    """The eleven digits of a Belgian national register number or BIS number.

    Check digits are 97 minus the first nine modulo 97, with a 2 in front for people born from 2000 on; BIS
    numbers have 20 or 40 added to the month. Source: python-stdnum, be.nn and be.bis.
    """
    try:
        return str(ssn.validate(text))
    except ValidationError as error:
        raise ValueError("not a national number: eleven digits, as on the back of the identity card") from error


def national_number_text(number: str) -> str:
    """As printed on the identity card: 88.02.29-999.90."""
    return str(ssn.format(number))


def birth_on(number: str) -> date | None:
    """The birth date a national number tells, or None where it does not tell one (some BIS numbers)."""
    told = ssn.get_birth_date(number)
    return told if isinstance(told, date) else None


def iban(text: str) -> str:
    """An IBAN without spaces, its own and its national check digits right. Source: ISO 13616."""
    try:
        return IBAN(text, validate_bban=True).compact
    except SchwiftyException as error:
        raise ValueError("not a bank account number (IBAN): check the digits") from error


def iban_text(number: str) -> str:
    """In groups of four, as people read it."""
    return IBAN(number).formatted


def bic_of(number: str) -> str | None:
    """The bank's BIC, when the bank registry knows it."""
    bic = IBAN(number).bic
    return bic.compact if bic else None


def structured_communication(base: int) -> str:
    """The twelve digits of a structured communication made from a number of at most ten digits.

    The last two are the first ten modulo 97, or 97 when that is zero. Zero is refused: some banks' software
    rejects it. Source: Febelfin, structured communication (OGM/VCS), "+++123/4567/89002+++".
    """
    if not 0 < base < 10**10:
        raise ValueError("a structured communication is made from a number between 1 and 9999999999")
    return f"{base:010d}{base % 97 or 97:02d}"


def structured_communication_digits(text: str) -> str:
    """The twelve bare digits of a structured communication as a bank or a person wrote it."""
    try:
        return str(ogm_vcs.validate(text))
    except ValidationError as error:
        raise ValueError("not a structured communication, such as +++123/4567/89002+++") from error


def structured_communication_text(digits: str) -> str:
    """As printed on an invoice: +++123/4567/89002+++."""
    return f"+++{ogm_vcs.format(digits)}+++"


def creditor_reference(base: str) -> str:
    """The RF reference for a foreign client, made from at most 21 letters and digits. Source: ISO 11649."""
    compact = base.upper()
    if not re.fullmatch(r"[0-9A-Z]{1,21}", compact):
        raise ValueError("an RF reference is made from 1 to 21 letters and digits")
    return f"RF{mod_97_10.calc_check_digits(compact + 'RF')}{compact}"


def creditor_reference_checked(text: str) -> str:
    """An RF reference without spaces. Source: ISO 11649."""
    try:
        return str(iso11649.validate(text))
    except ValidationError as error:
        raise ValueError("not an RF reference, such as RF18 5390 0754 7034") from error


def job_id(text: str) -> str:
    """A job's identifier: ten Crockford base32 characters; small letters and O, I, L are read as meant."""
    compact = text.strip().upper().translate(str.maketrans("OIL", "011"))
    if len(compact) != JOB_ID_LENGTH or set(compact) - set(CROCKFORD):
        raise ValueError("not a job number: ten letters and digits, such as 7K3QZ9A1BC")
    return compact


def job_id_from(bits: int) -> str:
    """The job identifier that stands for 50 random bits, drawn by the caller."""
    return "".join(CROCKFORD[(bits >> shift) & 31] for shift in range(45, -1, -5))


def crew_slug(text: str) -> str:
    """A crew member's short name inside one job: small letters, digits and hyphens."""
    if not re.fullmatch(SLUG, text):
        raise ValueError("a crew name has small letters, digits and hyphens, at most 31, such as ann-2")
    return text


def free_crew_slug(wished: str, taken: Collection[str]) -> str:
    """The first free crew name near the wished one: ann, ann-2, ann-3; a name once given is never reused."""
    base = re.sub(r"[^a-z0-9]+", "-", wished.lower()).strip("-")[: CREW_SLUG_LENGTH - 4].strip("-") or "person"
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def _reads(check: Callable[[str], str]) -> BeforeValidator:
    """A check of text, which also says clearly that text is wanted."""

    def read(value: object) -> str:
        if not isinstance(value, str):
            raise ValueError("write this number as text, between quotes")
        if len(value) > LONGEST:
            raise ValueError(f"longer than {LONGEST} characters")
        return check(value)

    return BeforeValidator(read)


EnterpriseNumber = Annotated[str, _reads(enterprise_number), Field(max_length=LONGEST, examples=["1000000021"])]
"""A Belgian enterprise number (KBO/BCE), ten bare digits."""

VatNumber = Annotated[str, _reads(vat_number), Field(max_length=LONGEST, examples=["FR40303265045"])]
"""A VAT number of a member state with its country code."""

NationalNumber = Annotated[str, _reads(national_number), Field(examples=["88022999990"])]
"""A Belgian national register or BIS number, eleven bare digits; private data."""

Iban = Annotated[str, _reads(iban), Field(examples=["BE71096123456769"])]
"""A bank account number without spaces; private data when a person's."""

StructuredCommunication = Annotated[str, _reads(structured_communication_digits), Field(examples=["123456789002"])]
"""A Belgian structured communication, twelve bare digits."""

CreditorReference = Annotated[str, _reads(creditor_reference_checked), Field(examples=["RF18539007547034"])]
"""An ISO 11649 reference, for clients whose bank does not know the Belgian one."""

JobId = Annotated[str, _reads(job_id), Field(examples=["7K3QZ9A1BC"])]
"""A job's identifier."""

CrewSlug = Annotated[str, _reads(crew_slug), Field(max_length=LONGEST, examples=["ann"])]
"""A crew member's short name inside one job."""


def account_mark(iban: str) -> str:
    """What stands for a bank account without telling it."""
    return sha256(iban.encode()).hexdigest()
