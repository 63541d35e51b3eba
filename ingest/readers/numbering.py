"""Word's automatic numbers: what stands before a paragraph on paper but not in its text.

ECMA-376 Part 1, 17.9 (numbering) and 17.18.59 (number formats).
"""

import re
from dataclasses import dataclass

LEVELS = 9

_DIGITS = "〇一二三四五六七八九"
_UNITS = ("", "十", "百", "千")
_LEGAL_DIGITS = str.maketrans("零一二三四五六七八九十百千万", "零壹贰叁肆伍陆柒捌玖拾佰仟万")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
# (first code point, how many): ① ⑴ ⒈ ㈠ ㊀
_ENCLOSED = {
    "decimalEnclosedCircle": (0x2460, 20),
    "decimalEnclosedCircleChinese": (0x2460, 20),
    "decimalEnclosedParen": (0x2474, 20),
    "decimalEnclosedFullstop": (0x2488, 20),
    "ideographEnclosedCircle": (0x3280, 10),
}
_COUNTING = ("chineseCounting", "taiwaneseCounting", "japaneseCounting", "koreanDigital2")
_THOUSANDS = ("chineseCountingThousand", "taiwaneseCountingThousand")
_LEGAL = ("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal")
# %1 in a level's text: 第%1条, %1.%2
_PLACEHOLDER = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: ``text`` is the pattern (``%1、``), ``style`` the paragraph style that stands for it.

    ``restart``: the 1-based level whose paragraphs restart this one; None for any level above, 0 for never.
    """

    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    restart: int | None = None
    legal: bool = False
    style: str | None = None


@dataclass(frozen=True, slots=True)
class NumberedList:
    """A list as paragraphs refer to it (``w:num``); lists of one ``family`` (``w:abstractNum``) count together."""

    family: str
    levels: dict[int, Level]
    starts: dict[int, int]


class Counters:
    """The numbers of all lists, as far as the document has been read."""

    def __init__(self, lists: dict[str, NumberedList]) -> None:
        self._lists = lists
        self._values: dict[str, list[int | None]] = {}
        self._started: set[str] = set()

    def level_of_style(self, list_id: str, style: str) -> int | None:
        """The level that a paragraph style stands for."""
        numbered = self._lists.get(list_id)
        for index, level in sorted(numbered.levels.items()) if numbered else ():
            if level.style == style:
                return index
        return None

    def next(self, list_id: str, index: int) -> str:
        """The printed number of the next paragraph at a level, with the space after it; empty for bullets."""
        numbered = self._lists.get(list_id)
        level = numbered.levels.get(index) if numbered else None
        if numbered is None or level is None:
            return ""
        values = self._values.setdefault(numbered.family, [None] * LEVELS)
        if list_id not in self._started:
            self._started.add(list_id)
            for overridden in numbered.starts:
                values[overridden] = None
        current = values[index]
        values[index] = numbered.starts.get(index, level.start) if current is None else current + 1
        for deeper in range(index + 1, LEVELS):
            restart = numbered.levels[deeper].restart if deeper in numbered.levels else None
            if restart is None or index < restart:
                values[deeper] = None
        if level.format in ("bullet", "none"):
            return ""
        return _with_space(_render(numbered, level, values), level.suffix)


def _render(numbered: NumberedList, level: Level, values: list[int | None]) -> str:
    def number(match: re.Match[str]) -> str:
        index = int(match[1]) - 1
        shown = numbered.levels.get(index, Level())
        value = values[index]
        if value is None:
            value = numbered.starts.get(index, shown.start)
        return format_number(value, "decimal" if level.legal else shown.format)

    return _PLACEHOLDER.sub(number, level.text)


def _with_space(label: str, suffix: str) -> str:
    """A full-width mark (一、 （一）) brings its own space; the tab after others becomes one space."""
    if not label or suffix == "nothing" or (suffix == "tab" and label[-1] in "、．。，：）】〕》"):
        return label
    return label + " "


def format_number(value: int, number_format: str) -> str:
    """A number in one of Word's formats; decimal where the format or the range has no other form."""
    if number_format in _COUNTING:
        return chinese(value) if value < 100 else _digits(value)
    if number_format in _THOUSANDS:
        return chinese(value)
    if number_format in _LEGAL:
        legal = chinese(value)
        return ("一" + legal if legal.startswith("十") else legal).translate(_LEGAL_DIGITS)
    if number_format in ("ideographDigital", "taiwaneseDigital", "japaneseDigitalTenThousand"):
        return _digits(value)
    if number_format in ("decimalFullWidth", "decimalFullWidth2"):
        return str(value).translate(_FULL_WIDTH)
    if number_format == "decimalZero":
        return f"{value:02d}"
    if number_format in _ENCLOSED:
        first, count = _ENCLOSED[number_format]
        return chr(first + value - 1) if 1 <= value <= count else str(value)
    if number_format in ("lowerLetter", "upperLetter") and 1 <= value <= 780:
        # Word repeats the letter: y, z, aa, bb
        letters = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letters if number_format == "lowerLetter" else letters.upper()
    if number_format in ("lowerRoman", "upperRoman") and 1 <= value <= 3999:
        return _roman(value) if number_format == "lowerRoman" else _roman(value).upper()
    if number_format == "ideographTraditional" and 1 <= value <= len(_STEMS):
        return _STEMS[value - 1]
    if number_format == "ideographZodiac" and 1 <= value <= len(_BRANCHES):
        return _BRANCHES[value - 1]
    return str(value)


def chinese(value: int) -> str:
    """十五 for 15, 一百零一 for 101; digits one by one from ten thousand on."""
    if value == 0:
        return "〇"
    if value >= 10_000:
        return _digits(value)
    written, zero = "", False
    for place in range(3, -1, -1):
        digit = value // 10**place % 10
        if digit:
            written += ("零" if zero else "") + _DIGITS[digit] + _UNITS[place]
        zero = bool(written) and not digit
    return written.removeprefix("一") if written.startswith("一十") else written


def _digits(value: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(value))


def _roman(value: int) -> str:
    written = ""
    for size, letters in _ROMAN:
        written += letters * (value // size)
        value %= size
    return written
