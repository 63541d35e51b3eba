"""OffsetMap: every clean character knows its source characters, however many edits were made."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.model import Edit, Reason, Span
from ingest.offsets import OffsetMap, Segment, apply

CHARACTERS = st.text("教育评价ab\n。1", max_size=24)


@st.composite
def edits_of(draw: st.DrawFn, text: str) -> list[Edit]:
    """Ascending, disjoint edits of ``text``: drops, insertions, and replacements shorter, equal and longer."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=6)))
    return [
        Edit(Span(start, end), draw(st.text("新〇 x", max_size=4)), Reason.COPY_NOISE)
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(CHARACTERS)
    return text, draw(edits_of(text))


@st.composite
def edited_twice(draw: st.DrawFn) -> tuple[str, list[Edit], list[Edit]]:
    text, first = draw(edited())
    return text, first, draw(edits_of(apply(text, first)))


def spans_of(length: int) -> list[Span]:
    return [Span(start, end) for start in range(length) for end in range(start + 1, length + 1)]


def holding(offsets: OffsetMap, clean_at: int) -> Segment:
    """The segment that the clean character at ``clean_at`` belongs to."""
    return next(s for s in offsets.segments if s.clean.start <= clean_at < s.clean.end)


@given(edited())
def test_segments_cover_source_and_clean_text_exactly_once(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    offsets = OffsetMap.from_edits(len(text), edits)
    clean = apply(text, edits)
    assert [n for s in offsets.segments for n in range(s.source.start, s.source.end)] == list(range(len(text)))
    assert [n for s in offsets.segments for n in range(s.clean.start, s.clean.end)] == list(range(len(clean)))
    assert (offsets.source_length, offsets.clean_length) == (len(text), len(clean))


@given(edited())
def test_a_character_that_no_edit_touched_maps_to_itself(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    offsets = OffsetMap.from_edits(len(text), edits)
    clean = apply(text, edits)
    kept = [at for at in range(len(text)) if not any(e.span.start <= at < e.span.end for e in edits)]
    shifts = [sum(len(e.replacement) - len(e.span) for e in edits if e.span.end <= at) for at in kept]
    for at, shift in zip(kept, shifts, strict=True):
        assert clean[at + shift] == text[at]
        assert offsets.to_source(Span(at + shift, at + shift + 1)) == Span(at, at + 1)


@given(edited())
def test_a_replacement_of_another_length_snaps_outward(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    offsets = OffsetMap.from_edits(len(text), edits)
    at = 0
    clean_at = 0
    for edit in edits:
        clean_at += edit.span.start - at
        at = edit.span.end
        for n in range(len(edit.replacement)):
            mapped = offsets.to_source(Span(clean_at + n, clean_at + n + 1))
            exact = len(edit.replacement) == len(edit.span)
            assert mapped == (Span(edit.span.start + n, edit.span.start + n + 1) if exact else edit.span)
        clean_at += len(edit.replacement)


@given(edited())
def test_to_source_is_monotone(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    offsets = OffsetMap.from_edits(len(text), edits)
    single = [offsets.to_source(Span(n, n + 1)) for n in range(offsets.clean_length)]
    for left, right in pairwise(single):
        assert left.start <= right.start
        assert left.end <= right.end
    for span in spans_of(offsets.clean_length):
        assert offsets.to_source(span) == Span(single[span.start].start, single[span.end - 1].end)


@given(edited())
def test_cutting_a_text_at_its_map_and_reading_the_pieces_gives_the_clean_text(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    offsets = OffsetMap.from_edits(len(text), edits)
    by_span = {edit.span: edit.replacement for edit in edits if len(edit.span)}
    inserted = {edit.span.start: edit.replacement for edit in edits if not len(edit.span)}
    pieces = [
        by_span.get(s.source, s.source.of(text)) if len(s.source) else inserted[s.source.start]
        for s in offsets.segments
        if len(s.source) or len(s.clean)
    ]
    # Two insertions at one place share a key; they are the one case this reading cannot tell apart.
    if len(inserted) == sum(not len(edit.span) for edit in edits):
        assert "".join(pieces) == apply(text, edits)


@given(edited_twice())
def test_a_composed_map_covers_source_and_clean_text_of_both_steps(case: tuple[str, list[Edit], list[Edit]]) -> None:
    text, first, second = case
    middle = apply(text, first)
    composed = OffsetMap.from_edits(len(text), first).then(OffsetMap.from_edits(len(middle), second))
    assert (composed.source_length, composed.clean_length) == (len(text), len(apply(middle, second)))


@given(edited_twice())
def test_composing_equals_mapping_through_both_steps_and_is_exact_where_both_are(
    case: tuple[str, list[Edit], list[Edit]],
) -> None:
    text, first, second = case
    middle = apply(text, first)
    earlier, later = OffsetMap.from_edits(len(text), first), OffsetMap.from_edits(len(middle), second)
    composed = earlier.then(later)
    for span in spans_of(composed.clean_length):
        inner = later.to_source(span)
        outer = earlier.to_source(inner)
        if len(inner):
            assert composed.to_source(span).covers(outer)
        # Both ends lie in stretches that no step touched.
        ends = (span.start, span.end - 1)
        if all(_untouched(text, earlier, later, at) for at in ends):
            assert composed.to_source(span) == outer


def _untouched(text: str, earlier: OffsetMap, later: OffsetMap, clean_at: int) -> bool:
    late = holding(later, clean_at)
    if not late.exact:
        return False
    return holding(earlier, late.source.start + clean_at - late.clean.start).exact


@given(edited())
def test_composing_with_a_map_that_changes_nothing_changes_nothing(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    offsets = OffsetMap.from_edits(len(text), edits)
    for composed in (
        OffsetMap.identity(len(text)).then(offsets),
        offsets.then(OffsetMap.identity(offsets.clean_length)),
    ):
        for span in spans_of(offsets.clean_length):
            assert composed.to_source(span) == offsets.to_source(span)


def test_a_repair_then_a_dropped_character_maps_to_the_printed_words() -> None:
    text = "深化根底教\n2、育,原那么"
    first = [Edit(Span(5, 8), "", Reason.PAGE_ARTEFACT)]
    middle = apply(text, first)
    assert middle == "深化根底教育,原那么"
    second = [Edit(Span(2, 4), "基础", Reason.COPY_NOISE), Edit(Span(7, 10), "原则", Reason.COPY_NOISE)]
    offsets = OffsetMap.from_edits(len(text), first).then(OffsetMap.from_edits(len(middle), second))
    clean = apply(middle, second)
    assert clean == "深化基础教育,原则"

    def printed(words: str) -> str:
        at = clean.index(words)
        return offsets.to_source(Span(at, at + len(words))).of(text)

    assert printed("基础") == "根底"
    assert printed("础") == "底"  # as long as what it replaced: character for character
    assert printed("原则") == printed("则") == "原那么"  # shorter: the whole word
    assert printed("教育") == "教\n2、育"
    assert printed("教") == "教"  # what was dropped at the edge stays outside


def test_a_word_shortened_and_then_lengthened_again_still_maps_as_a_whole() -> None:
    shortened = OffsetMap.from_edits(3, [Edit(Span(0, 3), "原则", Reason.COPY_NOISE)])
    lengthened = OffsetMap.from_edits(2, [Edit(Span(0, 2), "原则上", Reason.COPY_NOISE)])
    offsets = shortened.then(lengthened)
    assert [offsets.to_source(Span(n, n + 1)) for n in range(3)] == [Span(0, 3)] * 3


def test_an_empty_span_maps_to_an_empty_span_in_place() -> None:
    offsets = OffsetMap.from_edits(6, [Edit(Span(2, 4), "", Reason.INVISIBLE)])
    assert [offsets.to_source(Span(n, n)) for n in range(5)] == [Span(n, n) for n in (0, 1, 4, 5, 6)]


def test_a_text_that_was_dropped_whole_maps_to_nothing() -> None:
    offsets = OffsetMap.from_edits(3, [Edit(Span(0, 3), "", Reason.SITE_FURNITURE)])
    assert (offsets.source_length, offsets.clean_length) == (3, 0)
    assert offsets.to_source(Span(0, 0)) == Span(0, 0)


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        pytest.param([Span(0, 3), Span(2, 4)], "overlap", id="overlapping"),
        pytest.param([Span(3, 4), Span(0, 1)], "not in order", id="descending"),
        pytest.param([Span(3, 9)], "past the text's 5 characters", id="past-the-end"),
    ],
)
def test_edits_that_cannot_be_carried_out_are_refused(edits: list[Span], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        OffsetMap.from_edits(5, [Edit(span, "x", Reason.COPY_NOISE) for span in edits])


@pytest.mark.parametrize(
    "segments",
    [
        pytest.param((Segment(Span(1, 2), Span(0, 1)),), id="gap-in-source"),
        pytest.param((Segment(Span(0, 1), Span(0, 1)), Segment(Span(1, 2), Span(2, 3))), id="gap-in-clean"),
        pytest.param((Segment(Span(0, 2), Span(0, 2)), Segment(Span(1, 3), Span(2, 4))), id="overlap"),
    ],
)
def test_a_map_with_holes_or_overlaps_cannot_be_made(segments: tuple[Segment, ...]) -> None:
    with pytest.raises(ValueError, match="leaves a gap or overlaps"):
        OffsetMap(segments)


def test_a_span_past_the_clean_text_is_refused() -> None:
    with pytest.raises(ValueError, match=re.escape("runs past the clean text's 3 characters")):
        OffsetMap.identity(3).to_source(Span(2, 4))


def test_maps_of_different_texts_do_not_compose() -> None:
    with pytest.raises(ValueError, match="cannot compose: 3 clean characters against 4"):
        OffsetMap.identity(3).then(OffsetMap.identity(4))


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 2)], ids=["negative", "backwards"])
def test_a_span_that_is_no_range_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="0 <= start <= end"):
        Span(start, end)
