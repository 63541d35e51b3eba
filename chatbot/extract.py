"""Answers quoted from passages: sentences in a frame that says which document and clause they come from."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot import enumerations
from chatbot.amounts import contradicted
from chatbot.bearing import bearing
from chatbot.catalog import Catalog, Clause
from chatbot.cues import cues
from chatbot.draft import Draft, Method, Outcome, Ref, Statement
from chatbot.evidence import Candidate
from chatbot.phrasing import capitalised, clause_heading, document_name
from chatbot.question import Language, Question
from chatbot.terms import Term
from index.tokens import fold
from ingest.model import Sentence, Span

#: An answer longer than this is cut to its best sentence.
_ANSWER_CHARACTERS = 300
# What begins a sentence, after a heading that is not part of it
_BEGINS = re.compile(r"[\w“‘《〈(（〔\[【]")
#: How much of a clause is read out when its content is asked for.
_CONTENT_CHARACTERS = 230


def quoted(question: Question, chosen: Sequence[Candidate], terms: Sequence[Term], catalog: Catalog) -> Draft:
    """The chosen sentences, what answers in them highlighted; ``terms`` are the question's content words.

    A question that takes another amount for granted is corrected by them. A sentence that opens a list is read out
    with all items, and so is one of the items where a list is asked for.
    """
    clause = catalog.clauses[chosen[0].passage.clause_id]
    listed = enumerations.opened_by(clause, chosen[0].sentence, catalog)
    if listed is None and cues().found("list", fold(question.text)):
        listed = enumerations.around(clause, catalog)
    if listed:
        return Draft(Outcome.ANSWERED, Method.EXTRACTIVE, enumerations.read_out(listed, question.language))
    statements = _quotes(question, _in_order(chosen), terms, catalog)
    if _too_long(statements):
        statements = _quotes(question, chosen[:1], terms, catalog)
    if _too_long(statements):
        statements = _quotes(question, chosen[:1], terms, catalog, with_document=False)
    denied = contradicted(question.text, chosen[0].sentence.text, question.wanted)
    return Draft(Outcome.CORRECTED if denied else Outcome.ANSWERED, Method.EXTRACTIVE, statements)


def _too_long(statements: Sequence[Statement]) -> bool:
    return sum(len(statement.text) for statement in statements) > _ANSWER_CHARACTERS


def _quotes(
    question: Question,
    chosen: Sequence[Candidate],
    terms: Sequence[Term],
    catalog: Catalog,
    with_document: bool = True,
) -> tuple[Statement, ...]:
    """A statement a sentence; the document and clause just named are not named again, and an item of a list stands
    behind the opening that holds what is said of it."""
    language = question.language
    statements: list[Statement] = []
    said = ("", "")
    for candidate in chosen:
        if _is_told(candidate, statements):  # as the opening of an item
            continue
        item = catalog.clauses[candidate.passage.clause_id]
        listed = enumerations.said_of(item, candidate.sentence, catalog)
        clause = listed.clause if listed else item
        document, heading = document_name(clause.document, language), clause_heading(clause, language)
        new_document = document if with_document and document != said[0] else ""
        body = candidate.sentence.text.rstrip("；;")
        if language is Language.ZH and body != candidate.sentence.text:
            body += "。"
        rest = body.removeprefix(clause.section.label).strip()
        runs_on = rest != body and not _BEGINS.match(rest)
        new_heading = "" if (document, heading) == said or runs_on else heading
        if new_heading and rest:
            body = rest
        refs = [Ref(item.document.id, item.section.id, candidate.sentence.span)]
        if listed and (document, heading) != said:
            body = listed.opening.text.removeprefix(clause.section.label).strip() + body
            refs.insert(0, listed.opening.ref)
        if language is Language.ZH:
            frame = f"{new_document}{new_heading}"
            before, after = f"{frame}：" if frame else "", ""
        else:
            frame = capitalised(" of ".join(part for part in (new_heading, new_document) if part))
            before, after = f"{frame} says (source in Chinese): “" if frame else "“", "”"
        spans = tuple(span.shifted(len(before)) for span in bearing(question, body, terms, catalog))
        statements.append(Statement(before + body + after, tuple(refs), (), spans))
        said = (document, heading)
    return tuple(statements)


def _is_told(candidate: Candidate, statements: Sequence[Statement]) -> bool:
    refs = [ref for statement in statements for ref in statement.refs]
    own = [ref.span for ref in refs if ref.document_id == candidate.passage.document_id]
    return any(span.covers(candidate.sentence.span) for span in own)


def _in_order(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Reading order within a clause; otherwise the better one first."""
    if len({c.passage.clause_id for c in chosen}) == 1:
        return sorted(chosen, key=lambda c: c.sentence.span)
    return list(chosen)


@dataclass(frozen=True, slots=True)
class Page:
    """Sentences of one clause, as many as are read out at once."""

    clause: Clause
    sentences: tuple[Sentence, ...]


def contents(question: Question, clauses: Sequence[Clause]) -> Draft:
    """What clauses say: their sentences, as many as are short enough to read, responsible units aside."""
    first = [pages(clause, (), _CONTENT_CHARACTERS // len(clauses))[:1] or [Page(clause, ())] for clause in clauses]
    statements = tuple(read_out(page, question.language) for (page,) in first)
    facts = tuple(clause.task for clause in clauses if clause.task)
    return Draft(Outcome.ANSWERED, Method.EXTRACTIVE, statements, facts)


def read_out(page: Page, language: Language) -> Statement:
    """A page in a frame that names its clause."""
    clause = page.clause
    refs = tuple(Ref(clause.document.id, clause.section.id, span) for span in _runs(page.sentences))
    body, name = "".join(sentence.text for sentence in page.sentences), clause_heading(clause, language)
    if language is Language.ZH:
        return Statement(f"{name}：{body}" if name else body, refs)
    return Statement(f"{capitalised(name)} says (source in Chinese): “{body}”" if name else f"“{body}”", refs)


def pages(clause: Clause, said: Sequence[Span], budget: int = _CONTENT_CHARACTERS) -> list[Page]:
    """The clause's sentences but its heading, its units and those ``said`` covers, ``budget`` characters at a time.

    At least one sentence a page; none if nothing is left.
    """
    found: list[list[Sentence]] = []
    passages = [p for p in clause.document.passages if p.clause_id == clause.section.id]
    for sentence in (s for passage in passages for s in passage.sentences):
        is_heading = sentence.text.rstrip("。") == clause.section.label
        is_units = clause.task is not None and clause.task.units_span.covers(sentence.span)
        if is_heading or is_units or any(span.covers(sentence.span) for span in said):
            continue
        if not found or sum(len(s.text) for s in found[-1]) + len(sentence.text) > budget:
            found.append([])
        found[-1].append(sentence)
    return [Page(clause, tuple(sentences)) for sentences in found]


def _runs(sentences: Sequence[Sentence]) -> list[Span]:
    """Neighbouring sentences as one span."""
    spans: list[Span] = []
    for sentence in sentences:
        if spans and spans[-1].end == sentence.span.start:
            spans[-1] = Span(spans[-1].start, sentence.span.end)
        else:
            spans.append(sentence.span)
    return spans
