"""Hard-wrapped lines: paragraphs whole again, headings on their lines, clean documents untouched, quotes verbatim."""

import pytest

from ingest.clean import CleanText, clean
from ingest.corpus import bundled
from ingest.model import Reason, Span
from ingest.pages import page_artefacts
from ingest.wraps import line_wraps

FIRST = (
    "为持续推进营商环境优化升级，对标先进，从企业群众需求端出发，创新推出一批便民利企的措施，"
    "进一步提升企业群众办事体验，结合我市实际，制定以下措施。"
)
SECOND = (
    "鼓励银行金融机构进驻各级政务服务大厅，企业办完营业执照后直接申请开通企业银行账户（含外币账户），"
    "实现企业开办和银行开户“一站式”办理，时限为3日。"
)


def wrapped(*paragraphs: str, width: int = 30) -> str:
    """Each paragraph cut every ``width`` characters, the first line indented by two."""
    lines = []
    for paragraph in paragraphs:
        lines += [paragraph[: width - 2], *(paragraph[n : n + width] for n in range(width - 2, len(paragraph), width))]
    return "\n".join(lines)


BODY = (
    "关于便民措施的通知",
    *(f"{n}、{text}" for n in "一二三四" for text in (FIRST, SECOND)),
    "（一）总体要求",
    FIRST,
)
WRAPPED = wrapped(*BODY)


def of(cleaned: CleanText, reason: Reason) -> list[str]:
    return [edit.span.of(WRAPPED) for edit in cleaned.edits if edit.reason is reason]


def test_wrapped_paragraphs_are_whole_again_and_headings_keep_their_lines() -> None:
    assert clean(WRAPPED).text.split("\n") == list(BODY)


def test_only_line_breaks_are_dropped() -> None:
    assert set(of(clean(WRAPPED), Reason.LINE_WRAP)) == {"\n"}


def test_a_quote_across_a_wrap_is_verbatim_with_the_wrap_inside() -> None:
    cleaned = clean(WRAPPED)
    for words in ("营商环境优化升级", "“一站式”办理，时限为3日。", "企业群众办事体验，结合我市实际"):
        at = cleaned.text.index(words)
        quote = cleaned.offsets.to_source(Span(at, at + len(words))).of(WRAPPED)
        assert quote.replace("\n", "") == words
    assert any("\n" in cleaned.offsets.to_source(Span(at, at + 40)).of(WRAPPED) for at in range(0, 200, 20))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("\n".join(BODY), id="paragraphs-are-lines"),
        pytest.param(
            "\n".join(["济南市第一中学", "青岛市第二实验小学", "烟台市第三初级中学"] * 20), id="a-list-of-names"
        ),
        pytest.param(
            "\n".join([f"{n}.推进第{n}项改革任务，落实各方面的责任，形成工作合力。" for n in range(40)]), id="items"
        ),
        pytest.param("短文\n" * 5, id="too-short-to-tell"),
        pytest.param("", id="empty"),
    ],
)
def test_a_document_whose_lines_are_paragraphs_is_not_touched(text: str) -> None:
    assert line_wraps(text) == []


def test_the_bundled_documents_are_not_touched() -> None:
    assert [line_wraps(source.text) for source, _ in bundled()] == [[], []]


def test_cells_are_never_joined() -> None:
    row = "序号\t推进营商环境优化升级对标先进从企业群众需求\n端出发\t市行政审批局"
    assert row in clean(f"{WRAPPED}\n{row}\n").text


def test_blank_lines_end_paragraphs_unless_every_line_is_spaced() -> None:
    assert clean(WRAPPED.replace("\n", "\n\n")).text.split("\n\n") == list(BODY)
    assert "营商环境\n\n优化" in clean(WRAPPED.replace("营商环境优化", "营商环境\n\n优化", 1)).text


@pytest.mark.parametrize(
    ("cut", "whole"),
    [
        pytest.param(
            "第九条\n市、县（市、\n区）\n人民政府应当统一标准，简化流程。",
            "第九条 市、县（市、区）",
            id="number-and-bracket",
        ),
        pytest.param("第二章\n职责与分工\n", "第二章 职责与分工", id="chapter"),
        pytest.param("目\n录\n", "目录", id="letters"),
        pytest.param("〔牵头单位：市教育局；\n配合单位：各区〕", "市教育局；配合单位：各区〕", id="open-bracket"),
        pytest.param(
            "2023 年5 月18 日\n（此件主动公开）\n", "2023 年5 月18 日\n（此件主动公开）", id="date-stands-alone"
        ),
    ],
)
def test_what_a_converter_cut_up_is_whole_again(cut: str, whole: str) -> None:
    assert whole in clean(f"{WRAPPED}\n{cut}").text


# --- pages ---


@pytest.mark.parametrize(
    "mark",
    [
        "# Page {}:",
        "- {} -",
        "—{}—",
        "— {} —",
        "-{}—",
        "第{}页",
        "第 {} 页 共 10 页",
        "第{}页，共10页",
        "Page {} of 10",
    ],
)
def test_page_marks_go_and_the_sentence_across_them_is_whole(mark: str) -> None:
    lines = WRAPPED.split("\n")
    for n, at in enumerate((3, 12, 20), start=1):
        lines.insert(at, f"\n{mark.format(n)}")
    assert clean("\n".join(lines)).text == clean(WRAPPED).text


def test_form_feeds_become_line_breaks() -> None:
    assert clean("一、强化评价\n（市教育局）\f二、改进").text == "一、强化评价\n（市教育局）\n二、改进"


def test_running_heads_and_page_numbers_go() -> None:
    pages = [f"教育部文件 {n}\n第{n}页的一段。\n另一段话{n}。\n又一段话。\n再一段{n}。\n{n}" for n in range(1, 6)]
    text = clean("\f".join(pages)).text
    assert "教育部文件" not in text
    assert text.split("\n")[:5] == ["第1页的一段。", "另一段话1。", "又一段话。", "再一段1。", "第2页的一段。"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("指标\n-3-\n说明", id="one-mark"),
        pytest.param("第3页\n第1页\n第2页\n第1页", id="marks-that-do-not-count"),
        pytest.param("甲\t- 1 -\n乙\t- 2 -\n丙\t- 3 -", id="cells"),
        pytest.param("1\n2\n3\n4", id="numbers-without-pages"),
    ],
)
def test_what_only_looks_like_a_page_mark_stays(text: str) -> None:
    assert page_artefacts(text) == []


def test_every_character_of_a_paged_text_maps_back() -> None:
    text = "\f".join(["一页的话。\n下一句", "接着说。\n \n第2页\n", "完"])
    cleaned = clean(text)
    for at, character in enumerate(cleaned.text):
        assert character in (cleaned.offsets.to_source(Span(at, at + 1)).of(text), "\n")
