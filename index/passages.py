"""Passages off Python's heap: on disk as text and numbers, mapped into memory, made into objects when they are read.

As Python objects every worker process would have its own copy of them, many times as large as their text.
"""

from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate
from operator import eq
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

from index.files import mapped
from ingest.model import Document, Passage, Section, Sentence, Span

#: Passages kept as objects, those that were read last: some 4 MB, where a place is named hundreds are read a question.
_READ = 1024
_TEXT, _PASSAGES, _SENTENCES = "text.npy", "passages.npy", "spans.npy"


class _Sequence(Sequence[Passage]):
    """What is equal to any sequence of the same passages."""

    @overload
    def __getitem__(self, at: int) -> Passage: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Passage]: ...
    def __getitem__(self, at: int | slice) -> Passage | Sequence[Passage]:
        if isinstance(at, slice):
            return tuple(self._at(n) for n in range(*at.indices(len(self))))
        if not -len(self) <= at < len(self):
            raise IndexError(f"passage {at} of {len(self)}")
        return self._at(at % len(self))

    @abstractmethod
    def _at(self, at: int) -> Passage:
        """The passage at ``at``, which is in range."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(eq, self, other))

    __hash__ = None  # type: ignore[assignment]  # as any sequence that is compared by its items


@dataclass(frozen=True, slots=True)
class PassageTable:
    """The passages of all documents of a generation, in order.

    ``text`` uint8: UTF-8. ``passages`` int64, shape (n, 7): place of the section in its document, running number, text
    from and to (bytes), source from and to, first sentence. ``sentences`` int32, shape (m, 4): from and to in the
    passage's text, source from and to (code points).
    """

    text: NDArray[np.uint8]
    passages: NDArray[np.int64]
    sentences: NDArray[np.int32]

    @classmethod
    def of(cls, documents: Iterable[Document]) -> "PassageTable":
        """The table of ``documents``."""
        text = bytearray()
        rows: list[tuple[int, ...]] = []
        sentences: list[tuple[int, ...]] = []
        for document in documents:
            places = {section.id: n for n, section in enumerate(document.sections)}
            for passage in document.passages:
                start = len(text)
                text += passage.text.encode()
                number = int(passage.id.rpartition("#")[2])
                rows.append((places[passage.clause_id], number, start, len(text), *_ends(passage.span), len(sentences)))
                end = 0
                for sentence in passage.sentences:
                    begin = passage.text.index(sentence.text, end)
                    end = begin + len(sentence.text)
                    sentences.append((begin, end, *_ends(sentence.span)))
        return cls(
            np.frombuffer(bytes(text), np.uint8),
            np.array(rows, np.int64).reshape(-1, 7),
            np.array(sentences, np.int32).reshape(-1, 4),
        )

    def save(self, folder: Path) -> None:
        """Write three files into ``folder``."""
        np.save(folder / _TEXT, self.text, allow_pickle=False)
        np.save(folder / _PASSAGES, self.passages, allow_pickle=False)
        np.save(folder / _SENTENCES, self.sentences, allow_pickle=False)

    @classmethod
    def load(cls, folder: Path) -> "PassageTable":
        """Map what ``save`` wrote into memory."""
        names = (_TEXT, _PASSAGES, _SENTENCES)
        return cls(*(mapped(folder / name) for name in names))

    def __len__(self) -> int:
        return len(self.passages)

    def sentences_of(self, row: int) -> range:
        """Rows of a passage's sentences."""
        last = row + 1 == len(self.passages)
        return range(int(self.passages[row, 6]), len(self.sentences) if last else int(self.passages[row + 1, 6]))


class StoredPassages(_Sequence):
    """The passages of one document: rows of a table from ``first`` on; ``document`` is without them."""

    def __init__(self, document: Document, table: PassageTable, first: int, count: int) -> None:
        self._document = document
        self._table = table
        self._first = first
        self._count = count

    def __len__(self) -> int:
        return self._count

    @property
    def sentence_counts(self) -> NDArray[np.int64]:
        """Sentences of each passage, shape (len(self),), without making any."""
        rows = self._table.passages[self._first : self._first + self._count + 1, 6]
        last = [] if len(rows) > self._count else [len(self._table.sentences)]
        return np.asarray(np.diff(np.concatenate([rows, np.array(last, np.int64)])), np.int64)

    def _at(self, at: int) -> Passage:
        row = self._first + at
        place, number, start, end, *source, _ = self._table.passages[row].tolist()
        text = self._table.text[start:end].tobytes().decode()
        path = self._path(self._document.sections[place])
        spans = self._table.sentences_of(row)
        return Passage(
            id=f"{path[-1].id}#{number}",
            document_id=self._document.id,
            clause_id=path[-1].id,
            headings=tuple(s.label for s in path if s.label),
            text=text,
            span=Span(*source),
            sentences=tuple(
                Sentence(text[begin:to], Span(*at))
                for begin, to, *at in self._table.sentences[spans.start : spans.stop].tolist()
            ),
            headings_en=tuple(s.title_en for s in path if s.title_en),
        )

    def _path(self, section: Section) -> list[Section]:
        """The section and those it stands in, outermost first."""
        path = [section]
        while (parent := path[0].parent_id) is not None:
            path.insert(0, self._by_id[parent])
        return path

    @cached_property
    def _by_id(self) -> dict[str, Section]:
        return {section.id: section for section in self._document.sections}


class AllPassages(_Sequence):
    """The passages of all documents, one document after the other."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents
        self._starts = [0, *accumulate(len(document.passages) for document in documents)]
        self._read = lru_cache(_READ)(self._of_document)

    def __len__(self) -> int:
        return self._starts[-1]

    def _at(self, at: int) -> Passage:
        return self._read(at)

    def _of_document(self, at: int) -> Passage:
        number = bisect_right(self._starts, at) - 1
        passage: Passage = self._documents[number].passages[at - self._starts[number]]
        return passage


def sentence_counts(passages: Sequence[Passage]) -> NDArray[np.int64]:
    """Sentences of each passage, shape (len(passages),)."""
    if isinstance(passages, StoredPassages):
        return passages.sentence_counts
    return np.array([len(passage.sentences) for passage in passages], np.int64)


def _ends(span: Span) -> tuple[int, int]:
    return span.start, span.end
