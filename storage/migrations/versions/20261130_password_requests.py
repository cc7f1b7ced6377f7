"""password_requests: somebody forgot their password and is sent a link"""

import sqlalchemy as sa
from alembic import op

revision = "password_requests"
down_revision = "books_of_entities"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "password_requests",
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.String(length=40)),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True)),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name=op.f("fk_password_requests_person_id_people")
        ),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_password_requests")),
    )
    for columns in (["done_at", "asked_at"], ["person_id", "asked_at"]):
        op.create_index(op.f(f"ix_password_requests_{columns[0]}_{columns[1]}"), "password_requests", columns)


def downgrade() -> None:
    op.drop_table("password_requests")
