"""The files people ingested, kept byte for byte, so that an index can always be built anew."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from index.files import replace_synced, sync_folder
from ingest.model import Document
from ingest.pipeline import Given, ingest
from ingest.readers import read

_NEXT = ".next"


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document and the bytes it was read from."""

    document: Document
    data: bytes


class Library:
    """A folder with, for each document, its bytes (``<id>.bin``) and its name (``<id>.json``).

    A change of the index is prepared here before it and completed after it: new files wait as ``….next``, a document
    to be removed is marked (``<id>.removed``). What a killed process left is completed or undone by ``settle``, as the
    index says. The mark of a ``bundled`` document (ids) stays: it has no file here, and must not come back.
    """

    def __init__(self, folder: Path, bundled: Collection[str] = ()) -> None:
        self.folder = folder
        self._bundled = frozenset(bundled)

    def put(self, document: Document, data: bytes) -> None:
        """Keep the file behind ``document``; replaces what was kept under its id."""
        self.stage(document, data)
        self._complete(document.id)

    def stage(self, document: Document, data: bytes) -> None:
        """Keep the file behind ``document`` until the index has it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = json.dumps({"name": document.source.name}).encode()
        replace_synced(self.folder / f"{document.id}.json{_NEXT}", name)
        replace_synced(self.folder / f"{document.id}.bin{_NEXT}", data)

    def mark(self, document_id: str) -> None:
        """Say that a document is to be removed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        replace_synced(self.folder / f"{document_id}.removed", b"")

    def settle(self, indexed: Mapping[str, str]) -> None:
        """Complete or undo what was prepared; ``indexed`` is sha256 of the file by id of document."""
        if not self.folder.exists():
            return
        for path in sorted(self.folder.glob(f"*.bin{_NEXT}")):
            document_id = path.name.removesuffix(f".bin{_NEXT}")
            if indexed.get(document_id) == sha256(path.read_bytes()).hexdigest():
                self._complete(document_id)
        # With a process number behind: half written by one that was killed.
        for path in (*self.folder.glob(f"*{_NEXT}"), *self.folder.glob(f".*{_NEXT}.*")):
            path.unlink()
        for path in sorted(self.folder.glob("*.removed")):
            if path.stem not in indexed:
                for ending in (".json", ".bin"):
                    (self.folder / f"{path.stem}{ending}").unlink(missing_ok=True)
            if path.stem in indexed or path.stem not in self._bundled:
                path.unlink()
        sync_folder(self.folder)

    def removed(self, document_id: str) -> bool:
        """Whether a document was removed, or is being so."""
        return (self.folder / f"{document_id}.removed").exists()

    def documents(self) -> Iterator[Document]:
        """Every kept file, ingested."""
        for record in sorted(self.folder.glob("*.json")) if self.folder.exists() else ():
            if not self.removed(record.stem):
                name = json.loads(record.read_text("utf-8"))["name"]
                yield ingest(read(record.with_suffix(".bin").read_bytes(), name), Given(id=record.stem))

    def _complete(self, document_id: str) -> None:
        for ending in (".json", ".bin"):
            staged = self.folder / f"{document_id}{ending}{_NEXT}"
            if staged.exists():
                staged.replace(self.folder / f"{document_id}{ending}")
        (self.folder / f"{document_id}.removed").unlink(missing_ok=True)
        sync_folder(self.folder)
