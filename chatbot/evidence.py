"""From passages to evidence: which sentences answer, and whether they do."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, isnan, log, nan

import numpy as np
from numpy.typing import NDArray

from chatbot.amounts import indispensable, kind_asked
from chatbot.question import Language, Question, Wanted
from chatbot.terms import content_terms, matches, share
from index.hybrid import Hit, HybridIndex, Query
from index.tokens import fold
from ingest.model import Document, Passage, Sentence


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence and what speaks for it.

    ``cosine`` to the question, ``lead`` by how much it exceeds the median of all sentences read; shares (by idf, 0 to
    1) of the question's content words found in the sentence (``coverage``), in the headings (``heading_coverage``)
    and in either (``titled_coverage``); ``matches`` the content words found there, counted in words as rare as can be;
    of its passage the search's score, by how much that exceeds the median (``search_lead``), its share of words, and
    whether it is among the first (``early``); ``fits`` whether the sentence has the kind of thing asked for, ``holds``
    the same where a number or a time is asked, ``length`` the logarithm of its characters; ``english`` whether the
    question is; ``reader`` what the index's reader gives it, NaN without one. ``score`` ranks sentences of a question.
    """

    passage: Passage
    sentence: Sentence
    cosine: float
    lead: float
    coverage: float
    heading_coverage: float
    titled_coverage: float
    matches: float
    search: float
    search_lead: float
    words: float
    early: float
    fits: float
    holds: float
    length: float
    english: float
    reader: float = nan
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Selection:
    """The sentences chosen, best first, and how sure it is (0 to 1) that they answer."""

    chosen: tuple[Candidate, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Models:
    """Which sentence answers (``ranking``: weights of a softmax over the sentences of one question), and whether the
    best one does (``sufficiency``: a logistic model).

    Both are fitted by eval_sets/fit_evidence.py on the development cases, each with what search found for it and, to
    learn what is no answer, without the clause that answers.
    """

    ranking: Mapping[str, float]
    sufficiency: Mapping[str, float]


WITHOUT_READER = Models(
    ranking={
        "cosine": 29.2, "coverage": 3.0, "matches": 2.1, "search": 20.6, "words": 0.1, "fits": 0.87, "holds": 2.0,
        "length": 0.18, "early": 1.3,
    },
    sufficiency={
        "intercept": -26.43, "cosine": 11.56, "lead": 4.68, "coverage": 1.31, "titled_coverage": 0.94,
        "matches": 0.525, "search": 11.23, "search_lead": 24.8, "words": -0.02, "fits": 2.41, "english": 3.04,
    },
)  # fmt: skip
WITH_READER = Models(
    ranking={
        "cosine": 20.9, "coverage": 2.2, "matches": 1.68, "search": 17.0, "words": 0.08, "fits": 0.7, "holds": 1.7,
        "length": -0.45, "early": 1.38, "reader": 6.44,
    },
    sufficiency={
        "intercept": -28.479, "cosine": 15.99, "lead": 8.25, "coverage": -0.66, "titled_coverage": 2.45,
        "matches": 1.04, "search": 7.51, "search_lead": 21.8, "words": -0.035, "fits": 1.39, "english": 3.66,
        "reader": 1.5,
    },
)  # fmt: skip
#: A clause that a question describes is the one whose heading has its words.
HEADING = 2.0
#: Below this confidence a question is refused. What a whole clause is asked (who is responsible) needs less than a
#: sentence, and a question that names its clause has said where to look.
THRESHOLD = 0.24
THRESHOLD_OF_CLAUSE = 0.15
THRESHOLD_IN_NAMED_CLAUSE = 0.02
#: A second sentence is quoted if it scores within this of the best and both are short enough to read.
_MARGIN = 0.8
#: Words beyond these prove nothing more.
_MOST_MATCHES = 2.0
#: The first passages of a search.
_EARLY = 3
_MAX_CHARACTERS = 230
# 2025年 | by 2025: a sentence that tells of other years does not answer
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_EXACT = {Wanted.NUMBER, Wanted.PERIOD, Wanted.FREQUENCY}


def candidates(
    question: Question, query: Query, hits: Sequence[Hit], index: HybridIndex, known_names: Sequence[str] = ()
) -> list[Candidate]:
    """Every sentence of the passages found, scored, best first, ties in reading order."""
    if not hits:
        return []
    terms = content_terms(question, query, index, known_names)
    asked = fold(question.text)
    cosines_of = [index.vectors_of_sentences(hit.row) @ query.vector for hit in hits]
    read_of = _read(index, hits, query)
    median, middle = float(np.median(np.concatenate(cosines_of))), float(np.median([hit.score for hit in hits]))
    years = frozenset(_YEAR.findall(asked)) if not question.yes_no else frozenset[str]()
    weight, rarest = sum(term.weight for term in terms), index.idf("")
    kind = kind_asked(question.wanted, asked)
    any_kind = question.yes_no or not indispensable(question.wanted, asked)
    found: list[Candidate] = []
    for rank, (hit, cosines, read) in enumerate(zip(hits, cosines_of, read_of, strict=True)):
        headings = _folded("\n".join((*hit.passage.headings, *hit.passage.headings_en)))
        of_document = _years_of(index.document(hit.passage.document_id)) if years else frozenset[str]()
        in_headings = matches(terms, headings)
        heading_coverage = share(terms, in_headings)
        for sentence, cosine, reader in zip(hit.passage.sentences, cosines, read, strict=True):
            text = _folded(sentence.text)
            if years - of_document and (told := set(_YEAR.findall(text))) and not told & years:
                continue
            in_text = matches(terms, text)
            titled = share(terms, list(map(max, in_headings, in_text)))
            fitting = float(kind is None or kind.search(text) is not None)
            candidate = Candidate(
                passage=hit.passage,
                sentence=sentence,
                cosine=float(cosine),
                lead=float(cosine) - median,
                coverage=share(terms, in_text),
                heading_coverage=heading_coverage,
                titled_coverage=titled,
                matches=min(_MOST_MATCHES, titled * weight / rarest),
                search=hit.score,
                search_lead=hit.score - middle,
                words=hit.lexical,
                early=float(rank < _EARLY),
                fits=fitting,
                holds=fitting if question.wanted in _EXACT else 0.0,
                length=log(len(sentence.text)),
                english=float(question.language is Language.EN),
                reader=float(reader),
            )
            if fitting or any_kind:
                found.append(replace(candidate, score=linear(models(candidate).ranking, candidate)))
    return sorted(found, key=lambda c: -c.score)


#: Folding is what reading a sentence costs most, and the same ones are read again and again.
_folded = lru_cache(1 << 15)(fold)


def _years_of(document: Document) -> frozenset[str]:
    """The years by which a document itself is called: of its title, number and dates."""
    data = document.metadata
    own = (data.title, data.document_number, data.written, data.printed, data.published, data.effective)
    return frozenset(_YEAR.findall(" ".join(field.value for field in own if field)))


def _read(index: HybridIndex, hits: Sequence[Hit], query: Query) -> list[NDArray[np.float32]]:
    """What the reader gives each sentence of the passages found, NaN without one."""
    found = {hit.row: hit.read for hit in hits if hit.read is not None}
    unread = [hit.row for hit in hits if hit.row not in found]
    found |= dict(zip(unread, (index.read(unread, query) if unread else None) or (), strict=False))
    return [
        found[hit.row] if hit.row in found else np.full(len(hit.passage.sentences), nan, np.float32) for hit in hits
    ]


def models(candidate: Candidate) -> Models:
    """The models for what is known of a candidate."""
    return WITHOUT_READER if isnan(candidate.reader) else WITH_READER


def linear(weights: Mapping[str, float], candidate: Candidate) -> float:
    """The weighted sum of a candidate's features, by their names, and of the intercept if there is one."""
    return sum(w if name == "intercept" else w * getattr(candidate, name) for name, w in weights.items())


def confidence(best: Candidate) -> float:
    """Probability that the best sentence answers."""
    return 1.0 / (1.0 + exp(-linear(models(best).sufficiency, best)))


def is_heading(candidate: Candidate) -> bool:
    """Whether the sentence is a heading and says nothing more."""
    return bool(candidate.passage.headings) and candidate.sentence.text.rstrip("。") == candidate.passage.headings[-1]


def select(found: Sequence[Candidate]) -> Selection:
    """The best of scored candidates, a second one that is nearly as good, and the confidence that they answer."""
    usable = [c for c in found if not is_heading(c)]
    if not usable:
        return Selection((), 0.0)
    best, *others = (c for c in usable if c is usable[0] or c.sentence.text != usable[0].sentence.text)
    second = others[:1] if others and pair(best, others[0], best.score - others[0].score) else []
    return Selection((best, *second), confidence(best))


def pair(best: Candidate, second: Candidate, lead: float) -> bool:
    """Whether a second sentence is quoted beside the best, which scores higher by ``lead``."""
    return lead <= _MARGIN and len(best.sentence.text) + len(second.sentence.text) <= _MAX_CHARACTERS


def select_clause(found: Sequence[Candidate]) -> Selection:
    """The candidate whose clause a question describes: as ``select``, but what the heading says counts more, and it is
    as sure as the surest sentence of the clause."""
    if not found:
        return Selection((), 0.0)
    best = max(found, key=lambda c: c.score + HEADING * c.heading_coverage)
    own = [c for c in found if c.passage.clause_id == best.passage.clause_id]
    return Selection((best,), max(map(confidence, own)))
