"""What the guarantee fund set aside for each job, what it paid ahead of the client, and what came back."""

from sqlalchemy import CheckConstraint, Column, String, Table, case, func, literal, type_coerce
from sqlalchemy.sql.elements import ColumnElement

from domain.money import ZERO
from storage.core.tables import MoneyCents, metadata

fund_reservations = Table(
    "fund_reservations",
    metadata,
    Column("order_key", String(120), primary_key=True),
    Column("job_id", String(20), nullable=False, index=True),
    Column("member_id", String(40), nullable=False, index=True),
    Column("client_id", String(40), nullable=False, index=True),
    Column("entity", String(40), nullable=False, index=True),
    Column("reserved_eur", MoneyCents, nullable=False),
    Column("posted_eur", MoneyCents, nullable=False),
    Column("voided_eur", MoneyCents, nullable=False),
    Column("repaid_eur", MoneyCents, nullable=False, server_default="0"),
    Column("state", String(10), nullable=False, index=True),
    CheckConstraint("state IN ('reserved', 'settled', 'voided')", name="state"),
    CheckConstraint("reserved_eur >= 0", name="reserved"),
)

_ROW = fund_reservations.c
PAID_AHEAD = _ROW.posted_eur - _ROW.repaid_eur
"""What the fund has paid for a job and nobody has given back yet."""
HELD: ColumnElement[object] = case(
    (_ROW.state == "reserved", _ROW.reserved_eur - _ROW.repaid_eur), else_=PAID_AHEAD
)
"""What counts against the limits: set aside or paid, and not given back."""


def total(what: ColumnElement[object]) -> ColumnElement[object]:
    """The sum over some reservations, zero without any."""
    return type_coerce(func.coalesce(func.sum(what), literal(ZERO, MoneyCents)), MoneyCents)
