"""The answers to several questions of one utterance as one answer."""

import re
from collections.abc import Sequence
from dataclasses import replace

from chatbot.conversation.exchange import Answered, Part
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
#: Likewise the method: generated text anywhere makes the whole generated.
_METHODS = (Method.GENERATED, Method.EXTRACTIVE, Method.REGISTER, Method.NONE)
_DONE = {Outcome.ANSWERED, Outcome.CORRECTED}


def joined(parts: Sequence[Part], answers: Sequence[Answered]) -> Draft:
    """The parts' answers in order; what two parts rest on in the same words is said once, a refusal says which part."""
    drafts = [answered.draft for answered in answers]
    if len(drafts) == 1:
        return drafts[0]
    outcome = min((draft.outcome for draft in drafts), key=_OUTCOMES.index)
    statements: list[Statement] = []
    for part, draft in zip(parts, drafts, strict=True):
        new = [statement for statement in draft.statements if not statement.refs or statement not in statements]
        if outcome in _DONE and draft.outcome not in _DONE and new:
            new[0] = _of_part(part, new[0])
        statements += new if any(s.refs for s in new) or not any(s.refs for s in draft.statements) else []
    return Draft(
        outcome,
        min((draft.method for draft in drafts), key=_METHODS.index),
        tuple(replace(s, spans=_spans(s, drafts)) for s in dict.fromkeys(statements)),
        facts=tuple(dict.fromkeys(task for draft in drafts for task in draft.facts)),
        related=() if outcome in _DONE else tuple(dict.fromkeys(ref for draft in drafts for ref in draft.related)),
        suggestions=tuple(dict.fromkeys(text for draft in drafts for text in draft.suggestions)),
    )


def _spans(statement: Statement, drafts: Sequence[Draft]) -> tuple[Span, ...]:
    """What to highlight of a statement for any of the parts it answers."""
    return tuple(sorted({span for draft in drafts for s in draft.statements if s == statement for span in s.spans}))


def _of_part(part: Part, statement: Statement) -> Statement:
    """A refusal that says what it refuses; beside an answer no related clauses are offered."""
    said = _OFFERS.sub("", statement.text)
    asked = _JOINS.sub("", part.asked.strip(" ，,。.？?；;\n"))
    if part.question.language is Language.ZH:
        return Statement(f"关于“{asked}”：{said}", statement.refs, statement.emphasis)
    return Statement(f"On “{asked}”: {said}", statement.refs, statement.emphasis)
