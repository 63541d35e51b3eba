"""The documents that ship with the product, and what is known of each (corpus.toml)."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from hashlib import sha256
from importlib.resources import files
from typing import Any

from ingest.errors import MetadataError
from ingest.model import Format, Source, Status
from ingest.pipeline import Given

_ROW_KEYS = {field.name for field in fields(Given)} | {"file", "sha256"}


def bundled() -> "Iterator[tuple[Source, Given]]":
    """The bundled documents in the order of corpus.toml; raises MetadataError if a file is not as listed there."""
    folder = files(__name__)
    for row in tomllib.loads(folder.joinpath("corpus.toml").read_text("utf-8"))["document"]:
        if unknown := set(row) - _ROW_KEYS:
            raise MetadataError(f"corpus.toml, {row.get('id')}: unknown keys {sorted(unknown)}")
        data = folder.joinpath(row["file"]).read_bytes()
        if (digest := sha256(data).hexdigest()) != row["sha256"]:
            raise MetadataError(
                f"corpus.toml lists {row['file']} with sha256 {row['sha256']}, the file has {digest}; "
                "reinstall reformqa, or correct corpus.toml if you meant to change the file"
            )
        yield Source(row["file"], Format.TXT, data.decode("utf-8"), digest, "utf-8"), given(row)


def given(row: Mapping[str, Any]) -> Given:
    """What one row of corpus.toml says of its document."""
    known = {name: value for name, value in row.items() if name not in ("file", "sha256")}
    if "status" in known:
        known["status"] = Status(known["status"])
    return Given(**known)
