"""Judging one answer against its golden case, by string comparison alone."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from eval_sets.answers import Answer
from eval_sets.cases import Expect, GoldenCase

#: An answer longer than this, and than three times its evidence and 200 more, is a dump.
MAX_ANSWER = 300
#: Citations must cover this share of some evidence string.
COVERED = 0.8
#: Characters in a row that count as quoted.
_RUN = 6


@dataclass(frozen=True, slots=True)
class Verdict:
    """``correct``, and for answerable cases ``cited`` (None otherwise); the rest says why not.

    ``answered`` is whether the outcome counts as an answer to this case; ``corrected`` whether the answer states the
    case's correction (None if it has none).
    """

    correct: bool
    cited: bool | None
    answered: bool
    corrected: bool | None = None
    missing: tuple[tuple[str, ...], ...] = ()
    banned: tuple[str, ...] = ()
    dump: bool = False
    verbose_quotes: bool = False


def fold(text: str) -> str:
    """Width- and space-insensitive form: what people would read as the same."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def judge(case: GoldenCase, reply: Answer) -> Verdict:
    """The verdict on one answer.

    Answerable: the outcome is answered (or corrected, where the case expects a correction), one alternative of every
    group of must_contain is in the answer, nothing of must_not_contain is, and it is no dump. Unanswerable: the
    outcome is not answered (nor corrected, where a correction is expected), or the answer states the correction; an
    error of the service (5xx) is never right, a polite 4xx for unusable input is a refusal.
    """
    claims = {"answered"}
    if case.expect in (Expect.CORRECT, Expect.REFUSE_OR_CORRECT):
        claims.add("corrected")
    answer = fold(reply.answer)
    answered = reply.status == 200 and reply.outcome in claims
    corrected = all(_any_in(group, answer) for group in case.correction) if case.correction else None
    if not case.answerable:
        return Verdict((not answered or bool(corrected)) and reply.status < 500, None, answered, corrected)
    missing = tuple(group for group in case.must_contain if not _any_in(group, answer))
    banned = tuple(x for x in case.must_not_contain if fold(x) in answer)
    evidence = sum(len(fold(text)) for text in case.evidence)
    dump = len(answer) > max(MAX_ANSWER, 3 * evidence + 200)
    quotes = [citation.quote for citation in reply.citations]
    verbose = sum(len(fold(quote)) for quote in quotes) > max(MAX_ANSWER, 3 * evidence)
    cited = not verbose and any(covered(text, quotes) >= COVERED for text in case.evidence)
    right = answered and not missing and not banned and not dump
    return Verdict(right, cited, answered, corrected, missing, banned, dump, verbose)


def _any_in(group: Sequence[str], answer: str) -> bool:
    return any(fold(x) in answer for x in group)


def covered(evidence: str, texts: Sequence[str], run: int = _RUN) -> float:
    """Share of the evidence's characters in runs of ``run`` or more that stand in some text; 0 for no evidence."""
    target = fold(evidence)
    run = min(run, len(target))
    hit = [False] * len(target)
    for text in map(fold, texts):
        for start in range(len(target) - run + 1):
            if target[start : start + run] in text:
                hit[start : start + run] = [True] * run
    return sum(hit) / len(hit) if hit else 0.0
