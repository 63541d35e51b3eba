"""Readers: what the text of a file is, per format, and what is refused."""

import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import EmptyDocumentError, IngestError, UnreadableFileError, UnsupportedFormatError
from ingest.model import Format
from ingest.readers import read
from ingest.readers.numbering import format_number

CLAUSE = "第一条　为了规范教育评价工作，制定本办法。"


# --- plain text and Markdown ---


@pytest.mark.parametrize(
    ("codec", "mark", "encoding"),
    [
        pytest.param("utf-8", b"", "utf-8", id="utf-8"),
        pytest.param("utf-8", b"\xef\xbb\xbf", "utf-8", id="utf-8-with-mark"),
        pytest.param("utf-16-le", b"\xff\xfe", "utf-16-le", id="utf-16-le-with-mark"),
        pytest.param("utf-16-be", b"\xfe\xff", "utf-16-be", id="utf-16-be-with-mark"),
        pytest.param("utf-16-le", b"", "utf-16-le", id="utf-16-le-without-mark"),
        pytest.param("utf-16-be", b"", "utf-16-be", id="utf-16-be-without-mark"),
        pytest.param("utf-32-le", b"\xff\xfe\x00\x00", "utf-32-le", id="utf-32-le-with-mark"),
        pytest.param("utf-32-be", b"\x00\x00\xfe\xff", "utf-32-be", id="utf-32-be-with-mark"),
        pytest.param("gb2312", b"", "gb18030", id="gb2312"),
        pytest.param("gbk", b"", "gb18030", id="gbk"),
        pytest.param("gb18030", b"", "gb18030", id="gb18030"),
    ],
)
@pytest.mark.parametrize("text", [CLAUSE, f"2024年工作要点\r\n{CLAUSE}\r\n"], ids=["one-line", "crlf"])
def test_text_is_the_decoded_file_without_its_mark(codec: str, mark: bytes, encoding: str, text: str) -> None:
    source = read(mark + text.encode(codec), "办法.txt")
    assert (source.format, source.text, source.encoding) == (Format.TXT, text, encoding)


CHARACTERS = (
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
    | st.characters(min_codepoint=0x20000, max_codepoint=0x2A6D6)
    | st.characters(min_codepoint=0x20, max_codepoint=0x7E)
    | st.sampled_from("，。；：、“”（）《》〔〕—…·①⑴％０ 　\xa0")
)
CHINESE = st.text(CHARACTERS, max_size=40)
NEWLINES = st.sampled_from(["\n", "\r\n", "\r", ""])


@given(
    text=st.builds(lambda body, end: f"{CLAUSE}{body}。{end}{CLAUSE}", CHINESE, NEWLINES),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "gb18030"]),
)
@settings(deadline=None)
def test_a_policy_text_reads_back_equal_from_every_encoding(text: str, encoding: str) -> None:
    assert read(text.encode(encoding), "x.txt").text == text


def test_english_of_even_length_is_not_taken_for_utf16() -> None:
    text = "Bush hid the facts about 教育"
    assert read(text.encode("gb18030"), "x.txt").text == text


def test_markdown_is_its_own_text() -> None:
    text = "# 总则\n\n**第一条** <br> [链接](a.html)\n"
    source = read(text.encode(), "办法.MD")
    assert (source.format, source.text) == (Format.MARKDOWN, text)


def test_markdown_that_starts_with_a_tag_stays_markdown() -> None:
    text = '<div align="center">\n\n# 总则\n\n</div>\n\n第一条 内容\n'
    assert read(text.encode(), "README.md").text == text


def test_sha256_is_of_the_bytes() -> None:
    assert read(b"a\n", "a.txt").sha256 == "87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7"


def test_a_bad_byte_is_named_with_its_offset() -> None:
    with pytest.raises(UnreadableFileError, match=r"办法\.txt: byte 0xff at offset 4 .*save it as UTF-8"):
        read("中国".encode("gb18030") + b"\xff\xff\xff", "办法.txt")


def test_cut_utf8_is_refused_and_not_read_as_gb18030() -> None:
    with pytest.raises(UnreadableFileError, match=r"offset 63 is not valid utf-8"):
        read((CLAUSE * 2).encode()[:-61] + b"\xe3" + CLAUSE.encode(), "x.txt")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\x00\x01\x02\x03" * 100, id="nul-bytes"),
        pytest.param(b"\x01\x02\x03 abc" * 100, id="control-characters"),
        pytest.param(b"\xef\xbb\xbfa\x00b", id="nul-after-mark"),
        pytest.param(b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff", id="exe"),
        pytest.param(b"<html>\x01\x02\x03\x04", id="html-of-controls"),
    ],
)
def test_binary_junk_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read(data, "办法.txt")


# --- HTML ---


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param("<p>一、总则</p><p>第一条</p>", "一、总则\n第一条", id="blocks-on-lines"),
        pytest.param("<div><div><p>a</p></div></div>\n<p>b</p>", "a\nb", id="nested-blocks-one-newline"),
        pytest.param("a<br>b<br><br>c", "a\nb\n\nc", id="br"),
        pytest.param("<p>a<br></p>b", "a\nb", id="br-at-the-end-of-a-block"),
        pytest.param("<p> a \n\t b&nbsp;&nbsp;c </p>", "a b\xa0\xa0c", id="white-space-collapses-nbsp-stays"),
        pytest.param("<p>把握正确\n   改革方向</p>", "把握正确改革方向", id="line-break-between-chinese-is-no-space"),
        pytest.param("<p>改革 方向</p>", "改革 方向", id="typed-space-between-chinese-stays"),
        pytest.param("<p>强<b>化</b><span>体育 </span> <i> 评价</i></p>", "强化体育 评价", id="inline"),
        pytest.param("<pre>a\n  b</pre>c", "a\n  b\nc", id="pre"),
        pytest.param(
            "<table><tr><td><p>序号</p></td><td> <p>任务</p><p>单位</p> </td></tr>"
            "<tr><td></td><td>x</td><td></td></tr></table>y",
            "序号\t任务\n单位\n\tx\t\ny",
            id="table",
        ),
        pytest.param(
            "<title>t</title><style>s</style><script>if (a<b) {}</script><template>q</template>"
            "<noscript>n</noscript><!-- c --><?php p ?><p hidden>h</p><p style='color:red; DISPLAY : none'>d</p>v",
            "v",
            id="invisible",
        ),
        pytest.param("<p>a<span hidden>b</span>c</p>", "ac", id="text-after-hidden"),
        pytest.param("<p>&#x4e00;&ldquo;五育&rdquo;&amp;&foo;</p>", "一“五育”&&foo;", id="entities"),
        pytest.param("<body>a</body></html>\n尾<p>b", "a 尾\nb", id="text-after-the-end-of-html"),
        pytest.param("<html>" + "<div>" * 3000 + "深" + "</div>" * 3000 + "浅", "深\n浅", id="deep-nesting"),
        pytest.param("<p>a < b，c<3</p>", "a < b，c<3", id="bare-less-than"),
    ],
)
def test_html_text_is_what_a_browser_shows(markup: str, text: str) -> None:
    source = read(f"<!DOCTYPE html>{markup}".encode(), "页面")
    assert (source.format, source.text) == (Format.HTML, text)


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        pytest.param("<tr><td colspan=2>甲<td>乙<tr><td>一<td>二<td>三", "甲\t\t乙\n一\t二\t三", id="colspan"),
        pytest.param("<tr><td rowspan=2>甲<td>乙<tr><td>丙<tr><td>丁<td>戊", "甲\t乙\n\t丙\n丁\t戊", id="rowspan"),
        pytest.param("<tr><td>甲<td rowspan=2>乙<tr><td>丙", "甲\t乙\n丙\t", id="rowspan-in-the-last-column"),
        pytest.param("<tr><td rowspan=3 colspan=2>甲<td>乙<tr><td>丙<tr><td>丁", "甲\t\t乙\n\t\t丙\n\t\t丁", id="both"),
        pytest.param("<tr><td rowspan=x colspan=-3>甲<td colspan=''>乙", "甲\t乙", id="broken-spans"),
        pytest.param(
            "<tr><td rowspan=2>甲<table><tr><td>子<td>丑</table><td>乙<tr><td>丙", "甲\n子\t丑\t乙\n\t丙", id="nested"
        ),
    ],
)
def test_html_cells_stand_in_their_columns(rows: str, text: str) -> None:
    assert read(f"<!DOCTYPE html><table>{rows}</table>".encode(), "x").text == text


def test_html_spans_of_an_attack_are_cut() -> None:
    rows = "<tr><td rowspan=65534 colspan=1000>甲" + "<tr><td>乙" * 20_000
    assert len(read(f"<html><table>{rows}</table>".encode(), "x").text) < 300_000


@pytest.mark.parametrize(
    ("declaration", "codec"),
    [
        pytest.param('<meta charset="gb2312">', "gbk", id="meta-gb2312"),
        pytest.param('<meta http-equiv=Content-Type content="text/html; charset=GBK">', "gbk", id="http-equiv-gbk"),
        pytest.param('<meta charset="big5">', "big5hkscs", id="meta-big5"),
        pytest.param('<meta charset="gb2312">', "utf-8", id="meta-lies"),
        pytest.param('<meta charset="utf-8">', "gb18030", id="meta-lies-the-other-way"),
        pytest.param("", "gb18030", id="undeclared"),
        pytest.param('<meta charset="gbk">', "utf-16", id="mark-wins"),
        pytest.param('<meta charset="unicode-escape">', "utf-8", id="unknown-label"),
    ],
)
def test_html_charset_is_found(declaration: str, codec: str) -> None:
    page = f"<html><head>{declaration}</head><body><p>教育評價改革，務求實效。</p></body></html>"
    assert read(page.encode(codec), "x.html").text == "教育評價改革，務求實效。"


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param("<html>" + "<div>" * 20_000, id="nesting"),
        pytest.param("<html><p>" + "".join(f"<b id={i}>" for i in range(2000)) + "<p>x" * 2000, id="open-formatting"),
    ],
)
def test_html_bombs_are_refused(bomb: str) -> None:
    with pytest.raises(UnreadableFileError, match="elements stand open"):
        read(bomb.encode(), "x.html")


# --- Word ---


def saved(document: WordDocument) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def edited(data: bytes, part: str, edit: Callable[[bytes], bytes | None], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    """The same zip with one part changed, added (from empty bytes) or, where ``edit`` says None, left out."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", packed) as new:
        contents = {part: b"", **{name: old.read(name) for name in old.namelist()}}
        for name, content in contents.items():
            changed = edit(content) if name == part else content
            if changed is not None:
                new.writestr(name, changed)
    return buffer.getvalue()


def with_body(xml: str) -> bytes:
    """A document of that body."""
    document = docx.Document()
    body = document.element.body
    namespaces = (
        nsdecls("w", "wp", "a", "pic", "r") + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    )
    for child in parse_xml(f"<w:body {namespaces}>{xml}</w:body>"):
        body.insert(len(body) - 1, child)
    return saved(document)


def numbered(levels: str, paragraphs: str, nums: str = "") -> bytes:
    """A document with one list (numId 7) of those levels; ``p`` and ``i`` stand for number and level."""
    data = with_body(paragraphs)
    numbering = (
        f'<w:numbering {nsdecls("w")}><w:abstractNum w:abstractNumId="3">{levels}</w:abstractNum>'
        f'<w:num w:numId="7"><w:abstractNumId w:val="3"/></w:num>{nums}</w:numbering>'
    )
    return edited(data, "word/numbering.xml", lambda _: numbering.encode())


def level(index: int, number_format: str, text: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="1"/><w:numFmt w:val="{number_format}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def item(text: str, index: int = 0, list_id: int = 7) -> str:
    run = f"<w:r><w:t>{text}</w:t></w:r>" if text else ""
    return f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{index}"/><w:numId w:val="{list_id}"/></w:numPr></w:pPr>{run}</w:p>'


def test_docx_text_is_paragraphs_and_tables_in_document_order() -> None:
    document = docx.Document()
    document.add_heading("总体要求", 1)
    table = document.add_table(3, 3)
    for row, cells in enumerate((("任务", "", "单位"), ("强化体育评价", "1", "市教育局"), ("", "2", "市体育局"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(0, 0).merge(table.cell(0, 1))
    table.cell(1, 0).merge(table.cell(2, 0))
    document.add_paragraph("第一行").add_run("\n第二行\t完")
    document.sections[0].header.paragraphs[0].text = "页眉"
    source = read(saved(document), "方案.docx")
    expected = "总体要求\n任务\t\t单位\n强化体育评价\t1\t市教育局\n\t2\t市体育局\n第一行\n第二行\t完"
    assert (source.format, source.text.replace("任务\n", "任务"), source.encoding) == (Format.DOCX, expected, None)


def test_docx_automatic_numbers_are_rendered() -> None:
    levels = (
        level(0, "chineseCountingThousand", "%1、")
        + level(1, "chineseCounting", "（%2）")
        + level(2, "decimal", "%3.", '<w:lvlRestart w:val="1"/>')
        + level(3, "decimal", "%1.%4", "<w:isLgl/>")
        + level(4, "bullet", "●")
    )
    body = (
        item("总体要求") + item("目标", 1) + item("甲", 2) + item("原则", 1) + item("乙", 2) + "<w:p/>"
        + item("重点任务") + item("行动", 1) + item("丙", 2) + item("法", 3) + item("点", 4)
    )  # fmt: skip
    assert read(numbered(levels, body), "x").text.split("\n") == [
        "一、总体要求", "（一）目标", "1. 甲", "（二）原则", "2. 乙", "",
        "二、重点任务", "（一）行动", "1. 丙", "2.1 法", "点",
    ]  # fmt: skip


def test_docx_numbers_start_and_restart_where_the_list_says() -> None:
    nums = (
        '<w:num w:numId="8"><w:abstractNumId w:val="3"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
        "</w:lvlOverride></w:num>"
        '<w:num w:numId="9"><w:abstractNumId w:val="3"/></w:num>'
    )
    body = (
        item("a")
        + item("b")
        + item("c", list_id=8)
        + item("d", list_id=8)
        + item("e", list_id=9)
        + item("f", list_id=0)
    )
    text = read(numbered(level(0, "chineseCounting", "第%1条"), body, nums), "x").text
    assert text.split("\n") == ["第一条 a", "第二条 b", "第五条 c", "第六条 d", "第七条 e", "f"]


def test_docx_numbers_come_from_the_paragraph_style_and_its_parents() -> None:
    data = numbered(level(0, "decimal", "%1.") + level(1, "upperLetter", "%2)", '<w:pStyle w:val="Sub"/>'), (
        item("one") + '<w:p><w:pPr><w:pStyle w:val="Leaf"/></w:pPr><w:r><w:t>two</w:t></w:r></w:p>'
    ))  # fmt: skip
    styles = (
        '<w:style w:type="paragraph" w:styleId="Sub"><w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="Leaf"><w:basedOn w:val="Sub"/></w:style></w:styles>'
    )
    data = edited(data, "word/styles.xml", lambda xml: xml.replace(b"</w:styles>", styles.encode()))
    assert read(data, "x").text == "1. one\nA) two"


def test_docx_number_column_of_a_table_is_rendered() -> None:
    rows = "".join(
        f"<w:tr><w:tc>{item('')}</w:tc><w:tc><w:p><w:r><w:t>{t}</w:t></w:r></w:p></w:tc></w:tr>" for t in "甲乙"
    )
    assert read(numbered(level(0, "decimal", "%1"), f"<w:tbl>{rows}</w:tbl>"), "x").text == "1\t甲\n2\t乙"


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (10, "chineseCounting", "十"), (15, "chineseCounting", "十五"), (21, "chineseCounting", "二十一"),
        (105, "chineseCounting", "一〇五"), (110, "chineseCountingThousand", "一百一十"),
        (101, "chineseCountingThousand", "一百零一"), (1010, "chineseCountingThousand", "一千零一十"),
        (2000, "chineseCountingThousand", "二千"), (10, "chineseLegalSimplified", "壹拾"),
        (12, "decimalFullWidth", "１２"), (3, "decimalZero", "03"), (20, "decimalEnclosedCircleChinese", "⑳"),
        (21, "decimalEnclosedCircle", "21"), (3, "ideographEnclosedCircle", "㊂"), (2, "ideographTraditional", "乙"),
        (28, "lowerLetter", "bb"), (1, "upperLetter", "A"), (14, "lowerRoman", "xiv"), (1999, "upperRoman", "MCMXCIX"),
        (7, "unknownFormat", "7"), (0, "lowerRoman", "0"), (0, "chineseCounting", "〇"),
    ],
)  # fmt: skip
def test_word_number_formats(value: int, number_format: str, text: str) -> None:
    assert format_number(value, number_format) == text


RUN = "<w:r><w:t>{}</w:t></w:r>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(
            f'<w:p><w:ins w:id="1" w:author="a">{RUN.format("新")}</w:ins></w:p>', "新", id="tracked-insertion"
        ),
        pytest.param(
            f'<w:p><w:del w:id="1" w:author="a"><w:r><w:delText>旧</w:delText></w:r></w:del>{RUN.format("新")}</w:p>',
            "新",
            id="tracked-deletion",
        ),
        pytest.param(
            f"<w:sdt><w:sdtContent><w:p>{RUN.format('控件')}</w:p></w:sdtContent></w:sdt>", "控件", id="control"
        ),
        pytest.param(f"<w:p><w:hyperlink>{RUN.format('链接')}</w:hyperlink></w:p>", "链接", id="hyperlink"),
        pytest.param(
            "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>隐</w:t></w:r><w:r><w:t>显</w:t></w:r></w:p>", "显", id="hidden"
        ),
        pytest.param(
            f"<w:p><w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p>{RUN.format('框')}</w:p></w:txbxContent>"
            f"</mc:Choice><mc:Fallback><w:txbxContent><w:p>{RUN.format('框')}</w:p></w:txbxContent></mc:Fallback>"
            f"</mc:AlternateContent></w:r>{RUN.format('段')}</w:p>",
            "段\n框",
            id="text-box-once-after-its-paragraph",
        ),
        pytest.param(
            "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>3</w:t></w:r></w:p>", "3", id="field-result"
        ),
    ],
)
def test_docx_reads_what_the_page_shows(body: str, text: str) -> None:
    assert read(with_body(body), "x").text == text


def test_docx_footnotes_follow_their_paragraph_once() -> None:
    data = with_body(
        f'<w:p>{RUN.format("正文")}<w:r><w:footnoteReference w:id="2"/></w:r></w:p><w:p>{RUN.format("下段")}</w:p>'
    )
    note = f'<w:footnote w:id="2"><w:p>{RUN.format("注释")}</w:p></w:footnote>'
    notes = f"<w:footnotes {nsdecls('w')}>{note}</w:footnotes>"
    link = b'<Relationship Id="rId99" Type="http://x/relationships/footnotes" Target="footnotes.xml"/></Relationships>'
    data = edited(data, "word/footnotes.xml", lambda _: notes.encode())
    data = edited(data, "word/_rels/document.xml.rels", lambda xml: xml.replace(b"</Relationships>", link))
    assert read(data, "x").text == "正文\n注释\n下段"


def test_docx_with_a_relationship_to_no_part_is_read() -> None:
    link = b'<Relationship Id="rId98" Type="http://x/relationships/image" Target="NULL"/></Relationships>'
    data = with_body(f"<w:p>{RUN.format('文')}</w:p>")
    data = edited(data, "word/_rels/document.xml.rels", lambda xml: xml.replace(b"</Relationships>", link))
    assert read(data, "x").text == "文"


def test_docx_with_tables_nested_to_the_parsers_limit_does_not_exhaust_the_stack() -> None:
    nested = "<w:p/>"
    for _ in range(70):
        nested = f"<w:tbl><w:tr><w:tc>{nested}</w:tc></w:tr></w:tbl>"
    data = with_body(f"{nested}<w:p>{RUN.format('完')}</w:p>")
    assert read(data, "x").text.endswith("完")
    deep = b"<w:ins>" * 5000 + b"</w:ins>" * 5000
    with pytest.raises(UnreadableFileError, match="not well-formed"):
        read(edited(data, "word/document.xml", lambda xml: xml.replace(b"<w:body>", b"<w:body>" + deep)), "x")


WORD = with_body(f"<w:p>{RUN.format('文')}</w:p>")
DTD = b'<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("damaged", "message"),
    [
        pytest.param(lambda: WORD[: len(WORD) // 2], "damaged, truncated", id="truncated"),
        pytest.param(lambda: b"PK\x03\x04 and nothing else", "damaged, truncated", id="no-directory"),
        pytest.param(
            lambda: edited(WORD, "word/document.xml", lambda _: None), "no word/document.xml", id="no-main-part"
        ),
        pytest.param(lambda: edited(WORD, "word/document.xml", lambda _: b"<a>"), "not well-formed", id="bad-xml"),
        pytest.param(lambda: edited(WORD, "word/document.xml", lambda _: b"<a/>"), "no body", id="no-body"),
        pytest.param(
            lambda: edited(WORD, "word/document.xml", lambda x: DTD + b"<x>&b;</x>"), "declares a DTD", id="entities"
        ),
        pytest.param(lambda: edited(WORD, "x", lambda x: x, zipfile.ZIP_BZIP2), "zip method 12", id="bzip2"),
        pytest.param(
            lambda: WORD.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"),
            "encrypted",
            id="encrypted",
        ),
        pytest.param(
            lambda: edited(WORD, "word/document.xml", lambda _: b"<a>" + b"<p/>" * 3_000_000 + b"</a>"),
            "too much to be text",
            id="tags-without-end",
        ),
        pytest.param(
            lambda: edited(WORD, "word/document.xml", lambda _: b" " * 65 * 1024 * 1024), "split the", id="large-part"
        ),
        pytest.param(
            lambda: edited(WORD, "word/media/a.bmp", lambda _: bytes(201 * 1024 * 1024)), "unpacks to", id="zip-bomb"
        ),
    ],
)
def test_docx_that_cannot_be_read_says_why(damaged: Callable[[], bytes], message: str) -> None:
    with pytest.raises(UnreadableFileError, match=message):
        read(damaged(), "x.docx")


@pytest.mark.parametrize(
    ("rows", "text"),
    [
        pytest.param(
            "<w:tr><w:tc><w:tcPr><w:gridSpan w:val='3'/></w:tcPr><w:p/></w:tc><w:tc>{b}</w:tc></w:tr>",
            "\t\t\t乙",
            id="grid-span",
        ),
        pytest.param(
            "<w:tr><w:trPr><w:gridBefore w:val='1'/><w:gridAfter w:val='1'/></w:trPr><w:tc>{b}</w:tc></w:tr>",
            "\t乙\t",
            id="grid-before-and-after",
        ),
        pytest.param(
            "<w:tr><w:tc><w:tcPr><w:vMerge w:val='restart'/><w:gridSpan w:val='2'/></w:tcPr>{b}</w:tc><w:tc>{b}</w:tc>"
            "</w:tr><w:tr><w:tc><w:tcPr><w:vMerge/><w:gridSpan w:val='2'/></w:tcPr><w:p/></w:tc><w:tc>{b}</w:tc>"
            "</w:tr>",
            "乙\t\t乙\n\t\t乙",
            id="merged-down-and-across",
        ),
        pytest.param(
            "<w:tr><w:tc><w:tcPr><w:gridSpan w:val='99999999'/></w:tcPr>{b}</w:tc></w:tr>", "乙", id="span-of-an-attack"
        ),
    ],
)
def test_docx_cells_stand_in_their_columns(rows: str, text: str) -> None:
    table = rows.replace("'", '"').format(b=f"<w:p>{RUN.format('乙')}</w:p>")
    assert read(with_body(f"<w:tbl>{table}</w:tbl><w:p>{RUN.format('完')}</w:p>"), "x").text == f"{text}\n完"


def test_docx_with_macros_is_read_and_its_macros_are_not() -> None:
    content_type = b"application/vnd.ms-word.document.macroEnabled.main+xml"
    plain = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    data = edited(WORD, "word/vbaProject.bin", lambda _: b"\xd0\xcf\x11\xe0")
    data = edited(data, "[Content_Types].xml", lambda xml: xml.replace(plain, content_type))
    assert read(data, "方案.docm").text == "文"


@pytest.mark.parametrize("start", ["", "<html><p>"], ids=["text", "html"])
def test_a_huge_text_is_refused_with_the_way_out(start: str) -> None:
    with pytest.raises(UnreadableFileError, match=r"x: [\d,]+ (?:bytes|characters), more than .* split it"):
        read(start.encode() + b"a" * 40_000_001, "x")
    with pytest.raises(UnreadableFileError, match=r"x: 10,000,00\d characters, more than"):
        read(start.encode() + b"a" * 10_000_001, "x")


# --- PDF ---


def pdf(*pages: str, password: str | None = None) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption(password) if password else None)
    for page in pages:
        canvas.setFont("STSong-Light", 12)
        for index, line in enumerate(page.split("\n")):
            canvas.drawString(72, 700 - 20 * index, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def test_pdf_text_is_its_pages_joined_by_form_feeds() -> None:
    source = read(pdf("一、强化体育评价\n（市教育局）", "二、𠮷林"), "方案.pdf")
    assert (source.format, source.text) == (Format.PDF, "一、强化体育评价\n（市教育局）\f二、𠮷林")


def test_pdf_text_that_runs_over_the_edge_of_the_page_is_kept() -> None:
    line = "市教育局、" * 12
    assert read(pdf(line), "x").text == line


def test_pdf_page_without_text_is_kept_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    assert read(pdf("一页", "", "三页"), "x.pdf").text == "一页\f\f三页"
    assert "pages [2] have no text layer" in caplog.text


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param(pdf("", ""), "none of its 2 pages has a text layer.*OCR", id="scanned"),
        pytest.param(pdf("一页", password="x"), "needs a password", id="encrypted"),
        pytest.param(pdf("一页")[:500], "damaged or truncated", id="truncated"),
    ],
)
def test_pdf_that_cannot_be_read_says_why(data: bytes, message: str) -> None:
    with pytest.raises(UnreadableFileError, match=message):
        read(data, "x.pdf")


# --- which format ---


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        pytest.param(WORD, "a.txt", Format.DOCX, id="docx-named-txt"),
        pytest.param(pdf("一页"), "a.docx", Format.PDF, id="pdf-named-docx"),
        pytest.param(b"\n" + pdf("一页"), "a", Format.PDF, id="pdf-after-newline"),
        pytest.param("一".encode(), "a.pdf", Format.TXT, id="text-named-pdf"),
        pytest.param(b"%PDF- is how a PDF starts", "a.txt", Format.PDF, id="pdf-header-and-nothing-else"),
        pytest.param(b"A PDF starts with %PDF-1.7", "a.txt", Format.TXT, id="text-about-pdf"),
        pytest.param("<p>第一条</p>".encode(), "a.txt", Format.HTML, id="fragment-named-txt"),
        pytest.param("<!-- saved from url=(1) -->\r\n<HTML>一".encode(), "a.md", Format.HTML, id="page-named-md"),
        pytest.param('<?xml version="1.0"?><html>一</html>'.encode("utf-16"), "a", Format.HTML, id="xhtml-in-utf-16"),
        pytest.param("<办法>一".encode(), "a.html", Format.TXT, id="text-named-html"),
        pytest.param("<p>后面是 Markdown\n".encode(), "a.md", Format.MARKDOWN, id="markdown-with-a-tag"),
    ],
)
def test_content_decides_the_format_not_the_name(data: bytes, name: str, expected: Format) -> None:
    if expected is Format.PDF and b"startxref" not in data:
        with pytest.raises(UnreadableFileError, match="PDF is damaged"):
            read(data, name)
    else:
        assert read(data, name).format is expected


def zipped(*names: str, mimetype: str | None = None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "kind", "remedy"),
    [
        pytest.param(
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), r"\.doc, \.wps, \.xls", "save it as .docx", id="ole"
        ),
        pytest.param(zipped("OFD.xml", "Doc_0/Document.xml"), "OFD", "export it as .pdf", id="ofd"),
        pytest.param(zipped("[Content_Types].xml", "xl/workbook.xml"), "Excel", "ingest that", id="xlsx"),
        pytest.param(zipped("[Content_Types].xml", "ppt/presentation.xml"), "PowerPoint", "save it as", id="pptx"),
        pytest.param(
            zipped(mimetype="application/vnd.oasis.opendocument.text"), "OpenDocument", "save it as", id="odt"
        ),
        pytest.param(zipped(mimetype="application/epub+zip"), "EPUB", "save it as", id="epub"),
        pytest.param(zipped("方案.docx"), "a zip archive", "unpack it", id="zip"),
        pytest.param(zipped(), "a zip archive", "unpack it", id="empty-zip"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(64), "PNG", "OCR", id="png"),
        pytest.param(b"\xff\xd8\xff\xe0" + bytes(64), "JPEG", "OCR", id="jpeg"),
        pytest.param(b"GIF89a" + bytes(64), "GIF", "OCR", id="gif"),
        pytest.param(b"II*\x00" + bytes(64), "TIFF", "OCR", id="tiff-intel"),
        pytest.param(b"MM\x00*" + bytes(64), "TIFF", "OCR", id="tiff-motorola"),
        pytest.param(b"RIFF\x00\x00\x00\x00WEBP", "WebP", "OCR", id="webp"),
        pytest.param(b"BM\x12\x00\x00\x00" + bytes(12), "BMP", "OCR", id="bmp"),
        pytest.param(rb"{\rtf1\ansi x}", "RTF", "save it as .docx", id="rtf"),
        pytest.param(b"7z\xbc\xaf\x27\x1c" + bytes(64), "7z", "unpack it", id="7z"),
        pytest.param(b"Rar!\x1a\x07\x01\x00", "RAR", "unpack it", id="rar"),
        pytest.param(b"\x1f\x8b\x08" + bytes(64), "gzip", "unpack it", id="gzip"),
        pytest.param(b"BZh9" + bytes(64), "bzip2", "unpack it", id="bzip2"),
        pytest.param(b"\xfd7zXZ\x00" + bytes(64), "xz", "unpack it", id="xz"),
        pytest.param(bytes(257) + b"ustar" + bytes(250), "tar", "unpack it", id="tar"),
        pytest.param(b"\x00\x00\x00\x18ftypheic" + bytes(64), "HEIC", "OCR", id="heic"),
        pytest.param(b"%!PS-Adobe-3.0\n", "PostScript", r"print it to \.pdf", id="postscript"),
        pytest.param(
            b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w/>', "Word's", "save", id="flat"
        ),
        pytest.param(b"MIME-Version: 1.0\r\nContent-Type: multipart/related; x", "web archive", "save it as", id="mht"),
    ],
)
def test_an_unsupported_kind_is_named_with_the_way_out(data: bytes, kind: str, remedy: str) -> None:
    with pytest.raises(UnsupportedFormatError, match=rf"^附件\.txt: .*{kind}.* not supported; .*{remedy}"):
        read(data, "附件.txt")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="no-bytes"),
        pytest.param(b"\xef\xbb\xbf", id="only-a-mark"),
        pytest.param("\r\n　 ".encode(), id="white-space"),
        pytest.param(b"<html><head><title>x</title></head><body><script>1</script></body></html>", id="html"),
        pytest.param(saved(docx.Document()), id="docx"),
    ],
)
def test_a_file_without_visible_text_is_empty(data: bytes) -> None:
    with pytest.raises(EmptyDocumentError):
        read(data, "x")


PREFIXES = (
    b"", b"%PDF-1.7\n", b"PK\x03\x04", b"<html>", b"<html><meta charset=gbk>", b"\xff\xfe", b"\xfe\xff",
    b"\xef\xbb\xbf", b"\xff\xfe\x00\x00", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"<table><tr><td>", b"\xe4\xb8\xad",
)  # fmt: skip
SEEDS = (WORD, pdf("一页"), "<table><tr><td>一<p>二</table>".encode("gbk"), CLAUSE.encode("utf-16"))


def is_read_or_refused(data: bytes) -> bool:
    try:
        return isinstance(read(data, "x").text, str)
    except IngestError as error:
        return str(error).startswith("x: ")


@given(st.sampled_from(PREFIXES), st.binary(max_size=400))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_read_or_refused(prefix: bytes, data: bytes) -> None:
    assert is_read_or_refused(prefix + data)


@given(st.sampled_from(SEEDS), st.integers(0, 1 << 20), st.integers(0, 40), st.binary(max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_damaged_file_is_read_or_refused(seed: bytes, at: int, removed: int, put: bytes) -> None:
    at %= len(seed)
    assert is_read_or_refused(seed[:at] + put + seed[at + removed :])


@given(st.text("<>/ab=\"'&;! \n\t中。-tdrp", max_size=200))
@settings(deadline=None)
def test_no_markup_breaks_the_html_reader(markup: str) -> None:
    assert read(f"<html>始{markup}".encode(), "x").text.startswith("始")


def test_importing_the_readers_loads_no_parser() -> None:
    code = (
        "import sys, ingest.readers\n"
        "print([name for name in ('lxml', 'docx', 'selectolax', 'pypdfium2') if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1]
    )
    assert run.stdout.strip() == "[]"


@pytest.mark.slow
def test_real_policy_files_are_read() -> None:
    folder = os.environ.get("REFORMQA_TEST_POLICIES")
    if not folder:
        pytest.skip("REFORMQA_TEST_POLICIES names no folder of real policy files")
    files = [path for path in sorted(Path(folder).rglob("*")) if path.suffix in (".txt", ".html", ".md", ".pdf")]
    assert files, f"{folder} holds no .txt, .html, .md or .pdf"
    for path in files:
        source = read(path.read_bytes(), path.name)
        assert (source.format.value, len(source.text) > 100) == (path.suffix[1:], True), path
