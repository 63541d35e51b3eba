"""Outlines: the headings a reader sees, with the addresses they are cited by."""

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.corpus import bundled
from ingest.model import Document, Gap, SectionKind
from ingest.outline import Node, outline
from ingest.pipeline import ingest

DOCUMENTS = {document.id: document for document in (ingest(source, given) for source, given in bundled())}

# Read from the documents by hand: path, number and title.
JINAN = [
    ("1", "一", "实施党委和政府教育工作评价改革专项行动"),
    ("1/1", "1", "加强党对教育工作的全面领导"),
    ("1/2", "2", "优化政府履行教育职责评价"),
    ("1/3", "3", "突出数字赋能教育评价"),
    ("1/4", "4", "构建良好教育生态"),
    ("2", "二", "实施学校评价改革专项行动"),
    ("2/5", "5", "完善学校评价体系"),
    ("2/6", "6", "优化幼儿园评价"),
    ("2/7", "7", "改进中小学评价"),
    ("2/8", "8", "健全职业院校评价"),
    ("3", "三", "实施教师评价改革专项行动"),
    ("3/9", "9", "优化师德评价机制"),
    ("3/10", "10", "突出教书育人实绩"),
    ("3/11", "11", "强化一线学生工作"),
    ("3/12", "12", "突出教科研能力评价"),
    ("4", "四", "实施学生评价改革专项行动"),
    ("4/13", "13", "深化综合素质评价"),
    ("4/14", "14", "完善德育评价"),
    ("4/15", "15", "强化体育评价"),
    ("4/16", "16", "深化美育评价"),
    ("4/17", "17", "健全劳动教育评价"),
    ("4/18", "18", "探索拔尖创新人才培养"),
    ("4/19", "19", "深化招生考试制度改革"),
    ("5", "五", "实施用人评价改革专项行动"),
    ("5/20", "20", "坚持正确用人导向"),
]
NOISY = [
    ("1", "一", "xx市基础教育综合改革实验区实施方案之总体要求"),
    ("1/1", "(一)", "指导思想"),
    ("1/2", "(二)", "基本原则"),
    ("1/3", "(三)", "总体目标"),
    ("2", "二", "xx市基础教育综合改革实验区实施方案之改革任务"),
    ("2/1", "(一)", "构建五大机制"),
    ("2/1/1", "一是", "强化党建引领机制"),
    ("2/1/2", "二是", "健全立德树人机制"),
    ("2/1/3", "三是", "建立科学评价机制"),
    ("2/1/4", "四是", "创新教师队伍建设机制"),
    ("2/1/5", "五是", "健全协同治理机制"),
    ("2/2", "(二)", "推进五个转变"),
    ("2/2/1", "一是", "从单一评价向综合评价转变"),
    ("2/2/2", "二是", "从规划配套向规划引领转变"),
    ("2/2/3", "三是", "从服务户籍人口向常住人口转变"),
    ("2/2/4", "四是", "从基本均衡向优质均衡转变"),
    ("2/2/5", "五是", "从教育管理向教育治理转变"),
    ("3", "三", "xx市基础教育综合改革实验区实施方案之重点工程"),
    ("3/1", "(一)", "立德树人工程"),
    ("3/1/1", "一是", "实施思政课教学改革"),
    ("3/1/2", "二是", "加强社会主义核心价值观教育"),
    ("3/1/3", "三是", "构建劳动教育生态圈"),
    ("3/1/4", "四是", "完善心理健康示范区建设"),
    ("3/1/5", "五是", "开展家庭教育支持行动"),
    ("3/2", "(二)", "优质教育倍增工程"),
    ("3/2/1", "一是", "优质资源供给方式多起来"),
    ("3/2/2", "二是", "家长的认同度高起来"),
    ("3/2/3", "三是", "城乡教育资源动起来"),
    ("3/2/4", "四是", "学生与优质资源连起来"),
    ("3/3", "(三)", "乡村学校提升工程"),
    ("3/3/1", "一是", "优化空间布局"),
    ("3/3/2", "二是", "完善基础保障"),
    ("3/3/3", "三是", "促进特色发展"),
    ("3/4", "(四)", "教师队伍提升工程"),
    ("3/4/1", "一是", "创新教师编制管理"),
    ("3/4/2", "二是", "加强师资配置管理"),
    ("3/4/3", "三是", "推进校长职级制改革"),
    ("3/5", "(五)", "高质量教育教学工程"),
    ("3/5/1", "一是", "大力提高课堂教学质量"),
    ("3/5/2", "二是", "加强“五育课程建设"),
    ("3/5/3", "三是", "强化作业考试管理"),
]


def numbered(text: str) -> list[Node]:
    return [node for node in outline(text).nodes if node.kind is SectionKind.NUMBERED]


def paths(text: str) -> list[str]:
    return ["/".join(node.path) for node in numbered(text)]


def titles(text: str) -> list[str]:
    return [node.title for node in numbered(text)]


# --- the bundled documents ---


@pytest.mark.parametrize(
    ("document_id", "expected"),
    [pytest.param("jinan-2024", JINAN, id="jinan"), pytest.param("xx-reform-plan", NOISY, id="noisy-copy")],
)
def test_the_headings_of_a_bundled_document_are_those_a_reader_finds(
    document_id: str, expected: list[tuple[str, str, str]]
) -> None:
    sections = [s for s in DOCUMENTS[document_id].sections if s.kind is SectionKind.NUMBERED]
    assert [(s.id.removeprefix(f"{document_id}/"), s.number, s.title) for s in sections] == expected


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_numbering_of_the_bundled_documents_has_no_gap(document: Document) -> None:
    assert document.receipt.gaps == ()


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_section_lies_inside_its_parent_and_begins_with_its_heading(document: Document) -> None:
    for section in document.sections:
        assert section.span.covers(section.own)
        assert section.clean_heading.start == section.clean_span.start
        assert section.clean_heading.of(document.clean).strip() == (section.label if section.number else "")
        if section.parent_id:
            assert document.section(section.parent_id).span.covers(section.span)
            assert document.section(section.parent_id).depth == section.depth - 1


def test_the_paragraph_after_task_20_is_the_documents_not_the_tasks() -> None:
    jinan = DOCUMENTS["jinan-2024"]
    task, closing = jinan.section("jinan-2024/5/20"), jinan.section("jinan-2024/closing")
    assert task.own.of(jinan.source.text).rstrip().endswith("市国有资产监督管理委员会分工负责〕")
    assert closing.own.of(jinan.source.text).strip().startswith("各级党委、政府要把深化教育评价改革列入重要议事日程")
    assert closing.parent_id is None
    assert jinan.section("jinan-2024/5").span.end <= closing.span.start


# --- numbering ---

PART = "一、总体要求\n1.甲工作。\n2.乙工作。\n二、主要任务\n1.丙工作。\n2.丁工作。\n"


def test_numbering_that_restarts_in_each_part_gives_distinct_paths() -> None:
    assert paths(PART) == ["1", "1/1", "1/2", "2", "2/1", "2/2"]


def test_numbering_that_restarts_within_one_part_gives_distinct_paths() -> None:
    text = "1.甲工作。\n2.乙工作。\n1.丙工作。\n2.丁工作。\n1.戊工作。\n"
    assert paths(text) == ["1", "2", "1-2", "2-2", "1-3"]


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        pytest.param("1.甲事。\n2.乙事。\n4.丁事。\n", [Gap("", 2, 4)], id="one-missing"),
        pytest.param("一、甲\n1.子事。\n4.丑事。\n二、乙\n1.寅事。\n2.卯事。\n", [Gap("1", 1, 4)], id="inside-a-part"),
        pytest.param("一、甲\n三、丙\n六、己\n", [Gap("", 1, 3), Gap("", 3, 6)], id="two-holes"),
        pytest.param(PART, [], id="restart-is-no-gap"),
        pytest.param("一、甲\n1.子事。\n二、乙\n2.丑事。\n", [], id="running-on-is-no-gap"),
    ],
)
def test_a_hole_in_the_numbering_is_reported_where_it_is(text: str, gaps: list[Gap]) -> None:
    assert list(outline(text).gaps) == gaps


def test_every_style_of_number_has_its_level() -> None:
    text = (
        "第一章 总则\n第一节 目的\n第一条 为了规范。\n一、要求\n(一)思想\n1.任务\n(1)步骤\n①材料\n一是原则,二是方法。\n"
        "②表格\n(2)步骤\n2.任务\n（二）目标\n二、任务\n第二条 适用范围。\n第二节 范围\n第二章 附则\n"
    )
    assert [(len(node.path), node.number) for node in numbered(text)] == [
        (1, "第一章"),
        (2, "第一节"),
        (3, "第一条"),
        (4, "一"),
        (5, "(一)"),
        (6, "1"),
        (7, "(1)"),
        (8, "①"),
        (9, "一是"),
        (8, "②"),
        (7, "(2)"),
        (6, "2"),
        (5, "（二）"),
        (4, "二"),
        (3, "第二条"),
        (2, "第二节"),
        (1, "第二章"),
    ]


def test_articles_are_sections_and_a_mention_of_an_article_is_not() -> None:
    text = "第一条 为了规范评价。\n第二条 依照第一条 的规定办理。\n第三条 由市教育局负责解释。\n"
    assert [(n.number, n.ordinal) for n in numbered(text)] == [("第一条", 1), ("第二条", 2), ("第三条", 3)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "一、总体要求(一)指导思想坚持党的领导。(二)基本原则坚持公平。",
            ["总体要求", "指导思想", "基本原则"],
            id="nouns-that-end-headings",
        ),
        pytest.param(
            "二、任务(一)构建五大机制一是强化党建引领机制。做好工作。二是健全育人机制。继续做好。",
            ["任务", "构建五大机制", "强化党建引领机制", "健全育人机制"],
            id="children-run-on",
        ),
    ],
)
def test_headings_run_into_their_paragraph_are_found_and_cut(text: str, expected: list[str]) -> None:
    assert titles(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("本办法由市教育局负责解释,自发布之日起施行。", id="plain"),
        pytest.param("做好三、四年级的衔接。", id="grades"),
        pytest.param("实施5项制度,共12.5万元。", id="decimals"),
        pytest.param("这一、二期工程,主要一是为民,也有二是为公。", id="words-with-one"),
        pytest.param("依照第三条办理。第四条也是。", id="mentions"),
    ],
)
def test_text_without_headings_is_one_preamble(text: str) -> None:
    (node,) = outline(text).nodes
    assert (node.kind, node.path, node.own.of(text)) == (SectionKind.PREAMBLE, ("preamble",), text)


def test_a_title_ends_with_its_line_sentence_or_colon() -> None:
    assert titles("1.强化评价。落实标准。\n2.完善机制:一抓到底\n3.建设队伍\n") == ["强化评价", "完善机制", "建设队伍"]


def test_a_numbered_sentence_is_titled_by_its_first_clause() -> None:
    (node,) = numbered("1.加强对义务教育学校的督导,规范办学行为,落实各项政策要求。\n")
    assert node.title == "加强对义务教育学校的督导"


def test_several_closing_paragraphs_are_one_closing_section() -> None:
    text = "1.甲事。\n2.乙事。\n3.丙事。\n4.丁事。\n各单位要落实。\n媒体要宣传。\n"
    *_, last = outline(text).nodes
    assert (last.kind, last.own.of(text).strip()) == (SectionKind.CLOSING, "各单位要落实。\n媒体要宣传。")


def test_items_of_several_paragraphs_keep_their_last_paragraph() -> None:
    text = "1.甲事。\n甲段。\n2.乙事。\n乙段。\n3.丙事。\n丙段。\n4.丁事。\n丁段。\n"
    assert SectionKind.CLOSING not in {node.kind for node in outline(text).nodes}


# --- more styles of numbers ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "## 第一章 总则\n第一条 为了管水。\n## 第二章　罚则\n", ["第一章", "第一条", "第二章"], id="markdown"
        ),
        pytest.param(
            "第一章总则\n第一条为了管水。\n第二条适用于本市。\n", ["第一章", "第一条", "第二条"], id="no-blank-behind"
        ),
        pytest.param(
            "第一条 为了管水。\n第一条规定的水。\n第三条、第四条所称的水。\n", ["第一条"], id="mentions-at-line-starts"
        ),
        pytest.param("1\ue010清理河道。疏浚。\n2\ue010巡查水库。每月。\n", ["1", "2"], id="private-separator"),
        pytest.param("１．清理河道。\n２．巡查水库。\n", ["１", "２"], id="full-width"),
        pytest.param("1）清理河道。\n2）巡查水库。\n", ["1）", "2）"], id="half-a-bracket"),
        pytest.param("首先，清理河道。其次，巡查水库。再次，修订预案。", ["首先", "其次", "再次"], id="words"),
        pytest.param("首先，清理河道。然后巡查水库。", [], id="a-lonely-word"),
        pytest.param("一、清理河道。（市水务局负责）二、巡查水库。", ["一", "二"], id="behind-a-bracket"),
        pytest.param("按照第（一）（二）项办理。", [], id="items-mentioned"),
        pytest.param("7.关于河湖保护的通知\n一、清理\n二、巡查\n", ["一", "二"], id="number-of-the-document"),
    ],
)
def test_a_marker_counts_where_a_writer_puts_one(text: str, expected: list[str]) -> None:
    assert [node.number for node in numbered(text)] == expected


def test_the_hash_marks_of_a_heading_are_not_part_of_it_and_stay_with_it() -> None:
    text = "前言。\n## 第一章 总则\n第一条 为了管水。\n"
    chapter = numbered(text)[0]
    assert (chapter.title, chapter.heading.of(text), chapter.own.of(text)) == (
        "总则",
        "第一章 总则",
        "## 第一章 总则\n",
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("（一）清理河道（牵头单位：市水务局）\n1.疏浚。\n", "清理河道"),
        ("（一）清理河道（以下简称：清河）\n", "清理河道"),
        ("（一）巡查（含夜间）水库（市应急局负责）\n", "巡查（含夜间）水库"),
        ("（一）坚持清河护岸，统筹水陆。加强巡查。\n", "坚持清河护岸，统筹水陆"),
        ("（一）\n合理用水\n1.节水。\n", "合理用水"),
        ("（一）实施水源（含水库、山塘）保护。定期巡查。\n", "实施水源（含水库、山塘）保护"),
    ],
)
def test_a_title_stops_where_its_reader_does(text: str, title: str) -> None:
    assert numbered(text)[0].title == title


# --- parts ---

NOTICE = """\
某市人民政府办公室关于印发某市河湖保护办法的通知
各区人民政府，市政府各部门：
《某市河湖保护办法》已经市政府同意，现印发给你们，请认真贯彻执行。
附件：1.任务分工表
2.考核细则
某市人民政府办公室
2024年3月1日
（此件公开发布）
某市河湖保护办法
第一章 总则
第一条 为了保护河湖。
第二章 附则
第二条 自公布之日起施行。
附件1
任务分工表
一、清理河道
二、巡查水库
附件 2：考核细则
一、总分
"""


def test_an_issued_text_and_attachments_are_parts_with_numbering_of_their_own() -> None:
    assert [("/".join(node.path), node.number, node.title) for node in numbered(NOTICE)] == [
        ("p1", "", "某市河湖保护办法"),
        ("p1/1", "第一章", "总则"),
        ("p1/1/1", "第一条", ""),
        ("p1/2", "第二章", "附则"),
        ("p1/2/2", "第二条", ""),
        ("a1", "附件1", "任务分工表"),
        ("a1/1", "一", "清理河道"),
        ("a1/2", "二", "巡查水库"),
        ("a2", "附件2", "考核细则"),
        ("a2/1", "一", "总分"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "某市河湖保护办法\n一、总则\n为了保护河湖，制定本办法，请遵照执行。\n", ["1"], id="title-at-the-head"
        ),
        pytest.param(
            "现将分工印发给你们，请抓好落实工作。\n一、甲\n附件：1.分工表\n2.细则\n某局\n2024年3月1日\n",
            ["1"],
            id="enclosures",
        ),
        pytest.param("现将分工印发给你们，请抓好落实工作。\n一、甲\n附件：分工表（略）\n", ["1"], id="not-enclosed"),
        pytest.param(
            "请各单位认真抓好各项工作的落实。\n附件：分工表\n某局\n2024年3月1日\n附件\n分工表\n一、甲\n",
            ["a1", "a1/1"],
            id="listed-then-enclosed",
        ),
        pytest.param("附件1所列事项由各单位办理。\n一、甲\n", ["1"], id="mention"),
        pytest.param(
            "某市清河方案\n为了保护全市河湖，制定本方案。\n一、甲\n二、乙\n某市护岸方案\n一、丙\n",
            ["1", "2", "p1", "p1/1"],
            id="plans-behind-one-another",
        ),
        pytest.param(
            "请各单位认真抓好各项工作的落实。\n2024年3月1日\n某市清河\n行动方案（试行）\n一、甲\n",
            ["p1", "p1/1"],
            id="broken-title",
        ),
        pytest.param(
            "请各单位认真抓好各项工作的落实。\n2024年3月1日\n四、完善保障措施\n", ["4"], id="numbered-line-is-no-title"
        ),
    ],
)
def test_a_part_begins_where_another_text_does(text: str, expected: list[str]) -> None:
    assert paths(text) == expected


def test_enclosures_signature_and_date_close_a_notice() -> None:
    text = "现就有关工作通知如下，请认真落实。\n一、甲。\n二、乙。做好工作。\n某市教育局\n2024年3月1日\n"
    *_, last = outline(text).nodes
    assert (last.kind, last.own.of(text).strip()) == (SectionKind.CLOSING, "某市教育局\n2024年3月1日")


# --- any text ---

FRAGMENTS = [
    "附件1",
    "附件：",
    "2024年3月1日\n",
    "某市河湖办法\n",
    "请各单位认真抓好各项工作的落实。\n",
    "## ",
    "首先，",
    "其次，",
    "\t",
    "序号\t任务\t责任单位\n",
    "一、",
    "二、",
    "(一)",
    "（二）",
    "1.",
    "2.",
    "4.",
    "１．",
    "(1)",
    "①",
    "一是",
    "二是",
    "第一条 ",
    "第三章 ",
    "\n",
    "\n\n",
    "。",
    ";",
    "评价",
    "指导思想",
    "市教育局",
    " ",
    "\u3000",
    "\r\n",
    "x",
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join) | st.text(max_size=80))
@example(" \n1.甲。")
@example("1.甲。\n2.乙。\n3.丙。\n4.丁。\n结尾。\n")
def test_own_spans_of_any_text_cover_it_once_and_in_order(text: str) -> None:
    nodes = outline(text).nodes
    if not nodes:
        assert not text.strip()
        return
    assert not text[: nodes[0].own.start].strip()
    assert all(left.own.end == right.own.start for left, right in pairwise(nodes))
    assert nodes[-1].own.end == len(text)
    assert len({node.path for node in nodes}) == len(nodes)
    for node in nodes:
        assert node.span.covers(node.own)
        assert node.own.covers(node.heading)


def test_an_article_and_an_item_of_a_list_have_no_title_but_their_text() -> None:
    found = numbered(
        "第一条 校车应当配备逃生锤、干粉灭火器。安全设备应当性能良好。\n"
        "第二条　职责\n教育部门指导学校。\n"
        "第三条 有下列情形之一的：\n（一）取得驾驶证3年以上；\n（二）年龄在25周岁以上。\n"
        "第四条 聘用的基本程序：\n报名、审查、公示。\n"
    )
    assert [(node.number, node.title) for node in found] == [
        ("第一条", ""), ("第二条", "职责"), ("第三条", ""), ("（一）", ""), ("（二）", ""),
        ("第四条", "聘用的基本程序"),
    ]  # fmt: skip
