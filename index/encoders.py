"""Texts become vectors: the Encoder protocol and the encoder that ships with the package."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

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
from index.reader import READER_FILE, Reader

_Encoded = TypeVar("_Encoded")
#: Outputs of the model.
_VECTOR, _STATES = "embedding", "token_states"
ONNXRUNTIME_ERRORS_ONLY = 3


@dataclass(frozen=True, slots=True)
class EncoderIdentity:
    """Which encoder made a vector: vectors compare when name, fingerprint and dimensions are equal, tokens when their
    ``reader`` is, too (sixteen hex digits of its weights, empty without one)."""

    name: str
    fingerprint: str
    dimensions: int
    reader: str

    def __str__(self) -> str:
        return f"{self.name} ({self.fingerprint}{self.reader and f', reader {self.reader}'})"


class Encoder(Protocol):
    """What the index needs of an encoder.

    Both methods return float32 of shape (len(texts), dimensions), each row of L2 norm 1; no texts
    give shape (0, dimensions). A row depends on its own text only, never on its neighbours.
    """

    @property
    def identity(self) -> EncoderIdentity: ...

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]: ...

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class TextTokens:
    """A text and its tokens: ``vector`` (dimensions,) as an Encoder makes it; ``tokens`` (n, d) as the encoder's reader
    makes them; ``spans`` (n, 2), the characters of the text that each is, none for the markers and the prefix."""

    vector: NDArray[np.float32]
    tokens: NDArray[np.float32]
    spans: NDArray[np.int64]


@runtime_checkable
class TokenEncoder(Encoder, Protocol):
    """An encoder whose tokens a reader reads (index/reader.py); ``reads`` tells their dimensions, 0 if none does."""

    @property
    def reads(self) -> int: ...

    def tokens_of_query(self, text: str) -> TextTokens: ...

    def tokens_of_passages(self, texts: Sequence[str]) -> list[TextTokens]: ...


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
    _reader: Reader | None

    @classmethod
    def load(cls, threads: int = 2, directory: Path | None = None, reader: bool = True) -> BundledEncoder:
        """The encoder in `directory`, or the one shipped with the package; checksums are verified.

        `threads` work on one text together and on many texts side by side; the vectors do not depend on it. Without
        `reader` its tokens are not read.
        Raises: EncoderError when a file is missing, altered or not loadable.
        """
        if directory is None:
            with as_file(files("index.encoder_model")) as shipped:
                return cls.load(threads, shipped, reader)
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
        reading = Reader.load(directory / READER_FILE) if reader else None
        read_by = reading.fingerprint if reading else ""
        identity = EncoderIdentity(record.name, record.fingerprint, record.dimensions, read_by)
        return cls(identity, record, threads, tokenizer, session, reading)

    @property
    def reads(self) -> int:
        """Dimensions of the tokens, 0 without a reader."""
        return self._reader.dimensions if self._reader else 0

    def tokens_of_query(self, text: str) -> TextTokens:
        """The vector of `encode_queries` and the tokens as `Reader.of_question` makes them; only with a reader."""
        assert self._reader
        read = self.states_of_query(text)
        return replace(read, tokens=self._reader.of_question(read.tokens))

    def tokens_of_passages(self, texts: Sequence[str]) -> list[TextTokens]:
        """The vectors of `encode_passages` and the tokens as `Reader.of_passage` makes them; only with a reader."""
        assert self._reader
        of_passage = self._reader.of_passage

        def read(text: str) -> TextTokens:
            states = self.states_of_passage(text)
            return replace(states, tokens=of_passage(states.tokens))

        return self._side_by_side(read, texts)

    def states_of_query(self, text: str) -> TextTokens:
        """The vector of `encode_queries`, and as tokens the hidden states (tokens, 384) that a reader is trained on."""
        return self._states(self.record.query_prefix, text)

    def states_of_passage(self, text: str) -> TextTokens:
        """As `states_of_query`, of a passage."""
        return self._states(self.record.passage_prefix, text)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Questions -> (len(texts), 384), rows of L2 norm 1; the model's query prefix is added here."""
        return self._encode(self.record.query_prefix, texts)

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Passages -> (len(texts), 384), rows of L2 norm 1; the model's passage prefix is added here."""
        return self._encode(self.record.passage_prefix, texts)

    def token_count(self, text: str) -> int:
        """Tokens of `text` as a passage, prefix and markers included; above `max_tokens` it is cut."""
        return len(self._tokenizer.encode(self.record.passage_prefix + storable(text)).ids)

    def _encode(self, prefix: str, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = self._side_by_side(lambda text: self._run(prefix, text, [_VECTOR])[1][0][0], texts)
        return np.array(vectors, np.float32).reshape(len(texts), self.record.dimensions)

    def _side_by_side(self, encode: Callable[[str], _Encoded], texts: Sequence[str]) -> list[_Encoded]:
        if self.threads == 1 or len(texts) < 2:
            return [encode(text) for text in texts]
        # Threads on texts of their own wait for one another less than threads that share each product.
        with ThreadPoolExecutor(self.threads) as pool:
            return list(pool.map(encode, texts))

    def _states(self, prefix: str, text: str) -> TextTokens:
        spans, (vector, states) = self._run(prefix, text, [_VECTOR, _STATES])
        return TextTokens(vector[0], states[0], np.maximum(np.array(spans) - len(prefix), 0))

    def _run(
        self, prefix: str, text: str, outputs: list[str]
    ) -> tuple[list[tuple[int, int]], list[NDArray[np.float32]]]:
        """Spans of the tokens, prefix included, and the model's outputs, of one text."""
        # One text a run: int8 activations are scaled over the whole batch, so a neighbour would
        # change a text's vector; and short texts would pay for the padding of long ones.
        marked = self._tokenizer.encode(prefix + storable(text))
        ids, spans = marked.ids, marked.offsets
        if len(ids) > self.record.max_tokens:
            ids = [*ids[: self.record.max_tokens - 1], ids[-1]]
            spans = [*spans[: self.record.max_tokens - 1], spans[-1]]
        return spans, self._session.run(outputs, {"input_ids": np.array([ids], dtype=np.int64)})


def storable(text: str) -> str:
    """`text` with "?" for each lone surrogate (a JSON request may hold one): they have no UTF-8 form, which
    tokenizers ask for."""
    return text.encode("utf-8", "replace").decode("utf-8")
