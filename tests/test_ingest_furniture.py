"""Furniture of web pages: what the site put around a document goes, the document stays."""

import pytest

from ingest.clean import clean
from ingest.furniture import page_words, site_furniture
from ingest.model import Reason, Span
from ingest.readers import read

TITLE = "关于加强学校美育工作的实施意见"
PARAGRAPHS = "".join(
    f"<p>{n}、坚持以美育人，把美育纳入各级各类学校人才培养全过程，贯穿学校教育各学段，完善课程教学和实践活动。</p>"
    for n in "一二三四"
)
BODY = f"<div id=zoom>{PARAGRAPHS}<p>某市教育局</p><p>2024年5月16日</p></div>"
NAV = "".join(f"<li><a href=/{word}>{word}</a>" for word in ("首页", "政务公开", "政务服务", "互动交流", "要闻动态"))


def cleaned(markup: str, title: str = f"{TITLE}_政策文件_某市人民政府") -> list[str]:
    source = read(f"<!DOCTYPE html><title>{title}</title><body>{markup}</body>".encode(), "x.html")
    text = clean(source.text, source.furniture).text
    return [line.strip() for line in text.split("\n") if line.strip()]


DOCUMENT = cleaned(f"<h1>{TITLE}</h1>{BODY}")


def test_a_page_that_is_only_the_document_loses_nothing() -> None:
    source = read(f"<html><h1>{TITLE}</h1>{BODY}".encode(), "x.html")
    assert source.furniture == ()
    assert clean(source.text).text == source.text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(f"<ul class=mainNav>{NAV}</ul>", "", id="list-of-links"),
        pytest.param("<header>用户登录 <span>无障碍</span></header>", "", id="header"),
        pytest.param("<div>您现在的位置：首页 &gt; 政策 &gt; 正文</div>", "", id="position"),
        pytest.param("", f"<div class=related><h3>相关解读</h3>{NAV}</div>", id="related"),
        pytest.param("", "<p>扫一扫在手机打开当前页</p><p>【打印】【关闭窗口】</p>", id="tools"),
        pytest.param("", "<div>版权所有：某市人民政府 京ICP备05060933号</div>", id="footer-without-a-name"),
        pytest.param("", "<footer><p>主办：某市人民政府办公厅</p><p>技术支持：某公司</p></footer>", id="footer"),
        pytest.param("", "<div>您访问的链接即将离开本网站，是否继续？</div>", id="dialogue"),
    ],
)
def test_what_stands_around_the_article_goes(before: str, after: str) -> None:
    assert cleaned(f"{before}<div class=article><h1>{TITLE}</h1>{BODY}</div>{after}") == DOCUMENT


def test_stamps_and_metadata_stay_and_what_the_page_counts_goes() -> None:
    head = (
        "<table><tr><td>索 引 号：<td>000014349<td>成文日期：<td>2024年5月16日</table>"
        f"<h1>{TITLE}</h1><p><span>发布时间：2024-05-17 10:30</span> <span>信息来源：市教育局</span>"
        "<span>浏览量： 12</span> <i>字号：大 中 小</i></p>"
    )
    lines = cleaned(f"<ul>{NAV}</ul><div class=article>{head}{BODY}</div>")
    assert lines == [
        "索 引 号：\t000014349\t成文日期：\t2024年5月16日",
        TITLE,
        "发布时间：2024-05-17 10:30",
        *DOCUMENT[1:],
    ]


def test_attachments_stay_although_they_are_links() -> None:
    after = "<ul><li><a href=/P02.docx>学校美育工作任务分工表</a><li><a href=/a.html>附件2：评价指标</a></ul>"
    lines = cleaned(f"<ul>{NAV}</ul><div><h1>{TITLE}</h1>{BODY}{after}</div>")
    assert lines == [*DOCUMENT, "学校美育工作任务分工表", "附件2：评价指标"]


def test_a_page_without_sentences_is_left_alone() -> None:
    assert read(f"<html><ul>{NAV}</ul><p>关于放假的通知</p>".encode(), "x").furniture == ()


def test_the_text_of_the_page_is_complete_and_its_furniture_is_spans_of_it() -> None:
    source = read(f"<!DOCTYPE html><title>{TITLE}</title><ul>{NAV}</ul><h1>{TITLE}</h1>{BODY}".encode(), "x.html")
    assert [span.of(source.text).split() for span in source.furniture] == [
        ["首页", "政务公开", "政务服务", "互动交流", "要闻动态"]
    ]


def test_known_furniture_goes_with_its_lines_and_is_on_the_edits() -> None:
    text = "首页\n关于评价的通知\n来源：某报 12次\n"
    edits = site_furniture(text, (Span(0, 2),))
    assert [edit.span.of(text) for edit in edits] == ["首页\n", "来源：某报 12次\n"]
    assert {edit.reason for edit in edits} == {Reason.SITE_FURNITURE}


@pytest.mark.parametrize(
    ("line", "tools"),
    [
        ("打印 关闭", True),
        ("【返回顶部】【关闭窗口】", True),
        ("A+大 A+中 A+小", True),
        ("字号：   大   中   小", True),
        ("分享到", True),
        ("扫一扫在手机打开当前页", True),
        ("PDF格式下载", True),
        ("相关解读", True),
        ("浏览字号：", True),
        ("打印本通知并张贴", False),
        ("大力发展职业教育", False),
        ("中小学", False),
        ("来源于各部门的数据。", False),
        ("关闭不达标的培训机构", False),
        ("2024-05-16", False),
        ("", False),
        ("附件：任务表", False),
        ("小学", False),
    ],
)
def test_a_line_of_tools_is_told_from_a_line_of_text(line: str, tools: bool) -> None:
    assert page_words().is_tools(line) is tools
