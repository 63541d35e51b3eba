"""From passages to evidence: which sentences answer, and whether they do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp

import numpy as np

from chatbot.amounts import fits
from chatbot.question import Language, Question, Wanted
from chatbot.terms import content_terms, coverage
from index.hybrid import Hit, HybridIndex, Query
from index.tokens import fold
from ingest.model import Passage, Sentence


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence and what speaks for it.

    ``cosine`` and ``passage_cosine`` to the question, ``rank`` of its passage; shares (by idf, 0 to 1) of the
    question's content words found in the sentence (``coverage``), in the headings alone (``heading_coverage``), in
    either (``titled_coverage``), and anywhere in its passage (``context_coverage``); ``matches`` the content words
    found in sentence or headings, counted in words as rare as can be; ``lead`` by how much its cosine exceeds the
    median of all sentences read; ``fits`` whether it holds the kind of thing asked for.
    """

    passage: Passage
    sentence: Sentence
    cosine: float
    passage_cosine: float
    rank: int
    coverage: float
    heading_coverage: float
    titled_coverage: float
    context_coverage: float
    matches: float
    lead: float
    fits: bool
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Selection:
    """The sentences chosen, best first, and how sure it is (0 to 1) that they answer."""

    chosen: tuple[Candidate, ...]
    confidence: float


#: Weights of the sentence score, tuned on the development half of the golden questions.
COSINE, COVERAGE, TITLED, PASSAGE, CONTEXT, RANK, FITS, HEADING_ONLY = 14.0, 2.0, 2.0, 6.0, 0.5, -0.25, 1.2, -2.0
#: A clause that a question describes is the one whose heading has its words.
HEADING = 2.0
#: Logistic model of "the best sentence answers": intercept; cosine, titled coverage, lead, matches. Fitted by
#: eval_sets/fit_sufficiency.py on development questions, each with its passages and, as a near miss, without the
#: clause that answers it.
SUFFICIENCY = {
    Language.ZH: (-24.6, 20.1, 4.1, 48.2, 1.6),
    Language.EN: (-19.2, 15.1, 5.8, 57.3, 2.3),
}
#: Below this confidence a question is refused. What a whole clause is asked (who is responsible) needs less than a
#: sentence, and a question that names its clause has said where to look.
THRESHOLD = 0.3
THRESHOLD_OF_CLAUSE = 0.2
THRESHOLD_IN_NAMED_CLAUSE = 0.02
#: A second sentence is quoted if it scores within this of the best and both are short enough to read.
_MARGIN = 0.8
#: Words beyond these prove nothing more.
_MOST_MATCHES = 2.0
_MAX_CHARACTERS = 230


def candidates(
    question: Question, query: Query, hits: Sequence[Hit], index: HybridIndex, known_names: Sequence[str] = ()
) -> list[Candidate]:
    """Every sentence of the passages found, scored, best first, ties in reading order."""
    terms = content_terms(question, query, index, known_names)
    asked = fold(question.text)
    cosines_of = [index.vectors_of_sentences(hit.row) @ query.vector for hit in hits]
    median = float(np.median(np.concatenate(cosines_of))) if hits else 0.0
    weight, rarest = sum(term.weight for term in terms), index.idf("")
    found: list[Candidate] = []
    for rank, (hit, cosines) in enumerate(zip(hits, cosines_of, strict=True)):
        headings = fold("\n".join((*hit.passage.headings, *hit.passage.headings_en)))
        in_headings, around = coverage(terms, headings), coverage(terms, headings + fold(hit.passage.text))
        for sentence, cosine in zip(hit.passage.sentences, cosines, strict=True):
            text = fold(sentence.text)
            titled = coverage(terms, headings + text)
            candidate = Candidate(
                passage=hit.passage,
                sentence=sentence,
                cosine=float(cosine),
                passage_cosine=hit.dense,
                rank=rank,
                coverage=coverage(terms, text),
                heading_coverage=in_headings,
                titled_coverage=titled,
                context_coverage=around,
                matches=min(_MOST_MATCHES, titled * weight / rarest),
                lead=float(cosine) - median,
                fits=fits(question.wanted, asked, text),
            )
            found.append(replace(candidate, score=_score(candidate, question)))
    return sorted(found, key=lambda c: -c.score)


def _score(c: Candidate, question: Question) -> float:
    """How well a sentence answers, comparable within one question."""
    return (
        COSINE * c.cosine
        + COVERAGE * c.coverage
        + TITLED * c.titled_coverage
        + PASSAGE * c.passage_cosine
        + CONTEXT * c.context_coverage
        + RANK * c.rank
        + (FITS if question.wanted is not Wanted.ANY and c.fits else 0.0)
        + (HEADING_ONLY if is_heading(c) else 0.0)
    )


def is_heading(candidate: Candidate) -> bool:
    """Whether the sentence is a heading and says nothing more."""
    return bool(candidate.passage.headings) and candidate.sentence.text.rstrip("。") == candidate.passage.headings[-1]


def select(found: Sequence[Candidate], language: Language) -> Selection:
    """The best of scored candidates, a second one that is nearly as good, and the confidence that they answer."""
    usable = [c for c in found if c.fits and not is_heading(c)]
    if not usable:
        return Selection((), 0.0)
    best, *others = usable
    chosen = [best]
    if others:
        second = others[0]
        near = best.score - second.score <= _MARGIN
        if near and len(best.sentence.text) + len(second.sentence.text) <= _MAX_CHARACTERS:
            chosen.append(second)
    return Selection(tuple(chosen), confidence(best, language))


def select_clause(found: Sequence[Candidate], language: Language) -> Selection:
    """The candidate whose clause a question describes: as ``select``, but what the heading says counts more."""
    if not found:
        return Selection((), 0.0)
    best = max(found, key=lambda c: c.score + HEADING * c.heading_coverage)
    return Selection((best,), confidence(best, language))


def features(candidate: Candidate) -> tuple[float, ...]:
    """What the sufficiency model reads, in the order of its weights."""
    return candidate.cosine, candidate.titled_coverage, candidate.lead, candidate.matches


def confidence(best: Candidate, language: Language) -> float:
    """Probability that the best sentence answers."""
    intercept, *weights = SUFFICIENCY[language]
    return 1.0 / (1.0 + exp(-(intercept + sum(w * f for w, f in zip(weights, features(best), strict=True)))))
