"""How characters and words are pronounced: pinyin without tones, as people type it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

_SYLLABLE = re.compile("[a-z]+")


def sounds(word: str) -> tuple[str, ...]:
    """The usual sound of each character by itself (行: xing); a character without one stands for itself."""
    return tuple(map(sound, word))


@cache
def readings(word: str) -> frozenset[tuple[str, ...]]:
    """What people may have typed for ``word``: its characters' usual sounds, and those they have in it (行业: hang ye).

    Of a single character, all its sounds.
    """
    characters, words = _tables()
    found = {sounds(word)}
    if len(word) == 1:
        found |= {(toneless(each),) for each in characters.get(ord(word), "").split(",") if each}
    elif word in words:
        found.add(tuple(toneless(each[0]) for each in words[word]))
    return frozenset(found)


def spoken(words: Iterable[str]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every word with each of its readings."""
    return ((each, word) for word in words for each in readings(word))


@cache
def sound(character: str) -> str:
    """The usual sound of one character; the character itself if it has none."""
    return toneless(_tables()[0].get(ord(character), "").split(",")[0]) or character


@cache
def toneless(syllable: str) -> str:
    """yuán: yuan; nǚ: nv, which is how ü is typed."""
    decomposed = unicodedata.normalize("NFD", syllable.replace("ü", "v")).replace("u\N{COMBINING DIAERESIS}", "v")
    return "".join(letter for letter in decomposed if letter.isascii() and letter.isalpha())


@cache
def syllables() -> re.Pattern[str]:
    """One or more whole syllables of Mandarin."""
    every = {toneless(each) for row in _tables()[0].values() for each in row.split(",")}
    # m, n, ng and ê are sounds, but nobody types them for a character of a question.
    vowelled = [each for each in every if set(each) & set("aeiouv") and each != "e" and _SYLLABLE.fullmatch(each)]
    return re.compile(f"(?:{'|'.join(sorted(vowelled, key=len, reverse=True))})+")


@cache
def _tables() -> tuple[Mapping[int, str], Mapping[str, Sequence[Sequence[str]]]]:
    """pypinyin's tables: the sounds of each character, the usual one first; the sounds in words.

    Read as they are: its functions cut words first, which takes a hundred times as long.
    """
    from pypinyin.phrases_dict import phrases_dict  # a third of a second to import
    from pypinyin.pinyin_dict import pinyin_dict

    return pinyin_dict, phrases_dict
