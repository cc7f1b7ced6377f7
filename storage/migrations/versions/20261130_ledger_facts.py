"""ledger facts: which entry states a business fact now, so that none is booked twice"""

import sqlalchemy as sa
from alembic import op

revision = "ledger_facts"
down_revision = "declarations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    facts = op.create_table(
        "ledger_facts",
        sa.Column("fact", sa.String(length=200), nullable=False),
        sa.Column("entry_key", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_key"], ["ledger_entries.key"], name=op.f("fk_ledger_facts_entry_key_ledger_entries")
        ),
        sa.PrimaryKeyConstraint("fact", name=op.f("pk_ledger_facts")),
        sa.UniqueConstraint("entry_key", name=op.f("uq_ledger_facts_entry_key")),
    )
    standing = _documents() | _owed_to_people()
    if standing:
        op.bulk_insert(facts, [{"fact": fact, "entry_key": key} for fact, key in sorted(standing.items())])


def _documents() -> dict[str, str]:
    """The posting of each numbered document, under the order that printed it last."""
    rows = op.get_bind().execute(
        sa.text(
            "SELECT i.entity, i.number, e.key FROM invoices i JOIN ledger_entries e ON e.key = i.order_key || '\\:issue'"
        )
    )
    return {f"document/{entity}/{number}": key for entity, number, key in rows}


def _owed_to_people() -> dict[str, str]:
    """The wages and expenses that are owed and were not taken back; of several, the one of the latest revision."""
    rows = op.get_bind().execute(
        sa.text("SELECT key FROM ledger_entries WHERE key LIKE '%/wages/%' OR key LIKE '%/expenses/%'")
    )
    keys = {key for (key,) in rows}
    found: dict[str, tuple[int, str]] = {}
    for key in keys:
        order, _, what = key.partition(":")
        step, _, revision_ = order.rpartition("/")
        taken_back = {f"{order}:replaced", f"{order}:recover"} & keys
        if what == "due" and not taken_back and revision_.isdecimal():
            found[f"{step}:due"] = max(found.get(f"{step}:due", (0, "")), (int(revision_), key))
    return {fact: key for fact, (_, key) in found.items()}


def downgrade() -> None:
    op.drop_table("ledger_facts")
