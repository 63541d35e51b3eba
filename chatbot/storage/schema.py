"""The schema is brought to this version, once, whoever comes first."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from filelock import FileLock
from sqlalchemy import Connection, Engine, inspect, text

from chatbot.storage.errors import StorageUnavailableError

#: The newest migration.
HEAD = "0002"
#: Execution option of a transaction that will write.
WRITES = "reformqa_writes"
#: Any number that nothing else in the database locks by.
_ADVISORY_LOCK = 0x7265666F726D7161


def ensure_schema(engine: Engine) -> None:
    """Migrate to HEAD if need be; concurrent starts wait for the first.

    A migration is one transaction: killed in it, the schema is as before. Raises SQLAlchemyError, OSError;
    StorageUnavailableError if a newer version of the service has migrated the database.
    """
    # Before any connection: SQLite does not wait for the others, as it does otherwise, when a new file becomes WAL.
    with _alone(engine):
        if _revision(engine) != HEAD:
            with engine.execution_options(**{WRITES: True}).begin() as connection:
                _upgrade(connection)


def _revision(engine: Engine) -> str | None:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
        return None if revision is None else str(revision)


def _upgrade(connection: Connection) -> None:
    from alembic import command  # a third of a second that only a migration is worth
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "chatbot.storage:migrations")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StorageUnavailableError(f"a newer version of the service migrated the database: {error}") from error


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """No other process migrates meanwhile."""
    if engine.dialect.name == "sqlite":
        file = engine.url.database
        with FileLock(f"{file}.lock") if file and file != ":memory:" else nullcontext():
            yield
        return
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _ADVISORY_LOCK})
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _ADVISORY_LOCK})
