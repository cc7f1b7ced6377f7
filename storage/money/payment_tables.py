"""Payments on their way out, as they are kept."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, UniqueConstraint, false

from storage.core.tables import Encrypted, MoneyCents, UtcDateTime, metadata

payments = Table(
    "payments",
    metadata,
    Column("payment_id", String(40), primary_key=True),
    Column("order_key", String(160), nullable=False),
    Column("turn", Integer, nullable=False),
    Column("job_id", String(20), nullable=False),
    Column("kind", String(10), nullable=False),
    Column("entity", String(40), nullable=False),
    Column("person_id", String(40), nullable=False),
    Column("amount_eur", MoneyCents, nullable=False),
    Column("pay_on", Date, nullable=False),
    Column("end_to_end", String(35), nullable=False, unique=True),
    Column("remittance", String(140), nullable=False),
    Column("account", String(64), nullable=False),
    Column("state", String(10), nullable=False),
    Column("batch_id", ForeignKey("payment_batches.batch_id")),
    Column("booked_on", Date),
    Column("reason", String(200)),
    Column("ordered_at", UtcDateTime, nullable=False),
    Column("by_hand", Boolean, nullable=False, server_default=false()),
    Column("payee_name", Encrypted("payments.payee_name")),
    Column("payee_iban", Encrypted("payments.payee_iban")),
    UniqueConstraint("order_key", "turn"),
    Index(None, "job_id"),
    Index(None, "state", "pay_on"),
    Index(None, "batch_id"),
)
