"""Citations: verbatim to the character, every marker answered, nothing that fails is sent."""

import re

import pytest

from chatbot.answer import Answerer, Ask
from chatbot.citations import MAX_MARKER, Cited, Numbering, markable
from chatbot.conversation import Turn
from chatbot.draft import Draft, Method, Outcome, Ref, Statement
from chatbot.errors import CitationError
from eval_sets.cases import GoldenCase, bundled_files, load
from ingest.model import Span

#: Questions asked of other documents are answered from these too, or refused: all of them, where time does not matter.
CASES = [
    pytest.param(case, id=case.id, marks=() if case.corpus in (None, "bundled") else pytest.mark.slow)
    for path in bundled_files()
    for case in load(path)
]


@pytest.mark.parametrize("case", CASES)
def test_every_answer_is_verbatim_marked_and_plain(case: GoldenCase, answerer: Answerer) -> None:
    reply = answerer.reply(Ask(case.question, [Turn(question) for question in case.history]))
    texts = {document.id: document.source.text for document in answerer.index.documents}
    for citation in (*reply.citations, *reply.related):
        assert citation.quote
        assert texts[citation.document_id][citation.span.start : citation.span.end] == citation.quote
    markers = [int(marker) for marker in re.findall(r"\[(\d+)\]", reply.answer)]
    assert sorted(set(markers)) == [citation.marker for citation in reply.citations]
    assert markers == [] or max(markers) <= 99
    assert all(0 <= span.start < span.end <= len(reply.answer) for span in reply.highlights)
    assert "**" not in reply.answer
    assert "<" not in reply.answer
    if reply.outcome in ("not_found", "out_of_scope", "clarify"):
        assert reply.citations == ()
    else:
        assert reply.citations
        assert reply.related == ()


def cited(answerer: Answerer, *statements: Statement) -> Cited:
    numbering = Numbering(answerer.catalog, "")
    added = "".join(map(numbering.add, statements))
    assert added == numbering.cited().text
    return numbering.cited()


def test_places_used_twice_share_a_marker(answerer: Answerer) -> None:
    ref = Ref("jinan-2024", "jinan-2024/4/15", Span(3265, 3288))
    found = cited(answerer, Statement("甲。", (ref,)), Statement("乙。", (ref,), ("乙",)))
    assert found.text == "甲。[1]乙。[1]"
    assert len(found.citations) == 1
    assert [span.of(found.text) for span in found.highlights] == ["乙"]


def test_in_a_list_the_marker_stands_before_the_semicolon(answerer: Answerer) -> None:
    ref = Ref("jinan-2024", "jinan-2024/4/15", Span(3265, 3288))
    assert cited(answerer, Statement("甲；", (ref,))).text == "甲[1]；"


@pytest.mark.parametrize(
    "ref",
    [
        pytest.param(Ref("nowhere", None, Span(0, 1)), id="unknown document"),
        pytest.param(Ref("jinan-2024", None, Span(0, 10_000_000)), id="past the end"),
        pytest.param(Ref("jinan-2024", None, Span(5, 5)), id="empty"),
    ],
)
def test_a_place_that_is_not_in_its_document_is_never_cited(ref: Ref, answerer: Answerer) -> None:
    with pytest.raises(CitationError):
        cited(answerer, Statement("甲。", (ref,)))


def draft(*statements: Statement) -> Draft:
    return Draft(Outcome.ANSWERED, Method.REGISTER, statements)


def test_no_more_places_are_marked_than_there_are_markers_and_every_document_keeps_some() -> None:
    drafts = [
        draft(*(Statement(f"{document}{n}", (Ref(document, None, Span(n, n + 1)),)) for n in range(count)))
        for document, count in (("one", 150), ("two", 3))
    ]
    kept = [ref for own in markable(drafts) for statement in own.statements for ref in statement.refs]
    assert len(kept) <= MAX_MARKER
    assert [ref.span.start for ref in kept if ref.document_id == "two"] == [0, 1, 2]
    assert [ref.span.start for ref in kept if ref.document_id == "one"] == list(range(len(kept) - 3))
    assert [[s.text for s in own.statements] for own in markable(drafts)] == [
        [s.text for s in own.statements] for own in drafts
    ]


def test_places_that_can_all_be_marked_are_all_kept() -> None:
    drafts = [draft(*(Statement("x", (Ref("one", None, Span(n, n + 1)),)) for n in range(MAX_MARKER)))]
    assert markable(drafts) == drafts
