"""ingest(): nothing is lost, the same text gives the same document, what is given wins over what is read."""

import os
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import clean
from ingest.corpus import bundled
from ingest.errors import EmptyDocumentError, UnaccountedTextError
from ingest.model import Document, Edit, Format, Gap, Reason, Source, Span, Status
from ingest.pipeline import Given, ingest, slug
from ingest.readers import read
from ingest.receipt import write_receipt

BUNDLED = {given_.id: (source, given_) for source, given_ in bundled()}
POLICIES = os.environ.get("REFORMQA_TEST_POLICIES")


def source(text: str, name: str = "通知.txt") -> Source:
    return Source(name, Format.TXT, text, "0" * 64)


def assert_accounted(document: Document) -> None:
    """Every character is indexed or dropped for a reason, by the receipt and by the passages themselves."""
    receipt, text = document.receipt, document.source.text
    drops = sorted(receipt.dropped, key=lambda drop: drop.span)
    assert all(left.span.end <= right.span.start for left, right in pairwise(drops))
    assert all(len(drop.span) for drop in drops)
    assert receipt.unaccounted == 0
    assert receipt.characters == len(text) == receipt.indexed + sum(len(drop.span) for drop in drops)
    left = set(range(len(text)))
    for drop in drops:
        left -= set(range(drop.span.start, drop.span.end))
    assert len(left) == receipt.indexed
    for passage in document.passages:
        left -= set(range(passage.span.start, passage.span.end))
    assert left == set()
    assert all(not drop.span.of(text).strip() for drop in drops if drop.reason is Reason.WHITESPACE)


# --- nothing is lost ---


@pytest.mark.parametrize("document_id", BUNDLED)
def test_every_character_of_a_bundled_document_is_accounted_for(document_id: str) -> None:
    assert_accounted(ingest(*BUNDLED[document_id]))


@pytest.mark.parametrize(
    ("document_id", "indexed", "dropped"),
    [
        ("jinan-2024", 4363, {Reason.SITE_FURNITURE: 222, Reason.WHITESPACE: 54}),
        ("xx-reform-plan", 4750, {Reason.PAGE_ARTEFACT: 50}),
    ],
)
def test_the_receipt_of_a_bundled_document_adds_up_to_its_length(
    document_id: str, indexed: int, dropped: dict[Reason, int]
) -> None:
    receipt = ingest(*BUNDLED[document_id]).receipt
    by_reason = {reason: sum(len(d.span) for d in receipt.dropped if d.reason is reason) for reason in dropped}
    assert (receipt.indexed, by_reason) == (indexed, dropped)
    assert receipt.characters == indexed + sum(dropped.values())


PIECES = st.sampled_from(
    [
        "一、总体要求\n",
        "1.强化评价。",
        "〔市教育局负责〕",
        "\n2、",
        "根底教育",
        "原那么",
        "教育效劳",
        "\u200b",
        "\ufeff",
        "\r\n",
        "\n",
        " ",
        "\u3000",
        "标题: 某通知\n",
        "上一篇:\n",
        "长句" * 30,
        "。",
        "，",
        "第一条 ",
        "一是",
        "(一)",
        "x",
        "\x0c",
        "\x00",
        "\x1c",
        "𠀀",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=120))
def test_any_text_is_accounted_for_or_refused_as_empty(text: str) -> None:
    if not clean(text).text.strip():
        with pytest.raises(EmptyDocumentError):
            ingest(source(text))
    else:
        assert_accounted(ingest(source(text)))


@pytest.mark.parametrize(
    "text",
    ["", " \n\u3000\r\n", "\u200b\ufeff", "标题: 某通知\n上一篇:\n"],
    ids=["nothing", "blanks", "invisible", "furniture-only"],
)
def test_a_file_without_visible_text_is_refused_by_name(text: str) -> None:
    with pytest.raises(
        EmptyDocumentError, match=re.escape("通知.txt: no text to index; give a file with visible text")
    ):
        ingest(source(text))


def test_a_missing_character_fails_loudly_and_says_where() -> None:
    text = "甲乙丙丁。"
    document = ingest(source(text))
    with pytest.raises(
        UnaccountedTextError, match=r"通知\.txt: 5 characters are neither indexed nor dropped, the first at 0"
    ):
        write_receipt("通知.txt", text, clean(text), document.passages[:0], (), ())


def test_repairs_are_on_the_receipt_and_drops_are_not_among_them() -> None:
    document = ingest(*BUNDLED["xx-reform-plan"])
    text = document.source.text
    assert Edit(Span(138, 140), "基础", Reason.COPY_NOISE) in document.receipt.repaired
    assert {edit.reason for edit in document.receipt.repaired} == {Reason.COPY_NOISE}
    assert "基础" not in text
    assert "根底" not in document.clean


def test_a_numbering_gap_is_on_the_receipt_with_its_clause() -> None:
    text = "一、任务\n1.甲事。\n2.乙事。\n4.丁事。\n三、保障\n"
    gaps = ingest(source(text), Given(id="d")).receipt.gaps
    assert sorted(gaps, key=lambda gap: gap.parent_id) == [Gap("d", 1, 3), Gap("d/1", 2, 4)]


# --- deterministic ---


@pytest.mark.parametrize("document_id", BUNDLED)
def test_the_same_text_gives_the_same_document(document_id: str) -> None:
    assert ingest(*BUNDLED[document_id]) == ingest(*BUNDLED[document_id])


@pytest.mark.parametrize("document_id", BUNDLED)
def test_section_and_passage_ids_are_unique_and_begin_with_the_documents(document_id: str) -> None:
    document = ingest(*BUNDLED[document_id])
    for ids in ([s.id for s in document.sections], [p.id for p in document.passages]):
        assert len(ids) == len(set(ids))
        assert all(i.startswith(f"{document_id}/") for i in ids)


# --- ids ---


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("jinan-2024.txt", "jinan-2024"),
        ("Jinan_2024 Task.List.docx", "jinan-2024-task-list"),
        ("dir/sub/plan.txt", "plan"),
        ("plan", "plan"),
        ("a" * 64 + ".txt", "a" * 64),
    ],
)
def test_a_latin_file_name_is_the_id(name: str, expected: str) -> None:
    assert slug(name) == expected


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("济南市任务清单.txt", r"doc-[0-9a-f]{8}"),
        ("济南2024清单.txt", r"2024-[0-9a-f]{8}"),
        ("！.txt", r"doc-[0-9a-f]{8}"),
        ("a" * 65 + ".txt", r"a{48}-[0-9a-f]{8}"),
    ],
)
def test_any_other_file_name_gives_its_latin_part_and_a_digest(name: str, shape: str) -> None:
    assert re.fullmatch(shape, slug(name))


def test_an_id_survives_a_change_of_content_and_tells_names_apart() -> None:
    assert slug("清单.txt") == slug("清单.txt")
    assert slug("清单.txt") != slug("方案.txt")
    assert slug("a" * 70 + "1.txt") != slug("a" * 70 + "2.txt")


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=100))
def test_every_file_name_gives_a_legal_id(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9-]{1,64}", slug(name))


# --- what is given ---

PRINTED = """\
关于评价的通知(草案)
发布机构: 青岛市教育局
成文日期: 2024年1月2日
各单位要认真落实教育评价改革的各项任务,并及时报告落实情况。
"""


def test_without_anything_given_the_text_is_believed() -> None:
    metadata = ingest(source(PRINTED)).metadata
    assert (metadata.title.value, metadata.issuer and metadata.issuer.value) == ("关于评价的通知(草案)", "青岛市教育局")
    assert (metadata.date, metadata.status) == ("2024-01-02", Status.DRAFT_REVIEW)


def test_what_is_given_wins_over_what_is_printed() -> None:
    given_ = Given(
        id="n",
        title="通知",
        issuer="教育部",
        written="2024-02-03",
        status=Status.IN_FORCE,
        source="官网",
        title_en="Notice",
    )
    document = ingest(source(PRINTED), given_)
    metadata = document.metadata
    assert document.id == "n"
    assert metadata.title.value == "通知"
    assert metadata.issuer is not None
    assert metadata.issuer.value == "教育部"
    assert (metadata.date, metadata.status) == ("2024-02-03", Status.IN_FORCE)
    assert (metadata.source, metadata.title_en) == ("官网", "Notice")


def test_a_given_value_that_the_text_prints_keeps_the_place_that_prints_it() -> None:
    document = ingest(source(PRINTED), Given(title="关于评价的通知(草案)", issuer="青岛市教育局"))
    printed = {"title": "关于评价的通知(草案)", "issuer": "青岛市教育局"}
    for name, value in printed.items():
        assert getattr(document.metadata, name).span.of(PRINTED) == value


def test_a_given_title_with_an_explanation_keeps_the_place_of_what_is_printed() -> None:
    metadata = ingest(*BUNDLED["xx-reform-plan"]).metadata
    assert metadata.title.value == "深化新时代教育评价改革实施方案精编（xx市基础教育综合改革实验区实施方案）"
    assert metadata.title.span is not None
    assert metadata.title.span.of(BUNDLED["xx-reform-plan"][0].text) == "深化新时代教育评价改革实施方案精编"


@pytest.mark.parametrize("title", ["别的文件", "（试行）办法"])
def test_a_given_value_that_the_text_does_not_print_has_no_place(title: str) -> None:
    field = ingest(source(PRINTED), Given(title=title)).metadata.title
    assert (field.value, field.span) == (title, None)


@pytest.mark.parametrize("document_id", BUNDLED)
def test_metadata_of_a_bundled_document_points_at_what_it_prints(document_id: str) -> None:
    document = ingest(*BUNDLED[document_id])
    for name in ("title", "issuer", "place", "index_number", "written", "published"):
        field = getattr(document.metadata, name)
        if field is not None:
            assert field.span.of(document.source.text) == field.value.partition("（")[0]


def test_english_headings_reach_the_sections_they_are_given_for() -> None:
    text = "一、任务\n1.甲事。\n2.乙事。\n"
    document = ingest(source(text), Given(id="d", headings_en={"1/2": "Second"}))
    assert {s.id: s.title_en for s in document.sections} == {"d/1": None, "d/1/1": None, "d/1/2": "Second"}


@pytest.mark.parametrize("document_id", BUNDLED)
def test_every_numbered_section_of_the_bundled_documents_has_an_english_heading(document_id: str) -> None:
    document = ingest(*BUNDLED[document_id])
    headings = dict(BUNDLED[document_id][1].headings_en)
    assert {s.id.removeprefix(f"{document_id}/"): s.title_en for s in document.sections if s.number} == headings


def test_the_path_of_a_clause_begins_with_the_outermost() -> None:
    jinan = ingest(*BUNDLED["jinan-2024"])
    assert [s.id for s in jinan.path("jinan-2024/4/15")] == ["jinan-2024/4", "jinan-2024/4/15"]
    with pytest.raises(KeyError):
        jinan.section("jinan-2024/4/99")


# --- real documents ---


@pytest.mark.slow
@pytest.mark.skipif(not POLICIES, reason="REFORMQA_TEST_POLICIES names no folder of policy documents (.txt)")
def test_every_real_policy_document_is_accounted_for() -> None:
    paths = sorted(Path(POLICIES or "").rglob("*.txt"))
    assert paths, f"no .txt files in {POLICIES}"
    for path in paths:
        assert_accounted(ingest(read(path.read_bytes(), path.name)))


def test_the_receipt_lists_tables_and_units_that_only_their_printed_name_finds() -> None:
    text = (
        "附件 任务分工表\n序号\t工作任务\t牵头单位\n1\t完善签约服务\t市教育局\n2\t提升能力\n（分两年）\t市家庭医生办\n"
        "以上任务请认真落实。\n"
    )
    document = ingest(Source("table.txt", Format.TXT, text, "0"))
    (table,) = document.receipt.tables
    assert (table.span.of(text).splitlines()[0], table.rows) == ("序号\t工作任务\t牵头单位", 4)
    assert document.receipt.unknown_units == ("市家庭医生办",)
    assert document.receipt.unaccounted == 0


@pytest.mark.parametrize("unit", ["\t", "甲\t", "（", "一、", "责任单位：", "附件1：\n"])
def test_one_thing_over_and_over_takes_time_in_proportion(unit: str) -> None:
    # No clock: what takes the square of the length does not come back before the test run is cut off.
    document = ingest(Source("again.txt", Format.TXT, unit * (200_000 // len(unit)) + "\n一、总体要求。\n", "0"))
    assert document.receipt.unaccounted == 0
