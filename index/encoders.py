"""Texts become vectors: the Encoder protocol and the encoder that ships with the package."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.encoder_model.record import (
    MODEL_FILE,
    REMEDY,
    TOKENIZER_FILE,
    EncoderRecord,
    read_record,
    read_verified,
)
from index.errors import EncoderError

ONNXRUNTIME_ERRORS_ONLY = 3


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """Which encoder made a vector: vectors compare only when the whole identity is equal."""

    name: str
    fingerprint: str
    dimensions: int


class Encoder(Protocol):
    """What the index needs of an encoder.

    Both methods return float32 of shape (len(texts), dimensions), each row of L2 norm 1; no texts
    give shape (0, dimensions). A row depends on its own text only, never on its neighbours.
    """

    @property
    def identity(self) -> EncoderIdentity: ...

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]: ...

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


class CountingEncoder(Encoder, Protocol):
    """An encoder that also says how many tokens a text has as a passage, prefix and markers included."""

    def token_count(self, text: str) -> int: ...


@dataclass(frozen=True, slots=True)
class BundledEncoder:
    """multilingual-e5-small, Chinese and English, int8, on onnxruntime's CPU provider.

    Texts past `max_tokens` (512, with prefix and both markers) are cut at the end: split passages
    with `token_count` so that none is. Safe to share between threads.
    """

    identity: EncoderIdentity
    record: EncoderRecord
    threads: int
    _tokenizer: Tokenizer
    _session: onnxruntime.InferenceSession

    @classmethod
    def load(cls, threads: int = 2, directory: Path | None = None) -> BundledEncoder:
        """The encoder in `directory`, or the one shipped with the package; checksums are verified.

        `threads` work on one text together and on many texts side by side; the vectors do not depend on it.
        Raises: EncoderError when a file is missing, altered or not loadable.
        """
        if directory is None:
            with as_file(files("index.encoder_model")) as shipped:
                return cls.load(threads, shipped)
        record = read_record(directory)
        tokenizer_json = read_verified(directory, TOKENIZER_FILE, record.tokenizer_sha256)
        model = read_verified(directory, MODEL_FILE, record.model_sha256)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = ONNXRUNTIME_ERRORS_ONLY
        # Threads that spin while waiting starve the web server's: 58 ms a query against 31 on busy cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        # onnxruntime's and tokenizers' exceptions share no base but Exception; nothing is swallowed.
        try:
            tokenizer = Tokenizer.from_buffer(tokenizer_json)
            session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise EncoderError(
                f"encoder in {directory} is intact but onnxruntime {onnxruntime.__version__} or tokenizers "
                f"cannot load it ({error}): install the versions reformqa asks for, or {REMEDY}"
            ) from error
        identity = EncoderIdentity(record.name, record.fingerprint, record.dimensions)
        return cls(identity, record, threads, tokenizer, session)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Questions -> (len(texts), 384), rows of L2 norm 1; the model's query prefix is added here."""
        return self._encode(self.record.query_prefix, texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Passages -> (len(texts), 384), rows of L2 norm 1; the model's passage prefix is added here."""
        return self._encode(self.record.passage_prefix, texts)

    def token_count(self, text: str) -> int:
        """Tokens of `text` as a passage, prefix and markers included; above `max_tokens` it is cut."""
        return len(self._tokens(self.record.passage_prefix, text))

    def _encode(self, prefix: str, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.record.dimensions), dtype=np.float32)

        def encode(row: int) -> None:
            vectors[row] = self._vector(prefix, texts[row])

        if self.threads == 1 or len(texts) < 2:
            for row in range(len(texts)):
                encode(row)
            return vectors
        # Threads on texts of their own wait for one another less than threads that share each product.
        with ThreadPoolExecutor(self.threads) as pool:
            for _ in pool.map(encode, range(len(texts))):
                pass
        return vectors

    def _vector(self, prefix: str, text: str) -> NDArray[np.float32]:
        # One text a run: int8 activations are scaled over the whole batch, so a neighbour would
        # change a text's vector; and short texts would pay for the padding of long ones.
        tokens = self._tokens(prefix, text)
        if len(tokens) > self.record.max_tokens:
            tokens = [*tokens[: self.record.max_tokens - 1], tokens[-1]]
        vector: NDArray[np.float32] = self._session.run(None, {"input_ids": np.array([tokens], dtype=np.int64)})[0][0]
        return vector

    def _tokens(self, prefix: str, text: str) -> list[int]:
        return self._tokenizer.encode(prefix + storable(text)).ids


def storable(text: str) -> str:
    """`text` with "?" for each lone surrogate (a JSON request may hold one): they have no UTF-8 form, which
    tokenizers ask for."""
    return text.encode("utf-8", "replace").decode("utf-8")
