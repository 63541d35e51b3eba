"""From passages to evidence: which sentences answer, and whether they do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp

import numpy as np

from chatbot.amounts import fits
from chatbot.question import Language, Question
from chatbot.terms import content_terms, coverage
from index.hybrid import Hit, HybridIndex, Query
from index.tokens import fold
from ingest.model import Passage, Sentence


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence and what speaks for it.

    ``cosine`` to the question, ``lead`` by how much it exceeds the median of all sentences read; shares (by idf, 0 to
    1) of the question's content words found in the headings (``heading_coverage``) and in headings or sentence
    (``titled_coverage``); ``matches`` the content words found there, counted in words as rare as can be; ``fits``
    whether it holds the kind of thing asked for; ``score`` the log-odds that it answers.
    """

    passage: Passage
    sentence: Sentence
    cosine: float
    lead: float
    heading_coverage: float
    titled_coverage: float
    matches: float
    fits: bool
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Selection:
    """The sentences chosen, best first, and how sure it is (0 to 1) that they answer."""

    chosen: tuple[Candidate, ...]
    confidence: float


#: A clause that a question describes is the one whose heading has its words.
HEADING = 2.0
#: Logistic model of "the best sentence answers": intercept; cosine, titled coverage, lead, matches. Fitted by
#: eval_sets/fit_sufficiency.py on the development cases of `bundled` and `everyday`, each with its passages and, as a
#: near miss, without the clause that answers it.
SUFFICIENCY = {
    Language.ZH: (-20.2, 15.7, 3.7, 43.7, 1.6),
    Language.EN: (-10.8, 4.4, 5.8, 84.5, 1.7),
}
#: Below this confidence a question is refused. What a whole clause is asked (who is responsible) needs less than a
#: sentence, and a question that names its clause has said where to look.
THRESHOLD = {Language.ZH: 0.4, Language.EN: 0.3}
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
    for hit, cosines in zip(hits, cosines_of, strict=True):
        headings = fold("\n".join((*hit.passage.headings, *hit.passage.headings_en)))
        in_headings = coverage(terms, headings)
        for sentence, cosine in zip(hit.passage.sentences, cosines, strict=True):
            text = fold(sentence.text)
            titled = coverage(terms, headings + text)
            candidate = Candidate(
                passage=hit.passage,
                sentence=sentence,
                cosine=float(cosine),
                lead=float(cosine) - median,
                heading_coverage=in_headings,
                titled_coverage=titled,
                matches=min(_MOST_MATCHES, titled * weight / rarest),
                fits=fits(question.wanted, asked, text),
            )
            found.append(replace(candidate, score=log_odds(candidate, question.language)))
    return sorted(found, key=lambda c: -c.score)


def features(candidate: Candidate) -> tuple[float, ...]:
    """What the model reads, in the order of its weights."""
    return candidate.cosine, candidate.titled_coverage, candidate.lead, candidate.matches


def log_odds(candidate: Candidate, language: Language) -> float:
    """The model's log-odds that the sentence answers: ranks sentences, and says whether the best is good enough."""
    intercept, *weights = SUFFICIENCY[language]
    return intercept + sum(w * f for w, f in zip(weights, features(candidate), strict=True))


def confidence(best: Candidate) -> float:
    """Probability that the best sentence answers."""
    return 1.0 / (1.0 + exp(-best.score))


def is_heading(candidate: Candidate) -> bool:
    """Whether the sentence is a heading and says nothing more."""
    return bool(candidate.passage.headings) and candidate.sentence.text.rstrip("。") == candidate.passage.headings[-1]


def select(found: Sequence[Candidate]) -> Selection:
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
    return Selection(tuple(chosen), confidence(best))


def select_clause(found: Sequence[Candidate]) -> Selection:
    """The candidate whose clause a question describes: as ``select``, but what the heading says counts more."""
    if not found:
        return Selection((), 0.0)
    best = max(found, key=lambda c: c.score + HEADING * c.heading_coverage)
    return Selection((best,), confidence(best))
