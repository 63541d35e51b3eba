"""Reader: how far each sentence answers a question, by the tokens of both (late interaction).

As in ColBERT (Khattab & Zaharia 2020): each token of the question looks for the one of the sentence that is nearest to
it, and a sentence scores the sum of what they find. Unlike there, the tokens are hidden states that the encoder has
computed anyway, through one layer trained on questions and their answers (eval_sets/reader); a passage's are
computed when it is indexed, so that reading a sentence costs some microseconds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from index.errors import EncoderError
from index.files import mapped

READER_FILE = "reader.npz"
_CODES, _SCALES, _STARTS = "codes.npy", "scales.npy", "starts.npy"
_EPSILON = 1e-5  # of the layer normalisation, torch's
_MOST = 127
#: Multiplications above which OpenBLAS divides a product among threads, which on busy cores wait for each other.
_DIVIDED = 1 << 18
#: What a sentence scores of which no token was read: the encoder cuts long texts.
_UNREAD = -1.0


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """Tokens of consecutive sentences: token n is ``codes[n] * scales[n]``, sentence n the tokens from ``starts[n]`` to
    ``starts[n + 1]``.

    ``codes`` int8, shape (tokens, dimensions); ``scales`` float32, shape (tokens,); ``starts`` int64, shape
    (sentences + 1,).
    """

    codes: NDArray[np.int8]
    scales: NDArray[np.float32]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, vectors: NDArray[np.float32], sentence_of: NDArray[np.int64], sentences: int) -> TokenVectors:
        """Of the tokens of one passage, ``sentence_of`` each (-1: of none; else ascending), in 8 bits a value."""
        kept = sentence_of >= 0
        scales = np.abs(vectors[kept]).max(axis=1, initial=1e-9) / _MOST
        codes = np.rint(vectors[kept] / scales[:, None]).astype(np.int8)
        return cls(codes, scales.astype(np.float32), np.searchsorted(sentence_of[kept], np.arange(sentences + 1)))

    @classmethod
    def joined(cls, parts: Sequence[TokenVectors], dimensions: int) -> TokenVectors:
        """All tokens of ``parts``, in order."""
        ends = np.cumsum([0, *(len(part.codes) for part in parts)])
        starts = [part.starts[:-1] + end for part, end in zip(parts, ends, strict=False)]
        return cls(
            np.concatenate([np.empty((0, dimensions), np.int8), *(part.codes for part in parts)]),
            np.concatenate([np.empty(0, np.float32), *(part.scales for part in parts)]),
            np.concatenate([np.empty(0, np.int64), *starts, ends[-1:]]),
        )

    def sentences(self, first: int, end: int) -> TokenVectors:
        """Sentences ``first`` to ``end``, as views."""
        begin, to = int(self.starts[first]), int(self.starts[end])
        return TokenVectors(self.codes[begin:to], self.scales[begin:to], self.starts[first : end + 1] - begin)

    def scores(self, question: NDArray[np.float32]) -> NDArray[np.float32]:
        """How far each sentence answers, shape (sentences,); ``question`` as of ``Reader.question``."""
        found = np.full(len(self.starts) - 1, _UNREAD, np.float32)
        has = np.flatnonzero(np.diff(self.starts))
        if has.size:
            # Not @, see _product; in one call, since each one that lets other threads of Python run may wait for them.
            nearness = np.einsum("qd,td->qt", question, self.codes * self.scales[:, None])
            found[has] = np.maximum.reduceat(nearness, self.starts[has], axis=1).sum(axis=0)
        return found

    def save(self, folder: Path) -> None:
        """Write three files into ``folder``."""
        np.save(folder / _CODES, self.codes, allow_pickle=False)
        np.save(folder / _SCALES, self.scales, allow_pickle=False)
        np.save(folder / _STARTS, self.starts, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> TokenVectors:
        """Map what ``save`` wrote into memory."""
        return cls(*(mapped(folder / name) for name in (_CODES, _SCALES, _STARTS)))


@dataclass(frozen=True, slots=True)
class Reader:
    """The trained layer, float32, h wide and d out: ``gain`` and ``bias`` (h,) of a layer normalisation; ``question``
    and ``passage`` (h + 1, d), ``weight`` and ``salience`` (h + 1,), the last row of each an offset. ``fingerprint`` is
    of these: sixteen hex digits."""

    fingerprint: str
    gain: NDArray[np.float32]
    bias: NDArray[np.float32]
    question: NDArray[np.float32]
    passage: NDArray[np.float32]
    weight: NDArray[np.float32]
    salience: NDArray[np.float32]

    @classmethod
    def load(cls, path: Path) -> Reader:
        """Raises EncoderError for a file that is not a reader's."""
        try:
            data = path.read_bytes()
            with np.load(BytesIO(data), allow_pickle=False) as arrays:
                named = {field.name: np.asarray(arrays[field.name], np.float32) for field in fields(cls)[1:]}
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as error:
            raise EncoderError(f"the reader in {path} cannot be read ({error}): reinstall reformqa") from error
        return cls(hashlib.sha256(data).hexdigest()[:16], **named)

    def save(self, path: Path) -> None:
        """Write a file that ``load`` reads; the same weights give the same bytes."""
        np.savez(path, allow_pickle=False, **{field.name: getattr(self, field.name) for field in fields(self)[1:]})

    @property
    def dimensions(self) -> int:
        """Of a token."""
        return int(self.question.shape[1])

    def of_question(self, states: NDArray[np.float32]) -> NDArray[np.float32]:
        """(tokens, h) of a question -> (tokens, d), each as long as it weighs; the weights of a question sum to 1."""
        inputs = self._normalised(states)
        weight = inputs @ self.weight
        share = np.exp(weight - weight.max())
        return np.asarray(_unit(_product(inputs, self.question)) * (share / share.sum())[:, None], np.float32)

    def of_passage(self, states: NDArray[np.float32]) -> NDArray[np.float32]:
        """(tokens, h) of a passage -> (tokens, d), each as long as it matters, up to 2."""
        inputs = self._normalised(states)
        return np.asarray(
            _unit(_product(inputs, self.passage)) * (1 + np.tanh(inputs @ self.salience))[:, None], np.float32
        )

    def _normalised(self, states: NDArray[np.float32]) -> NDArray[np.float32]:
        centred = states - states.mean(axis=1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + _EPSILON)
        return np.concatenate([scaled * self.gain + self.bias, np.ones((len(states), 1), np.float32)], axis=1)


def _product(left: NDArray[np.float32], right: NDArray[np.float32]) -> NDArray[np.float32]:
    """``left @ right`` by one thread: a question's took up to 40 ms on busy cores, and takes 0.2."""
    rows = max(1, _DIVIDED // max(1, right.size))
    blocks = [left[start : start + rows] @ right for start in range(0, len(left), rows)]
    return np.concatenate([np.empty((0, right.shape[1]), np.float32), *blocks])


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), np.float32)


def sentences_of_tokens(spans: NDArray[np.int64], sentences: Iterable[tuple[int, int]]) -> NDArray[np.int64]:
    """Which sentence each token is of, -1 for none; ``spans`` (tokens, 2) and ``sentences`` are ranges of characters,
    both ascending. A token that reaches into two is of the first."""
    bounds = np.array([*sentences], np.int64).reshape(-1, 2)
    if not len(bounds):
        return np.full(len(spans), -1)
    at = np.minimum(np.searchsorted(bounds[:, 1], spans[:, 0], side="right"), len(bounds) - 1)
    inside = (spans[:, 0] < bounds[at, 1]) & (spans[:, 1] > bounds[at, 0]) & (spans[:, 1] > spans[:, 0])
    return np.where(inside, at, -1)
