"""Whether statements rest on what they cite: citation recall and precision a statement, after ALCE (Gao et al. 2023,
arXiv:2305.14627), with exact matching in the place of its entailment model, and how short and true the quotes are."""

import re
from dataclasses import dataclass
from itertools import pairwise

from eval_sets.answers import Quote
from eval_sets.judge import COVERED, covered, fold
from eval_sets.metrics.facts import numbers
from eval_sets.metrics.trial import Trial

_MARKER = re.compile(r"\[(\d{1,2})\]")
# 分工负责。[1] | …档案。”[1] | (市体育局).[1]: how a sentence ends, with the markers behind it; not in 1. or 4.5
_SENTENCE_END = re.compile(
    r"(?:[。！？!?]|(?<!\d)\.(?=[”\[\s]|$))[”」』]?(?:\[\d{1,2}\])*|(?<=”)(?:\[\d{1,2}\])+(?=\s|$)"
)
_HAN_RUNS = re.compile(r"[㐀-鿿]{2,}")
#: This share of a sentence's Han character pairs must stand in what it cites: frames such as 由…负责 are its own.
_SUPPORTED = 1 / 3
#: Han character pairs from which on a sentence without numbers says something that can be compared.
_COMPARABLE = 3
#: A quote that shares this many Han characters in a row with its statement has to do with it.
_SHARED_RUN = 4


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the answer without its markers, and what they refer to."""

    text: str
    citations: tuple[Quote, ...]


def statements(trial: Trial) -> list[Statement]:
    """The sentences of the answer, each with the citations marked in it or behind it.

    A marker speaks for the sentences before it back to the last one: 甲。乙。[1] cites [1] twice.
    """
    text = trial.answer.answer
    by_marker = {citation.marker: citation for citation in trial.answer.citations}
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    found: list[Statement] = []
    cited: tuple[Quote, ...] = ()
    for start, end in reversed(list(pairwise([0, *ends, len(text)]))):
        piece = text[start:end]
        if marked := _MARKER.findall(piece):
            cited = tuple(by_marker[int(n)] for n in marked if int(n) in by_marker)
        plain = _MARKER.sub("", piece).strip()
        if any(character.isalnum() for character in plain):
            found.append(Statement(plain, cited))
    return found[::-1]


def verbatim(trial: Trial) -> float | None:
    """Share of cited answers whose every quote, related clauses included, equals the document's text at its offsets,
    character for character. Not applicable: replies that quote nothing."""
    quotes = (*trial.answer.citations, *trial.answer.related)
    return float(all(quote.verbatim for quote in quotes)) if quotes else None


def citation_recall(trial: Trial) -> float | None:
    """Mean share of an answer's statements that what they cite supports: a third of the statement's Han character
    pairs, and every number that is neither the question's nor the count of the citations, stand in the quotes or in
    the headings and titles they stand under. A statement that cites nothing is unsupported, and so is a denial that
    names what the quote does not; one with no number and fewer than three Han pairs (不是。) cannot be compared and is
    left out. Not applicable: replies that state nothing."""
    if not trial.answer.claims:
        return None
    given = numbers(" ".join((*trial.case.history, trial.case.question))) | {str(len(trial.answer.citations))}
    values = [value for part in statements(trial) if (value := _supported(part, given)) is not None]
    return sum(values) / len(values) if values else None


def _supported(statement: Statement, given: set[str]) -> float | None:
    pairs = _pairs(statement.text)
    stated = numbers(statement.text) - given
    if len(pairs) < _COMPARABLE and not stated:
        return None
    context = [part for quote in statement.citations for part in (quote.quote, *quote.section, quote.document_title)]
    known = set().union(*(_pairs(part) for part in context)) if context else set()
    counted = set().union(*(numbers(part) | _ordinals(part) for part in context)) if context else set()
    enough = not pairs or len(pairs & known) >= _SUPPORTED * len(pairs)
    return float(bool(context) and enough and stated <= counted)


def citation_precision(trial: Trial) -> float | None:
    """Mean share of an answer's citations that have to do with the statement they stand behind: the quote shares four
    Han characters in a row with it (all of its longest run, if that is shorter), or a number. Statements too short to
    compare are left out. Not applicable: replies that state nothing or cite nothing."""
    if not trial.answer.claims:
        return None
    values = [
        float(_related(quote.quote, part.text))
        for part in statements(trial)
        if len(_pairs(part.text)) >= _COMPARABLE or numbers(part.text)
        for quote in part.citations
    ]
    return sum(values) / len(values) if values else None


def _related(quote: str, statement: str) -> bool:
    folded = fold(statement)
    runs = _HAN_RUNS.findall(fold(quote))
    length = min(_SHARED_RUN, max(map(len, runs), default=_SHARED_RUN))
    shared = any(run[n : n + length] in folded for run in runs for n in range(len(run) - length + 1))
    return shared or bool(numbers(quote) & numbers(statement))


def citation_brevity(trial: Trial) -> float | None:
    """Mean of evidence characters over quoted characters, at most 1: how much of what is quoted was needed. Counted
    where the quotes cover 80 % of some evidence string. Not applicable: other replies, unanswerable cases."""
    quotes = [citation.quote for citation in trial.answer.citations]
    needed = [text for text in trial.case.evidence if covered(text, quotes) >= COVERED]
    if not trial.case.answerable or not needed:
        return None
    return min(1.0, sum(len(fold(text)) for text in needed) / sum(len(fold(quote)) for quote in quotes))


def _pairs(text: str) -> set[str]:
    return {run[n : n + 2] for run in _HAN_RUNS.findall(fold(text)) for n in range(len(run) - 1)}


# 十五、 | 一是 | (四) | 第三条 | 15. at the head of a label
_ORDINAL = re.compile(r"^[(（第]?([〇零一二三四五六七八九十百]+|\d+)[)）、.．是条章节]")


def _ordinals(label: str) -> set[str]:
    match = _ORDINAL.match(label)
    return numbers(f"{match[1]}项") if match else set()
