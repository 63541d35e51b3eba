"""The documents of an installation: their files, and the index that is made of them."""

import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress

from chatbot.library import Library, Parsed
from chatbot.settings import Settings
from chatbot.uploads.previews import Previews
from index.encoders import Encoder
from index.encoding import Advance, silent
from index.errors import IndexBusyError, IndexCorruptError, IndexingError, IndexMissingError, UnknownDocumentError
from index.hybrid import HybridIndex
from index.store import PATIENCE, IndexStore, Loaded
from ingest.corpus import bundled
from ingest.model import Document
from ingest.pipeline import ingest

Progress = Callable[[str], None]
_log = logging.getLogger(__name__)


def at_once() -> None:
    """An ``admit`` that lets everything pass."""


class Collection:
    """Adds, replaces and removes documents; one process at a time, the second gets IndexBusyError.

    The index is switched at one instant; a process that is killed before leaves it as it was. Files, which ``rebuild``
    reads, are staged and marked before the switch and settled after it, by the next start if need be.
    """

    def __init__(self, settings: Settings, encoder: Encoder) -> None:
        self.encoder = encoder
        self._settings = settings
        self.store = IndexStore(settings.data_dir / "indexes", settings.data_dir / "cache")
        self.library = Library(settings.data_dir / "sources", [str(given.id) for _, given in bundled()])
        self.previews = Previews(settings.data_dir / "previews")
        self._with_bundled = settings.bundled_corpus

    def open(self, progress: Progress) -> Loaded:
        """The current index, built first if there is none; raises what the store raises.

        Finishes what a killed process began, unless another is writing or this one may not.
        """
        try:
            with suppress(IndexBusyError, IndexCorruptError), self.store.writing(patience=0):
                self.tidy()
        except OSError as error:
            _log.warning("cannot tidy %s: %s", self.store.folder, error)
        try:
            return self.store.load(self.encoder.identity)
        except IndexMissingError:
            self.rebuild(progress)
            return self.store.load(self.encoder.identity)

    def put(
        self, parsed: Sequence[Parsed], progress: Progress, advance: Advance = silent, patience: float = PATIENCE,
        admit: Callable[[], None] = at_once,
    ) -> str:  # fmt: skip
        """Add documents, or put them in the place of those with the same id; returns the new generation.

        Others may change the index while texts are encoded; ``admit`` is called when they no longer may and nothing is
        changed yet, and what it raises ends it there.
        """
        documents = [p.document for p in parsed]
        known = self.open(progress).index.encoded(documents, self.encoder, advance)
        with self.store.writing(patience):
            admit()
            index = self._current().put(documents, self.encoder, self.store.cache, known=known)
            for each in parsed:
                self.library.stage(each.document, each.data)
            generation = self.store.save(index)
            self.library.settle(self.store.sources())
            return generation

    def preview(self, parsed: Parsed, patience: float = PATIENCE, admit: Callable[[], None] = at_once) -> None:
        """Keep a document to be looked at and published, in the place of a preview with its id; ``admit`` as in put."""
        with self.store.writing(patience):
            admit()
            self.previews.put(parsed)

    def discard_preview(self, document_id: str, patience: float = PATIENCE) -> None:
        """Remove a preview and what is remembered of it; what is published under its id stays.

        Raises UnknownDocumentError if there is none, StorageUnavailableError as ``remove`` does.
        """
        with self.store.writing(patience):
            if not self.previews.discard(document_id):
                raise UnknownDocumentError(f"no preview with id {document_id!r}")
        self._forget(document_id)

    def remove(self, document_id: str, progress: Progress, patience: float = PATIENCE) -> str:
        """Remove a document and its preview, or the one of them there is; returns the generation that is current.

        Once this returns, no file of the index or of the library holds it, nor a stored answer. A bundled document
        stays away when the index is rebuilt. Raises UnknownDocumentError; StorageUnavailableError where the document
        is removed, but the database cannot be reached: that is made up for when a service starts.
        """
        generation = self.open(progress).generation
        with self.store.writing(patience):
            current = self._current()
            previewed = self.previews.discard(document_id)
            if not previewed or document_id in self.store.sources():
                index = current.remove(document_id, self.store.cache)
                self.library.mark(document_id)
                generation = self.store.save(index, deletes=True)
                self.library.settle(self.store.sources())
        self._forget(document_id)
        return generation

    def _forget(self, document_id: str) -> None:
        from chatbot.storage import open_storage  # imports SQLAlchemy

        storage = open_storage(self._settings)
        if not storage.empty:
            storage.forget_document(document_id, lambda: self.store.sources().keys())

    def _current(self) -> HybridIndex:
        """The index to change."""
        self.tidy()
        return self.store.load(self.encoder.identity).index

    def tidy(self) -> None:
        """Finish or undo what a killed process began; for the process that writes."""
        if self.store.current() is not None:
            self.store.tidy()
            self.library.settle(self.store.sources())

    def rebuild(self, progress: Progress, advance: Advance = silent) -> str:
        """Make the index anew from the bundled corpus and every file; returns the generation.

        Vectors are taken over from the current index where it can be read.
        """
        with self.store.writing():
            with suppress(IndexCorruptError):
                self.tidy()
            documents: dict[str, Document] = {}
            if self._with_bundled:
                shipped = (ingest(source, given) for source, given in bundled())
                documents = {d.id: d for d in shipped if not self.library.removed(d.id)}
            documents |= {document.id: document for document in self.library.documents()}
            known = None
            with suppress(IndexingError):
                known = self.store.load(self.encoder.identity).index
            passages = sum(len(document.passages) for document in documents.values())
            progress(f"building the index: {len(documents)} documents, {passages} passages")
            index = HybridIndex.build([*documents.values()], self.encoder, self.store.cache, advance, known)
            return self.store.save(index, deletes=self._leaves_out(documents))

    def _leaves_out(self, documents: Iterable[str]) -> bool:
        """Whether the current index has a document besides ``documents``; where it cannot be read, it may."""
        try:
            return not set(self.store.sources()) <= set(documents)
        except IndexMissingError:
            return False
        except IndexingError:
            return True
