"""What jobs still have to do: an order each, and the bytes of a file that was sent."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock
from pydantic import TypeAdapter, ValidationError

from index.files import replace_synced


@dataclass(frozen=True, slots=True)
class Order:
    """What to do with a document; ``name`` is that of the file sent, None where its preview is to be published."""

    document_id: str
    name: str | None
    publish: bool
    actor: str


_ORDER = TypeAdapter(Order)


class Inbox:
    """A folder with an order (``<job>.json``) and maybe a file (``<job>.bin``) for every job that has not ended.

    ``taking`` is held by who takes an order in and by who begins one, so that both see all there are.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def taking(self) -> FileLock:
        """The lock; raises OSError where the folder cannot be written."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / "TAKING")

    def working(self) -> FileLock:
        """Held by the one process that works on orders."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / "WORKING")

    def put(self, job_id: str, order: Order, data: bytes | None = None) -> None:
        """Keep an order until it is dropped."""
        if data is not None:
            replace_synced(self.folder / f"{job_id}.bin", data)
        replace_synced(self.folder / f"{job_id}.json", _ORDER.dump_json(order))

    def order(self, job_id: str) -> Order | None:
        """The order of a job; None if it was dropped."""
        try:
            return _ORDER.validate_json((self.folder / f"{job_id}.json").read_bytes())
        except (OSError, ValidationError):
            return None

    def data(self, job_id: str) -> bytes:
        """The bytes that were sent; raises FileNotFoundError once they are dropped."""
        return (self.folder / f"{job_id}.bin").read_bytes()

    def drop(self, job_id: str) -> None:
        """Forget an order and its file."""
        for ending in (".json", ".bin"):
            (self.folder / f"{job_id}{ending}").unlink(missing_ok=True)

    def keep_only(self, job_ids: Collection[str]) -> None:
        """Drop what killed processes left: everything but these."""
        for path in (*self.folder.glob("*.json"), *self.folder.glob("*.bin"), *self.folder.glob(".*")):
            if path.stem not in job_ids:
                path.unlink(missing_ok=True)
