"""One question becomes a draft: pinned by staff, computed from the register, quoted from passages, or refused."""

import re
from collections.abc import Sequence
from dataclasses import replace

from chatbot import about, clauses, extract, members, more, refusal, register, scope, which_document
from chatbot.catalog import Catalog
from chatbot.conversation import Answered, Part
from chatbot.cues import cues
from chatbot.curated import Curated
from chatbot.draft import Draft, Outcome
from chatbot.evidence import (
    THRESHOLD,
    THRESHOLD_IN_NAMED_CLAUSE,
    THRESHOLD_OF_CLAUSE,
    Candidate,
    Selection,
    candidates,
    confidence,
    select,
    select_clause,
)
from chatbot.question import Intent, Question, Wanted, without_units
from chatbot.terms import content_terms, coverage, topic_forms, topic_words
from index.encoders import Encoder
from index.hybrid import Hit, HybridIndex, Query
from index.reranker import Reranker, reranked_search
from index.tokens import fold

#: Passages whose sentences are read.
RETRIEVED = 20
#: Outcomes that tell what was asked.
ANSWERS = frozenset({Outcome.ANSWERED, Outcome.CORRECTED})
_CLAUSE_INTENTS = {Intent.UNITS_OF_TASK, Intent.CLAUSE_NUMBER, Intent.SECTION_OF}
# “双零择”是哪两个零
_QUOTED = re.compile(r"[“\"'‘「]([^”\"'’」]{2,})[”\"'’」]")
#: What a task's bracket tells, and what is then asked of the register.
_IN_BRACKETS = {Wanted.PERIOD: Intent.DEADLINES, Wanted.WHO: Intent.UNITS_OF_TASK}
#: Words beyond a task's number and title from which on a question asks of what the task says.
_INSIDE_WORDS = 3
#: Share of a question's own words that an answer must have which was found with the words of the question before it.
_OWN_SHARE = 0.3


class Drafter:
    """Drafts from one index, by the first way that has an answer; threads may share it."""

    def __init__(
        self, index: HybridIndex, catalog: Catalog, encoder: Encoder, curated: Curated,
        contact: str | None = None, reranker: Reranker | None = None,
    ) -> None:  # fmt: skip
        self._index = index
        self._catalog = catalog
        self._encoder = encoder
        self._curated = curated
        self._contact = contact
        self._reranker = reranker

    def answered(self, part: Part) -> Answered:
        """A part's answer; where the documents do not answer it alone, that of the first wider reading they answer.

        A wider reading has words of what was said around or before, whose answer it would find again: so what it finds
        must have some of the part's own words.
        """
        draft = self._draft(part.question)
        unsaid = draft.outcome is Outcome.NOT_FOUND and draft.related
        if unsaid or draft.outcome in (Outcome.OUT_OF_SCOPE, Outcome.CLARIFY):
            for reading in part.wider:
                wider = self._draft(reading)
                if wider.outcome in ANSWERS and self._has_own_words(part.question, reading, wider):
                    return Answered(reading, wider)
                if draft.outcome is Outcome.OUT_OF_SCOPE:  # out of what was said around it, it is no question yet
                    draft = wider if wider.outcome is Outcome.NOT_FOUND else draft
        return Answered(part.question, draft)

    def _has_own_words(self, question: Question, reading: Question, draft: Draft) -> bool:
        """Whether what a draft rests on has, by weight, the words a question does not share with what it borrows."""
        borrowed = set(self._index.tokens.cut(reading.text.replace(question.text, " ")))
        names = self._catalog.names_of_documents(question.text)
        terms = content_terms(question, self._index.query(question.text, self._encoder), self._index, names)
        own = [term for term in terms if not borrowed & set(term.forms)]
        refs = [ref for statement in draft.statements for ref in statement.refs]
        texts = [ref.span.of(self._index.document(ref.document_id).source.text) for ref in refs]
        return not own or coverage(own, fold("\n".join(texts))) >= _OWN_SHARE

    def _draft(self, question: Question) -> Draft:
        """The answer to one question, before any language model words it."""
        if question.more:
            return more.left_out(question, self._draft(replace(question, more=0)), self._catalog)
        draft = self._curated.answer(question) or self._structured(question)
        draft = draft or refusal.vague(question, self._catalog)
        if draft is None:
            query = self._index.query(question.text, self._encoder)
            draft = self._extract(question, query, self._retrieve(question, query))
        return draft

    def _structured(self, question: Question) -> Draft | None:
        """The answer where no search is needed; None where the passages must be read."""
        if question.intent is Intent.BEYOND_LIST:
            return more.beyond_list(question)
        if question.intent is Intent.GREETING:
            return refusal.greeted(self._catalog, question.language)
        if not any(character.isalnum() for character in question.text):
            return refusal.unreadable(self._catalog, question.language)
        if (refused := refusal.vetoed(question, self._catalog, self._contact)) is not None:
            return refused
        if (unclear := more.which_document(question, self._catalog)) is not None:
            return unclear
        if question.intent is Intent.METADATA:
            return about.answer(question, self._catalog)
        if question.intent is Intent.WHICH_DOCUMENT:
            return which_document.answer(question, self._catalog)
        if question.intent is Intent.LIST_DOCUMENTS:
            return about.documents(self._catalog, question.language)
        if self._asks_of_unknown_unit(question):
            return refusal.not_found(question, self._catalog, self._contact)
        question = self._with_described_task(question)
        if self._asks_inside_clause(question):
            return None
        if (member := members.answer(question, self._catalog)) is not None:
            return member
        if question.intent is Intent.CLAUSE_CONTENT and not register.missing_numbers(question, self._catalog):
            named = clauses.named_clauses(question, self._catalog)
            return extract.contents(question, named) if named else None
        return register.answer(question, self._catalog) or clauses.answer(question, self._catalog)

    def _asks_of_unknown_unit(self, question: Question) -> bool:
        """Whether the tasks of a unit are asked that no document mentions."""
        asks = question.intent is Intent.TASKS_OF_UNIT and not question.units
        return asks and not any(self._catalog.mentions(str(unit)) for unit in question.other_units)

    def _with_described_task(self, question: Question) -> Question:
        """劳动教育由体育局负责吗, 为什么由体育局牵头: a claim about a unit and a task that is described, not named."""
        claims = question.yes_no or question.presumes
        if question.intent is not Intent.TASKS_OF_UNIT or not claims or not question.topic:
            return question
        names = self._catalog.names_of_documents(question.text)
        words = topic_forms(without_units(question.text, self._catalog), self._index, names)
        task = self._catalog.task_about(words, question.document_ids)
        return replace(question, intent=Intent.CHECK_UNIT, clauses=(task.section.id,)) if task else question

    def _asks_inside_clause(self, question: Question) -> bool:
        """Whether a question about who is responsible asks of something a numbered task says, not of the task."""
        if question.intent not in (Intent.UNITS_OF_TASK, Intent.DEADLINES) or not question.numbers:
            return False
        named = clauses.named_clauses(question, self._catalog)
        titles = "".join(clause.section.title + (clause.section.title_en or "").lower() for clause in named)
        words = topic_words(without_units(question.text, self._catalog), self._index)
        return bool(named) and sum(word not in titles for word in words) >= _INSIDE_WORDS

    def _retrieve(self, question: Question, query: Query) -> list[Hit]:
        if not question.numbers and not question.among:
            return reranked_search(self._index, query, RETRIEVED, question.document_ids, self._reranker)
        named = set(question.among) or {clause.section.id for clause in clauses.named_clauses(question, self._catalog)}
        hits = self._index.search(query, len(self._index.passages), question.document_ids)
        return [hit for hit in hits if hit.passage.clause_id in named]

    def _extract(self, question: Question, query: Query, hits: Sequence[Hit]) -> Draft:
        names = self._catalog.names_of_documents(question.text)
        found = candidates(question, query, hits, self._index, names)
        if self._out_of_scope(question, query, found):
            return refusal.out_of_scope(question.language)
        if question.intent in _CLAUSE_INTENTS and not question.numbers:
            described = self._of_described_clause(question, select_clause(found))
            if described is not None:
                return described
        if found and (told := self._told_in_bracket(question, found[0])) is not None:
            return told
        selection = select([c for c in found if not self.names_units(c)])
        threshold = THRESHOLD_IN_NAMED_CLAUSE if question.numbers or question.among else THRESHOLD
        if selection.confidence < threshold:
            return refusal.not_found(question, self._catalog, self._contact, hits)
        terms = content_terms(question, query, self._index, names)
        return extract.quoted(question, selection.chosen, terms, self._catalog)

    def _out_of_scope(self, question: Question, query: Query, found: Sequence[Candidate]) -> bool:
        """Whether a question is not the business of the documents."""
        line, cued = scope.line(self._encoder.identity), cues().found("out_of_scope", fold(question.text))
        if line is None:
            return question.intent is Intent.OUT_OF_SCOPE
        best = select(found).chosen
        coverage = best[0].titled_coverage if best else 0.0
        named = bool(question.numbers or question.clauses or question.units or question.document_ids)
        named = named or any(
            all(map(self._catalog.mentions, words.split())) for words in _QUOTED.findall(question.text)
        )
        seen = scope.Seen(coverage, named, bool(refusal.unmentioned(question, self._catalog)), cued)
        return bool(question.topic) and line.outside(query.vector, seen)

    def _told_in_bracket(self, question: Question, best: Candidate) -> Draft | None:
        """The register's answer where what answers best is a task's bracket: 完成时限：2023年7月底前〕."""
        intent = _IN_BRACKETS.get(question.wanted)
        if intent is None or not self.names_units(best) or confidence(best) < THRESHOLD:
            return None
        return register.answer(replace(question, intent=intent, clauses=(best.passage.clause_id,)), self._catalog)

    def names_units(self, candidate: Candidate) -> bool:
        """Whether a sentence is a task's bracket of responsible units, which the register answers from."""
        task = self._catalog.clauses[candidate.passage.clause_id].task
        return task is not None and task.units_span.covers(candidate.sentence.span)

    def _of_described_clause(self, question: Question, selection: Selection) -> Draft | None:
        """A register or outline answer for a clause that the question describes without repeating its title."""
        names = self._catalog.names_of_documents(question.text)
        words = topic_forms(question.text, self._index, names)
        clause = self._catalog.task_about(words, question.document_ids)
        if clause is None and selection.confidence >= THRESHOLD_OF_CLAUSE:
            clause = self._catalog.clauses[selection.chosen[0].passage.clause_id]
        if clause is None or clause.task is None:
            return None
        named = replace(question, clauses=(clause.section.id,), numbers=())
        return register.answer(named, self._catalog) or clauses.answer(named, self._catalog)
