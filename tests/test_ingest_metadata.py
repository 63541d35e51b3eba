"""Metadata: what a document is, each value with the place that prints it."""

from timeit import timeit

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


def printed(field: Field | None, text: str) -> str | None:
    return "".join(field.span.of(text).split()) if field and field.span else None


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
        pytest.param(
            "　　1.2025年度指标有多少个？\n　　答：根据年度计划，指标为1.6万个。\n", "文件名", id="no-question"
        ),
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
        ("评价条例（草案征求意见稿）\n正文。\n", Status.DRAFT, "（草案征求意见稿）"),
        ("关于公开征求《评价办法》意见的公告\n正文。\n", Status.DRAFT, "公开征求《评价办法》意见"),
        ("关于《评价办法》公开征求意见采纳情况的公告\n正文。\n", None, None),
        ("评价条例(草案)\n正文。\n", Status.DRAFT_REVIEW, "(草案)"),
        ("评价条例\n（草案送审稿）\n目\n录\n正文。\n", Status.DRAFT_REVIEW, "（草案送审稿）"),
        ("学校体育规定（试行草案）\n正文。\n", None, None),
        ("关于重新印发《评价办法》的通知\n正文。\n", Status.REISSUED, "重新印发"),
        (
            "关于评价的通知\n各单位：\n　　现将修订后的《评价办法》重新印发给你们。\n甲市教育局\n2020年1月2日\n",
            Status.REISSUED,
            "现将修订后的《评价办法》重新印发",
        ),
        ("有效性：失效\n关于评价的通知\n正文。\n", Status.REPEALED, "有效性：失效"),
        ("关于评价的通知\n（已废止）\n正文。\n", Status.REPEALED, "（已废止）"),
        ("时效性：现行有效\n关于评价的通知\n正文。\n", Status.IN_FORCE, "时效性：现行有效"),
        ("文件状态：\n失效日期：2029年1月1日\n关于评价的通知\n正文。\n", None, None),
        ("关于废止《评价办法》的决定\n正文。\n", None, None),
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


# --- documents as they are found ---

NOTICE = """\
      北大法宝【法宝引证码】 CLI.12.1
原文链接：https://www.pkulaw.com/lar/1.html
甲市教育局等三部门关于转发《乙省教育厅关于美育的意见》的通知
甲市教育局等三部门关于转发《乙省教育厅
关于美育的意见》的通知

（甲教〔2016〕6号  2016年）

各县（市）区教育局，市管各学校：

　　现将《乙省教育厅关于美育的意见》（乙教〔2015〕679号）转发给你们，请一并贯彻落实。
甲市教育局
甲市财政局　　甲市体育局
（甲市教育局代章）

二○一六年一月五日
（此件公开发布）
乙省教育厅关于美育的意见
　　根据《国务院关于美育的意见》（国发〔2015〕71号），提出以下意见。
　　一、本意见自2015年12月1日起施行，有效期五年。
乙省教育厅
2015年11月20日
公开方式：主动公开
甲市教育局办公室　2016年1月8日印发
"""


@pytest.mark.parametrize(
    ("name", "expected", "where"),
    [
        ("title", "甲市教育局等三部门关于转发《乙省教育厅关于美育的意见》的通知", None),
        ("issuer", "甲市教育局、甲市财政局、甲市体育局", "甲市教育局甲市财政局甲市体育局"),
        ("place", "甲市", None),
        ("document_number", "甲教〔2016〕6号", None),
        ("written", "2016-01-05", "二○一六年一月五日"),
        ("printed", "2016-01-08", "2016年1月8日"),
        ("published", None, None),
        ("effective", "2015-12-01", "2015年12月1日"),
    ],
)
def test_a_notice_that_sends_a_document_along_is_described_by_its_own(
    name: str, expected: str | None, where: str | None
) -> None:
    field = getattr(read(NOTICE), name)
    assert value(field) == expected
    assert printed(field, NOTICE) == (where or expected)


ORDER = """\
甲市人民政府令
第179号
　　《甲市老年人优待办法》已经2021年1月8日市政府常务会议通过，现予公布，自2021年5月1日起施行。
　　市　长：某某
　　2021年1月29日
甲市老年人优待办法
　　第一条 为保障老年人合法权益，制定本办法。
"""
LAW = """\
# 中华人民共和国某某法

1995年3月18日 第八届全国人民代表大会第三次会议通过　1995年3月18日中华人民共和国主席令第四十五号公布

2009年8月27日 第十一届全国人民代表大会常务委员会第十次会议《关于修改部分法律的决定》修正

## 第一章 总则

第一条 为了发展某某事业，制定本法。

第二条 本法自公布之日起施行。
"""
COLLECTION = """\
6. 广东省人民政府办公厅关于印发广东省扶持个体工商户

# Page 852:
2023 年若干措施的通知（2023 年1 月
12 日）
粤办函〔2023〕12 号
各地级以上市人民政府，省政府各部门：
《广东省扶持个体工商户若干措施》已经省人民政府同意，现印发给你们。
省政府办公厅
2023 年1 月12 日
本措施自印发之日起施行。
"""
PORTAL = """\
首页
通知公告
文　　号： 甲府办规〔2021〕7号
实施日期： 2021年04月16日
发布机关： 甲市民政局
甲市民政局　甲市财政局关于救助工作的通知
2021.04.20
来源：甲市民政局
甲市民政局　甲市财政局关于救助工作的通知
各区人民政府：
　　为做好救助工作，现通知如下。
甲市民政局　　甲市财政局
2021年4月13日
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            ORDER,
            {"title": "甲市老年人优待办法", "issuer": "甲市人民政府", "document_number": "甲市人民政府令第179号",
             "written": "2021-01-29", "published": "2021-01-29", "effective": "2021-05-01", "place": "甲市"},
            id="order",
        ),
        pytest.param(
            LAW,
            {"title": "中华人民共和国某某法", "issuer": "第八届全国人民代表大会",
             "document_number": "中华人民共和国主席令第四十五号", "written": None, "published": "1995-03-18",
             "effective": "1995-03-18", "place": None},
            id="law",
        ),
        pytest.param(
            COLLECTION,
            {"title": "广东省人民政府办公厅关于印发广东省扶持个体工商户2023年若干措施的通知",
             "issuer": "广东省人民政府办公厅", "document_number": "粤办函〔2023〕12号", "written": "2023-01-12",
             "published": None, "effective": None, "place": "广东省"},
            id="collection",
        ),
        pytest.param(
            PORTAL,
            {"title": "甲市民政局 甲市财政局关于救助工作的通知", "issuer": "甲市民政局、甲市财政局",
             "document_number": "甲府办规〔2021〕7号", "written": "2021-04-13", "published": "2021-04-20",
             "effective": "2021-04-16", "place": "甲市"},
            id="portal",
        ),
    ],
)  # fmt: skip
def test_a_document_is_read_as_it_is_laid_out(text: str, expected: dict[str, str | None]) -> None:
    metadata = read(text)
    assert {name: value(getattr(metadata, name)) for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("关于评价的通知\n甲教〔2016〕6号\n各单位：\n", "甲教〔2016〕6号"),
        ("关于评价的通知\n（甲教[2016]6 号）\n各单位：\n", "甲教[2016]6号"),
        ("关于评价的通知\n甲教（2016）6号\n各单位：\n", "甲教（2016）6号"),
        ("关于评价的通知（甲教〔2016〕6号）\n各单位：\n", "甲教〔2016〕6号"),
        ("关于贯彻国办发〔2015〕71号文件的通知\n各单位：\n", None),
        ("关于评价的通知\n各单位：\n根据《意见》（国办发〔2015〕71号），现通知如下。\n", None),
        ("学校艺术教育工作规程\n（2002年7月25日教育部令第13号发布）\n第一章 总则\n", "教育部令第13号"),
    ],
)
def test_a_number_is_the_documents_own_never_one_it_cites(text: str, number: str | None) -> None:
    field = read(text).document_number
    assert value(field) == number
    assert printed(field, text) == number


@pytest.mark.parametrize(
    ("text", "effective"),
    [
        ("本办法自2012年4月5日起施行。", "2012-04-05"),
        ("本细则（试行）自二〇一二年四月五日起正式施行，有效期五年。", "2012-04-05"),
        ("本条例自****年**月**日起施行。", None),
        ("本办法自公布之日起施行。", None),
        ("本办法自印发之日起30日后施行。", None),
        ("《某某办法》自2012年4月5日起施行。", None),
        ("本市自2012年4月5日起实施差别价格。", None),
        ("本办法自2012年13月5日起施行。", None),
    ],
)
def test_a_document_takes_effect_when_it_says_so_of_itself(text: str, effective: str | None) -> None:
    assert value(read(f"某某办法\n第一条 为了评价，制定本办法。\n第二条 {text}\n").effective) == effective


@pytest.mark.parametrize(
    ("issuer", "place"),
    [
        ("广州市天河区教育局", "广州市天河区"),
        ("广西壮族自治区教育厅", "广西壮族自治区"),
        ("吉林省延边朝鲜族自治州教育局", "吉林省延边朝鲜族自治州"),
        ("文山州人民政府", "文山州"),
        ("聊城市教育局", "聊城市"),
        ("国务院办公厅", None),
        ("教育部", None),
        ("全国智慧城市协会", None),
        ("省城市建设联席会议办公室", None),
    ],
)
def test_a_place_is_that_of_the_issuer(issuer: str, place: str | None) -> None:
    assert value(read(f"发布机构：{issuer}\n关于评价的通知\n各单位：\n").place) == place


def test_what_a_title_names_after_a_national_issuer_is_no_place() -> None:
    assert read("国务院办公厅关于同意以哈尔滨市名义申办运动会的复函\n体育总局：\n").place is None


def test_a_notice_without_a_heading_has_the_title_of_the_one_document_it_brings() -> None:
    notice = "各单位：\n现将《甲市评价方案》{}印发给你们。\n甲市教育局\n2020年1月2日\n甲市评价方案\n一、目标\n"
    assert read(notice.format("")).title.value == "甲市评价方案"
    assert read(notice.format("《甲市评价办法》")).title == Field("文件名")


def test_news_above_a_title_is_not_the_title() -> None:
    text = (
        "近日，教育部印发《关于评价的意见》，现予刊发，全文如下：\n教育部关于评价的意见\n为了做好评价工作，提出意见。\n"
    )
    assert read(text).title.value == "教育部关于评价的意见"


def test_a_signature_of_another_authority_is_not_the_documents() -> None:
    metadata = read("甲市教育局转发乙省教育厅关于评价的通知\n各单位：\n请照办。\n乙省教育厅\n2015年1月2日\n")
    assert (value(metadata.issuer), metadata.written) == ("甲市教育局", None)


@pytest.mark.parametrize(
    "filler", ["　", "\n", "各", "日", "《", "（", "2012年", "关于", "号", "本办法自", "第1号、", "甲局\n"]
)
def test_reading_takes_time_in_proportion_to_the_text(filler: str) -> None:
    def seconds(count: int) -> float:
        text = (
            "各单位：\n现将《办法》印发。\n甲局\n2012年1月2日\n"
            + filler * count
            + "完\n2012年1月2日\n"
            + filler * count
        )
        return min(timeit(lambda: read(text), number=1) for _ in range(3))

    small, large = 5_000 // len(filler), 20_000 // len(filler)
    assert seconds(large) < 12 * seconds(small) + 0.05
