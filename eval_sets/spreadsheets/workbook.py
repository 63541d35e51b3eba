"""Golden cases to and from workbooks: a row is a case, a column a field of GoldenCase."""

import re
import tomllib
import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from pydantic import ValidationError

from eval_sets.cases import GoldenCase, first_problem
from eval_sets.errors import GoldenError
from eval_sets.spreadsheets.cells import Cell, Column, cell_text, columns, field_value, plain_text

_SHEET = "questions"
#: How an .xls begins, and an .xlsx that is locked with a password.
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")


@dataclass(frozen=True, slots=True)
class Help:
    """What a column is for, in Chinese and English, with an example as it would stand in the cell."""

    zh: str
    en: str
    example: str


def help_texts() -> dict[str, Help]:
    """Help by field of GoldenCase; under a backslash, with no example, what one means in a cell."""
    table = tomllib.loads(files("eval_sets.spreadsheets").joinpath("help.toml").read_text("utf-8"))
    return {name: Help(*texts) for name, texts in table.items()}


def write_workbook(cases: Sequence[GoldenCase], path: Path) -> None:
    """``cases`` as a workbook that ``read_workbook`` reads back as the same cases, in order.

    Raises GoldenError for a name other than .xlsx, an id used twice, text that no workbook can hold (control
    characters, more than 32,767 characters), and where the file cannot be written.
    """
    if path.suffix.lower() != ".xlsx":
        raise GoldenError(f"{path}: Excel does not open a workbook of this name; let it end in .xlsx")
    if twice := [case_id for case_id, count in Counter(case.id for case in cases).items() if count > 1]:
        raise GoldenError(f"{path}: id {twice[0]!r} occurs more than once; rename one")
    known = columns()
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = _SHEET
    _fill(sheet, [list(known), *([cell_text(case, column) for column in known.values()] for case in cases)])
    sheet.auto_filter.ref = sheet.dimensions
    for n, column in enumerate(known.values(), 1):
        if column.choices:
            choice = DataValidation("list", formula1=f'"{",".join(column.choices)}"', allow_blank=not column.required)
            choice.showErrorMessage = True
            choice.add(f"{get_column_letter(n)}2:{get_column_letter(n)}1048576")  # the last row Excel has
            sheet.add_data_validation(choice)
    texts = ([name, text.zh, text.en, text.example] for name, text in help_texts().items())
    _fill(book.create_sheet("help"), [["column", "说明", "explanation", "example"], *texts])
    try:
        book.save(path)
    except OSError as error:
        raise GoldenError(f"{path} cannot be written ({error}); close it in Excel, or choose another place") from error


def _fill(sheet: Worksheet, rows: Sequence[Sequence[str]]) -> None:
    """All cells text and kept so: what begins with ``=`` is no formula, and what is typed below no date."""
    sheet.freeze_panes = "A2"
    wrapped = Alignment(wrap_text=True, vertical="top")
    for n, texts in enumerate(zip(*rows, strict=True), 1):
        # GB 18030 has two bytes for a Chinese character, which is as wide as two letters.
        width = max(len(line.encode("gb18030")) for text in texts for line in text.split("\n"))
        dimension = sheet.column_dimensions[get_column_letter(n)]
        dimension.width, dimension.number_format, dimension.alignment = min(60, width + 4), "@", wrapped
        for number, text in enumerate(texts, 1):
            cell = sheet.cell(number, n)
            cell.alignment, cell.number_format = wrapped, "@"
            if text:
                cell.value, cell.data_type = text, "s"
                cell.quotePrefix = text.startswith(("=", "+", "-", "@"))
    for cell in sheet[1]:
        cell.font = Font(bold=True)


def read_workbook(path: Path) -> list[GoldenCase]:
    """The cases of the sheet ``questions``, or of the only sheet; an empty list where there is a header alone.

    The first row names the columns, in any order. A field without a column, or whose cell is empty, is at its default;
    empty rows are skipped, white space around a text is trimmed. Raises GoldenError naming file, sheet, row and column.
    """
    sheets = _sheets(path)
    name = _SHEET if _SHEET in sheets or len(sheets) != 1 else next(iter(sheets))
    if name not in sheets:
        raise GoldenError(f"{path} has no sheet {_SHEET}, but {', '.join(sheets) or 'none'}; rename the one to read")
    rows, at = sheets[name], f"{path}, sheet {name}"
    header = _header(rows.pop(1, {}), f"{at}, row 1")
    cases: list[GoldenCase] = []
    row_of: dict[str, int] = {}
    for number, row in rows.items():
        case = _case(header, row, f"{at}, row {number}")
        if (first := row_of.setdefault(case.id, number)) != number:
            raise GoldenError(f"{at}, row {number}, column id: {case.id!r} is in row {first} too; rename one")
        cases.append(case)
    return cases


def _sheets(path: Path) -> dict[str, dict[int, dict[int, Cell]]]:
    """What is filled, by sheet, row and column, both from 1."""
    try:
        held = path.read_bytes()
    except OSError as error:
        raise GoldenError(f"workbook {path} cannot be read: {error}") from error
    if held.startswith(_OLE):
        raise GoldenError(f"{path} is an old .xls or locked with a password; save it in Excel as .xlsx, without one")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of what it does not read, such as themes and styles
            book = load_workbook(BytesIO(held), read_only=True)
            return {sheet.title: _filled(sheet) for sheet in book.worksheets}
    except Exception as error:  # what is damaged shows as whatever zipfile, expat and openpyxl happen to stumble over
        what = f"{type(error).__name__}: {error}"
        raise GoldenError(f"{path} is no Excel workbook, or a damaged one ({what}); save it as .xlsx again") from error


def _filled(sheet: Worksheet) -> dict[int, dict[int, Cell]]:
    # Some programs write a wrong size, beyond which nothing would be read.
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    rows: dict[int, dict[int, Cell]] = {}
    for cell in (cell for row in sheet.iter_rows() for cell in row):
        if cell.value is not None and str(cell.value).strip():
            rows.setdefault(cell.row, {})[cell.column] = Cell(cell.value, cell.data_type, cell.number_format)
    return rows


def _header(row: Mapping[int, Cell], at: str) -> dict[int, Column]:
    known = columns()
    header: dict[int, Column] = {}
    for n, cell in row.items():
        where = f"{at}, column {get_column_letter(n)}"
        name = plain_text(cell, where).lower()
        if name not in known:
            raise GoldenError(f"{where}: {name!r} is no column; the columns are {', '.join(known)}")
        if known[name] in header.values():
            raise GoldenError(f"{where}: {name!r} heads a second column; delete one")
        header[n] = known[name]
    if missing := [name for name, column in known.items() if column.required and column not in header.values()]:
        raise GoldenError(f"{at}, column {', '.join(missing)}: missing; this row must name each required column")
    return header


def _case(header: Mapping[int, Column], row: Mapping[int, Cell], at: str) -> GoldenCase:
    if strays := row.keys() - header.keys():
        raise GoldenError(f"{at}, column {get_column_letter(min(strays))}: row 1 names no column here; clear the cell")
    values: dict[str, object] = {}
    for n, column in header.items():
        where = f"{at}, column {column.name}"
        if n in row:
            values[column.name] = field_value(row[n], column, where)
        elif column.required:
            raise GoldenError(f"{where}: empty; fill it in")
    try:
        return GoldenCase.model_validate(values)
    except ValidationError as error:
        what = first_problem(error).removeprefix("the case: ")
        where = ", ".join(name for name in GoldenCase.model_fields if re.search(rf"\b{name}\b", what))
        what = what.removeprefix(f"{where}: ")
        raise GoldenError(f"{at}, column {where}: {what}; correct it as the sheet help says") from error
