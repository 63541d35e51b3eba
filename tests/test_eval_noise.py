"""Noise: what a perturbation changes, and what it must leave alone."""

import os
import re
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypinyin import lazy_pinyin

from eval_sets.cases import bundled_files, load
from eval_sets.noise import Noise, perturb
from index.tokens import fold
from ingest.numerals import HAN

CASES = [case for path in bundled_files() for case in load(path)]
CHINESE = [case.question for case in CASES if case.lang == "zh"]
ENGLISH = [case.question for case in CASES if case.lang == "en"]
SEEDS = st.integers(0, 9)
# 第15项 | ２０２４ | 三
NUMBERS = re.compile(f"第?[0-9０-９]+|第?{HAN}")

texts = st.one_of(
    st.sampled_from(CHINESE),
    st.text(st.sampled_from("第15项任务由哪些单位负责体育评价二十三学校改革方案，？Ａ１ＢK12 裏請問國")),
    st.text(),
)


@settings(deadline=None)
@given(texts, st.sampled_from(["zh", "en"]), st.sampled_from(Noise), st.integers())
def test_noise_is_the_same_for_the_same_arguments_and_never_nothing(
    text: str, lang: str, noise: Noise, seed: int
) -> None:
    changed = perturb(text, lang, noise, seed)
    assert changed != text
    assert changed == perturb(text, lang, noise, seed)


def test_noise_does_not_depend_on_the_hash_seed_of_a_process() -> None:
    seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    script = (
        "from eval_sets.noise import Noise, perturb\n"
        "import sys; sys.stdout.reconfigure(encoding='utf-8')\n"
        "print([perturb('体育评价由谁负责？', 'zh', noise, 7) for noise in Noise])"
    )
    environment = os.environ | {"PYTHONHASHSEED": seed}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=True)
    assert done.stdout.decode() == f"{[perturb('体育评价由谁负责？', 'zh', noise, 7) for noise in Noise]}\n"


def test_seeds_give_different_noise() -> None:
    question = "市教育局在教育评价改革任务清单里负责哪些任务？"
    for noise in (Noise.TYPOS, Noise.PINYIN):
        assert len({perturb(question, "zh", noise, seed) for seed in range(10)}) > 3


@settings(deadline=None)
@given(texts, SEEDS)
def test_a_typo_changes_one_chinese_character_and_no_sound(text: str, seed: int) -> None:
    changed = perturb(text, "zh", Noise.TYPOS, seed)
    if changed is not None:
        assert len(changed) == len(text)
        assert sum(old != new for old, new in zip(text, changed, strict=True)) == 1
        assert lazy_pinyin(changed) == lazy_pinyin(text)


@settings(deadline=None)
@given(texts, SEEDS)
def test_a_typo_brings_in_a_character_of_daily_use(text: str, seed: int) -> None:
    changed = perturb(text, "zh", Noise.TYPOS, seed)
    if changed is not None:
        [new] = [new for old, new in zip(text, changed, strict=True) if old != new]
        assert b"\xb0\xa1" <= new.encode("gb2312") <= b"\xd7\xf9"


@settings(deadline=None)
@given(texts, st.sampled_from([Noise.TYPOS, Noise.PINYIN]), SEEDS)
def test_numbers_are_left_as_they_are(text: str, noise: Noise, seed: int) -> None:
    changed = perturb(text, "zh", noise, seed)
    if changed is not None:
        assert NUMBERS.findall(changed) == NUMBERS.findall(text)


@pytest.mark.parametrize("question", ["第十五项", "第15项", "任务十五", "两个", "15年度", "百分之三十", "K12教育"])
@pytest.mark.parametrize("noise", [Noise.TYPOS, Noise.PINYIN])
def test_a_word_in_or_at_a_number_or_latin_letters_is_not_touched(question: str, noise: Noise) -> None:
    assert {perturb(question, "zh", noise, seed) for seed in range(20)} == {None}


@settings(deadline=None)
@given(st.one_of(st.sampled_from(ENGLISH), st.text()), SEEDS)
def test_an_english_typo_swaps_two_inner_letters_of_one_word(text: str, seed: int) -> None:
    changed = perturb(text, "en", Noise.TYPOS, seed)
    if changed is not None:
        first, second = [n for n, (old, new) in enumerate(zip(text, changed, strict=True)) if old != new]
        assert second == first + 1
        assert (text[first], text[second]) == (changed[second], changed[first])
        [word] = [word for word in re.finditer(r"[A-Za-z]+", text) if word.start() <= first < word.end()]
        assert word.start() < first
        assert second < word.end() - 1
        assert len(word[0]) >= 5


@pytest.mark.parametrize(
    "question", ["task seven", "task 15", "who is it", "the twenty-third hundred", "Q3results", "aaaaa", ""]
)
def test_english_without_a_word_to_misspell_gives_none(question: str) -> None:
    assert {perturb(question, "en", Noise.TYPOS, seed) for seed in range(20)} == {None}


@given(texts, st.sampled_from(["zh", "en"]))
def test_width_is_equal_under_nfkc_and_undone_by_itself(text: str, lang: str) -> None:
    changed = perturb(text, lang, Noise.WIDTH, 0)
    if changed is not None:
        assert unicodedata.normalize("NFKC", changed) == unicodedata.normalize("NFKC", text)
        assert perturb(changed, lang, Noise.WIDTH, 0) == text


@pytest.mark.parametrize(
    ("question", "changed"),
    [
        ("ＡＢ１５？", "AB15?"),
        ("AB15?", "ＡＢ１５？"),
        ("第15项任务由谁负责？", "第１５项任务由谁负责?"),
        ("xx市的方案(草案)", "ｘｘ市的方案（草案）"),
        ("体育 归谁", None),
        ("“七朵云”、《清单》。", None),
        ("", None),
    ],
)
def test_width_examples(question: str, changed: str | None) -> None:
    assert perturb(question, "zh", Noise.WIDTH, 3) == changed


@pytest.mark.parametrize(
    ("question", "changed"),
    [
        ("体育评价由谁负责？", "體育評價由誰負責？"),
        ("清单里有哪些文件？", "清單裡有哪些文件？"),
        ("劳动教育为什么重要？", "勞動教育為什麼重要？"),
        ("劳动教育在哪裡？", "勞動教育在哪裡？"),
        ("那美育呢？", None),
        ("請問勞動教育評價由哪些單位負責？", None),
        ("Who is responsible?", None),
    ],
)
def test_traditional_examples(question: str, changed: str | None) -> None:
    assert perturb(question, "zh", Noise.TRADITIONAL, 3) == changed


def test_traditional_questions_fold_back_to_the_simplified_ones() -> None:
    changed = {question: perturb(question, "zh", Noise.TRADITIONAL, 0) for question in CHINESE}
    # 著 stands for 着 in Taiwan and for 著 elsewhere: OpenCC's t2s leaves it.
    back = {question: fold(new).replace("著", "着") for question, new in changed.items() if new is not None}
    assert len(back) > 0.9 * len(changed)
    assert back == {question: fold(question).replace("著", "着") for question in back}


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("体育评价由谁负责？", {"tiyu评价由谁负责？", "体育pingjia由谁负责？", "体育评价由谁fuze？"}),
        ("體育評價由誰負責？", {"tiyu評價由誰負責？", "體育pingjia由誰負責？", "體育評價由誰fuze？"}),
        ("第15项任务谁来负责？", {"第15项renwu谁来负责？", "第15项任务谁来fuze？"}),
        ("女生绩效", {"nvsheng绩效", "女生jixiao"}),
        ("音乐快乐", {"yinyue快乐", "音乐kuaile"}),
        ("请问为什么？", {None}),
        ("谁？", {None}),
        ("", {None}),
    ],
)
def test_pinyin_spells_one_content_word(question: str, words: set[str | None]) -> None:
    assert {perturb(question, "zh", Noise.PINYIN, seed) for seed in range(60)} == words


@pytest.mark.parametrize("noise", [Noise.PINYIN, Noise.TRADITIONAL])
def test_english_questions_have_neither_pinyin_nor_traditional_characters(noise: Noise) -> None:
    assert {perturb(question, "en", noise, 0) for question in [*ENGLISH, "Who is 体育局?"]} == {None}


def test_typos_are_what_people_type() -> None:
    found = {perturb("学校", "zh", Noise.TYPOS, seed) for seed in range(60)}
    assert "雪校" in found
    assert len(found) <= 10
    assert {perturb("园", "zh", Noise.TYPOS, seed) for seed in range(9)} == {None}


def test_most_real_questions_can_be_misspelt() -> None:
    for lang, questions in (("zh", CHINESE), ("en", ENGLISH)):
        without = [question for question in questions if perturb(question, lang, Noise.TYPOS, 0) is None]
        assert len(without) < 0.05 * len(questions), without
