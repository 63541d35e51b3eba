"""Documents that were read and wait to be published: a person looks at their receipts; nothing answers from them."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from chatbot.library import Parsed
from index.files import replace_synced, sync_folder
from ingest.model import Document

_DOCUMENT = TypeAdapter(Document)
_ENDING = ".json"


class Previews:
    """A folder with, for each preview, the document as it was read (``<id>.json``) and its bytes
    (``<id>.<sha256>.bin``, the name of which makes both change at one instant).

    Whoever writes or discards holds the lock of the index.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, parsed: Parsed) -> None:
        """Keep a preview, in the place of the one with the same id."""
        self.folder.mkdir(parents=True, exist_ok=True)
        document = parsed.document
        replace_synced(self._bytes(document.id, document.source.sha256), parsed.data)
        replace_synced(self.folder / f"{document.id}{_ENDING}", _DOCUMENT.dump_json(document))
        self._drop(document.id, keep=document.source.sha256)

    def get(self, document_id: str) -> Parsed | None:
        """A preview; None if there is none that can be read whole."""
        document = self.document(document_id)
        if document is None:
            return None
        try:
            data = self._bytes(document_id, document.source.sha256).read_bytes()
        except OSError:
            return None
        return Parsed(document, data) if sha256(data).hexdigest() == document.source.sha256 else None

    def document(self, document_id: str) -> Document | None:
        """What a preview was read as."""
        if document_id not in self.ids():  # an id that comes from outside is no path
            return None
        try:
            return _DOCUMENT.validate_json((self.folder / f"{document_id}{_ENDING}").read_bytes())
        except (OSError, ValidationError):
            return None

    def ids(self) -> list[str]:
        """The previews there are."""
        return sorted(path.stem for path in self.folder.glob(f"[!.]*{_ENDING}"))

    def documents(self) -> Iterator[Document]:
        """Every preview, by id."""
        for document_id in self.ids():
            if document := self.document(document_id):
                yield document

    def discard(self, document_id: str) -> bool:
        """Remove a preview and its bytes; False if there was none."""
        if document_id not in self.ids():
            return False
        (self.folder / f"{document_id}{_ENDING}").unlink(missing_ok=True)
        self._drop(document_id)
        return True

    def _drop(self, document_id: str, keep: str | None = None) -> None:
        # With a dot before it: half written by a process that was killed.
        for path in (*self.folder.glob(f"{document_id}.*"), *self.folder.glob(f".{document_id}.*")):
            if path.suffix != _ENDING and path != (self._bytes(document_id, keep) if keep else None):
                path.unlink(missing_ok=True)
        if self.folder.exists():
            sync_folder(self.folder)

    def _bytes(self, document_id: str, digest: str) -> Path:
        return self.folder / f"{document_id}.{digest}.bin"
