"""Common English words: what is no misspelling."""

import pytest

from index.english import common_words


@pytest.mark.parametrize("word", ["vocational", "decade", "leads", "buses", "edict", "of"])
def test_words_in_which_chinese_is_explained_are_common(word: str) -> None:
    assert word in common_words()


@pytest.mark.parametrize("word", ["kindergarden", "evalution", "beijing", "jiao", "a"])
def test_misspellings_names_and_pinyin_are_not(word: str) -> None:
    assert word not in common_words()


def test_words_have_their_stems() -> None:
    assert common_words()["leads"] == "lead"
