"""Index generations on disk: each complete in a folder of its own, one pointed to, switched atomically.

indexes/
  CURRENT                 the generation that is served, and the oldest one that still may be
  LOCK                    held by the one process that writes
  000001/manifest.json    format, encoder, counts, sha256 of every other file
  000001/documents.json   the documents as ingested, without their passages
  000001/passages/        these, to be mapped into memory
  000001/vectors.faiss, sentences.npy, lexical/, bridge.json
  000001/tokens/          of the sentences, if the encoder has a reader
"""

import errno
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import accumulate
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from index.bridge import Bridge
from index.encoders import EncoderIdentity
from index.errors import EncoderMismatchError, IndexBusyError, IndexCorruptError, IndexMissingError
from index.files import digest, files_below, mapped, replace_synced, sync_folder, sync_tree, write_synced
from index.hybrid import HybridIndex, user_words
from index.lexical import LexicalIndex
from index.passages import PassageTable, StoredPassages
from index.reader import TokenVectors
from index.tokens import Tokens
from index.vectors import FaissVectors
from ingest.model import Document

#: Raised whenever what is written changes, so that an old index is rebuilt and never misread.
FORMAT = 4
_DOCUMENTS = TypeAdapter(tuple[Document, ...])
_REPAIR = "run 'reformqa rebuild' to make it anew"
_BUILDING = ".building-"
#: Seconds to wait for another writer: longer than the tidying of a start takes.
PATIENCE = 3.0


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds: of each document its id, the sha256 of its file and the number of its passages; and its
    own files with their sha256."""

    format: int
    encoder: EncoderIdentity
    documents: tuple[str, ...]
    sources: tuple[str, ...]
    passages: tuple[int, ...]
    files: dict[str, str]


@dataclass(frozen=True, slots=True)
class Pointer:
    """``generation`` is the one to serve; ``oldest`` the first one made after the last deletion.

    A process that serves a generation before ``oldest`` serves a deleted document and must load before it answers; one
    that serves a later one may load in the background. Names compare as numbers of six digits or more.
    """

    generation: str
    oldest: str

    def permits(self, generation: str) -> bool:
        """Whether a generation holds nothing that was deleted."""
        return int(generation) >= int(self.oldest)


_POINTER = TypeAdapter(Pointer)
_MANIFEST = TypeAdapter(Manifest)


@dataclass(frozen=True, slots=True)
class Loaded:
    """An index and the generation it was read from."""

    index: HybridIndex
    generation: str


class IndexStore:
    """The folder of generations; ``cache`` is where jieba keeps its parsed dictionary."""

    def __init__(self, folder: Path, cache: Path) -> None:
        self.folder = folder
        self.cache = cache
        self._lock = FileLock(folder / "LOCK")

    def pointer(self) -> Pointer | None:
        """What CURRENT says; None before the first build. Raises IndexCorruptError if it is unreadable."""
        path = self.folder / "CURRENT"
        try:
            return _POINTER.validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValidationError as error:
            raise IndexCorruptError(f"index file {path} is damaged or of another version; {_REPAIR}") from error

    def current(self) -> str | None:
        """The name of the generation that is served; None if there is none yet."""
        pointer = self.pointer()
        return pointer.generation if pointer else None

    @contextmanager
    def writing(self, patience: float = PATIENCE) -> Iterator[None]:
        """Be the one that writes, from reading what is changed to ``save``; raises IndexBusyError if another still is
        after ``patience`` seconds.

        The lock is the operating system's: it goes with the process that holds it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            self._lock.acquire(timeout=patience)
        except Timeout as error:
            raise IndexBusyError(
                f"another process is changing the index in {self.folder}; wait for it to end, then try again"
            ) from error
        try:
            yield
        finally:
            self._lock.release()

    def save(self, index: HybridIndex, deletes: bool = False) -> str:
        """Write ``index`` as a new generation and switch to it; returns its name.

        The generation before stays until the next, for processes that still read it; with ``deletes``, which says that
        ``index`` leaves out a document, no other is left when this returns. Raises IndexBusyError, OSError.
        """
        with self.writing():
            try:
                before = self.pointer()
            except IndexCorruptError:
                before = None
            name = f"{max(map(int, self._names()), default=0) + 1:06}"
            building = self.folder / f"{_BUILDING}{name}"
            try:
                shutil.rmtree(building, ignore_errors=True)
                building.mkdir()
                with _short_writes(building):
                    self._write(index, building)
                building.rename(self.folder / name)
                sync_folder(self.folder)
                oldest = name if deletes or before is None else before.oldest
                pointer = Pointer(name, oldest)
                replace_synced(self.folder / "CURRENT", json.dumps(asdict(pointer)).encode())
            finally:
                shutil.rmtree(building, ignore_errors=True)
            self._drop_old(pointer, keep=() if before is None else (before.generation,))
        return name

    def tidy(self) -> None:
        """Remove what a killed process left: half-written generations, and those from before a deletion.

        For the process that writes.
        """
        if pointer := self.pointer():
            self._drop_old(pointer, keep=self._names())

    def sources(self) -> dict[str, str]:
        """sha256 of the file of each of the current generation's documents, by id, without loading it.

        Raises as ``load`` does.
        """
        manifest = self._manifest(self.folder / self._named())
        return dict(zip(manifest.documents, manifest.sources, strict=True))

    def _names(self) -> list[str]:
        return [path.name for path in self.folder.iterdir() if path.name.isdigit()]

    def _drop_old(self, pointer: Pointer, keep: Sequence[str]) -> None:
        """Every generation but the one pointed to and those of ``keep`` that it permits."""
        before = (name for name in keep if int(name) < int(pointer.generation) and pointer.permits(name))
        kept = {pointer.generation, *before}
        for path in list(self.folder.iterdir()):
            if path.is_dir() and path.name not in kept:
                shutil.rmtree(path)
        sync_folder(self.folder)

    def _write(self, index: HybridIndex, folder: Path) -> None:
        without_passages = tuple(replace(document, passages=()) for document in index.documents)
        (folder / "documents.json").write_bytes(_DOCUMENTS.dump_json(without_passages))
        counts = [len(document.passages) for document in index.documents]
        (folder / "passages").mkdir()
        PassageTable.of(index.documents).save(folder / "passages")
        index.dense.save(folder / "vectors.faiss")
        np.save(folder / "sentences.npy", index.sentence_vectors, allow_pickle=False)
        if index.token_vectors:
            (folder / "tokens").mkdir()
            index.token_vectors.save(folder / "tokens")
        index.lexical.save(folder / "lexical")
        (folder / "bridge.json").write_text(json.dumps(index.bridge.translations, ensure_ascii=False), "utf-8")
        files = {str(path.relative_to(folder)): digest(path) for path in files_below(folder)}
        ids = tuple(document.id for document in index.documents)
        sources = tuple(document.source.sha256 for document in index.documents)
        manifest = Manifest(FORMAT, index.identity, ids, sources, tuple(counts), files)
        write_synced(folder / "manifest.json", json.dumps(asdict(manifest), indent=1).encode())
        sync_tree(folder)

    def load(self, identity: EncoderIdentity) -> Loaded:
        """Read the current generation, every file checked against the manifest.

        Raises IndexMissingError before the first build, IndexCorruptError naming the file, EncoderMismatchError if
        another encoder built it.
        """
        while True:
            name = self._named()
            try:
                return Loaded(self._read(self.folder / name, identity), name)
            except Exception:
                # Half read, a generation may be removed by a writer, and then anything fails; CURRENT names another.
                if self.current() == name:
                    raise

    def _named(self) -> str:
        name = self.current()
        if name is None:
            raise IndexMissingError(f"no index in {self.folder}; run 'reformqa rebuild' to build the bundled corpus")
        return name

    def _read(self, folder: Path, identity: EncoderIdentity) -> HybridIndex:
        manifest = self._manifest(folder)
        if manifest.encoder != identity:
            raise EncoderMismatchError(
                f"the index in {folder} was built with encoder {manifest.encoder}, this runs {identity}; {_REPAIR}"
            )
        for relative, written in manifest.files.items():
            path = folder / relative
            if not path.exists():
                raise IndexCorruptError(f"index file {path} is missing; {_REPAIR}")
            if digest(path) != written:
                raise IndexCorruptError(f"index file {path} is damaged (its checksum is not the manifest's); {_REPAIR}")
        documents = tuple(self._documents(folder, manifest))
        return HybridIndex(
            documents,
            manifest.encoder,
            FaissVectors.load(folder / "vectors.faiss"),
            mapped(folder / "sentences.npy"),
            LexicalIndex.load(folder / "lexical", sum(manifest.passages)),
            Bridge(json.loads((folder / "bridge.json").read_text("utf-8"))),
            Tokens(user_words(documents), self.cache),
            TokenVectors.load(folder / "tokens") if (folder / "tokens").exists() else None,
        )

    def _manifest(self, folder: Path) -> Manifest:
        path = folder / "manifest.json"
        try:
            manifest = _MANIFEST.validate_json(path.read_bytes())
        except FileNotFoundError as error:
            raise IndexCorruptError(f"index file {path} is missing; {_REPAIR}") from error
        except ValidationError as error:
            raise IndexCorruptError(f"index file {path} is damaged: {error.error_count()} errors; {_REPAIR}") from error
        if manifest.format != FORMAT:
            raise IndexCorruptError(
                f"index {folder} has format {manifest.format}, this version reads {FORMAT}; {_REPAIR}"
            )
        return manifest

    def _documents(self, folder: Path, manifest: Manifest) -> Iterator[Document]:
        path = folder / "documents.json"
        try:
            documents = _DOCUMENTS.validate_json(path.read_bytes())
        except ValidationError as error:
            raise IndexCorruptError(f"index file {path} is damaged: {error.error_count()} errors; {_REPAIR}") from error
        table = PassageTable.load(folder / "passages")
        written = [(document.id, document.source.sha256) for document in documents]
        listed = list(zip(manifest.documents, manifest.sources, strict=False))
        if (written, len(table)) != (listed, sum(manifest.passages)):
            raise IndexCorruptError(f"index file {folder / 'manifest.json'} is damaged: its counts are off; {_REPAIR}")
        starts = accumulate(manifest.passages, initial=0)
        for document, start, count in zip(documents, starts, manifest.passages, strict=False):
            yield replace(document, passages=StoredPassages(document, table, start, count))


@contextmanager
def _short_writes(folder: Path) -> Iterator[None]:
    """numpy says of a full disk only how much of an array it took."""
    try:
        yield
    except OSError as error:
        if error.errno is not None:
            raise
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder)) from error
