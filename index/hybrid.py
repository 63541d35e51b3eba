"""HybridIndex: passages searched by meaning and by words, the two scores fused."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.bridge import Bridge, Translation
from index.encoders import Encoder, EncoderIdentity
from index.errors import DocumentTwiceError, EncoderMismatchError, UnknownDocumentError
from index.fusion import fuse, meaning
from index.lexical import LexicalIndex
from index.passages import AllPassages, sentence_counts
from index.places import Named, Places
from index.ranking import Wanted, WordScores, best_rows, score_words, wanted
from index.tokens import Tokens, simplified
from index.vectors import FaissVectors
from ingest.model import Document, Passage, Sentence
from ingest.registry import UnitNames

#: What a passage gains that has every word of the question, in units of cosine.
LEXICAL_WEIGHT = 0.15
#: Candidates taken from each channel before fusion.
POOL = 100
_TINY = 1e-9


#: Texts encoded between two reports of progress.
_BLOCK = 32
Advance = Callable[[int], None]


def silent(texts: int) -> None:
    """An Advance that tells nobody."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question ready for search: its vector, shape (dimensions,); the places it names; and without their names its
    ``topic``, a vector as well, for English words the Chinese words of the corpus they may mean, and what both make to
    look for."""

    text: str
    vector: NDArray[np.float32]
    topic: NDArray[np.float32]
    translations: tuple[Translation, ...]
    wanted: Wanted
    named: Named


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found: fused score, cosine, BM25, and its row in the index."""

    passage: Passage
    row: int
    score: float
    dense: float
    lexical: float


@dataclass(frozen=True, slots=True)
class Vectors:
    """Passage vectors, shape (passages, d), and sentence vectors, shape (sentences, d), in index order."""

    passages: NDArray[np.float32]
    sentences: NDArray[np.float32]


class HybridIndex:
    """An immutable index over documents; put and remove return a new one and re-encode nothing that stayed."""

    def __init__(
        self,
        documents: Sequence[Document],
        identity: EncoderIdentity,
        dense: FaissVectors,
        sentence_vectors: NDArray[np.float32],
        lexical: LexicalIndex,
        bridge: Bridge,
        tokens: Tokens,
    ) -> None:
        self.documents = tuple(documents)
        self.passages = AllPassages(self.documents)
        self.identity = identity
        self.dense = dense
        self.sentence_vectors = sentence_vectors
        self.lexical = lexical
        self.bridge = bridge
        self.tokens = tokens
        self.places = Places(self.documents, tokens)
        counts = [sentence_counts(document.passages) for document in self.documents]
        self._sentence_starts = np.cumsum(np.concatenate([np.zeros(1, np.int64), *counts]))
        ends = accumulate(len(document.passages) for document in self.documents)
        self._rows = {d.id: range(end - len(d.passages), end) for d, end in zip(self.documents, ends, strict=True)}

    @classmethod
    def build(
        cls, documents: Sequence[Document], encoder: Encoder, cache_folder: Path | None = None,
        advance: Advance = silent, known: "HybridIndex | None" = None,
    ) -> "HybridIndex":  # fmt: skip
        """Encode and index ``documents``; an empty sequence gives an index that finds nothing.

        ``advance`` is called with the number of texts each time some are encoded; texts that ``known`` has, an index of
        the same encoder, are not.
        """
        passages = [passage for document in documents for passage in document.passages]
        vectors = known._vectors_by_text(known._rows) if known and known.identity == encoder.identity else {}
        return cls._assemble(documents, encoder.identity, encode(passages, encoder, advance, vectors), cache_folder)

    @classmethod
    def _assemble(
        cls, documents: Sequence[Document], identity: EncoderIdentity, vectors: Vectors, cache_folder: Path | None
    ) -> "HybridIndex":
        tokens = Tokens(user_words(documents), cache_folder)
        passages = [passage for document in documents for passage in document.passages]
        sources = {document.id: document.source.text for document in documents}
        lexical = LexicalIndex.build([tokens(lexical_text(p, sources[p.document_id])) for p in passages])
        bridge = Bridge.build(lexical.frequency, tokens.english)
        return cls(
            documents, identity, FaissVectors.build(vectors.passages), vectors.sentences, lexical, bridge, tokens
        )

    def encoded(
        self, documents: Sequence[Document], encoder: Encoder, advance: Advance = silent
    ) -> dict[str, NDArray[np.float32]]:
        """Vectors by text for ``put`` of the same documents: encoding takes long, and needs no lock on the index.

        Only texts are encoded that a document replaced does not have; ``advance`` and errors as in ``build``, ``put``.
        """
        self._check(documents, encoder)
        known = self._vectors_by_text([document.id for document in documents if document.id in self._rows])
        passages = [passage for document in documents for passage in document.passages]
        return _by_text(passages, encode(passages, encoder, advance, known))

    def put(
        self, documents: Sequence[Document], encoder: Encoder, cache_folder: Path | None = None,
        advance: Advance = silent, known: Mapping[str, NDArray[np.float32]] | None = None,
    ) -> "HybridIndex":  # fmt: skip
        """A new index with ``documents``: in the place of the one with the same id, else at the end.

        Only texts are encoded that neither ``known`` nor the document replaced has; ``advance`` as in ``build``. Raises
        EncoderMismatchError if another encoder built this index, DocumentTwiceError if two have one id.
        """
        self._check(documents, encoder)
        put = {document.id: document for document in documents}
        vectors = self._vectors_by_text([document_id for document_id in put if document_id in self._rows])
        vectors |= known or {}
        merged = {document.id: document for document in self.documents} | put
        kept = {document.id: self._vectors_of(document.id) for document in self.documents if document.id not in put}
        parts = [
            kept.get(document.id) or encode(document.passages, encoder, advance, vectors)
            for document in merged.values()
        ]
        return self._assemble(tuple(merged.values()), self.identity, _joined(parts, self.identity), cache_folder)

    def _check(self, documents: Sequence[Document], encoder: Encoder) -> None:
        put = [document.id for document in documents]
        if twice := next((document_id for n, document_id in enumerate(put) if document_id in put[:n]), None):
            raise DocumentTwiceError(f"two documents have the id {twice}; rename the file of one")
        if encoder.identity != self.identity:
            raise EncoderMismatchError(
                f"the index was built with encoder {self.identity.name} ({self.identity.fingerprint}), "
                f"{', '.join(put)} would be added with {encoder.identity.name} ({encoder.identity.fingerprint}); "
                "build the index anew"
            )

    def remove(self, document_id: str, cache_folder: Path | None = None) -> "HybridIndex":
        """A new index without the document; raises UnknownDocumentError if there is none of that id."""
        self.document(document_id)
        documents = [document for document in self.documents if document.id != document_id]
        vectors = _joined([self._vectors_of(document.id) for document in documents], self.identity)
        return self._assemble(documents, self.identity, vectors, cache_folder)

    def _vectors_of(self, document_id: str) -> Vectors:
        """Views of a document's rows: passages of one document stand together, in order."""
        rows = self._rows[document_id]
        sentences = slice(self._sentence_starts[rows.start], self._sentence_starts[rows.stop])
        return Vectors(self.dense.all()[rows.start : rows.stop], self.sentence_vectors[sentences])

    def _vectors_by_text(self, document_ids: Iterable[str]) -> dict[str, NDArray[np.float32]]:
        """What the texts of the documents were encoded to."""
        found: dict[str, NDArray[np.float32]] = {}
        for document_id in document_ids:
            passages = [self.passages[row] for row in self._rows[document_id]]
            found |= _by_text(passages, self._vectors_of(document_id))
        return found

    def document(self, document_id: str) -> Document:
        """The document with that id; raises UnknownDocumentError."""
        for document in self.documents:
            if document.id == document_id:
                return document
        raise UnknownDocumentError(
            f"no document with id {document_id!r}; known: {', '.join(self._rows) or 'none, the index is empty'}"
        )

    def query(self, text: str, encoder: Encoder) -> Query:
        """Encode and tokenise a question."""
        named = self.places.named_in(text)
        rest = named.rest if self.tokens.of_question(named.rest) else text
        vector = encoder.encode_queries([simplified(text)])[0]
        topic = vector if rest == text else encoder.encode_queries([simplified(rest)])[0]
        translations = tuple(self.bridge.translate(self.tokens.english(rest)))
        looked_for = wanted(self.tokens.of_question(rest), translations)
        return Query(text, vector, topic, translations, looked_for, named)

    def search(self, query: Query, k: int = 10, document_ids: Sequence[str] = ()) -> list[Hit]:
        """The ``k`` best passages, best first, ties by place in the index; of ``document_ids`` only, if any."""
        rows = self._rows_of(document_ids) if document_ids else None
        near = self._rows_of(d for d in query.named.document_ids if not document_ids or d in document_ids)
        words = score_words(self.lexical, query.wanted)
        pool = np.union1d(self._candidates(query, words, rows), self._candidates(query, words, near))
        if not pool.size:
            return []
        dense = self.dense.all()[pool] @ query.topic
        means = meaning(dense, self._best_sentences(pool, query.topic))
        fused = fuse(means, words.shares(pool), LEXICAL_WEIGHT)
        if near.size:
            # A twin has the words of its twins; documents that do not have them leave the question to others.
            said = words.scores[near].max() / max(words.scores[pool].max(), _TINY)
            fused -= said * self.places.distances(query.named, [self.passages[row] for row in pool])
        return [
            Hit(self.passages[pool[n]], int(pool[n]), float(fused[n]), float(dense[n]), float(words.scores[pool[n]]))
            for n in np.lexsort((pool, -fused))[:k]
        ]

    def _rows_of(self, document_ids: Iterable[str]) -> NDArray[np.int64]:
        rows = sorted((self._rows[d] for d in set(document_ids) if d in self._rows), key=lambda rows: rows.start)
        return np.concatenate([np.empty(0, np.int64), *(np.arange(r.start, r.stop) for r in rows)])

    def _candidates(self, query: Query, words: WordScores, rows: NDArray[np.int64] | None) -> NDArray[np.int64]:
        """Of ``rows`` (all, if None) the POOL nearest by meaning and the POOL best by words."""
        by_meaning = self.dense.search(query.topic, POOL, rows).rows
        if rows is None:
            return np.union1d(by_meaning, best_rows(words.scores, POOL))
        return np.union1d(by_meaning, rows[best_rows(words.scores[rows], POOL)])

    def _best_sentences(self, rows: NDArray[np.int64], vector: NDArray[np.float32]) -> NDArray[np.float32]:
        """The highest cosine of any sentence of each passage; ingestion makes no passage without a sentence."""
        starts, ends = self._sentence_starts[rows], self._sentence_starts[rows + 1]
        offsets = np.cumsum(ends - starts) - (ends - starts)
        at = np.arange(int((ends - starts).sum())) + np.repeat(starts - offsets, ends - starts)
        # Not @: OpenBLAS divides it among threads, which on busy cores wait for each other, 24 ms against 1.
        cosines = np.einsum("ij,j->i", self.sentence_vectors[at], vector)
        return np.asarray(np.maximum.reduceat(cosines, offsets), np.float32)

    def vectors_of_sentences(self, row: int) -> NDArray[np.float32]:
        """Sentence vectors of the passage at ``row``, shape (sentences, d)."""
        return self.sentence_vectors[self._sentence_starts[row] : self._sentence_starts[row + 1]]

    def idf(self, token: str) -> float:
        """Inverse document frequency of a token over the passages, as in BM25 (Robertson & Zaragoza 2009)."""
        return self.lexical.idf(token)


def passage_text(passage: Passage) -> str:
    """What a passage is encoded as: with the headings it stands under, in simplified characters."""
    return simplified("\n".join((*passage.headings, passage.text)))


def sentence_text(passage: Passage, sentence: Sentence) -> str:
    """What a sentence is encoded as: with the heading it stands under, in simplified characters."""
    return simplified("\n".join((*passage.headings[-1:], sentence.text)))


def encode(
    passages: Sequence[Passage], encoder: Encoder, advance: Advance = silent,
    known: Mapping[str, NDArray[np.float32]] | None = None,
) -> Vectors:  # fmt: skip
    """Vectors of passages and of their sentences; texts that are ``known`` are not encoded, nor any text twice."""
    texts = [passage_text(p) for p in passages] + [sentence_text(p, s) for p in passages for s in p.sentences]
    vectors = np.empty((len(texts), encoder.identity.dimensions), np.float32)
    first: dict[str, int] = {}
    for row, text in enumerate(texts):
        if known is not None and text in known:
            vectors[row] = known[text]
        else:
            first.setdefault(text, row)
    rows = list(first.values())
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        vectors[block] = encoder.encode_passages([texts[row] for row in block])
        advance(len(block))
    for row, text in enumerate(texts):
        if (same := first.get(text, row)) != row:
            vectors[row] = vectors[same]
    return Vectors(vectors[: len(passages)], vectors[len(passages) :])


def _by_text(passages: Sequence[Passage], vectors: Vectors) -> dict[str, NDArray[np.float32]]:
    found = dict(zip(map(passage_text, passages), vectors.passages, strict=True))
    texts = (sentence_text(p, sentence) for p in passages for sentence in p.sentences)
    return found | dict(zip(texts, vectors.sentences, strict=True))


def _joined(parts: Sequence[Vectors], identity: EncoderIdentity) -> Vectors:
    none = np.empty((0, identity.dimensions), np.float32)
    return Vectors(
        np.concatenate([none, *(part.passages for part in parts)]),
        np.concatenate([none, *(part.sentences for part in parts)]),
    )


def lexical_text(passage: Passage, source: str) -> str:
    """What a passage is found by: its headings in both languages, its repaired and its printed wording."""
    printed = passage.span.of(source)
    parts = [*passage.headings, *passage.headings_en[-1:], passage.text]
    if printed != passage.text:
        parts.append(printed)
    return "\n".join(parts)


def user_words(documents: Iterable[Document]) -> list[str]:
    """Words that jieba must not cut: the units and terms of the lexicon, and the units the documents name."""
    words = {name for row in UnitNames.all() for name in (row.name, *row.aliases)}
    words |= {r.unit for document in documents for task in document.tasks for r in task.responsible if r.unit.isalnum()}
    return sorted(words)
