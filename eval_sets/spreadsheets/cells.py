r"""How a field of GoldenCase stands in a cell.

A list has one item a line; alternatives stand on one line, separated by ``|`` or ``｜``. In every cell ``\n`` is a line
break, ``\r`` a carriage return, ``\|`` a bar that separates nothing, ``\\`` a backslash and ``\e`` nothing: a text
without characters, or what keeps blanks at an end from being trimmed.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum, StrEnum
from typing import get_args

from eval_sets.cases import GoldenCase
from eval_sets.errors import GoldenError
from eval_sets.legal import ILLEGAL

#: Excel's limit, in UTF-16 units.
_LIMIT = 32_767
_YES, _NO = ("是", "true", "yes", "1"), ("否", "false", "no", "0")
#: Formats that show a whole number as its digits.
_PLAIN_FORMATS = ("General", "0", "@")
# _x000D_: how a workbook writes a character by number, and an underscore that would look like one as _x005F_
# (ECMA-376-1, 22.9.2.19, ST_Xstring)
_BY_NUMBER = re.compile("_x([0-9A-Fa-f]{4})_")
_LIKE_A_NUMBER = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
# "教育局 " | " 教育局" | "": the end of a text where a blank stands, or nothing at all
_BLANK_END = re.compile(r"\A(?=\s|\Z)|(?<=\s)\Z")
# 市教育局\|局 | 教育局 |: each alternative up to its bar
_ALTERNATIVE = re.compile(r"((?:\\.|[^\\|｜])*)[|｜]")
_ESCAPED = re.compile(r"\\.?", re.DOTALL)
_MEANINGS = {r"\\": "\\", r"\n": "\n", r"\r": "\r", r"\|": "|", r"\｜": "｜", r"\e": ""}
_ESCAPES = {meaning: escape for escape, meaning in _MEANINGS.items()}


class Kind(Enum):
    """How a field stands in a cell; the value has the characters that texts of that kind must escape."""

    BOOLEAN = ""
    TEXT = "\\\r"
    LIST = "\\\r\n"
    GROUPS = "\\\r\n|｜"


_KINDS: dict[object, Kind] = {bool: Kind.BOOLEAN, tuple[str, ...]: Kind.LIST, tuple[tuple[str, ...], ...]: Kind.GROUPS}


@dataclass(frozen=True, slots=True)
class Column:
    """A field of GoldenCase; ``choices`` are all it may hold, if they are few."""

    name: str
    kind: Kind
    required: bool
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not empty; the type is openpyxl's: ``f`` for a formula, ``e`` for an error."""

    value: object
    data_type: str
    number_format: str


def columns() -> dict[str, Column]:
    """A column for every field, by name."""
    return {
        name: Column(name, _KINDS.get(field.annotation, Kind.TEXT), field.is_required(), _choices(field.annotation))
        for name, field in GoldenCase.model_fields.items()
    }


def _choices(annotation: object) -> tuple[str, ...]:
    if annotation is bool:
        return _YES[0], _NO[0]
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return tuple(annotation)
    if isinstance(annotation, str):  # of a Literal
        return (annotation,)
    return tuple(choice for option in get_args(annotation) for choice in _choices(option))


def cell_text(case: GoldenCase, column: Column) -> str:
    """A field as its cell prints it, empty for None and an empty list; raises GoldenError where no cell can."""
    value, kind = getattr(case, column.name), column.kind
    if value is None:
        return ""
    if kind is Kind.BOOLEAN:
        return _YES[0] if value else _NO[0]
    items = [value] if kind is Kind.TEXT else value
    lines = items if kind is Kind.GROUPS else [[item] for item in items]
    text = "\n".join(" | ".join(_escape(item, kind) for item in line) for line in lines)
    at = f"case {case.id!r}, {column.name}"
    if illegal := ILLEGAL.search(text):
        raise GoldenError(f"{at}: no workbook can hold the character U+{ord(illegal[0]):04X}; delete it")
    text = _LIKE_A_NUMBER.sub("_x005F_", text)
    if len(text.encode("utf-16-le")) // 2 > _LIMIT:
        raise GoldenError(f"{at}: an Excel cell holds {_LIMIT:,} characters at most; shorten it")
    return text


def field_value(cell: Cell, column: Column, at: str) -> object:
    """What the field holds: a text, a truth value, a list of texts or of groups of them; GoldenError begins ``at``."""
    if column.kind is Kind.BOOLEAN:
        word = str(cell.value) if isinstance(cell.value, bool) else plain_text(cell, at)
        if word.lower() not in _YES + _NO:
            raise GoldenError(f"{at}: {word!r} is neither yes nor no; write {_YES[0]} or {_NO[0]}")
        return word.lower() in _YES
    if column.name == "date" and isinstance(cell.value, datetime) and cell.value.time() == time():
        return cell.value.date().isoformat()
    text = plain_text(cell, at)
    if column.kind is Kind.TEXT:
        return _unescape(text, at)
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    if column.kind is Kind.LIST:
        return tuple(_unescape(line, at) for line in lines)
    return tuple(_alternatives(line, at) for line in lines)


def plain_text(cell: Cell, at: str) -> str:
    """The text of a cell, trimmed; a whole number that is shown by its digits is text as well."""
    value = cell.value
    if cell.data_type == "f":
        raise GoldenError(f"{at}: a formula; write its result as text, with ' before a leading =")
    if isinstance(value, str) and cell.data_type != "e":
        text = _BY_NUMBER.sub(lambda match: chr(int(match[1], 16)), value).replace("\r\n", "\n").replace("\r", "\n")
        if illegal := ILLEGAL.search(text):
            raise GoldenError(f"{at}: holds the control character U+{ord(illegal[0]):04X}; delete it")
        return text.strip()
    whole = isinstance(value, int | float) and not isinstance(value, bool) and float(value).is_integer()
    if whole and cell.number_format in _PLAIN_FORMATS:
        return f"{value:.0f}"
    raise GoldenError(f"{at}: {value} is no text; format the cell as text and type it again")


def _alternatives(line: str, at: str) -> tuple[str, ...]:
    # The blank keeps a backslash that ends the line from escaping the bar.
    alternatives = tuple(_unescape(text.strip(), at) for text in _ALTERNATIVE.findall(f"{line} |"))
    if "" in alternatives:
        raise GoldenError(f"{at}: an empty alternative in {line!r}; write one, or remove the bar")
    return alternatives


def _escape(text: str, kind: Kind) -> str:
    escaped = "".join(_ESCAPES[character] if character in kind.value else character for character in text)
    return _BLANK_END.sub(r"\\e", escaped)


def _unescape(text: str, at: str) -> str:
    if not _MEANINGS.keys() >= set(_ESCAPED.findall(text)):
        raise GoldenError(f"{at}: a backslash that means nothing in {text!r}; write two for one")
    return _ESCAPED.sub(lambda match: _MEANINGS[match[0]], text)
