"""Golden cases in workbooks: what is written is read back, and what people get wrong is said with its cell."""

import re
import string
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from eval_sets.cases import Expect, GoldenCase, bundled_files, load
from eval_sets.errors import GoldenError
from eval_sets.spreadsheets import read_workbook, write_workbook
from eval_sets.spreadsheets.workbook import help_texts

CASE = GoldenCase(id="a", lang="zh", type="who", question="体育评价由谁负责？", answerable=True)
HEADER = ["id", "lang", "type", "question", "answerable"]
ROW = ["a", "zh", "who", "体育评价由谁负责？", "是"]

characters = st.one_of(
    st.sampled_from("|｜\\\n\r\t =+-@neu_x30'\"ＡＢ１５？　裏，\xa0\x85\u2028"),
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
)
some_text = st.one_of(
    st.text(characters, min_size=1),
    st.sampled_from(
        ["=1+1", "+1", "-1", "@x", "#N/A", "_x000D_", "_x0041_x0042_", "_x005F_", "\\e", "a | b", "001", "是"]
    ),
)
#: Evidence and alternatives say something: a blank would be in every answer.
wanted_text = some_text.filter(str.strip)
some_texts = st.lists(wanted_text, max_size=3).map(tuple)
groups = st.lists(st.lists(wanted_text, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple)
optional = st.none() | st.just("") | some_text


@st.composite
def cases(draw: st.DrawFn) -> GoldenCase:
    correction = draw(groups)
    expect = draw(st.sampled_from([None, *Expect]))
    if expect is Expect.CORRECT and not correction:
        expect = None
    answerable = draw(st.booleans()) if expect is None else expect in (Expect.ANSWER, Expect.CORRECT)
    return GoldenCase(
        id=draw(some_text),
        lang=draw(st.sampled_from(["zh", "en"])),
        type=draw(some_text),
        question=draw(some_text),
        answerable=answerable,
        split=draw(st.sampled_from([None, "dev", "test"])),
        persona=draw(optional),
        author=draw(optional),
        date=draw(optional),
        corpus=draw(optional),
        document=draw(optional),
        variant_of=draw(optional),
        history=draw(some_texts | st.just(("", "a"))),
        must_contain=draw(groups),
        must_not_contain=draw(some_texts),
        evidence=draw(some_texts),
        expect=expect,
        correction=correction,
    )


def workbook(path: Path, rows: Sequence[Sequence[object]], sheet: str = "questions") -> Path:
    """A workbook as someone else would make it."""
    book = Workbook()
    book.worksheets[0].title = sheet
    for row in rows:
        book.worksheets[0].append(list(row))
    book.save(path)
    return path


def with_cell(path: Path, field: str, value: object, number_format: str = "") -> Path:
    """A workbook with one case, whose ``field`` holds ``value``."""
    fields = dict(zip(HEADER, ROW, strict=True)) | {field: None}
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "questions"
    for n, (name, each) in enumerate(fields.items(), 1):
        sheet.cell(1, n, name)
        sheet.cell(2, n, value if name == field else each)
        if name == field and number_format:
            sheet.cell(2, n).number_format = number_format
    book.save(path)
    return path


def message(path: Path) -> str:
    with pytest.raises(GoldenError) as caught:
        read_workbook(path)
    text = str(caught.value)
    assert str(path) in text
    return text.replace(f"{path}", "x.xlsx")


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(cases(), max_size=3, unique_by=lambda case: case.id))
def test_what_is_written_is_read_back(tmp_path: Path, written: list[GoldenCase]) -> None:
    path = tmp_path / "x.xlsx"
    write_workbook(written, path)
    assert read_workbook(path) == written


@pytest.mark.parametrize("golden", bundled_files(), ids=lambda path: path.stem)
def test_the_bundled_cases_survive(tmp_path: Path, golden: Path) -> None:
    path = tmp_path / "x.xlsx"
    write_workbook(load(golden), path)
    assert read_workbook(path) == load(golden)


def test_no_cases_make_a_header_that_gives_no_cases(tmp_path: Path) -> None:
    write_workbook([], tmp_path / "x.xlsx")
    assert read_workbook(tmp_path / "x.xlsx") == []


def test_a_workbook_that_excel_shows_well(tmp_path: Path) -> None:
    question = "=SUM(A1) 由谁负责？\n第二行"
    write_workbook(
        [CASE.model_copy(update={"question": question, "must_contain": (("a|b", "c"), ("d",))})], tmp_path / "x.xlsx"
    )
    book = load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == ["questions", "help"]
    sheet = book["questions"]
    assert [cell.value for cell in sheet[1]] == list(GoldenCase.model_fields)
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions
    cell = sheet.cell(2, HEADER.index("question") + 1)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (question, "s", True)
    assert cell.alignment.wrap_text
    assert sheet.column_dimensions["D"].width > 20
    assert sheet.column_dimensions["D"].number_format == "@"
    assert sheet.cell(2, list(GoldenCase.model_fields).index("must_contain") + 1).value == "a\\|b | c\nd"


def test_fields_with_few_values_have_a_drop_down(tmp_path: Path) -> None:
    write_workbook([CASE], tmp_path / "x.xlsx")
    sheet = load_workbook(tmp_path / "x.xlsx")["questions"]
    found = {}
    for choice in sheet.data_validations.dataValidation:
        column = re.match("[A-Z]+", str(choice.sqref))
        assert column is not None
        found[sheet[f"{column[0]}1"].value] = choice.formula1
    assert found == {
        "lang": '"zh,en"',
        "answerable": '"是,否"',
        "split": '"dev,test"',
        "expect": '"answer,refuse,refuse_or_correct,correct"',
    }


def test_every_field_has_help_in_both_languages_and_an_example_that_is_right(tmp_path: Path) -> None:
    texts = help_texts()
    assert list(texts) == [*GoldenCase.model_fields, "\\"]
    for name, text in texts.items():
        assert re.search("[一-鿿]", text.zh), name
        assert set(text.en) & set(string.ascii_letters), name
    del texts["\\"]
    required = [name for name, field in GoldenCase.model_fields.items() if field.is_required()]
    assert [name for name, text in texts.items() if "必填" in text.zh and "required" in text.en] == required
    path = workbook(tmp_path / "x.xlsx", [list(texts), [text.example for text in texts.values()]])
    [case] = read_workbook(path)
    assert case.must_contain == (("市教育局", "Education Bureau"), ("市体育局", "Sports Bureau"))
    assert case.model_dump(exclude_defaults=True).keys() == GoldenCase.model_fields.keys()
    write_workbook([case], path)
    help_rows = list(load_workbook(path)["help"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in help_rows] == [*GoldenCase.model_fields, "\\"]


def test_a_workbook_made_by_hand(tmp_path: Path) -> None:
    rows = [
        [" Question ", "answerable", "must_contain", "id", "lang", "type", "date", "history"],
        [
            "体育评价由谁负责？  ",
            "是",
            "市教育局｜教育局\n\n 市体育局 ",
            1,
            "zh",
            "who",
            datetime(2026, 3, 1),
            " 美育？ \n",
        ],
        [None, "  ", None, None, None, None, None, None],
        [2024, "No", None, "b", "en", "when", "2026-03-02", None],
        ["谁？", False, None, "c", "zh", "who", None, None],
        ["谁？", "TRUE", None, "d", "zh", "who", None, None],
        ["谁？", "否", None, "e", "zh", "who", None, None],
        ["C 盘", "yes", "a\\\\b|c\\|d", "f", "zh", "who", None, None],
    ]
    first, second, *others, last = read_workbook(workbook(tmp_path / "x.xlsx", rows, sheet="Sheet1"))
    assert first == CASE.model_copy(
        update={
            "id": "1",
            "must_contain": (("市教育局", "教育局"), ("市体育局",)),
            "date": "2026-03-01",
            "history": ("美育？",),
        }
    )
    assert (second.question, second.answerable, second.date) == ("2024", False, "2026-03-02")
    assert [case.answerable for case in others] == [False, True, False]
    assert last.must_contain == (("a\\b", "c|d"),)


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("question", "=1+1", "column question: a formula; write its result as text, with ' before a leading ="),
        ("question", 1.5, "column question: 1.5 is no text; format the cell as text and type it again"),
        ("question", True, "column question: True is no text; format the cell as text and type it again"),
        ("question", datetime(2026, 3, 1), "column question: 2026-03-01 00:00:00 is no text; format the cell as text"),
        ("evidence", datetime(2026, 3, 1), "column evidence: 2026-03-01 00:00:00 is no text; format the cell as text"),
        ("date", datetime(2026, 3, 1, 12), "column date: 2026-03-01 12:00:00 is no text; format the cell as text"),
        ("question", "#N/A", "column question: #N/A is no text; format the cell as text and type it again"),
        ("question", "a_x000B_b", "column question: holds the control character U+000B; delete it"),
        ("question", None, "column question: empty; fill it in"),
        ("question", "  ", "column question: empty; fill it in"),
        ("question", "C:\\data", "column question: a backslash that means nothing in 'C:\\\\data'; write two for one"),
        ("history", "a\nb\\", "column history: a backslash that means nothing in 'b\\\\'; write two for one"),
        ("must_contain", "a | ", "column must_contain: an empty alternative in 'a |'; write one, or remove the bar"),
        ("must_contain", "a\n| b", "column must_contain: an empty alternative in '| b'; write one, or remove the bar"),
        ("answerable", "vielleicht", "column answerable: 'vielleicht' is neither yes nor no; write 是 or 否"),
        ("answerable", 2, "column answerable: '2' is neither yes nor no; write 是 or 否"),
        ("lang", "fr", "column lang: Input should be 'zh' or 'en'; correct it as the sheet help says"),
        ("expect", "maybe", "column expect: Input should be 'answer', 'refuse'"),
        ("expect", "refuse", "column answerable, expect: expect 'refuse' contradicts answerable true; correct it"),
        ("expect", "correct", "column expect, correction: expect 'correct' needs a correction to look for; correct it"),
        ("evidence", "\\e", "column must_not_contain, evidence: an evidence or must_not_contain string is blank"),
    ],
    ids=str,
)
def test_a_wrong_cell_is_named_with_its_remedy(tmp_path: Path, field: str, value: object, said: str) -> None:
    path = with_cell(tmp_path / "x.xlsx", field, value)
    assert message(path).startswith(f"x.xlsx, sheet questions, row 2, {said}")


def test_a_number_that_is_not_shown_as_its_digits_is_no_text(tmp_path: Path) -> None:
    path = with_cell(tmp_path / "x.xlsx", "question", 1, "0%")
    assert "row 2, column question: 1 is no text" in message(path)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "row 1, column id, lang, type, question, answerable: missing; this row must name each required column"),
        ([HEADER[:-1]], "row 1, column answerable: missing; this row must name each required column"),
        ([[*HEADER, "frage"]], "row 1, column F: 'frage' is no column; the columns are id, lang, type, question,"),
        ([[*HEADER, "id"]], "row 1, column F: 'id' heads a second column; delete one"),
        ([HEADER, [*ROW, "stray"]], "row 2, column F: row 1 names no column here; clear the cell"),
        ([HEADER, ROW, [], ROW], "row 4, column id: 'a' is in row 2 too; rename one"),
    ],
    ids=["nothing", "missing", "unknown", "twice", "stray", "same id"],
)
def test_a_wrong_table_is_named_with_its_remedy(tmp_path: Path, rows: list[list[object]], said: str) -> None:
    path = workbook(tmp_path / "x.xlsx", rows)
    assert message(path).startswith(f"x.xlsx, sheet questions, {said}")


def test_a_workbook_without_the_sheet_is_told_which_it_has(tmp_path: Path) -> None:
    book = Workbook()
    book.create_sheet("题目")
    book.save(tmp_path / "x.xlsx")
    assert message(tmp_path / "x.xlsx") == "x.xlsx has no sheet questions, but Sheet, 题目; rename the one to read"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is no Excel workbook, or a damaged one"),
        (b"\x00\x01random", "is no Excel workbook, or a damaged one"),
        (b"id,lang\na,zh\n", "is no Excel workbook, or a damaged one"),
        (
            bytes.fromhex("D0CF11E0A1B11AE1") + b"\x00" * 600,
            "is an old .xls or locked with a password; save it in Excel",
        ),
    ],
    ids=["empty", "random", "csv", "xls"],
)
def test_a_file_that_is_no_workbook_is_an_error(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    assert said in message(path)


def test_an_archive_that_is_no_workbook_is_an_error(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr("a.txt", "a")
    assert "is no Excel workbook, or a damaged one (KeyError" in message(tmp_path / "x.xlsx")


def test_a_missing_file_and_a_folder_are_errors(tmp_path: Path) -> None:
    assert "cannot be read" in message(tmp_path / "none.xlsx")
    assert "cannot be read" in message(tmp_path)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=5), st.floats(0, 1))
def test_a_damaged_workbook_is_read_or_an_error_and_nothing_else(
    tmp_path: Path, changes: list[tuple[float, int]], kept: float
) -> None:
    path = tmp_path / "x.xlsx"
    write_workbook([CASE], path)
    held = bytearray(path.read_bytes())
    for place, byte in changes:
        held[int(place * len(held))] = byte
    path.write_bytes(held[: int(kept * len(held))] if len(changes) < 2 else held)
    with suppress(GoldenError):
        read_workbook(path)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
@pytest.mark.parametrize("content", ["", "<a/>", "<a>", "no XML"], ids=["empty", "other", "open", "text"])
def test_a_workbook_with_a_damaged_part_is_an_error_or_empty(tmp_path: Path, part: str, content: str) -> None:
    write_workbook([CASE], tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(tmp_path / "x.xlsx", "w") as damaged:
        for name in whole.namelist():
            damaged.writestr(name, content if name == part else whole.read(name))
    message(tmp_path / "x.xlsx")


def test_rows_beyond_the_size_that_a_workbook_states_are_read(tmp_path: Path) -> None:
    write_workbook([CASE], tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole, zipfile.ZipFile(tmp_path / "x.xlsx", "w") as other:
        for name in whole.namelist():
            other.writestr(name, re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', whole.read(name)))
    assert read_workbook(tmp_path / "x.xlsx") == [CASE]


@pytest.mark.parametrize(
    ("update", "said"),
    [
        ({"question": "a\x0bb"}, "case 'a', question: no workbook can hold the character U+000B; delete it"),
        (
            {"must_contain": (("x", "\x00"),)},
            "case 'a', must_contain: no workbook can hold the character U+0000; delete it",
        ),
        ({"evidence": ("\ufffe",)}, "case 'a', evidence: no workbook can hold the character U+FFFE; delete it"),
        (
            {"evidence": ("字" * 32_768,)},
            "case 'a', evidence: an Excel cell holds 32,767 characters at most; shorten it",
        ),
    ],
    ids=["vertical tab", "nul", "noncharacter", "long"],
)
def test_text_that_no_workbook_holds_is_an_error_and_the_old_file_stays(
    tmp_path: Path, update: dict[str, object], said: str
) -> None:
    path = tmp_path / "x.xlsx"
    write_workbook([CASE], path)
    with pytest.raises(GoldenError, match=f"^{re.escape(said)}$"):
        write_workbook([CASE.model_copy(update=update)], path)
    assert read_workbook(path) == [CASE]


def test_the_longest_text_a_cell_holds_survives(tmp_path: Path) -> None:
    case = CASE.model_copy(update={"question": "字" * 32_767})
    write_workbook([case], tmp_path / "x.xlsx")
    assert read_workbook(tmp_path / "x.xlsx") == [case]


def test_an_id_used_twice_a_wrong_name_and_a_missing_folder_are_errors(tmp_path: Path) -> None:
    with pytest.raises(GoldenError, match="id 'a' occurs more than once; rename one"):
        write_workbook([CASE, CASE], tmp_path / "x.xlsx")
    with pytest.raises(GoldenError, match=r"let it end in \.xlsx"):
        write_workbook([CASE], tmp_path / "x.xls")
    with pytest.raises(GoldenError, match="cannot be written"):
        write_workbook([CASE], tmp_path / "none" / "x.xlsx")
