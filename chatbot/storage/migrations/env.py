"""Alembic's way in: the connection is given by chatbot.storage.schema."""

from alembic import context

from chatbot.storage.tables import Base

# SQLite cannot alter most things in place, so Alembic copies the table (batch).
context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
