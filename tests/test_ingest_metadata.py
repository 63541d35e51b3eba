"""Metadata: what a document is, each value with the place that prints it."""

import pytest

from ingest.corpus import bundled
from ingest.metadata import ends_mid_sentence, read_metadata
from ingest.model import Field, Metadata, Status
from ingest.pipeline import ingest

SOURCES = {given.id: (source, given) for source, given in bundled()}
JINAN = SOURCES["jinan-2024"][0].text


def read(text: str) -> Metadata:
    return read_metadata(text, text, "文件名")


def value(field: Field | None) -> str | None:
    return field.value if field else None


# --- the Jinan list, from its own text ---


@pytest.mark.parametrize(
    ("name", "expected", "printed", "labelled"),
    [
        (
            "title",
            "济南市进一步深化新时代教育评价改革工作任务清单(征求意见稿)",
            "济南市进一步深化新时代教育评价改革工作任务清单(征求意见稿)",
            "标题: 济南市进一步深化新时代教育评价改革工作任务清单(征求意见稿)",
        ),
        ("issuer", "济南市教育局", "济南市教育局", "发布机构: 济南市教育局"),
        (
            "index_number",
            "11370100004188661G/2024-00187",
            "11370100004188661G/2024-00187",
            "索引号: 11370100004188661G/2024-00187",
        ),
        ("written", "2024-05-16", "2024-05-16", "成文日期: 2024-05-16"),
        ("published", "2024-05-16", "2024-05-16", "发布日期: 2024-05-16"),
        ("place", "济南市", "济南市", None),
    ],
)
def test_a_value_of_the_jinan_list_stands_where_its_span_says(
    name: str, expected: str, printed: str, labelled: str | None
) -> None:
    field = getattr(read(JINAN), name)
    assert field.value == expected
    assert field.span.of(JINAN) == printed
    assert (field.labelled.of(JINAN) if field.labelled else None) == labelled


def test_a_label_without_a_value_gives_none() -> None:
    assert "发文字号:\n" in JINAN
    assert read(JINAN).document_number is None


def test_the_jinan_list_is_a_draft_and_its_title_says_so() -> None:
    metadata = read(JINAN)
    assert metadata.status is Status.DRAFT
    assert metadata.status_span is not None
    assert metadata.status_span.of(JINAN) == "(征求意见稿)"


def test_the_noisy_copy_has_no_issuer_date_or_status_and_none_is_guessed() -> None:
    metadata = ingest(*SOURCES["xx-reform-plan"]).metadata
    assert (metadata.issuer, metadata.date, metadata.status, metadata.status_span) == (None, None, None, None)
    assert value(metadata.place) == "xx市"


# --- any document ---


@pytest.mark.parametrize(
    ("head", "name", "expected"),
    [
        ("索 引 号：A-1\n", "index_number", "A-1"),
        ("发文字号：济政发〔2024〕5号\n", "document_number", "济政发〔2024〕5号"),
        ("文号: 教基〔2023〕1号  成文日期: 2023-01-05\n", "document_number", "教基〔2023〕1号"),
        ("成文日期: 2023年1月5日\n", "written", "2023-01-05"),
        ("发布时间：2023/1/5\n", "published", "2023-01-05"),
        ("发布日期：2023.01.05 10:30\n", "published", "2023-01-05"),
        ("发布日期：近日\n", "published", None),
        ("发文机关：教育部\n", "issuer", "教育部"),
        ("发布单位: 青岛市教育局 浏览次数: 5\n", "issuer", "青岛市教育局"),
        ("无标签\n", "issuer", None),
    ],
)
def test_a_labelled_line_is_read(head: str, name: str, expected: str | None) -> None:
    text = f"{head}关于教育评价的通知\n各单位:请遵照执行。\n"
    field = getattr(read(text), name)
    assert value(field) == expected
    if field is not None:
        assert field.labelled.covers(field.span)


def test_a_date_covers_only_its_own_characters() -> None:
    text = "发布日期：2023年1月5日 10:30\n"
    field = read(text).published
    assert field is not None
    assert field.span is not None
    assert (field.value, field.span.of(text)) == ("2023-01-05", "2023年1月5日")


def test_the_published_date_is_the_one_people_mean() -> None:
    both = read("成文日期: 2023-01-05 发布日期: 2023-02-01\n")
    assert (both.date, read("成文日期: 2023-01-05\n").date, read("某通知\n").date) == ("2023-02-01", "2023-01-05", None)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        pytest.param("标题：甲通知\n乙通知全文\n", "甲通知", id="label-first"),
        pytest.param("\n　　关于教育评价的通知\n各单位。\n", "关于教育评价的通知", id="first-line"),
        pytest.param("各单位要落实。\n关于教育评价的通知\n", "关于教育评价的通知", id="a-sentence-is-no-title"),
        pytest.param("长" * 100 + "\n短标题在此\n", "短标题在此", id="a-long-line-is-no-title"),
        pytest.param("落实评价。完善机制。", "文件名", id="no-title-falls-back-to-the-file-name"),
    ],
)
def test_a_title_is_the_labelled_one_or_the_first_line_that_is_no_sentence(text: str, title: str) -> None:
    field = read(text).title
    assert field.value == title
    assert field.span is None or field.span.of(text) == title


@pytest.mark.parametrize(
    ("title", "place"),
    [
        ("青岛市教育局关于评价的通知", "青岛市"),
        ("山东省教育厅关于评价的通知", "山东省"),
        ("广西壮族自治区教育厅文件", "广西壮族自治区"),
        ("历下区教育和体育局文件", "历下区"),
        ("关于教育评价改革的通知", None),
    ],
)
def test_a_place_is_what_the_title_begins_with(title: str, place: str | None) -> None:
    text = f"{title}\n各单位。\n"
    field = read(text).place
    assert value(field) == place
    if field is not None:
        assert field.span is not None
        assert field.span.of(text) == place


def test_a_title_without_a_place_takes_the_issuers() -> None:
    text = "发布机构: 青岛市教育局\n标题: 关于评价的通知\n"
    place = read(text).place
    assert place is not None
    assert place.span is not None
    assert place.value == place.span.of(text) == "青岛市"


@pytest.mark.parametrize(
    ("text", "status", "printed"),
    [
        ("关于评价的通知（征求意见稿）\n正文。\n", Status.DRAFT, "（征求意见稿）"),
        ("评价条例(草案)\n正文。\n", Status.DRAFT, "(草案)"),
        ("评价条例（草案送审稿）\n正文。\n", Status.DRAFT, "（草案送审稿）"),
        ("有效性：失效\n关于评价的通知\n正文。\n", Status.REPEALED, "有效性：失效"),
        ("关于评价的通知\n（已废止）\n正文。\n", Status.REPEALED, "（已废止）"),
        ("有效性：有效\n关于评价的通知\n正文。\n", None, None),
        ("关于评价的通知\n原征求意见稿已经讨论。\n", None, None),
    ],
)
def test_a_status_is_what_the_title_or_the_head_says(text: str, status: Status | None, printed: str | None) -> None:
    metadata = read(text)
    assert metadata.status is status
    assert (metadata.status_span.of(text) if metadata.status_span else None) == printed


LONG = "完善考试、作业管理办法。加强对学校考试、作业管理的日常督导,建立健全长效机制,坚持问题导向,"


@pytest.mark.parametrize(
    ("body", "broken"),
    [
        (LONG + "加强对学校考试的日", True),
        (LONG + "加强监管。", False),
        (LONG + "加强监管。\n", False),
        (LONG + "加强监管。”", False),
        (LONG + "加强监管。〔市教育局负责〕", False),
        ("附件:评价表", False),
        (LONG + "加强监管。\n济南市教育局", False),
        ("", False),
    ],
)
def test_a_text_that_stops_in_the_middle_of_a_sentence_is_known_to(body: str, broken: bool) -> None:
    assert ends_mid_sentence(body) is broken


@pytest.mark.parametrize(("document_id", "broken"), [("jinan-2024", False), ("xx-reform-plan", True)])
def test_of_the_bundled_documents_only_the_noisy_copy_breaks_off(document_id: str, broken: bool) -> None:
    assert ingest(*SOURCES[document_id]).metadata.ends_mid_sentence is broken
