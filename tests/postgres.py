"""A PostgreSQL server of one's own, on a Unix socket in a temporary folder."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: Debian keeps them off the path.
_FOLDERS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def program(name: str) -> str | None:
    """Where a program of PostgreSQL is; None where it is not installed."""
    return shutil.which(name, path=os.pathsep.join([*map(str, _FOLDERS), os.environ.get("PATH", "")]))


@dataclass(frozen=True)
class Postgres:
    """A cluster in ``folder``; ``user`` runs it, as the server refuses to be run by root."""

    folder: Path
    user: str | None

    @property
    def url(self) -> str:
        """As REFORMQA_DATABASE_URL has it."""
        return f"postgresql://reformqa@/postgres?host={self.folder}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-o", f"-k {self.folder} -h ''", "-l",
                  str(self.folder / "log"), "start")  # fmt: skip

    def stop(self) -> None:
        """Stop it, connections or not."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-m", "immediate", "stop")

    def _run(self, name: str, *arguments: str) -> None:
        found = program(name)
        assert found is not None
        subprocess.run([found, *arguments], check=True, capture_output=True, user=self.user, cwd=self.folder)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A running server, gone at the end."""
    # Not below pytest's folder, which no other user may enter; and a socket's path is short.
    folder = Path(tempfile.mkdtemp(prefix="reformqa-postgres-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    server = Postgres(folder, user)
    try:
        server._run("initdb", "-D", str(folder / "data"), "-U", "reformqa", "-A", "trust", "-N", "-E", "UTF8")
        server.start()
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
