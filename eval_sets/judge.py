"""Judging one reply against its golden case, by string comparison alone."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.answer import Reply
from chatbot.draft import Outcome
from eval_sets.cases import Expect, GoldenCase

#: An answer longer than this, and than three times its evidence and 200 more, is a dump.
MAX_ANSWER = 300
#: Citations must cover this share of some evidence string.
COVERED = 0.8


@dataclass(frozen=True, slots=True)
class Verdict:
    """``correct``, and for answerable cases ``cited`` (None otherwise); ``missing`` and ``banned`` say why not."""

    case: GoldenCase
    reply: Reply
    correct: bool
    cited: bool | None
    missing: tuple[tuple[str, ...], ...] = ()
    banned: tuple[str, ...] = ()
    dump: bool = False


def fold(text: str) -> str:
    """Width- and space-insensitive form: what people would read as the same."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def judge(case: GoldenCase, reply: Reply) -> Verdict:
    """The verdict on one reply.

    Answerable: the outcome is answered (or corrected, where the case expects a correction), one alternative of every
    group of must_contain is in the answer, nothing of must_not_contain is, and it is no dump. Unanswerable: the
    outcome is neither, or the answer states the correction.
    """
    claims = {Outcome.ANSWERED}
    if case.expect in (Expect.CORRECT, Expect.REFUSE_OR_CORRECT):
        claims.add(Outcome.CORRECTED)
    answer = fold(reply.answer)
    answered = reply.outcome in claims
    if not case.answerable:
        corrected = bool(case.correction) and all(any(fold(x) in answer for x in group) for group in case.correction)
        return Verdict(case, reply, not answered or corrected, None)
    missing = tuple(group for group in case.must_contain if not any(fold(x) in answer for x in group))
    banned = tuple(x for x in case.must_not_contain if fold(x) in answer)
    evidence = sum(len(fold(text)) for text in case.evidence)
    dump = len(answer) > max(MAX_ANSWER, 3 * evidence + 200)
    quotes = [citation.quote for citation in reply.citations]
    brief = sum(len(fold(quote)) for quote in quotes) <= max(MAX_ANSWER, 3 * evidence)
    cited = brief and any(covered(text, quotes) >= COVERED for text in case.evidence)
    return Verdict(case, reply, answered and not missing and not banned and not dump, cited, missing, banned, dump)


def covered(evidence: str, quotes: Sequence[str], run: int = 6) -> float:
    """Share of the evidence's characters in runs of ``run`` or more that stand in some quote; 0 for no evidence."""
    target = fold(evidence)
    run = min(run, len(target))
    hit = [False] * len(target)
    for quote in map(fold, quotes):
        for start in range(len(target) - run + 1):
            if target[start : start + run] in quote:
                hit[start : start + run] = [True] * run
    return sum(hit) / len(hit) if hit else 0.0
