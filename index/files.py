"""Files that survive a power cut: written, synced, and only then given their name."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 1 << 20


def files_below(folder: Path) -> Iterator[Path]:
    """Every file of a folder and its sub-folders, by name."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def digest(path: Path) -> str:
    """sha256 of a file, hexadecimal."""
    found = sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            found.update(block)
    return found.hexdigest()


def write_synced(path: Path, data: bytes) -> None:
    """Write a new file through to the disk."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def replace_synced(path: Path, data: bytes) -> None:
    """Put ``data`` in place of what ``path`` held: at every instant it holds the one or the other."""
    part = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        write_synced(part, data)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)


def sync_tree(folder: Path) -> None:
    """Send every file of a folder, and the folders' own entries, to the disk."""
    for path in files_below(folder):
        with path.open("rb") as file:
            os.fsync(file.fileno())
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            sync_folder(path)
    sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Send a folder's entries to the disk: a rename is not there before."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def mapped(path: Path) -> NDArray[Any]:
    """An array of a .npy file, mapped into memory; a plain array, as slices of numpy's memmap are slow."""
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
