"""The answers to several questions of one utterance as one answer."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from chatbot.conversation.exchange import Part
from chatbot.draft import Draft, Method, Outcome, Statement
from chatbot.question import Language
from ingest.model import Span

# and when is it due | 以及什么时候完成
_JOINS = re.compile(r"^(?:and|以及|并且|而且|还有|另外)\s*", re.I)
# ，以下条文可能相关 | ; the clauses below may be related
_OFFERS = re.compile(r"，以下条文可能相关|; the clauses below may be related")
#: The outcome of the whole is the first of these that a part has: whoever is answered in part is answered, and told
#: which part is not; a correction is never hidden behind an answer.
_OUTCOMES = (Outcome.CORRECTED, Outcome.ANSWERED, Outcome.CLARIFY, Outcome.NOT_FOUND, Outcome.OUT_OF_SCOPE)
#: Likewise the method: generated text anywhere makes the whole generated, staff's makes it curated.
_METHODS = (Method.GENERATED, Method.CURATED, Method.EXTRACTIVE, Method.REGISTER, Method.NONE)
_DONE = {Outcome.ANSWERED, Outcome.CORRECTED}


def joined(parts: Sequence[Part], drafts: Sequence[Draft]) -> Draft:
    """The parts' answers in order; what two parts rest on in the same words is said once, a refusal says which part."""
    if len(drafts) == 1:
        return drafts[0]
    outcome = _outcome(drafts)
    return Draft(
        outcome,
        min((draft.method for draft in drafts), key=_METHODS.index),
        tuple(in_order(parts, drafts, [draft.statements for draft in drafts])),
        facts=tuple(dict.fromkeys(task for draft in drafts for task in draft.facts)),
        related=() if outcome in _DONE else tuple(dict.fromkeys(ref for draft in drafts for ref in draft.related)),
        suggestions=tuple(dict.fromkeys(text for draft in drafts for text in draft.suggestions)),
    )


def in_order(
    parts: Sequence[Part], drafts: Sequence[Draft], said: Sequence[Iterable[Statement]]
) -> Iterator[Statement]:
    """The statements of each part, which may still be being written, as those of one answer.

    A part all of whose evidence was quoted before adds nothing, its frame included.
    """
    if len(drafts) == 1:
        yield from said[0]
        return
    for statement in _once(parts, drafts, said):
        yield replace(statement, spans=_spans(statement, drafts))


def _once(parts: Sequence[Part], drafts: Sequence[Draft], said: Sequence[Iterable[Statement]]) -> Iterator[Statement]:
    done = _outcome(drafts) in _DONE
    told: set[Statement] = set()
    for part, draft, statements in zip(parts, drafts, said, strict=True):
        before, held = frozenset(told), list[Statement]()
        is_first, repeats, adds = True, False, False
        for statement in statements:
            if statement.refs and statement in before:
                repeats = True
                continue
            named = is_first and done and draft.outcome not in _DONE
            held.append(_of_part(part, statement) if named else statement)
            is_first = False
            if statement.refs:
                adds = True
                yield from _new(held, told)
                held = []
        if adds or not repeats:
            yield from _new(held, told)


def _new(statements: Sequence[Statement], told: set[Statement]) -> Iterator[Statement]:
    """The statements not told yet, which are told now."""
    for statement in statements:
        if statement not in told:
            told.add(statement)
            yield statement


def _outcome(drafts: Sequence[Draft]) -> Outcome:
    return min((draft.outcome for draft in drafts), key=_OUTCOMES.index)


def _spans(statement: Statement, drafts: Sequence[Draft]) -> tuple[Span, ...]:
    """What to highlight of a statement for any of the parts it answers."""
    same = [statement, *(s for draft in drafts for s in draft.statements if s == statement)]
    return tuple(sorted({span for s in same for span in s.spans}))


def _of_part(part: Part, statement: Statement) -> Statement:
    """A refusal that says what it refuses; beside an answer no related clauses are offered."""
    said = _OFFERS.sub("", statement.text)
    asked = _JOINS.sub("", part.asked.strip(" ，,。.？?；;\n"))
    if part.question.language is Language.ZH:
        return Statement(f"关于“{asked}”：{said}", statement.refs, statement.emphasis)
    return Statement(f"On “{asked}”: {said}", statement.refs, statement.emphasis)
