"""Alembic migrations, run by the program itself on its own connection."""
