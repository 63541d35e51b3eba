"""The inbox of refused and disliked questions, and curated answers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; what was refused or disliked before is in the inbox, to be sorted."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "topics",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("created", moment, nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("encoder", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("numbers", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("changed", moment, nullable=False),
        sa.Column("actor", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_topics"),
    )
    op.create_index("ix_topics_created", "topics", ["created"])
    op.create_index("ix_topics_state", "topics", ["state"])
    op.create_table(
        "inbox",
        sa.Column("answer_id", sa.Text(), nullable=False),
        sa.Column("topic_id", sa.Text()),
        sa.ForeignKeyConstraint(["answer_id"], ["answers.id"], name="fk_inbox_answer_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name="fk_inbox_topic_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("answer_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_topic_id", "inbox", ["topic_id"])
    op.create_table(
        "curated",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("statements", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created", moment, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_curated"),
    )
    op.create_index("ix_answers_volume", "answers", ["created", "outcome", "method", "milliseconds"])
    op.create_index("ix_answers_asked", "answers", ["created", "question"])
    op.execute(
        "INSERT INTO inbox (answer_id) SELECT id FROM answers WHERE question IS NOT NULL AND "
        "(outcome IN ('not_found', 'out_of_scope') OR id IN (SELECT answer_id FROM feedback WHERE rating = 'down'))"
    )


def downgrade() -> None:
    """Drop them; rolling back with data is done from a backup."""
    for index in ("ix_answers_volume", "ix_answers_asked"):
        op.drop_index(index, "answers")
    for table in ("curated", "inbox", "topics"):
        op.drop_table(table)
