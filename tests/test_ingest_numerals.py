"""Numerals: what documents print and people write for one number."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.numerals import ARABIC, ENGLISH, HAN, to_han, to_int


def test_every_number_to_9999_survives_being_written_in_han() -> None:
    assert [n for n in range(10_000) if to_int(to_han(n)) != n] == []


def test_no_two_numbers_are_written_alike() -> None:
    assert len({to_han(n) for n in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0, "零"),
        (10, "十"),
        (15, "十五"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1001, "一千零一"),
        (1010, "一千零一十"),
        (2025, "二千零二十五"),
        (9999, "九千九百九十九"),
    ],
)
def test_a_number_is_written_as_documents_print_it(value: int, printed: str) -> None:
    assert to_han(value) == printed


@pytest.mark.parametrize("value", [-1, 10_000])
def test_a_number_out_of_range_is_not_written(value: int) -> None:
    with pytest.raises(ValueError, match=f"0 to 9999, got {value}"):
        to_han(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十五", 15),
        ("二十", 20),
        ("一百二十", 120),
        ("一百零二", 102),
        ("两百", 200),
        ("两", 2),
        ("〇", 0),
        ("二〇二五", 2025),
        ("二零二五", 2025),
        ("三万", 30_000),
        ("一万零五", 10_005),
        ("三十万", 300_000),
        ("一亿二千万", 120_000_000),
        ("三千万", 30_000_000),
        ("一万亿", 10**12),
        ("15", 15),
        ("１５", 15),
        ("015", 15),
        ("⑮", 15),
        ("⑴", 1),
        ("（四）", 4),
        ("(四)", 4),
        ("(15)", 15),
        (" 7 ", 7),
        ("fifteen", 15),
        ("Fifteen", 15),
        ("15th", 15),
        ("1st", 1),
        ("22nd", 22),
        ("3rd", 3),
        ("twenty-one", 21),
        ("twenty one", 21),
        ("twelfth", 12),
        ("fifth", 5),
        ("fourth", 4),
        ("nineteenth", 19),
        ("twentieth", 20),
        ("twenty-first", 21),
        ("ninety-ninth", 99),
        ("ninety", 90),
        ("ｆｉｖｅ", 5),
    ],
)
def test_a_form_of_a_number_is_read(text: str, value: int) -> None:
    assert to_int(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "()",
        "教育",
        "十五项",
        "第十五",
        "一是",
        "15项",
        "1.5",
        "-3",
        "1,000",
        "hello",
        "fifteenish",
        "zeroth",
        "oneth",
        "fiveth",
        "one two",
        "twenty twenty",
        "twenty-eleven",
        "first second",
        "twenty zero",
        "一二百",
        "十百",
        "百千",
        "万",
        "亿",
        "零万",
        "15 th",
        "th",
        "٣",
        "²³x",
    ],
)
def test_what_is_no_single_number_is_not_read_as_one(text: str) -> None:
    assert to_int(text) is None


@pytest.mark.parametrize("digits", ["9" * 5_000, "九" * 5_000, "9" * 5_000 + "th"], ids=["arabic", "han", "ordinal"])
def test_a_row_of_digits_too_long_for_a_number_is_none(digits: str) -> None:
    assert to_int(digits) is None


@given(st.text() | st.text("〇零一二两三十百千万亿 (（)）1０⑮ -thfived", max_size=12))
def test_any_text_is_a_number_or_not_but_never_an_error(text: str) -> None:
    value = to_int(text)
    assert value is None or (isinstance(value, int) and value >= 0)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (HAN, "二〇二五"),
        (HAN, "两百"),
        (ARABIC, "１５"),
        (ENGLISH, "twenty-one"),
        (ENGLISH, "twelfth"),
        (ENGLISH, "sixty"),
    ],
)
def test_the_patterns_match_whole_numerals_that_can_be_read(pattern: str, text: str) -> None:
    assert re.match(pattern, text) is not None
    assert re.match(pattern, text)[0] == text  # type: ignore[index]
    assert to_int(text) is not None


@pytest.mark.parametrize("word", ["twenty-first", "ninety-ninth", "thirty third"])
def test_the_english_pattern_takes_compound_ordinals_whole(word: str) -> None:
    assert re.match(ENGLISH, word)[0] == word  # type: ignore[index]
