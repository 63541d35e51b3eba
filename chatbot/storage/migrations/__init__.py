"""Migrations, in order; Alembic runs them."""
