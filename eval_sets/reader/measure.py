"""What a reader reaches on questions it was not trained on, beside choosing sentences by meaning and words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval_sets.reader.data import QuestionSet, letters
from eval_sets.statistics import Estimate, share
from index.encoders import BundledEncoder
from index.reader import Reader, TokenVectors

#: Weights of the words tried beside a cosine, and of the reader beside that of a passage.
_WORDS = (0.0, 0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0)
_READ = (0.0, 0.1, 0.2, 0.5, 1.0)

#: Scores of the sentences of a question's passage, by the question's number.
Scores = Sequence[NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Reached:
    """Shares of questions whose first sentence, or one of the first two, holds an answer."""

    first: Estimate
    second: Estimate


def reached(given: QuestionSet, scores: Scores) -> Reached:
    """What choosing the highest scores reaches."""
    orders = [np.argsort(-found, kind="stable") for found in scores]
    hits = [[bool(np.isin(order[:k], q.right).any()) for order, q in zip(orders, given.questions, strict=True)]
            for k in (1, 2)]  # fmt: skip
    return Reached(*(share(sum(hit), len(hit)) for hit in hits))


def read(given: QuestionSet, reader: Reader) -> Scores:
    """The reader's scores, from tokens of 8 bits as an index holds them."""
    tokens = tokens_of(given, reader)
    return [tokens[q.passage].scores(reader.of_question(q.states.astype(np.float32))) for q in given.questions]


def tokens_of(given: QuestionSet, reader: Reader) -> list[TokenVectors]:
    """The tokens of each passage."""
    return [
        TokenVectors.of(reader.of_passage(p.states.astype(np.float32)), p.sentence_of, len(p.sentences))
        for p in given.passages
    ]


def by_meaning_and_words(
    given: QuestionSet, encoder: BundledEncoder, told: Callable[[], None] = lambda: None
) -> dict[float, Scores]:
    """Cosine of sentence and question plus a weight times the share of the question's character pairs, by weight."""
    wanted = {q.passage for q in given.questions}
    vectors = {}
    for number in sorted(wanted):
        vectors[number] = encoder.encode_passages(list(given.passages[number].sentences))
        told()
    found: dict[float, list[NDArray[np.float32]]] = {weight: [] for weight in _WORDS}
    for q in given.questions:
        asked = _pairs(q.text)
        said = given.passages[q.passage].sentences
        shares = np.array([len(asked & _pairs(sentence)) / max(1, len(asked)) for sentence in said], np.float32)
        cosines = vectors[q.passage] @ q.vector
        for weight in _WORDS:
            found[weight].append(np.asarray(cosines + weight * shares, np.float32))
    return dict(found)


def reranked(given: QuestionSet, reader: Reader) -> dict[float, Estimate]:
    """R@1 over all passages of the set, of a passage's cosine plus a weight times its best sentence's score."""
    tokens = tokens_of(given, reader)
    passages = np.array([passage.vector for passage in given.passages])
    hits = dict.fromkeys(_READ, 0)
    for q in given.questions:
        cosines = passages @ q.vector
        near = np.argsort(-cosines)[:20]
        asked = reader.of_question(q.states.astype(np.float32))
        best = np.array([tokens[number].scores(asked).max() for number in near])
        for weight in _READ:
            hits[weight] += int(near[np.argmax(cosines[near] + weight * best)] == q.passage)
    return {weight: share(found, len(given.questions)) for weight, found in hits.items()}


def _pairs(text: str) -> set[str]:
    folded = letters(text)
    return {folded[n : n + 2] for n in range(len(folded) - 1)}
