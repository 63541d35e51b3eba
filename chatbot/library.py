"""The files people ingested, kept byte for byte, so that an index can always be built anew."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from ingest.model import Document
from ingest.pipeline import Given, ingest
from ingest.readers import read


class Library:
    """A folder with, for each document, its bytes (``<id>.bin``) and its name (``<id>.json``)."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, document: Document, data: bytes) -> None:
        """Keep the file behind ``document``; replaces what was kept under its id."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._write(self.folder / f"{document.id}.bin", data)
        self._write(self.folder / f"{document.id}.json", json.dumps({"name": document.source.name}).encode())

    def drop(self, document_id: str) -> None:
        """Forget a file; nothing happens if none is kept."""
        for ending in (".json", ".bin"):
            (self.folder / f"{document_id}{ending}").unlink(missing_ok=True)

    def documents(self) -> Iterator[Document]:
        """Every kept file, ingested."""
        if not self.folder.exists():
            return
        for record in sorted(self.folder.glob("*.json")):
            name = json.loads(record.read_text("utf-8"))["name"]
            data = record.with_suffix(".bin").read_bytes()
            yield ingest(read(data, name), Given(id=record.stem))

    def _write(self, path: Path, data: bytes) -> None:
        part = path.with_name(f".{path.name}.{os.getpid()}")
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
