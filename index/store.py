"""Index generations on disk: each complete in a folder of its own, one pointed to, switched atomically.

indexes/
  CURRENT                 the name of the generation that is served
  000001/manifest.json    format, encoder, counts, sha256 of every other file
  000001/documents.json   the documents as ingested
  000001/vectors.faiss, sentences.npy, lexical/, bridge.json
"""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, ValidationError

from index.bridge import Bridge
from index.encoders import EncoderIdentity
from index.errors import EncoderMismatchError, IndexCorruptError, IndexMissingError
from index.hybrid import HybridIndex, user_words
from index.lexical import LexicalIndex
from index.tokens import Tokens
from index.vectors import FaissVectors
from ingest.model import Document

#: Raised whenever what is written changes, so that an old index is rebuilt and never misread.
FORMAT = 2
_DOCUMENTS = TypeAdapter(tuple[Document, ...])
_REPAIR = "run 'reformqa rebuild' to make it anew"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds; ``files`` maps each file's path to its sha256."""

    format: int
    encoder: EncoderIdentity
    documents: int
    passages: int
    files: dict[str, str]


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

    def current(self) -> str | None:
        """The name of the generation that is served; None if there is none yet."""
        pointer = self.folder / "CURRENT"
        return pointer.read_text("utf-8").strip() if pointer.exists() else None

    def save(self, index: HybridIndex) -> str:
        """Write ``index`` as a new generation and switch to it; returns its name. Older generations go."""
        self.folder.mkdir(parents=True, exist_ok=True)
        names = [int(path.name) for path in self.folder.iterdir() if path.name.isdigit()]
        name = f"{max(names, default=0) + 1:06}"
        building = self.folder / f".building-{name}-{os.getpid()}"
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir()
        self._write(index, building)
        building.rename(self.folder / name)
        _sync_folder(self.folder)
        pointer = self.folder / f".CURRENT-{os.getpid()}"
        _write_synced(pointer, name.encode())
        pointer.replace(self.folder / "CURRENT")
        _sync_folder(self.folder)
        for path in list(self.folder.iterdir()):
            if path.is_dir() and path.name != name:
                shutil.rmtree(path, ignore_errors=True)
        return name

    def _write(self, index: HybridIndex, folder: Path) -> None:
        (folder / "documents.json").write_bytes(_DOCUMENTS.dump_json(index.documents))
        index.dense.save(folder / "vectors.faiss")
        np.save(folder / "sentences.npy", index.sentence_vectors, allow_pickle=False)
        index.lexical.save(folder / "lexical")
        (folder / "bridge.json").write_text(json.dumps(index.bridge.translations, ensure_ascii=False), "utf-8")
        files = {str(path.relative_to(folder)): _digest(path) for path in _files(folder)}
        for path in _files(folder):
            _sync(path)
        manifest = Manifest(FORMAT, index.identity, len(index.documents), len(index.passages), files)
        _write_synced(folder / "manifest.json", json.dumps(asdict(manifest), indent=1).encode())

    def load(self, identity: EncoderIdentity) -> Loaded:
        """Read the current generation, every file checked against the manifest.

        Raises IndexMissingError before the first build, IndexCorruptError naming the file, EncoderMismatchError if
        another encoder built it.
        """
        name = self.current()
        if name is None:
            raise IndexMissingError(f"no index in {self.folder}; run 'reformqa rebuild' to build the bundled corpus")
        folder = self.folder / name
        manifest = self._manifest(folder)
        if manifest.encoder != identity:
            raise EncoderMismatchError(
                f"the index in {folder} was built with encoder {manifest.encoder.name} "
                f"({manifest.encoder.fingerprint}), this runs {identity.name} ({identity.fingerprint}); {_REPAIR}"
            )
        for relative, digest in manifest.files.items():
            path = folder / relative
            if not path.exists():
                raise IndexCorruptError(f"index file {path} is missing; {_REPAIR}")
            if _digest(path) != digest:
                raise IndexCorruptError(f"index file {path} is damaged (its checksum is not the manifest's); {_REPAIR}")
        documents = self._documents(folder)
        if (len(documents), sum(len(d.passages) for d in documents)) != (manifest.documents, manifest.passages):
            raise IndexCorruptError(f"index file {folder / 'manifest.json'} is damaged: its counts are off; {_REPAIR}")
        index = HybridIndex(
            documents,
            manifest.encoder,
            FaissVectors.load(folder / "vectors.faiss"),
            np.load(folder / "sentences.npy", allow_pickle=False),
            LexicalIndex.load(folder / "lexical", manifest.passages),
            Bridge(json.loads((folder / "bridge.json").read_text("utf-8"))),
            Tokens(user_words(documents), self.cache),
        )
        return Loaded(index, name)

    def _manifest(self, folder: Path) -> Manifest:
        path = folder / "manifest.json"
        try:
            manifest = TypeAdapter(Manifest).validate_json(path.read_bytes())
        except FileNotFoundError as error:
            raise IndexCorruptError(f"index file {path} is missing; {_REPAIR}") from error
        except ValidationError as error:
            raise IndexCorruptError(f"index file {path} is damaged: {error.error_count()} errors; {_REPAIR}") from error
        if manifest.format != FORMAT:
            raise IndexCorruptError(
                f"index {folder} has format {manifest.format}, this version reads {FORMAT}; {_REPAIR}"
            )
        return manifest

    def _documents(self, folder: Path) -> tuple[Document, ...]:
        path = folder / "documents.json"
        try:
            return _DOCUMENTS.validate_json(path.read_bytes())
        except ValidationError as error:
            raise IndexCorruptError(f"index file {path} is damaged: {error.error_count()} errors; {_REPAIR}") from error


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        digest = sha256()
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def _write_synced(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
