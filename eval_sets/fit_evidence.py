"""Fit the models of chatbot/evidence.py: which sentence answers (ranking), and whether it does (sufficiency), with
what the index's reader gives sentences and without.

    python -m eval_sets.fit_evidence bundled policies cities

Data: the development cases of those corpora whose questions are answered from passages. The ranking is a softmax over
the sentences of a question, trained towards those that are its evidence (listwise: Cao et al. 2007, with the sum of
several right ones). The sufficiency is a logistic regression on what the ranking then puts first: positive if that, or
the second sentence quoted with it, is evidence; negative if it is not, or nothing is. Each case counts once more, as
half a case, without the clauses that answer it: the hardest near miss there is. A question that takes something wrong
for granted counts as answerable where a document states what is right: stating it is the answer.

Prints all four and, from ten folds by question, what they reach.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from chatbot.answer import Answerer, Ask
from chatbot.conversation import Turn
from chatbot.drafting import RETRIEVED
from chatbot.evidence import Candidate, candidates, is_heading, pair
from chatbot.question import Intent
from chatbot.settings import read_settings
from eval_sets.cases import GoldenCase, bundled_files, load_all
from eval_sets.corpora import BUNDLED, named, open_corpus
from eval_sets.judge import COVERED, covered

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Features:
    """Names of what a candidate's ranking and its sufficiency are told from."""

    ranking: tuple[str, ...]
    sufficiency: tuple[str, ...]


WITHOUT_READER = Features(
    ("cosine", "coverage", "matches", "search", "words", "fits", "holds", "length", "early"),
    ("cosine", "lead", "coverage", "titled_coverage", "matches", "search", "search_lead", "words", "fits", "english"),
)
WITH_READER = Features((*WITHOUT_READER.ranking, "reader"), (*WITHOUT_READER.sufficiency, "reader"))
#: What a case without its answer counts for, beside whole ones.
_NEAR_MISS = 0.5
_FOLDS = 10
_RANK_STEPS, _RANK_RATE, _RANK_RIDGE = 300, 0.5, 0.02
_STEPS, _RATE, _RIDGE = 4000, 0.3, 0.003


@dataclass(frozen=True, slots=True)
class Example:
    """The sentences found for one question, and which of them are evidence; ``weight`` what it counts for."""

    question: str
    found: tuple[Candidate, ...]
    right: tuple[bool, ...]
    answerable: bool
    weight: float = 1.0


def examples(case: GoldenCase, answerer: Answerer) -> list[Example]:
    """One or two examples of a case; none if it is not answered from passages."""
    index, catalog = answerer.index, answerer.catalog
    question = answerer.parts(Ask(case.question, [Turn(turn) for turn in case.history]))[0].question
    if question.intent is not Intent.EXTRACT or question.numbers or question.foreign_places:
        return []
    query = index.query(question.text, answerer.encoder)
    hits = index.search(query, 2 * RETRIEVED, question.document_ids)
    names = catalog.names_of_documents(question.text)
    texts = {document.id: document.source.text for document in index.documents}

    def proves(candidate: Candidate) -> bool:
        quote = candidate.sentence.span.of(texts[candidate.passage.document_id])
        return any(covered(evidence, [quote]) >= COVERED or _inside(quote, evidence) for evidence in case.evidence)

    def example(without: set[str], weight: float) -> Example:
        kept = [hit for hit in hits if hit.passage.clause_id not in without][:RETRIEVED]
        found = tuple(
            c for c in candidates(question, query, kept, index, names)
            if not is_heading(c) and not answerer.drafter.names_units(c)
        )  # fmt: skip
        right = tuple(map(proves, found))
        answerable = not without and (case.answerable or any(right))
        return Example(case.id, found, right if answerable else (False,) * len(found), answerable, weight)

    whole = example(set(), 1.0)
    gold = {c.passage.clause_id for c, right in zip(whole.found, whole.right, strict=True) if right}
    return [e for e in (whole, *([example(gold, _NEAR_MISS)] if gold else [])) if e.found]


def _inside(quote: str, evidence: str) -> bool:
    """Whether a sentence is most of a part of the evidence, which may run over several."""
    return covered(quote, [evidence]) >= 0.8 and covered(evidence, [quote]) > 0.2


def values(names: Sequence[str], found: Sequence[Candidate]) -> Vector:
    """The features of sentences, shape (sentences, features)."""
    return np.array([[getattr(candidate, name) for name in names] for candidate in found], dtype=np.float64)


def fit_ranking(given: Sequence[Example], names: Sequence[str]) -> Vector:
    """Weights of the softmax, by gradient descent on standardised features with a ridge penalty."""
    known = [(values(names, e.found), np.array(e.right)) for e in given if any(e.right)]
    deviation = np.vstack([x for x, _ in known]).std(0) + 1e-9
    weights = np.zeros(len(names))
    for _ in range(_RANK_STEPS):
        gradient = _RANK_RIDGE * weights
        for x, right in known:
            scores = x / deviation @ weights
            share = np.exp(scores - scores.max())
            share /= share.sum()
            towards = share * right
            gradient += (x / deviation).T @ (share - towards / towards.sum()) / len(known)
        weights -= _RANK_RATE * gradient
    return np.asarray(weights / deviation)


def fit_sufficiency(x: Vector, y: Vector, weight: Vector) -> Vector:
    """Intercept and weights of a ridge-penalised logistic regression, by gradient descent on standardised features."""
    mean, deviation = x.mean(0), x.std(0) + 1e-9
    design = np.c_[np.ones(len(x)), (x - mean) / deviation]
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        gradient = design.T @ (weight * (1 / (1 + np.exp(-design @ weights)) - y)) / weight.sum()
        gradient[1:] += _RIDGE * weights[1:]
        weights -= _RATE * gradient
    raw = weights[1:] / deviation
    return np.concatenate([[weights[0] - raw @ mean], raw])


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a ranking chose: the features of the first sentence, whether it and whether the pair quoted is evidence."""

    features: Vector
    first: bool
    answers: bool


def choose(ranking: Vector, example: Example, features: Features) -> Chosen:
    """The sentences a ranking quotes of one example."""
    scores = values(features.ranking, example.found) @ ranking
    order = np.argsort(-scores, kind="stable")
    first = int(order[0])
    quoted = [first]
    if len(order) > 1 and pair(example.found[first], example.found[order[1]], float(scores[first] - scores[order[1]])):
        quoted.append(int(order[1]))
    return Chosen(
        values(features.sufficiency, [example.found[first]])[0],
        example.right[first],
        any(example.right[n] for n in quoted),
    )


def auroc(scores: Vector, y: Vector) -> float:
    """Probability that a positive scores above a negative, ties counted half (Hanley & McNeil 1982)."""
    wins = [(a > b) + 0.5 * (a == b) for a in scores[y == 1] for b in scores[y == 0]]
    return float(np.mean(wins))


def _both(given: Sequence[Example], features: Features) -> tuple[Vector, Vector]:
    ranking = fit_ranking(given, features.ranking)
    chosen = [choose(ranking, e, features) for e in given]
    x, y = np.array([c.features for c in chosen]), np.array([float(c.answers) for c in chosen])
    return ranking, fit_sufficiency(x, y, np.array([e.weight for e in given]))


def report(given: Sequence[Example], features: Features, out: Console) -> None:
    """What both models of these features reach on questions they were not fitted on."""
    fold = np.array([int(sha256(e.question.encode()).hexdigest(), 16) % _FOLDS for e in given])
    confidence, chosen = np.zeros(len(given)), list[Chosen | None]([None] * len(given))
    for n in range(_FOLDS):
        ranking, sufficiency = _both([e for e, f in zip(given, fold, strict=True) if f != n], features)
        for at in map(int, np.flatnonzero(fold == n)):
            picked = choose(ranking, given[at], features)
            chosen[at] = picked
            confidence[at] = 1 / (1 + np.exp(-(sufficiency[0] + picked.features @ sufficiency[1:])))
    right = np.array([float(c.answers) for c in chosen if c])
    whole = np.array([e.weight == 1 for e in given])
    asked = whole & np.array([e.answerable for e in given])
    first = sum(c.first for c, a in zip(chosen, asked, strict=True) if c and a)
    out.print(
        f"{asked.sum()} answerable: first sentence right {first}, or the second quoted {int(right[asked].sum())}; "
        f"{(whole & ~asked).sum()} not; AUROC {auroc(confidence[whole], right[whole]):.3f}, "
        f"with near misses {auroc(confidence, right):.3f}"
    )
    for threshold in (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5):
        told = confidence > threshold
        out.print(
            f"  threshold {threshold:.2f}: answered rightly {int((right * (told & asked)).sum())}, "
            f"refused rightly {(whole & ~asked & ~told).sum()}, wrongly {(asked & ~told).sum()}; "
            f"near misses let through {(told & ~whole).sum() / max(1, (~whole).sum()):.2f}"
        )


def main() -> None:
    """Fit on the development cases about the corpora named on the command line, ``bundled`` if none is."""
    out = Console(highlight=False)
    found: list[Example] = []
    for name in sys.argv[1:] or [BUNDLED]:
        answerer = open_corpus(named(name), read_settings(), out.print).answerer
        cases = [case for case in load_all(bundled_files()) if case.split == "dev" and case.corpus == name]
        found += (example for case in cases for example in examples(case, answerer))
    for kind, features in (("WITHOUT_READER", WITHOUT_READER), ("WITH_READER", WITH_READER)):
        ranking, sufficiency = _both(found, features)
        names = ("intercept", *features.sufficiency)
        out.print(
            kind, "ranking", {name: round(w, 3) for name, w in zip(features.ranking, ranking.tolist(), strict=True)}
        )
        out.print(kind, "sufficiency", {name: round(w, 3) for name, w in zip(names, sufficiency.tolist(), strict=True)})
        report(found, features, out)


if __name__ == "__main__":
    main()
