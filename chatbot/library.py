"""The files people ingested, kept byte for byte, so that an index can always be built anew."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path

from index.files import replace_synced, sync_folder
from ingest.model import Document
from ingest.pipeline import Given, ingest
from ingest.readers import read


class Library:
    """A folder with, for each document, its bytes (``<id>.bin``) and its name (``<id>.json``); for a bundled document
    that was removed, only that it was (``<id>.dropped``)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, document: Document, data: bytes) -> None:
        """Keep the file behind ``document``; replaces what was kept under its id."""
        self.folder.mkdir(parents=True, exist_ok=True)
        replace_synced(self.folder / f"{document.id}.bin", data)
        replace_synced(self.folder / f"{document.id}.json", json.dumps({"name": document.source.name}).encode())
        (self.folder / f"{document.id}.dropped").unlink(missing_ok=True)

    def drop(self, document_id: str, forever: bool = False) -> None:
        """Forget a file; ``forever`` a bundled document, which is not there. Nothing happens if neither is."""
        if forever:
            self.folder.mkdir(parents=True, exist_ok=True)
            replace_synced(self.folder / f"{document_id}.dropped", b"")
        if self.folder.exists():
            for ending in (".json", ".bin"):
                (self.folder / f"{document_id}{ending}").unlink(missing_ok=True)
            sync_folder(self.folder)

    def dropped(self, document_id: str) -> bool:
        """Whether a bundled document was removed."""
        return (self.folder / f"{document_id}.dropped").exists()

    def keep_only(self, document_ids: Collection[str]) -> None:
        """Drop what is kept of any other document."""
        for path in list(self.folder.glob("*")) if self.folder.exists() else ():
            if path.suffix != ".dropped" and path.stem not in document_ids:
                path.unlink()

    def documents(self) -> Iterator[Document]:
        """Every kept file, ingested."""
        if not self.folder.exists():
            return
        for record in sorted(self.folder.glob("*.json")):
            name = json.loads(record.read_text("utf-8"))["name"]
            data = record.with_suffix(".bin").read_bytes()
            yield ingest(read(data, name), Given(id=record.stem))
