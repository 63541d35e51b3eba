"""What each part of search is worth: the same questions with one part changed or left out."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from eval_sets.benchmarks.retrieval import DEPTH, Channel, Ranking, RetrievalSet, channel
from index.encoders import Encoder
from index.fusion import fuse, meaning
from index.hybrid import LEXICAL_WEIGHT, HybridIndex, Query, lexical_text, user_words
from index.lexical import LexicalIndex
from index.ranking import Wanted, score_words
from index.tokens import Tokens

Scores = NDArray[np.float32]
_WEIGHTS = (0.05, 0.1, 0.2, 0.3)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what search makes of it: cosines of passages and of their best sentences, shares of words; each
    of shape (passages,)."""

    query: Query
    passages: Scores
    sentences: Scores
    words: Scores

    @property
    def meaning(self) -> Scores:
        """As search mixes the two."""
        return meaning(self.passages, self.sentences)


Variant = Callable[[Asked], Scores]


def run(
    given: RetrievalSet, index: HybridIndex, encoder: Encoder, advance: Callable[[], None] = lambda: None
) -> list[Channel]:
    """Every variant over every question, each scoring all passages; a variant's time is its scoring alone."""
    starts = np.cumsum([0, *(len(passage.sentences) for passage in index.passages)])[:-1]
    known = variants(index)
    rankings: dict[str, list[Ranking]] = {name: [] for name in known}
    for row in given.questions:
        query = index.query(row.question, encoder)
        sentences = np.maximum.reduceat(index.sentence_vectors @ query.vector, starts)
        words = score_words(index.lexical, query.wanted).shares(np.arange(len(index.passages)))
        asked = Asked(query, index.dense.all() @ query.vector, sentences, words)
        for name, variant in known.items():
            started = perf_counter()
            best = np.argsort(-variant(asked), kind="stable")[:DEPTH]
            taken = 1000 * (perf_counter() - started)
            rankings[name].append(Ranking(tuple(index.passages[n].document_id for n in best), taken))
        advance()
    return [channel(name, rankings[name], given.questions) for name in known]


def variants(index: HybridIndex) -> dict[str, Variant]:
    """The variants by name; the last is search as it is served."""
    sources = {document.id: document.source.text for document in index.documents}
    texts = [lexical_text(passage, sources[passage.document_id]) for passage in index.passages]
    tokens = index.tokens
    unfolded = Tokens(user_words(index.documents), fold=lambda text: unicodedata.normalize("NFKC", text).casefold())

    def words(build: Callable[[str], list[str]], ask: Callable[[str], list[str]] | None = None) -> Variant:
        lexical = LexicalIndex.build([build(text) for text in texts])
        return lambda asked: lexical.scores(list(dict.fromkeys((ask or build)(asked.query.text))))

    def only(kind: Callable[[str], bool], cut: Callable[[str], list[str]]) -> Callable[[str], list[str]]:
        return lambda text: [token for token in cut(text) if token.isascii() or kind(token)]

    def own(asked: Asked) -> Scores:
        found = score_words(index.lexical, Wanted(tuple(tokens.of_question(asked.query.text)), ()))
        return found.shares(np.arange(len(texts)))

    def fused(weight: float) -> Variant:
        return lambda asked: fuse(asked.meaning, asked.words, weight)

    return {
        "words: jieba": words(lambda text: tokens.cut(text) + [token for token in tokens(text) if token.isascii()]),
        "words: character pairs": words(only(lambda token: len(token) == 2, tokens)),
        "words: characters": words(only(lambda token: len(token) == 1, tokens)),
        "words: all": words(tokens),
        "words: all, traditional not folded": words(unfolded),
        "words: all, no question words": words(tokens, tokens.of_question),
        "words: all, no question words, translated": lambda asked: asked.words,
        "meaning: passage": lambda asked: asked.passages,
        "meaning: best sentence": lambda asked: asked.sentences,
        "meaning: mean of both": lambda asked: asked.meaning,
        "fused by rank": lambda asked: reciprocal_ranks(asked.meaning) + reciprocal_ranks(asked.words),
        "fused 0.7 : 0.3 by standard score": lambda asked: 0.7 * standard(asked.meaning) + 0.3 * standard(asked.words),
        "fused, no sentences": lambda asked: fuse(asked.passages, asked.words, LEXICAL_WEIGHT),
        "fused, no translations": lambda asked: fuse(asked.meaning, own(asked), LEXICAL_WEIGHT),
        **{f"fused, weight {weight}": fused(weight) for weight in _WEIGHTS},
        f"fused, weight {LEXICAL_WEIGHT} (served)": fused(LEXICAL_WEIGHT),
    }


def reciprocal_ranks(scores: Scores, k: int = 60) -> Scores:
    """1 / (k + rank): to be added up (Cormack, Clarke & Büttcher 2009, reciprocal rank fusion)."""
    ranks = np.empty(len(scores), np.float32)
    ranks[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
    return np.asarray(1 / (k + ranks), np.float32)


def standard(scores: Scores) -> Scores:
    """Standard scores, zero where all are equal (Renda & Straccia 2003, z-score normalisation)."""
    deviation = float(scores.std()) if scores.size else 0.0
    return np.asarray((scores - scores.mean()) / deviation, np.float32) if deviation else np.zeros_like(scores)
