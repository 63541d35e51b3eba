"""Fit the logistic model that decides whether the best sentence answers (chatbot/evidence.py: SUFFICIENCY).

    python -m eval_sets.fit_sufficiency [bundled] [policies]

Data: the development cases of the golden files whose questions are answered from passages. A case is positive if the
sentence chosen is its evidence, negative if it is another or the case has no answer; and once more negative with the
clause that answers it taken out of what was found, which is the hardest near miss there is. Prints coefficients,
10-fold cross-validated AUROC, and what each threshold would let through.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from chatbot.answer import Answerer, Ask
from chatbot.conversation import Turn
from chatbot.evidence import Candidate, candidates, features, select
from chatbot.question import Intent, Language
from chatbot.settings import read_settings
from eval_sets.cases import GoldenCase, bundled_files, load_all
from eval_sets.corpora import BUNDLED, named, open_corpus
from eval_sets.judge import COVERED, covered

_RIDGE = 0.02
_STEPS, _RATE, _FOLDS = 6000, 0.3, 10


@dataclass(frozen=True, slots=True)
class Example:
    """Features of the sentence chosen for one question, and whether it answers."""

    language: Language
    features: tuple[float, ...]
    answers: bool


def examples(case: GoldenCase, answerer: Answerer) -> list[Example]:
    """One or two examples of a case; none if it is not answered from passages."""
    index, catalog = answerer.index, answerer.catalog
    question = answerer.parts(Ask(case.question, [Turn(turn) for turn in case.history]))[0].question
    if question.intent is not Intent.EXTRACT or question.numbers or question.foreign_places:
        return []
    query = index.query(question.text, answerer.encoder)
    hits = index.search(query, 40, question.document_ids)
    names = catalog.names_of_documents(question.text)
    texts = {document.id: document.source.text for document in index.documents}

    def proves(candidate: Candidate) -> bool:
        quote = candidate.sentence.span.of(texts[candidate.passage.document_id])
        return any(covered(evidence, [quote]) >= COVERED for evidence in case.evidence)

    found: list[Example] = []
    gold: set[str] = set()
    for without_gold in (False, True):
        kept = [hit for hit in hits if not (without_gold and hit.passage.clause_id in gold)][:12]
        ranked = candidates(question, query, kept, index, names)
        chosen = select(ranked).chosen
        if chosen:
            answers = case.answerable and not without_gold and proves(chosen[0])
            found.append(Example(question.language, features(chosen[0]), answers))
        gold = {c.passage.clause_id for c in ranked if proves(c)}
        if not case.answerable or not gold:
            break
    return found


def fit(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Intercept and weights of a ridge-penalised logistic regression, by gradient descent on standardised features."""
    mean, deviation = x.mean(0), x.std(0) + 1e-9
    design = np.c_[np.ones(len(x)), (x - mean) / deviation]
    weights = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        gradient = design.T @ (1 / (1 + np.exp(-design @ weights)) - y) / len(y)
        gradient[1:] += _RIDGE * weights[1:]
        weights -= _RATE * gradient
    raw = weights[1:] / deviation
    return np.concatenate([[weights[0] - raw @ mean], raw])


def probability(model: NDArray[np.float64], x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The model's confidence for each row of features."""
    return np.asarray(1 / (1 + np.exp(-(model[0] + x @ model[1:]))))


def auroc(scores: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    """Probability that a positive scores above a negative, ties counted half (Hanley & McNeil 1982)."""
    wins = [(a > b) + 0.5 * (a == b) for a in scores[y == 1] for b in scores[y == 0]]
    return float(np.mean(wins))


def report(language: Language, found: Sequence[Example], out: Console) -> None:
    """Fit one language and print what came of it."""
    x = np.array([example.features for example in found])
    y = np.array([float(example.answers) for example in found])
    folds = np.random.default_rng(0).integers(0, _FOLDS, len(y))
    held_out = np.zeros(len(y))
    for fold in range(_FOLDS):
        if (folds == fold).any():
            held_out[folds == fold] = probability(fit(x[folds != fold], y[folds != fold]), x[folds == fold])
    weights = ", ".join(f"{weight:.2f}" for weight in fit(x, y))
    out.print(f"{language}: {len(y)} examples, {int(y.sum())} answer; ({weights}); AUROC {auroc(held_out, y):.3f}")
    for threshold in (0.2, 0.25, 0.3, 0.35, 0.4, 0.5):
        right, wrong = (held_out[y == 1] > threshold).mean(), (held_out[y == 0] > threshold).mean()
        out.print(f"  threshold {threshold:.2f}: answers kept {right:.2f}, non-answers let through {wrong:.2f}")


def main() -> None:
    """Fit on the development cases about the corpora named on the command line, ``bundled`` if none is."""
    out = Console()
    found: list[Example] = []
    for name in sys.argv[1:] or [BUNDLED]:
        answerer = open_corpus(named(name), read_settings(), out.print).answerer
        cases = [case for case in load_all(bundled_files()) if case.split == "dev" and case.corpus == name]
        found += (example for case in cases for example in examples(case, answerer))
    for language in Language:
        report(language, [example for example in found if example.language is language], out)


if __name__ == "__main__":
    main()
