"""Questions whose answers stand in a passage, as the encoder's hidden states: what a reader is trained and measured on.

A folder holds sets as two files of JSON lines: ``NAME.jsonl`` with ``question``, ``answers`` and ``gold_pids``, and
``NAME.corpus.jsonl`` with ``pid`` and ``text``.
"""

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval_sets.errors import GoldenError
from index.encoders import BundledEncoder, TextTokens
from index.reader import sentences_of_tokens
from index.tokens import simplified
from ingest.passages import sentences

_NOT_A_LETTER = re.compile(r"\W")


@dataclass(frozen=True, slots=True)
class ReadPassage:
    """A passage: its sentences, the hidden states of its tokens (float16, shape (tokens, 384)), and the sentence that
    each token is of, -1 for none; ``vector`` (384,)."""

    sentences: tuple[str, ...]
    states: NDArray[np.float16]
    sentence_of: NDArray[np.int64]
    vector: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question, its hidden states, its vector, its passage by number, and which sentences there hold an answer."""

    text: str
    states: NDArray[np.float16]
    vector: NDArray[np.float32]
    passage: int
    right: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Passages, and the questions asked of them."""

    passages: tuple[ReadPassage, ...]
    questions: tuple[ReadQuestion, ...]

    def __add__(self, other: "QuestionSet") -> "QuestionSet":
        moved = (
            ReadQuestion(q.text, q.states, q.vector, q.passage + len(self.passages), q.right) for q in other.questions
        )
        return QuestionSet(self.passages + other.passages, (*self.questions, *moved))


def load(folder: Path, name: str, encoder: BundledEncoder, told: Callable[[], None] = lambda: None) -> QuestionSet:
    """One set, in simplified characters; a question no sentence of its passage answers is left out.

    ``told`` hears of each text that was encoded. Raises GoldenError if a file cannot be read.
    """
    corpus, asked = list(_lines(folder / f"{name}.corpus.jsonl")), list(_lines(folder / f"{name}.jsonl"))
    texts = [simplified(row["text"]) for row in corpus]
    passages = tuple(
        _passage(text, read) for text, read in zip(texts, _read(encoder.states_of_passage, texts, told), strict=True)
    )
    numbers = {row["pid"]: number for number, row in enumerate(corpus)}
    wordings = [simplified(row["question"]) for row in asked]
    questions = []
    for row, text, read in zip(asked, wordings, _read(encoder.states_of_query, wordings, told), strict=True):
        number = numbers[row["gold_pids"][0]]
        answers = [letters(simplified(answer)) for answer in row["answers"]]
        said = map(letters, passages[number].sentences)
        right = tuple(n for n, sentence in enumerate(said) if any(a in sentence for a in answers))
        if right:
            questions.append(ReadQuestion(text, read.tokens.astype(np.float16), read.vector, number, right))
    return QuestionSet(passages, tuple(questions))


def texts_in(folder: Path, name: str) -> int:
    """How many texts ``load`` encodes."""
    return sum(1 for _ in chain(_lines(folder / f"{name}.corpus.jsonl"), _lines(folder / f"{name}.jsonl")))


def letters(text: str) -> str:
    """``text`` without blanks and punctuation, in small letters."""
    return _NOT_A_LETTER.sub("", text).lower()


def _passage(text: str, read: TextTokens) -> ReadPassage:
    spans = [(span.start, span.end) for span in sentences(text)]
    return ReadPassage(
        tuple(text[start:end] for start, end in spans),
        read.tokens.astype(np.float16),
        sentences_of_tokens(read.spans, spans),
        read.vector,
    )


def _read(
    states: Callable[[str], TextTokens], texts: list[str], told: Callable[[], None]
) -> Iterator[TextTokens]:  # fmt: skip
    with ThreadPoolExecutor(2) as pool:
        for read in pool.map(states, texts):
            told()
            yield read


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    try:
        with path.open(encoding="utf-8") as file:
            yield from map(json.loads, file)
    except (OSError, ValueError) as error:
        raise GoldenError(f"questions in {path} cannot be read: {error}") from error
