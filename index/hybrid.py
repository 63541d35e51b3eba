"""HybridIndex: passages searched by meaning and by words, the two scores fused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.bridge import Bridge, Translation
from index.encoders import Encoder, EncoderIdentity, TokenEncoder
from index.encoding import Advance, Known, Vectors, encode, joined, silent
from index.errors import DocumentTwiceError, EncoderMismatchError, UnknownDocumentError
from index.fusion import fuse, meaning
from index.lexical import LexicalIndex
from index.passages import AllPassages, sentence_counts
from index.places import Named, Places
from index.ranking import Wanted, WordScores, best_rows, score_words, wanted
from index.reader import TokenVectors
from index.tokens import Tokens, simplified
from index.vectors import FaissVectors
from ingest.model import Document, Passage
from ingest.registry import UnitNames

#: What a passage gains that has every word of the question, in units of cosine.
LEXICAL_WEIGHT = 0.15
#: Passages of which sentences are read, and what the best of them weighs beside the fused score.
READ = 20
READER_WEIGHT = 0.1
#: Candidates taken from each channel before fusion.
POOL = 100
_TINY = 1e-9


@dataclass(frozen=True, slots=True)
class Query:
    """A question ready for search: its vector, shape (dimensions,); the places it names; and without their names its
    ``topic``, a vector as well, for English words the Chinese words of the corpus they may mean, and what both make to
    look for. ``tokens`` are for the reader, shape (n, d), None without one."""

    text: str
    vector: NDArray[np.float32]
    topic: NDArray[np.float32]
    translations: tuple[Translation, ...]
    wanted: Wanted
    named: Named
    tokens: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found: fused score, cosine, BM25, and its row in the index; ``read`` what the reader gives its
    sentences, None where it has not read them."""

    passage: Passage
    row: int
    score: float
    dense: float
    lexical: float
    read: NDArray[np.float32] | None = field(default=None, compare=False)


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
        token_vectors: TokenVectors | None = None,
    ) -> None:
        self.documents = tuple(documents)
        self.passages = AllPassages(self.documents)
        self.identity = identity
        self.dense = dense
        self.sentence_vectors = sentence_vectors
        self.lexical = lexical
        self.bridge = bridge
        self.tokens = tokens
        self.token_vectors = token_vectors
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
        before = known._known_of(known._rows) if known and known.identity == encoder.identity else None
        return cls._assemble(documents, encoder.identity, encode(passages, encoder, advance, before), cache_folder)

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
            documents, identity, FaissVectors.build(vectors.passages), vectors.sentences, lexical, bridge, tokens,
            vectors.tokens,
        )  # fmt: skip

    def encoded(self, documents: Sequence[Document], encoder: Encoder, advance: Advance = silent) -> Known:
        """What ``put`` of the same documents needs: encoding takes long, and needs no lock on the index.

        Only texts are encoded that a document replaced does not have; ``advance`` and errors as in ``build``, ``put``.
        """
        self._check(documents, encoder)
        known = self._known_of([document.id for document in documents if document.id in self._rows])
        passages = [passage for document in documents for passage in document.passages]
        known.add(passages, encode(passages, encoder, advance, known))
        return known

    def put(
        self, documents: Sequence[Document], encoder: Encoder, cache_folder: Path | None = None,
        advance: Advance = silent, known: Known | None = None,
    ) -> "HybridIndex":  # fmt: skip
        """A new index with ``documents``: in the place of the one with the same id, else at the end.

        Only texts are encoded that neither ``known`` nor the document replaced has; ``advance`` as in ``build``. Raises
        EncoderMismatchError if another encoder built this index, DocumentTwiceError if two have one id.
        """
        self._check(documents, encoder)
        put = {document.id: document for document in documents}
        before = self._known_of([document_id for document_id in put if document_id in self._rows])
        if known:
            before.vectors |= known.vectors
            before.tokens |= known.tokens
        merged = {document.id: document for document in self.documents} | put
        kept = {document.id: self._vectors_of(document.id) for document in self.documents if document.id not in put}
        parts = [
            kept.get(document.id) or encode(document.passages, encoder, advance, before) for document in merged.values()
        ]
        return self._assemble(tuple(merged.values()), self.identity, joined(parts, self.identity), cache_folder)

    def _check(self, documents: Sequence[Document], encoder: Encoder) -> None:
        put = [document.id for document in documents]
        if twice := next((document_id for n, document_id in enumerate(put) if document_id in put[:n]), None):
            raise DocumentTwiceError(f"two documents have the id {twice}; rename the file of one")
        if encoder.identity != self.identity:
            raise EncoderMismatchError(
                f"the index was built with encoder {self.identity}, {', '.join(put)} would be added with "
                f"{encoder.identity}; build the index anew"
            )

    def remove(self, document_id: str, cache_folder: Path | None = None) -> "HybridIndex":
        """A new index without the document; raises UnknownDocumentError if there is none of that id."""
        self.document(document_id)
        documents = [document for document in self.documents if document.id != document_id]
        vectors = joined([self._vectors_of(document.id) for document in documents], self.identity)
        return self._assemble(documents, self.identity, vectors, cache_folder)

    def _vectors_of(self, document_id: str) -> Vectors:
        """Views of a document's rows: passages of one document stand together, in order."""
        rows = self._rows[document_id]
        sentences = slice(int(self._sentence_starts[rows.start]), int(self._sentence_starts[rows.stop]))
        tokens = self.token_vectors.sentences(sentences.start, sentences.stop) if self.token_vectors else None
        return Vectors(self.dense.all()[rows.start : rows.stop], self.sentence_vectors[sentences], tokens)

    def _known_of(self, document_ids: Iterable[str]) -> Known:
        """What the texts of the documents were encoded to."""
        found = Known()
        for document_id in document_ids:
            found.add([self.passages[row] for row in self._rows[document_id]], self._vectors_of(document_id))
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
        tokens = None
        if isinstance(encoder, TokenEncoder) and encoder.reads:
            read = encoder.tokens_of_query(simplified(text))
            vector, tokens = read.vector, read.tokens
        else:
            vector = encoder.encode_queries([simplified(text)])[0]
        topic = vector if rest == text else encoder.encode_queries([simplified(rest)])[0]
        translations = tuple(self.bridge.translate(self.tokens.english(rest)))
        looked_for = wanted(self.tokens.of_question(rest), translations)
        return Query(text, vector, topic, translations, looked_for, named, tokens)

    def search(self, query: Query, k: int = 10, document_ids: Sequence[str] = ()) -> list[Hit]:
        """The ``k`` best passages, best first, ties by place in the index; of ``document_ids`` only, if any.

        With a reader, the best READ by meaning and words gain what their best sentence scores, others the least of it.
        """
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
        first = np.lexsort((pool, -fused))[:READ]
        read = dict(zip(first.tolist(), self.read(pool[first].tolist(), query) or (), strict=False))
        if read:
            best = np.full(len(pool), min(float(scores.max()) for scores in read.values()))
            best[[*read]] = [scores.max() for scores in read.values()]
            fused += READER_WEIGHT * best
        return [
            Hit(
                self.passages[pool[n]], int(pool[n]), float(fused[n]), float(dense[n]), float(words.scores[pool[n]]),
                read.get(n),
            )
            for n in np.lexsort((pool, -fused))[:k].tolist()
        ]  # fmt: skip

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

    def read(self, rows: Sequence[int], query: Query) -> list[NDArray[np.float32]] | None:
        """How far each sentence of the passages at ``rows`` answers, shapes (sentences,); None without a reader."""
        if self.token_vectors is None or query.tokens is None:
            return None
        ranges = [self._sentence_starts[row : row + 2].tolist() for row in rows]
        tokens = TokenVectors.joined([self.token_vectors.sentences(*ends) for ends in ranges], query.tokens.shape[1])
        ends = np.cumsum([end - start for start, end in ranges])
        return np.split(tokens.scores(query.tokens), ends[:-1])

    def idf(self, token: str) -> float:
        """Inverse document frequency of a token over the passages, as in BM25 (Robertson & Zaragoza 2009)."""
        return self.lexical.idf(token)


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
