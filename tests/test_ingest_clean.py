"""Cleaning: page artefacts and copy noise go from the noisy copy, and nothing else goes from anything."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.clean import CleanText, clean, invisible, repair
from ingest.corpus import bundled
from ingest.furniture import site_furniture
from ingest.model import Edit, Reason, Span
from ingest.offsets import apply
from ingest.pages import page_artefacts

SOURCES = {given.id: source.text for source, given in bundled()}
JINAN, NOISY = SOURCES["jinan-2024"], SOURCES["xx-reform-plan"]
LABELLED = json.loads((Path(__file__).parent / "data" / "xx_copy_noise.json").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A word of the noisy copy, labelled by a reader; ``reads`` is None where the word is honest."""

    offset: int
    word: str
    reads: str | None
    context: str


OCCURRENCES = [
    Occurrence(row["offset"], row["word"], row["reads"], f"{row['before']}[{row['word']}]{row['after']}")
    for row in LABELLED["occurrences"]
]


def of(cleaned: CleanText, reason: Reason) -> list[Edit]:
    return [edit for edit in cleaned.edits if edit.reason is reason]


# --- page artefacts ---


def test_all_fifteen_page_numbers_go_from_the_noisy_copy_with_their_line_breaks() -> None:
    dropped = [edit.span.of(NOISY) for edit in of(clean(NOISY), Reason.PAGE_ARTEFACT)]
    assert dropped == ["1、", *(f"\n{n}、" for n in range(2, 16))]


def test_a_sentence_broken_by_a_page_is_whole_again() -> None:
    assert "把握正确改革方向,办好社会主义教育。" in clean(NOISY).text
    assert "开展公益性服务,改善育人环境。" in clean(NOISY).text


def test_the_noisy_copy_loses_its_page_numbers_and_nothing_else() -> None:
    cleaned = clean(NOISY)
    assert {edit.reason for edit in cleaned.edits if not edit.replacement} == {Reason.PAGE_ARTEFACT}
    assert apply(NOISY, cleaned.edits) == cleaned.text


ITEMS = "1、加强组织领导,落实责任。\n2、完善督导制度。\n3、营造良好氛围。\n4、做好宣传工作。\n"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(ITEMS, id="sentences"),
        pytest.param(ITEMS.replace("\n", "\r\n"), id="windows-line-breaks"),
        pytest.param(ITEMS.replace("\n", " \n"), id="blanks-at-line-ends"),
        pytest.param(ITEMS.replace("\n", "\n\n"), id="blank-lines"),
        pytest.param(ITEMS.replace("。", ";"), id="semicolons"),
        pytest.param("报名材料:\n1、户口簿\n2、出生证明\n3、房产证\n4、预防接种证\n", id="words-without-full-stops"),
        pytest.param("1、第一页没有写完\n2、第二页也没有", id="two-marks-prove-nothing"),
        pytest.param("一句话。到\n1、此\n一句话。到\n3、此\n一句话。到\n4、此", id="a-count-with-a-hole"),
    ],
)
def test_a_numbered_list_is_not_taken_for_page_numbers(text: str) -> None:
    assert page_artefacts(text) == []


@pytest.mark.parametrize("line_break", ["\n", "\r\n", "\n\n"], ids=["unix", "windows", "double"])
def test_page_numbers_go_whatever_the_line_break(line_break: str) -> None:
    pages = ["第一页写完一句。第二句还没", "写完,又一句。第三句也", "没写完。第四句分", "在两页。"]
    text = "".join(f"{line_break if n > 1 else ''}{n}、{page}" for n, page in enumerate(pages, 1))
    assert apply(text, page_artefacts(text)) == "".join(pages)


# --- copy noise ---


def test_the_labels_point_at_every_occurrence_of_their_words() -> None:
    found = {(at, word) for word in LABELLED["words"] for at in range(len(NOISY)) if NOISY.startswith(word, at)}
    assert {(row.offset, row.word) for row in OCCURRENCES} == found


def test_repairs_of_the_noisy_copy_agree_with_the_labels() -> None:
    repaired = {edit.span.start: edit.replacement for edit in of(clean(NOISY), Reason.COPY_NOISE)}
    swaps = {row.offset: row for row in OCCURRENCES if row.reads}
    missed = [
        f"{row.offset} {row.context} -> {row.reads}" for at, row in swaps.items() if repaired.get(at) != row.reads
    ]
    wrong = [
        f"{at} {NOISY[at : at + 3]} -> {new}"
        for at, new in repaired.items()
        if at not in swaps or swaps[at].reads != new
    ]
    recall = 1 - len(missed) / len(swaps)
    precision = 1 - len(wrong) / len(repaired)
    figures = f"recall {recall:.3f}, missed {missed}; precision {precision:.3f}, wrong {wrong}"
    assert recall >= 0.95, figures
    assert precision >= 0.98, figures


@pytest.mark.parametrize("row", [r for r in OCCURRENCES if not r.reads], ids=lambda r: f"{r.offset}-{r.word}")
def test_an_honest_word_of_the_noisy_copy_stays(row: Occurrence) -> None:
    touched = [e for e in clean(NOISY).edits if e.span.start < row.offset + len(row.word) and row.offset < e.span.end]
    assert touched == [], row.context


HONEST = "要开展评选活动,落实根本任务,坚持标准化建设。"
FIRST, SECOND, THIRD = "提升根底教育质量。", "完善教育效劳。", "坚持自愿原那么。"


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        pytest.param(FIRST + HONEST, 0, id="one-sign-beside-an-honest-text"),
        pytest.param(FIRST * 5, 0, id="one-sign-five-times"),
        pytest.param(FIRST + SECOND, 0, id="two-signs"),
        pytest.param(FIRST + SECOND + THIRD, 3, id="three-signs"),
    ],
)
def test_only_a_document_with_three_different_signs_is_repaired(text: str, repaired: int) -> None:
    assert len(repair(text)) == repaired


@pytest.mark.parametrize(
    "sentence",
    [
        "开展评选活动。",
        "落实立德树人根本任务。",
        "以立德为根本。",
        "列车到达车站。",
        "制定评价标准。",
        "改进教学方法。",
        "推进标准化建设。",
        "抓住有利时机。",
        "坚持开展督导检查。",
    ],
)
def test_an_honest_word_stays_even_in_a_noisy_document(sentence: str) -> None:
    assert clean(FIRST + SECOND + THIRD + sentence).text.endswith(sentence)


@pytest.mark.parametrize(
    ("noisy", "reads"),
    [
        ("促进高质量开展。", "促进高质量发展。"),
        ("覆盖率到达100%。", "覆盖率达到100%。"),
        ("指导催促各校。", "指导督促各校。"),
        ("根本公共教育效劳。", "基本公共教育服务。"),
        ("从根本均衡起步。", "从基本均衡起步。"),
        ("人人享有开展时机。", "人人享有发展机会。"),
        ("学校管理方法。", "学校管理办法。"),
    ],
)
def test_a_swapped_word_of_a_noisy_document_reads_as_the_original(noisy: str, reads: str) -> None:
    assert clean(FIRST + SECOND + THIRD + noisy).text.endswith(reads)


# --- the clean document ---


def test_a_clean_document_is_not_repaired_and_loses_no_page_number() -> None:
    assert {edit.reason for edit in clean(JINAN).edits} == {Reason.SITE_FURNITURE}


def test_site_furniture_is_exactly_the_lines_the_site_put_around_the_document() -> None:
    assert [edit.span.of(JINAN).strip() for edit in of(clean(JINAN), Reason.SITE_FURNITURE)] == [
        "• 索引号: 11370100004188661G/2024-00187 组配分类: 决策草案",
        "• 成文日期: 2024-05-16 发布日期: 2024-05-16",
        "• 发布机构: 济南市教育局",
        "• 标题: 济南市进一步深化新时代教育评价改革工作任务清单(征求意见稿)",
        "• 发文字号:",
        "信息来源:济南市教育局 浏览次数: 字体:【 分享:",
        "• 上一篇:",
        "• 下一篇:",
        "Produced By 大汉网络 大汉版通发布系统",
    ]


def test_the_body_of_a_clean_document_is_untouched() -> None:
    title, body = "济南市进一步深化新时代教育评价改革工作任务清单(征求意见稿)\n", JINAN[JINAN.index("\n为深入学习") :]
    assert clean(JINAN).text == title + body[: body.index("  • 上一篇")]


BODY = "为深入学习贯彻习近平总书记关于教育的重要论述,树立科学的教育评价导向,推动现代化教育强市建设,特制定本清单。\n"


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        pytest.param("标题: 某清单\n" + BODY, ["标题: 某清单\n"], id="head"),
        pytest.param(BODY + "上一篇:无\n", ["上一篇:无\n"], id="tail"),
        pytest.param(BODY + "主办单位: 某局\n" + BODY, [], id="tail-words-inside-the-body-stay"),
        pytest.param(BODY + "来源: 某报\n" + BODY, [], id="head-words-inside-the-body-stay"),
        pytest.param("某清单\n" + BODY, [], id="a-title-is-no-furniture"),
        pytest.param(BODY, [], id="body-only"),
        pytest.param(
            "上一篇:无\n标题: 某清单\n短文\n", ["上一篇:无\n", "标题: 某清单\n"], id="no-body-and-out-of-order"
        ),
    ],
)
def test_furniture_stands_only_around_the_body(text: str, dropped: list[str]) -> None:
    assert [edit.span.of(text) for edit in site_furniture(text)] == dropped


def test_invisible_characters_go_and_words_are_whole_again() -> None:
    text = "\ufeff教\u200b育\u00ad评价"
    assert [edit.span for edit in invisible(text)] == [Span(0, 1), Span(2, 3), Span(4, 5)]
    assert clean(text).text == "教育评价"


def test_noise_around_an_invisible_character_maps_back_to_the_printed_word() -> None:
    text = FIRST + SECOND + THIRD + "根\u200b底教育。"
    cleaned = clean(text)
    at = cleaned.text.rindex("基础")
    assert cleaned.offsets.to_source(Span(at, at + 2)).of(text) == "根\u200b底"


@given(st.text("根底效劳开展原那么1234、。\n标题:上一篇\u200b \r", max_size=200))
def test_the_clean_text_is_what_the_offset_map_says_it_is(text: str) -> None:
    cleaned = clean(text)
    assert (cleaned.offsets.source_length, cleaned.offsets.clean_length) == (len(text), len(cleaned.text))
    for segment in cleaned.offsets.segments:
        if not any(e.span.start < segment.source.end and segment.source.start < e.span.end for e in cleaned.edits):
            assert segment.source.of(text) == segment.clean.of(cleaned.text)
