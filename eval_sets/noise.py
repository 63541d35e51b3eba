"""Questions as people mistype them: seeded perturbations after which an answer should be the same."""

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib.resources import files

from opencc import OpenCC
from pypinyin import lazy_pinyin

from index.tokens import Tokens
from ingest.numerals import ARABIC, ENGLISH, HAN

# 体育评价
_HAN_RUN = re.compile(r"[㐀-鿿]+")
# 十五 | 15 | 第 | 叁 | 半: what a typing error must neither change nor bring in
_NUMERAL = re.compile(f"{HAN}|{ARABIC}|[第半俩仨廿卅几壹贰叁肆伍陆柒捌玖拾佰仟萬億兩]")
# evaluation, but not K12 or Q3results
_ENGLISH_WORD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{5,}(?![A-Za-z0-9])")
_ENGLISH_NUMBER = re.compile(f"{ENGLISH}|(?:hundred|thousand|million|billion)s?|percent", re.IGNORECASE)
# Ａ１？ | A1?
_OTHER_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {code + 0xFEE0: code for code in range(0x21, 0x7F)}
#: Homophones offered for a syllable.
_OFFERED = 5
#: First letters of the tags that jieba's dictionary gives to words with content: nouns, verbs, adjectives, 中小学 (j),
#: 义务教育 (l), 因材施教 (i), 绩效 (b).
_CONTENT_TAGS = tuple("navjlib")
# 哪些方面 | 由谁来 | 多长时间: tagged like content, but they ask; and what says nothing of the subject
_ASKING = re.compile("[谁誰哪什怎几幾多么麼嘛]")
_EMPTY = re.compile("没有|有没有|还有|不会|不得|出来|请问|觉得|打算|想问|知道|告诉|可以|能够|应该|需要")


class Noise(StrEnum):
    """How a question is disturbed."""

    TYPOS = "typos"
    WIDTH = "width"
    TRADITIONAL = "traditional"
    PINYIN = "pinyin"


def perturb(question: str, lang: str, noise: Noise, seed: int) -> str | None:
    """``question`` with one kind of noise, the same for the same arguments; None where the noise changes nothing.

    TYPOS puts one homophone into a Chinese word, or swaps two neighbouring inner letters of an English one; PINYIN
    spells one Chinese content word. Both leave alone what is part of a number or touches one, Latin letters too.
    WIDTH turns half-width printable ASCII full width and the reverse, blanks aside. TRADITIONAL writes the forms of
    Taiwan. ``lang`` is ``zh`` or ``en``; of an English question PINYIN and TRADITIONAL make nothing.
    """
    chance = random.Random(sha256(json.dumps([question, lang, noise, seed]).encode()).digest())
    if noise is Noise.WIDTH:
        changed: str | None = question.translate(_OTHER_WIDTH)
    elif noise is Noise.TYPOS:
        changed = _transposed(question, chance) if lang == "en" else _misspelt(question, chance)
    elif lang == "en":
        changed = None
    elif noise is Noise.TRADITIONAL:
        changed = str(_traditional().convert(question))
    else:
        changed = _spelt(question, chance)
    return None if changed == question else changed


@dataclass(frozen=True, slots=True)
class _Word:
    """Han characters of a question from ``start`` on; ``text`` as printed, ``folded`` in simplified characters."""

    start: int
    text: str
    folded: str


def _words(question: str) -> list[_Word]:
    """The words of two or more Han characters that neither hold nor touch a number or a Latin letter."""
    words: list[_Word] = []
    for run in _HAN_RUN.finditer(question):
        cut = _tokens().cut(run[0])
        if len("".join(cut)) != len(run[0]):  # folding changed the length: the words have no place in the question
            continue
        start = run.start()
        for folded in cut:
            end = start + len(folded)
            word = _Word(start, question[start:end], folded)
            around = question[max(0, start - 1) : start] + question[end : end + 1]
            if len(folded) > 1 and not _NUMERAL.search(folded + word.text + around) and not _has_foreign(around):
                words.append(word)
            start = end
    return words


def _has_foreign(text: str) -> bool:
    return any(character.isalnum() and not _HAN_RUN.match(character) for character in text)


def _misspelt(question: str, chance: random.Random) -> str | None:
    """One character replaced by a homophone; only such as leave the reading of the whole question as it was."""
    reading = lazy_pinyin(question)
    places = [(word.start + n, sound) for word in _words(question) for n, sound in enumerate(_sounds(word.text))]
    chance.shuffle(places)
    for at, sound in places:
        homophones = [character for character in _homophones().get(sound, ()) if character != question[at]]
        chance.shuffle(homophones)
        for homophone in homophones:
            changed = question[:at] + homophone + question[at + 1 :]
            if lazy_pinyin(changed) == reading:
                return changed
    return None


def _transposed(question: str, chance: random.Random) -> str | None:
    """Two neighbouring inner letters of a word of five or more swapped; number words are left alone."""
    places = [
        at
        for word in _ENGLISH_WORD.finditer(question)
        if not _ENGLISH_NUMBER.fullmatch(word[0])
        for at in range(word.start() + 1, word.end() - 2)
        if question[at].lower() != question[at + 1].lower()
    ]
    if not places:
        return None
    at = chance.choice(places)
    return question[:at] + question[at + 1] + question[at] + question[at + 2 :]


def _spelt(question: str, chance: random.Random) -> str | None:
    """One content word as its pinyin, without tones or blanks (体育评价 -> tiyu评价; 女生 -> nvsheng)."""
    words = [word for word in _words(question) if _is_content(word.folded) and _sounds(word.text)]
    if not words:
        return None
    word = chance.choice(words)
    return question[: word.start] + "".join(_sounds(word.text)) + question[word.start + len(word.text) :]


def _sounds(word: str) -> list[str]:
    """The toneless pinyin of each character; empty if one has none."""
    sounds = lazy_pinyin(word)
    return sounds if len(sounds) == len(word) and all(sound.isascii() for sound in sounds) else []


def _is_content(word: str) -> bool:
    return _tags().get(word, "").startswith(_CONTENT_TAGS) and not _EMPTY.fullmatch(word) and not _ASKING.search(word)


@cache
def _homophones() -> dict[str, list[str]]:
    """By toneless pinyin, the few characters that input methods offer first: the most frequent ones of level 1 of
    GB 2312-80 (3,755 characters of daily use), numerals left out."""
    frequency: Counter[str] = Counter()
    for word, times, _ in _dictionary():
        for character in word:
            frequency[character] += int(times)
    cells = ((row, cell) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF) if (row, cell) <= (0xD7, 0xF9))
    by_sound: dict[str, list[str]] = defaultdict(list)
    for character in sorted((bytes(pair).decode("gb2312") for pair in cells), key=lambda each: -frequency[each]):
        if not _NUMERAL.match(character):
            by_sound[lazy_pinyin(character)[0]].append(character)
    return {sound: characters[:_OFFERED] for sound, characters in by_sound.items()}


@cache
def _tags() -> dict[str, str]:
    """The part of speech of each word."""
    return {word: tag for word, _, tag in _dictionary()}


def _dictionary() -> Iterator[list[str]]:
    """jieba's dictionary: word, frequency and tag of each line."""
    for line in files("jieba").joinpath("dict.txt").read_text("utf-8").splitlines():
        yield line.split(" ")


@cache
def _tokens() -> Tokens:
    return Tokens()


@cache
def _traditional() -> OpenCC:
    # s2tw, not s2t: OpenCC's own standard writes 裏, 爲 and 喫, which input methods do not offer first; s2twp would
    # also change words (文件 -> 檔案) and with them what is asked.
    return OpenCC("s2tw")
