"""Tokens: one function for build and query."""

import subprocess
import sys
from pathlib import Path

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.tokens import Tokens, fold, pairs


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("jieba")


@pytest.fixture(scope="module")
def tokens(cache: Path) -> Tokens:
    return Tokens(["市体育局"], cache)


def test_han_text_gives_words_then_bigrams_then_characters(tokens: Tokens) -> None:
    assert tokens("幼儿园") == ["幼儿园", "幼儿", "儿园", "幼", "儿", "园"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The evaluation of teachers", ["evalu", "teacher"]),
        ("2024", ["2024"]),
        ("12.5%", ["12.5%"]),
        ("２０２５", ["2025"]),
        ("K12", ["k", "12"]),
        ("，。！ …", []),
        ("", []),
        ("the of and", []),
    ],
)
def test_latin_words_are_stemmed_and_numbers_kept(tokens: Tokens, text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_what_an_apostrophe_adds_is_no_word(tokens: Tokens) -> None:
    assert tokens("Luther's work; teachers’ schools don't") == ["luther", "work", "teacher", "school"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("幼儿园是什么？", ["幼儿园", "幼儿", "儿园", "幼", "儿", "园"], id="asks"),
        pytest.param("目的", ["目的", "目", "的"], id="of-a-word"),
        pytest.param("存在哪里", ["存在", "存", "在"], id="before-a-word-that-asks"),
        pytest.param("什麼評價", ["评价", "评", "价"], id="traditional"),
        pytest.param("评价了评价", ["评价", "评", "价"], id="no-pair-across-what-is-left-out"),
        pytest.param("是什么？", [], id="nothing-else"),
        pytest.param("Which school, 2024?", ["school", "2024"], id="english"),
    ],
)
def test_a_question_looks_for_its_topic_once(tokens: Tokens, question: str, expected: list[str]) -> None:
    assert tokens.of_question(question) == expected


@pytest.mark.parametrize(("word", "expected"), [("幼儿园", ("幼儿", "儿园")), ("评价", ("评价",)), ("评", ("评",))])
def test_a_word_stands_for_its_pairs_which_are_tokens_of_any_text_with_it(
    tokens: Tokens, word: str, expected: tuple[str, ...]
) -> None:
    assert pairs(word) == expected
    assert set(expected) <= set(tokens(f"把{word}的"))


def test_bigrams_do_not_reach_across_punctuation(tokens: Tokens) -> None:
    assert "育评" not in tokens("教育,评价")


def test_repeats_are_kept_for_counting(tokens: Tokens) -> None:
    assert tokens("评价评价").count("评价") == 2


def test_a_users_word_is_cut_whole_and_only_by_its_own_tokenizer(cache: Path, tokens: Tokens) -> None:
    assert tokens.cut("由市体育局负责") == ["由", "市体育局", "负责"]
    assert "市体育局" not in Tokens((), cache).cut("由市体育局负责")
    assert "市体育局" not in jieba.Tokenizer().lcut("由市体育局负责", HMM=False)


#: Cuts as a process does that may not parse jieba's dictionary.
_CUT_BY_THE_CACHE = """
import sys
from pathlib import Path
import jieba
jieba.Tokenizer.gen_pfdict = None
from index.tokens import Tokens
print(Tokens((), Path(sys.argv[1])).cut(sys.argv[2]))
"""


def test_the_dictionary_is_kept_in_the_folder_and_read_from_it_by_the_next_process(tmp_path: Path) -> None:
    text = "济南市进一步深化新时代教育评价改革工作任务清单,优化幼儿园评价,完善人力资源社会保障局职责。"
    parsed = Tokens((), tmp_path)
    (cached,) = tmp_path.glob("jieba-*.npz")
    written = cached.stat().st_mtime_ns
    command = [sys.executable, "-X", "utf8", "-c", _CUT_BY_THE_CACHE, str(tmp_path), text]
    read = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    assert read == f"{parsed.cut(text)}\n"
    assert cached.stat().st_mtime_ns == written


@pytest.mark.parametrize("damage", [b"", b"PK\3\4 cut off", None], ids=["empty", "cut off", "one bit"])
def test_a_damaged_dictionary_is_parsed_and_kept_anew(tmp_path: Path, damage: bytes | None) -> None:
    parsed = Tokens((), tmp_path)
    (cached,) = tmp_path.glob("jieba-*.npz")
    whole = cached.read_bytes()
    cached.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:] if damage is None else damage)
    command = [sys.executable, "-X", "utf8", "-c", _CUT_BY_THE_CACHE.replace("jieba.Tokenizer.gen_pfdict = None", "")]
    read = subprocess.run([*command, str(tmp_path), "完善人力资源"], capture_output=True, check=True, encoding="utf-8")
    assert read.stdout == f"{parsed.cut('完善人力资源')}\n"
    assert cached.read_bytes() == whole


def test_a_folder_that_cannot_be_written_costs_only_the_copy(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("no folder")
    assert Tokens((), tmp_path / "cache").cut("幼儿园") == ["幼儿园"]


def test_english_gives_stems_without_words_that_carry_no_topic(tokens: Tokens) -> None:
    assert tokens.english("Which schools are evaluated in 2024? 幼儿园") == ["school", "evalu"]


def test_width_and_case_fold_away() -> None:
    assert fold("ＡＢｃ１２（市）") == "abc12(市)"


@pytest.mark.parametrize(("traditional", "simplified"), [("教育評價", "教育评价"), ("看著", "看着"), ("著名", "著名")])
def test_traditional_characters_fold_away(traditional: str, simplified: str) -> None:
    assert fold(traditional) == simplified


@given(st.text(max_size=60))
def test_any_text_is_cut_into_tokens_that_occur_in_it_or_are_stems(tokens: Tokens, text: str) -> None:
    folded = fold(text)
    for token in tokens(text):
        assert token
        assert token in folded or token.isascii()


@given(st.text("幼儿园教育评价abc 12", max_size=30))
def test_cutting_loses_no_han_character(tokens: Tokens, text: str) -> None:
    assert "".join(tokens.cut(text)) == "".join(c for c in text if "㐀" <= c <= "鿿")


def test_the_dictionary_tells_how_frequent_words_are_and_what_begins_them() -> None:
    tokens = Tokens(["市教育局"])
    assert tokens.frequency("单位") > tokens.frequency("时侯") > 0 == tokens.frequency("但位")
    assert tokens.frequency("市教育局") > 0
    assert tokens.begins("市教育")
    assert not tokens.begins("但位")
    assert "单位" in set(tokens.words(1000)) < set(tokens.words(500))
    assert max(map(tokens.frequency, tokens.words(1000))) < tokens.total
