"""crew_hours: when each person works on which job"""

import json
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "crew_hours"
down_revision = "proposed_moves"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kept = op.create_table(
        "crew_hours",
        sa.Column("job_id", sa.String(length=20), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.job_id"], name=op.f("fk_crew_hours_job_id_jobs")),
        sa.PrimaryKeyConstraint("job_id", "item", "starts_at", name=op.f("pk_crew_hours")),
    )
    op.create_index(op.f("ix_crew_hours_person_id_starts_at"), "crew_hours", ["person_id", "starts_at"])
    json_ = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    op.add_column("proposed_moves", sa.Column("others", json_, nullable=True))
    if rows := _of_jobs():
        op.bulk_insert(kept, rows)


def _of_jobs() -> list[dict[str, object]]:
    """The hours of everybody employed on the jobs there are; those who send an invoice come with the next move."""
    found = {}
    for job_id, plan in op.get_bind().execute(sa.text("SELECT job_id, plan FROM jobs")):
        told = json.loads(plan) if isinstance(plan, str) else plan
        for item, contract in (told.get("employment_contract") or {}).items():
            for day in contract["days"]:
                row = {
                    "job_id": job_id,
                    "item": item,
                    "person_id": contract["person_id"],
                    "starts_at": datetime.fromisoformat(day["starts_at"]).astimezone(UTC),
                    "ends_at": datetime.fromisoformat(day["ends_at"]).astimezone(UTC),
                }
                found[job_id, item, row["starts_at"]] = row
    return list(found.values())


def downgrade() -> None:
    op.drop_column("proposed_moves", "others")
    op.drop_table("crew_hours")
