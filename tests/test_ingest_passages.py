"""Passages: small, never empty, and every sentence one step from the characters it was read from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.corpus import bundled
from ingest.model import Document, Edit, Passage, Reason
from ingest.offsets import apply
from ingest.passages import MAX_CHARACTERS, sentences
from ingest.pipeline import ingest

DOCUMENTS = {document.id: document for document in (ingest(source, given_) for source, given_ in bundled())}
JINAN = DOCUMENTS["jinan-2024"]
each_document = pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)

# --- sentences ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("甲。乙!丙?丁;戊", ["甲。", "乙!", "丙?", "丁;", "戊"], id="ends"),
        pytest.param(
            "“甲。”乙。（丙。）丁", ["“甲。”", "乙。", "（丙。）", "丁"], id="closing-quotes-and-brackets-stay"
        ),
        pytest.param("甲。〔市教育局负责〕", ["甲。", "〔市教育局负责〕"], id="units-are-a-statement-of-their-own"),
        pytest.param("甲\n乙\n\n丙", ["甲", "乙", "丙"], id="line-breaks"),
        pytest.param(" \u3000甲。 \r\n  乙。", ["甲。", "乙。"], id="blanks-around"),
        pytest.param("甲!!!乙", ["甲!!!", "乙"], id="repeated"),
        pytest.param(" \n\u3000", [], id="blanks"),
        pytest.param("", [], id="empty"),
    ],
)
def test_sentences_are_cut_where_they_end(text: str, expected: list[str]) -> None:
    assert [span.of(text) for span in sentences(text)] == expected


def test_a_long_sentence_is_cut_at_its_last_comma_that_fits() -> None:
    clause = "落" * 99 + ","
    assert [len(span) for span in sentences(clause * 4)] == [300, 100]


def test_a_long_sentence_without_commas_is_cut_at_the_bound() -> None:
    assert [len(span) for span in sentences("落" * 700)] == [MAX_CHARACTERS, MAX_CHARACTERS, 700 - 2 * MAX_CHARACTERS]


@given(
    st.text("落实评价。;,、！”） \n\r\u3000", max_size=60).flatmap(lambda s: st.integers(1, 30).map(lambda n: s * n))
)
def test_sentences_of_any_text_are_bounded_ordered_and_leave_only_blanks_out(text: str) -> None:
    found = list(sentences(text))
    assert all(0 < len(span) <= MAX_CHARACTERS for span in found)
    assert all(span.of(text) == span.of(text).strip() for span in found)
    between = [0, *(at for span in found for at in (span.start, span.end)), len(text)]
    assert between == sorted(between)
    left_out = "".join(text[a:b] for a, b in zip(between[::2], between[1::2], strict=True))
    assert not left_out.strip()


# --- passages of the bundled documents ---


@each_document
def test_no_passage_is_empty_or_past_the_bound(document: Document) -> None:
    assert {p.id: len(p.text) for p in document.passages if not 0 < len(p.text) <= MAX_CHARACTERS} == {}
    assert {p.id for p in document.passages if not p.sentences} == set()


@each_document
def test_a_passage_is_its_sentences_and_nothing_more(document: Document) -> None:
    for passage in document.passages:
        at = 0
        for sentence in passage.sentences:
            gap = passage.text[at : passage.text.index(sentence.text, at)]
            assert not gap.strip()
            at += len(gap) + len(sentence.text)
        assert at == len(passage.text)
        assert (passage.span.start, passage.span.end) == (
            passage.sentences[0].span.start,
            passage.sentences[-1].span.end,
        )


def repaired(document: Document, passage: Passage, sentence_at: int) -> str:
    """The source characters of a sentence with the document's own edits carried out."""
    span = passage.sentences[sentence_at].span
    edits = [
        *document.receipt.repaired,
        *(edit for edit in dropped(document) if span.start < edit.span.end and edit.span.start < span.end),
    ]
    inside = sorted((edit for edit in edits if span.covers(edit.span)), key=lambda edit: edit.span)
    moved = [Edit(edit.span.shifted(-span.start), edit.replacement, edit.reason) for edit in inside]
    return apply(span.of(document.source.text), moved)


def dropped(document: Document) -> list[Edit]:
    return [
        Edit(drop.span, "", drop.reason) for drop in document.receipt.dropped if drop.reason is not Reason.WHITESPACE
    ]


@each_document
def test_repairing_the_source_of_a_sentence_gives_the_sentence(document: Document) -> None:
    for passage in document.passages:
        for n, sentence in enumerate(passage.sentences):
            assert repaired(document, passage, n) == sentence.text


@each_document
def test_a_sentence_that_no_edit_touched_is_verbatim(document: Document) -> None:
    edited = [*(edit.span for edit in document.receipt.repaired), *(edit.span for edit in dropped(document))]
    untouched = [
        sentence
        for passage in document.passages
        for sentence in passage.sentences
        if not any(span.start < sentence.span.end and sentence.span.start < span.end for span in edited)
    ]
    assert len(untouched) > 50
    assert [s.text for s in untouched if s.span.of(document.source.text) != s.text] == []


@each_document
def test_passage_ids_are_the_clause_and_a_running_number(document: Document) -> None:
    count: dict[str, int] = {}
    for passage in document.passages:
        count[passage.clause_id] = count.get(passage.clause_id, 0) + 1
        assert passage.id == f"{passage.clause_id}#{count[passage.clause_id]}"
    assert set(count) == {section.id for section in document.sections}


def test_a_passage_carries_the_headings_it_stands_under_in_both_languages() -> None:
    passage = next(p for p in JINAN.passages if p.clause_id == "jinan-2024/4/15")
    assert passage.id == "jinan-2024/4/15#1"
    assert passage.headings == ("四、实施学生评价改革专项行动", "15.强化体育评价")
    assert passage.headings_en == (
        "Action on student evaluation reform",
        "Strengthen the evaluation of physical education",
    )
    assert passage.sentences[-1].text == "〔市教育局(市委教育工委)、市体育局分工负责〕"


def test_a_sentence_with_a_swapped_word_shows_the_repair_and_points_at_the_print() -> None:
    noisy = DOCUMENTS["xx-reform-plan"]
    sentence = next(s for p in noisy.passages for s in p.sentences if "达到100%" in s.text)
    assert "应建必建率到达100%" in sentence.span.of(noisy.source.text)


def test_a_sentence_broken_by_a_page_is_one_sentence() -> None:
    noisy = DOCUMENTS["xx-reform-plan"]
    sentence = next(s for p in noisy.passages for s in p.sentences if "正确改革方向" in s.text)
    assert "正确改革\n2、方向" in sentence.span.of(noisy.source.text)
