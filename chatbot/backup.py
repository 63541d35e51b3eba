"""One archive with everything an installation keeps, and the way back.

A backup is a gzipped tar of the served generation, the ingested files, the previews, the golden cases and the SQLite
database; its last member is a manifest with the sha256 of all others, so that what was cut off has none. It holds what
people asked and the digests of keys, and is readable by its owner alone. PostgreSQL, which has its own, is left out.
"""

import gzip
import json
import os
import re
import shutil
import sqlite3
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import IO

from pydantic import TypeAdapter, ValidationError

from chatbot.collection import Collection
from chatbot.errors import BackupError
from chatbot.storage import Database
from index.errors import IndexMissingError
from index.files import digest, files_below, replace_synced, sync_folder, sync_tree
from index.store import IndexStore, Pointer

#: Raised whenever the layout of an archive changes.
FORMAT = 1
_MANIFEST = "manifest.json"
_DATABASE = "reformqa.sqlite3"
_FOLDERS = ("sources", "previews", "golden")
#: What a restore replaces or removes; caches and the encoder's files are left as they are.
_REPLACED = (*_FOLDERS, "uploads", _DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm")
_STAGING = ".restoring"
#: indexes/000012/lexical/data.npy, sources/jinan-2024.bin, reformqa.sqlite3; never a part that begins with a dot
_MEMBER = re.compile(
    rf"{re.escape(_MANIFEST)}|{re.escape(_DATABASE)}|(indexes/\d{{6,}}|{'|'.join(_FOLDERS)})(/[^/.\\\0][^/\\\0]*)+"
)
#: Gzip's fastest: vectors are what is large, and no level makes them much smaller.
_LEVEL = 1
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive holds: ``files`` is sha256 by member; ``documents`` are the ids the generation answers from;
    ``database`` says whether SQLite's is in it."""

    format: int
    version: str
    created: datetime
    generation: str
    documents: tuple[str, ...]
    database: bool
    files: dict[str, str]


_MANIFESTS = TypeAdapter(Manifest)


def back_up(collection: Collection, database: Database, data_dir: Path, target: Path) -> Manifest:
    """Write the archive ``target``, which is whole or not there; an older one of that name stays until then.

    Questions are answered meanwhile; whoever would change documents waits, or is told that the index is busy, so that
    what was deleted before is not in it. Raises IndexMissingError, IndexBusyError, BackupError.
    """
    # Names that a killed run leaves and the next one replaces.
    part, copy = (target.with_name(f".{target.name}.{ending}") for ending in ("part", "sqlite3"))
    try:
        with collection.store.writing():
            if (generation := collection.store.current()) is None:
                raise IndexMissingError(f"no index in {collection.store.folder}: there is nothing to back up")
            collection.tidy()
            try:
                members = dict(_members(data_dir, generation))
                if database.file and database.file.exists():
                    _copy_database(database.file, copy)
                    members[_DATABASE] = copy
                documents = tuple(collection.store.sources())
                manifest = Manifest(
                    FORMAT, version("reformqa"), datetime.now(UTC), generation, documents, _DATABASE in members, {}
                )
                _write(part, members, manifest)
            finally:
                copy.unlink(missing_ok=True)
        part.replace(target)
        sync_folder(target.parent)
    except (OSError, sqlite3.Error) as error:
        raise BackupError(f"{target}: the backup cannot be written: {error}") from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def restore(archive: Path, data_dir: Path, replace: bool = False) -> Manifest:
    """Put what ``archive`` holds into ``data_dir``, which is empty or is to be replaced; no service may run on it.

    Nothing is changed before every checksum was found right. A restore that is killed after that leaves an index no
    service starts on; it is to be run again, with ``replace``. Raises BackupError, IndexBusyError.
    """
    if not replace and data_dir.exists() and any(path.name != _STAGING for path in data_dir.iterdir()):
        raise BackupError(
            f"{data_dir} is not empty; restore into another folder, or give --replace to lose what it has"
        )
    staging = data_dir / _STAGING
    try:
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True, mode=0o700)
        manifest = _extract(archive, staging)
        sync_tree(staging)
        with IndexStore(data_dir / "indexes", data_dir / "cache").writing():
            _switch(staging, data_dir, manifest)
    except OSError as error:
        raise BackupError(f"{archive}: cannot be restored to {data_dir}: {error}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return manifest


def _members(data_dir: Path, generation: str) -> Iterator[tuple[str, Path]]:
    for folder in (f"indexes/{generation}", *_FOLDERS):
        for path in files_below(data_dir / folder):
            if _MEMBER.fullmatch(name := path.relative_to(data_dir).as_posix()):
                yield name, path


def _copy_database(file: Path, copy: Path) -> None:
    """SQLite's online backup: one consistent state, whoever writes meanwhile."""
    copy.unlink(missing_ok=True)
    os.close(os.open(copy, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as destination:
        source.backup(destination)
        destination.execute("PRAGMA journal_mode=DELETE")  # all in one file


def _write(part: Path, members: dict[str, Path], manifest: Manifest) -> None:
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as raw:
        with (
            gzip.GzipFile("", "wb", _LEVEL, raw) as packed,
            tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as archive,
        ):
            for name, path in members.items():
                manifest.files[name] = digest(path)
                archive.add(path, name, recursive=False)
            entry = part.with_name(f"{part.name}.{_MANIFEST}")
            entry.write_bytes(_MANIFESTS.dump_json(manifest))
            try:
                archive.add(entry, _MANIFEST, recursive=False)
            finally:
                entry.unlink()
        raw.flush()
        os.fsync(raw.fileno())


def _extract(archive: Path, staging: Path) -> Manifest:
    found: dict[str, str] = {}
    try:
        with gzip.open(archive) as packed, tarfile.open(fileobj=packed, mode="r|") as members:
            for member in members:
                # Links, devices and sparse files are none of ours, and a path outside matches no name of ours.
                if member.type != tarfile.REGTYPE or not _MEMBER.fullmatch(member.name) or member.name in found:
                    raise BackupError(f"{archive}: {member.name!r} has no place in a backup; nothing was restored")
                content = members.extractfile(member)
                assert content is not None
                if member.size > shutil.disk_usage(staging).free:
                    raise BackupError(f"{archive}: {member.name} does not fit on the disk; nothing was restored")
                found[member.name] = _copied(content, staging / member.name)
            while packed.read(_BLOCK):  # to the end, where gzip's own checksum stands
                pass
    except FileNotFoundError as error:
        raise BackupError(f"{archive}: there is no such file") from error
    except (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BackupError(f"{archive}: damaged or cut off ({error}); nothing was restored") from error
    return _verified(archive, staging, found)


def _copied(content: IO[bytes], path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    read = sha256()
    with path.open("xb") as file:
        while block := content.read(_BLOCK):
            read.update(block)
            file.write(block)
    return read.hexdigest()


def _verified(archive: Path, staging: Path, found: dict[str, str]) -> Manifest:
    if found.pop(_MANIFEST, None) is None:
        raise BackupError(f"{archive}: cut off, or no backup: it has no {_MANIFEST}; nothing was restored")
    try:
        manifest = _MANIFESTS.validate_json((staging / _MANIFEST).read_bytes())
    except ValidationError as error:
        raise BackupError(f"{archive}: {_MANIFEST} cannot be read; nothing was restored") from error
    if manifest.format != FORMAT:
        raise BackupError(
            f"{archive} has format {manifest.format}, written by reformqa {manifest.version}; this reads {FORMAT}"
        )
    for name in sorted(found.keys() | manifest.files.keys()):
        if found.get(name) != manifest.files.get(name):
            raise BackupError(f"{archive}: {name} is damaged or missing; nothing was restored")
    if f"indexes/{manifest.generation}/manifest.json" not in found:
        raise BackupError(f"{archive}: generation {manifest.generation} is missing; nothing was restored")
    return manifest


def _switch(staging: Path, data_dir: Path, manifest: Manifest) -> None:
    indexes = data_dir / "indexes"
    replace_synced(indexes / "CURRENT", b"a restore has begun; run it again\n")
    for old in (*(data_dir / name for name in _REPLACED), *(path for path in indexes.iterdir() if path.is_dir())):
        if old.is_dir():
            shutil.rmtree(old)
        else:
            old.unlink(missing_ok=True)
    for name in (*_FOLDERS, _DATABASE, f"indexes/{manifest.generation}"):
        if (staging / name).exists():
            (staging / name).rename(data_dir / name)
    sync_folder(indexes)
    sync_folder(data_dir)
    # The oldest that may be served: whatever a process had loaded before, it is to load this.
    pointer = Pointer(manifest.generation, manifest.generation)
    replace_synced(indexes / "CURRENT", json.dumps(asdict(pointer)).encode())
