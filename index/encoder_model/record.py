"""encoder.json: what the bundled model is, and the checksums that prove the files are the ones built."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from index.errors import EncoderError

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
RECORD_FILE = "encoder.json"
REMEDY = "reinstall reformqa, or rebuild with `python -m index.encoder_model.build_encoder`"


@dataclass(frozen=True, slots=True)
class EncoderRecord:
    """Facts the loader needs, written by the build script beside the files they describe.

    `fingerprint` is the first 16 hex digits of sha256(model_sha256 + tokenizer_sha256): it changes
    when either file changes, so an index built with another model can be told apart.
    """

    name: str
    source: str
    fingerprint: str
    dimensions: int
    max_tokens: int
    query_prefix: str
    passage_prefix: str
    pieces: int
    model_sha256: str
    tokenizer_sha256: str
    built_with: dict[str, str]

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> EncoderRecord:
        """Raises: ValueError, TypeError when a field is missing, unknown or not JSON."""
        fields = json.loads(text)
        if not isinstance(fields, dict):
            raise ValueError("not a JSON object")
        return cls(**fields)


def fingerprint(model_sha256: str, tokenizer_sha256: str) -> str:
    """Sixteen hex digits naming this pair of files."""
    return hashlib.sha256((model_sha256 + tokenizer_sha256).encode("ascii")).hexdigest()[:16]


def read_bytes(directory: Path, name: str) -> bytes:
    """One of the model's files.  Raises: EncoderError naming it when it cannot be read."""
    path = directory / name
    try:
        return path.read_bytes()
    except OSError as error:
        raise EncoderError(f"encoder file {path} cannot be read ({error.strerror}): {REMEDY}") from error


def read_record(directory: Path) -> EncoderRecord:
    """encoder.json of a model directory.  Raises: EncoderError when missing or malformed."""
    data = read_bytes(directory, RECORD_FILE)
    try:
        return EncoderRecord.from_json(data.decode("utf-8"))
    except (ValueError, TypeError) as error:
        raise EncoderError(f"encoder file {directory / RECORD_FILE} is malformed ({error}): {REMEDY}") from error


def read_verified(directory: Path, name: str, sha256: str) -> bytes:
    """A file whose checksum is the recorded one.  Raises: EncoderError when missing or altered."""
    data = read_bytes(directory, name)
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        raise EncoderError(
            f"encoder file {directory / name} has sha256 {found[:12]}…, expected {sha256[:12]}…: {REMEDY}"
        )
    return data
