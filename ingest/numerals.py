"""Numerals as official documents and people write them: 十五, 15, １５, ⑮, fifteen, 15th -> 15."""

import re
import unicodedata

_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_BIG_UNITS = {"万": 10_000, "亿": 100_000_000}
#: A longer row of digits is a code, not a number, and Python refuses to read one of 4,300.
_MAX_DIGITS = 100

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
_IRREGULAR = {"first": 1, "second": 2, "third": 3, "fifth": 5, "eighth": 8, "ninth": 9, "twelfth": 12}
_ORDINALS = {
    **_IRREGULAR,
    **{f"{word}th": n for n, word in enumerate(_ONES) if n > 3 and n not in _IRREGULAR.values()},
    **{f"{tens[:-1]}ieth": 10 * n for n, tens in enumerate(_TENS, 2)},
}
#: English number words below a hundred: twenty 20.
CARDINALS = {**{word: n for n, word in enumerate(_ONES)}, **{tens: 10 * n for n, tens in enumerate(_TENS, 2)}}
_WORDS = CARDINALS | _ORDINALS

#: What Han numerals are written with.
HAN_CHARACTERS = "".join((*_DIGITS, *_UNITS, *_BIG_UNITS))
#: 十五 | 一百二十 | 二〇二五
HAN = f"[{HAN_CHARACTERS}]+"
#: 15 | １５
ARABIC = "[0-9０-９]+"
_AFTER_TENS = [word for word, n in _WORDS.items() if 1 <= n <= 9]
#: fifteen | twenty-one | twelfth | twenty-first
ENGLISH = "(?:" + "|".join(
    sorted({f"{tens}(?:[- ](?:{'|'.join(sorted(_AFTER_TENS, key=len, reverse=True))}))?" for tens in _TENS}
           | set(_ONES[1:]) | set(_ORDINALS), key=len, reverse=True)
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
        return _decimal(folded)
    if folded[0] in "0123456789abcdefghijklmnopqrstuvwxyz":
        return _english(folded)
    return _han(folded)


def _han(text: str) -> int | None:
    if any(c not in _DIGITS and c not in _UNITS and c not in _BIG_UNITS for c in text):
        return None
    if all(c in _DIGITS for c in text):
        return _decimal("".join(str(_DIGITS[c]) for c in text))
    total = section = digit = 0
    smallest, smallest_big = 10_000, 10_000 * max(_BIG_UNITS.values())
    for c in text:
        if c in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[c]
        elif c in _UNITS:
            if _UNITS[c] >= smallest:
                return None
            smallest = _UNITS[c]
            section += (digit or 1) * smallest
            digit = 0
        elif not total + section + digit:
            return None
        else:
            # 一亿二千万 adds, 三千万亿 multiplies.
            unit, counted = _BIG_UNITS[c], section + digit
            total = total + counted * unit if unit < smallest_big else (total + counted) * unit
            section, digit, smallest, smallest_big = 0, 0, 10_000, unit
    return total + section + digit


def _decimal(digits: str) -> int | None:
    return int(digits) if len(digits) <= _MAX_DIGITS else None


# 15th | 21st
_ENGLISH_ORDINAL = re.compile(r"([0-9]+)(?:st|nd|rd|th)")


def _english(text: str) -> int | None:
    if match := _ENGLISH_ORDINAL.fullmatch(text):
        return _decimal(match[1])
    words = re.split(r"[-\s]+", text)
    if len(words) == 2 and words[0] in _TENS and words[1] in _AFTER_TENS:
        return CARDINALS[words[0]] + _WORDS[words[1]]
    return _WORDS.get(text)


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
