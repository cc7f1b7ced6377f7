"""The European payment QR code that banking apps read."""

from decimal import Decimal

import segno

from domain.papers import EntityParty
from domain.remittance import epc_lines


def epc_payload(entity: EntityParty, amount: Decimal, reference: str) -> str:
    """The lines of the code that asks for a payment to this entity."""
    return epc_lines(entity.name, entity.iban, entity.bic, amount, reference)


def epc_svg(entity: EntityParty, amount: Decimal, reference: str) -> str:
    """The code as a picture; error level M and at most version 13, as EPC069-12 asks."""
    code = segno.make_qr(
        epc_payload(entity, amount, reference), error="m", boost_error=False, encoding="utf-8", eci=False
    )
    if int(code.version) > 13:
        raise ValueError("the payment QR code would be too large for banking apps (EPC069-12)")
    return str(code.svg_inline(border=0, dark="#14213d"))
