"""One database: SQLite in WAL mode by default, PostgreSQL by URL; transactions, and one error for whatever is wrong."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session

from chatbot.errors import SettingsError
from chatbot.settings import SQLITE_FILE
from chatbot.storage.errors import StorageError, StorageUnavailableError
from chatbot.storage.schema import WRITES, ensure_schema

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

#: Seconds that a transaction waits for another process to end its own, or for a server to be reached.
_PATIENCE = 5


class Database:
    """Transactions on one database; threads may share it, processes may not share an instance.

    Nothing is opened before the first transaction, which also migrates an older schema; so a database that is gone
    when the service starts is used as soon as it is back.
    """

    def __init__(self, url: URL) -> None:
        self.url = url
        self._engine = _engine(url)
        self._ready = False
        self._preparing = threading.Lock()

    @classmethod
    def of(cls, url: str | None, data_dir: Path) -> "Database":
        """The database of a URL such as ``postgresql://user:password@host/name``; without one, a file in ``data_dir``.

        Raises SettingsError for a URL that cannot be read or a driver that is not installed.
        """
        if url is None:
            return cls(URL.create("sqlite", database=str(data_dir / SQLITE_FILE)))
        try:
            parsed = make_url(url)
        except ArgumentError as error:  # not its words: they repeat the password
            raise SettingsError("REFORMQA_DATABASE_URL is not a URL such as postgresql://user@host/name") from error
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            raise SettingsError(f"REFORMQA_DATABASE_URL: {parsed.drivername} is neither sqlite nor postgresql")
        return cls(parsed)

    @property
    def file(self) -> Path | None:
        """The file of an SQLite database; None for another or one in memory."""
        database = self.url.database
        return Path(database) if self._sqlite and database not in (None, "", ":memory:") else None

    @property
    def _sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def prepare(self) -> None:
        """Make the database, or migrate it, if need be; raises StorageUnavailableError."""
        with self.reading():
            pass

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads; raises StorageUnavailableError."""
        with self._transaction(self._engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction, committed at its end, rolled back by an exception; raises StorageUnavailableError."""
        with self._transaction(self._engine.execution_options(**{WRITES: True})) as session:
            yield session

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Session]:
        try:
            self._migrate()
            with Session(engine, expire_on_commit=False) as session, session.begin():
                yield session
        except (IntegrityError, DataError) as error:
            raise StorageError(f"the database does not take this: {_reason(error)}") from error
        except (SQLAlchemyError, OSError) as error:
            raise StorageUnavailableError(f"the database cannot be used: {_reason(error)}") from error

    def _migrate(self) -> None:
        if self._ready:
            return
        with self._preparing:
            if not self._ready:
                if self.file:
                    self.file.parent.mkdir(parents=True, exist_ok=True)
                ensure_schema(self._engine)
                self._ready = True

    def scrub(self) -> None:
        """Leave no deleted rows in SQLite's log file; pages of the database itself are overwritten at deletion."""
        if self._sqlite:
            connection = self._engine.raw_connection()
            try:
                connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.close()

    def close(self) -> None:
        """Give connections back; the next transaction opens new ones."""
        self._engine.dispose()


def _reason(error: Exception) -> str:
    """What the driver said, without statement and parameters: those are what people wrote."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig else error
    return str(cause).strip().partition("\n")[0] or type(cause).__name__


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)  # half the size for Chinese


def _engine(url: URL) -> Engine:
    # hide_parameters: what is stored must not reach a log by way of an exception.
    try:
        if url.get_backend_name() == "postgresql":
            return create_engine(url, hide_parameters=True, json_serializer=_json, pool_pre_ping=True,
                                 connect_args={"connect_timeout": _PATIENCE})  # fmt: skip
        engine = create_engine(url, hide_parameters=True, json_serializer=_json, connect_args={"timeout": _PATIENCE})
    except (ImportError, NoSuchModuleError) as error:
        raise SettingsError(
            "REFORMQA_DATABASE_URL needs a driver that is not installed: pip install 'reformqa[postgres]'"
        ) from error
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: "DBAPIConnection", _: "ConnectionPoolEntry") -> None:
    # The driver's own transactions begin late and not at all for reads; _begin_sqlite begins them.
    connection.isolation_level = None
    cursor = connection.cursor()
    # synchronous NORMAL: after a loss of power the last rows may be missing, the database is never damaged.
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later cannot wait for another writer, only fail: so writers say so.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")
