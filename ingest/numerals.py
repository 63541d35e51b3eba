"""Numerals as official documents and people write them: 十五, 15, １５, ⑮, fifteen, 15th -> 15."""

import re
import unicodedata

_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_BIG_UNITS = {"万": 10_000, "亿": 100_000_000}

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12,
    **{f"{tens[:-1]}ieth": 10 * n for n, tens in enumerate(_TENS, 2)},
}  # fmt: skip

#: 十五 | 一百二十 | 二〇二五
HAN = "[〇零一二两三四五六七八九十百千万亿]+"
#: 15 | １５
ARABIC = "[0-9０-９]+"
#: fifteen | twenty-one | twelfth
ENGLISH = "(?:" + "|".join(
    sorted({f"{tens}(?:[- ](?:{'|'.join(_ONES[1:10])}))?" for tens in _TENS} | set(_ONES[1:]) | set(_ORDINALS)
           | {f"{word}th" for word in _ONES[4:]}, key=len, reverse=True)
) + ")"  # fmt: skip


def to_int(text: str) -> int | None:
    """The value of one numeral, None if ``text`` is not one.

    Reads Han numerals by place value (一百二十) or digit by digit (二〇二五), Arabic digits of any width, circled
    and parenthesised digits (NFKC), English cardinals and ordinals below a hundred.
    """
    folded = unicodedata.normalize("NFKC", text).strip().strip("()").lower()
    if not folded:
        return None
    if folded.isascii() and folded.isdigit():
        return int(folded)
    if folded[0] in "0123456789abcdefghijklmnopqrstuvwxyz":
        return _english(folded)
    return _han(folded)


def _han(text: str) -> int | None:
    if any(c not in _DIGITS and c not in _UNITS and c not in _BIG_UNITS for c in text):
        return None
    if all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    for c in text:
        if c in _DIGITS:
            digit = _DIGITS[c]
        elif c in _UNITS:
            section += (digit or 1) * _UNITS[c]
            digit = 0
        else:
            total = (total + section + digit) * _BIG_UNITS[c]
            section = digit = 0
    return total + section + digit


def _english(text: str) -> int | None:
    if match := re.fullmatch(r"(\d+)(?:st|nd|rd|th)", text):
        return int(match[1])
    total = 0
    for word in re.split(r"[-\s]+", text):
        if word in _ORDINALS:
            total += _ORDINALS[word]
        elif word in _TENS:
            total += 10 * (_TENS.index(word) + 2)
        elif word.removesuffix("th") in _ONES and word not in ("zeroth",):
            total += _ONES.index(word.removesuffix("th"))
        else:
            return None
    return total


def to_han(value: int) -> str:
    """A number from 0 to 9999 as documents print it: 15 -> 十五, 102 -> 一百零二."""
    if not 0 <= value < 10_000:
        raise ValueError(f"to_han writes 0 to 9999, got {value}")
    digits = "零一二三四五六七八九"
    if value == 0:
        return digits[0]
    parts: list[str] = []
    pending_zero = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            if pending_zero:
                parts.append("零")
            parts.append(digits[digit] + name)
            pending_zero = False
        elif parts and value:
            pending_zero = True
    text = "".join(parts)
    return text[1:] if text.startswith("一十") else text
