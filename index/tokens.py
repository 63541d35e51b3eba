"""Lexical tokens: jieba words, character bigrams, single characters; English stems. The same for build and query."""

import logging
import os
import re
import sys
import tomllib
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import Stemmer
from opencc import OpenCC

# jieba asks setuptools' pkg_resources where its dictionary is: 0.1 s of every start, deprecated, and not needed.
sys.modules.setdefault("pkg_resources", None)  # type: ignore[arg-type]
import jieba  # noqa: E402

if sys.modules["pkg_resources"] is None:
    del sys.modules["pkg_resources"]

_log = logging.getLogger(__name__)

#: Runs of Han characters whose words are remembered.
_RUNS = 1 << 15
# 体育评价 | evaluation2024
_HAN_RUN = re.compile(r"[㐀-鿿]+")
_LATIN_RUN = re.compile(r"[a-z]+|[0-9]+(?:\.[0-9]+)?%?")
#: Texts whose words are remembered: a question is cut for every purpose it is read for.
_CUT = 256
# evaluation
_WORD = re.compile(r"[a-z]+")
# Luther's | don't
_CLITIC = re.compile(r"(?<=[a-z])(?:['’](?:s|re|ve|ll|d|m)|n['’]t)\b")


def fold(text: str) -> str:
    """Width, case, compatibility forms and traditional characters folded away (NFKC, casefold, OpenCC tw2s)."""
    return simplified(unicodedata.normalize("NFKC", text).casefold())


def simplified(text: str) -> str:
    """Traditional characters made simplified (OpenCC tw2s), so that a question and a document may be in either."""
    return str(_converter().convert(text))


@cache
def _without_topic(language: str) -> frozenset[str]:
    return frozenset(tomllib.loads(files("index").joinpath("words.toml").read_text("utf-8"))[language].split())


@cache
def _converter() -> OpenCC:
    # Not t2s, which leaves the 著 of 看著 and 來著.
    return OpenCC("tw2s")


@dataclass(frozen=True, slots=True)
class _Dictionary:
    """jieba's prefix dictionary: frequency by word, 0 for what only begins words, and the sum of frequencies."""

    frequencies: dict[str, int]
    total: int


@dataclass(frozen=True, slots=True)
class _Origin:
    """What decides the dictionary, and the file that may hold it parsed, which does not."""

    version: str
    parsed: Path | None = field(compare=False)


def _dictionary(cache_folder: Path | None) -> _Dictionary:
    """jieba's dictionary, once a process; ``cache_folder`` keeps it for the next.

    jieba's own cache is read through ``marshal.load`` of a file, which took 1.5 s here; two flat arrays take 0.2 s.
    """
    version = str(jieba.__version__)
    cached = cache_folder / f"jieba-{version}.npz" if cache_folder else None
    dictionary = _read(_Origin(version, cached))
    if cached and not cached.exists():
        try:
            _keep(dictionary, cached)
        except OSError as error:  # full or read-only: the next process parses it again
            _log.info("%s cannot be kept: %s", cached, error)
    return dictionary


@lru_cache(maxsize=1)
def _read(origin: _Origin) -> _Dictionary:
    if origin.parsed and origin.parsed.exists():
        try:
            return _kept(origin.parsed)
        except (BadZipFile, EOFError, KeyError, OSError, ValueError) as error:
            _log.warning("%s is damaged and made anew: %s", origin.parsed, error)
            with suppress(OSError):
                origin.parsed.unlink()
    tokenizer = jieba.Tokenizer()
    return _Dictionary(*tokenizer.gen_pfdict(tokenizer.get_dict_file()))


def _kept(parsed: Path) -> _Dictionary:
    with np.load(parsed, allow_pickle=False) as arrays:
        words = arrays["words"].tobytes().decode("utf-8").split("\n")
        return _Dictionary(dict(zip(words, arrays["frequencies"].tolist(), strict=True)), int(arrays["total"]))


def _keep(dictionary: _Dictionary, cached: Path) -> None:
    cached.parent.mkdir(parents=True, exist_ok=True)
    part = cached.with_name(f".{os.getpid()}-{cached.name}")
    words = np.frombuffer("\n".join(dictionary.frequencies).encode("utf-8"), np.uint8)
    frequencies = np.array(list(dictionary.frequencies.values()), np.int64)
    try:
        np.savez(part, words=words, frequencies=frequencies, total=np.int64(dictionary.total))
        part.replace(cached)
    finally:
        part.unlink(missing_ok=True)


def _jieba_with(dictionary: _Dictionary) -> jieba.Tokenizer:
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = dict(dictionary.frequencies), dictionary.total, True
    return tokenizer


def pairs(word: str) -> tuple[str, ...]:
    """The tokens that stand for a Han word wherever it occurs, dictionary word or not: its character pairs."""
    return tuple(word[n : n + 2] for n in range(len(word) - 1)) or (word,)


class Tokens:
    """Cuts text into tokens; owns its jieba tokenizer, so that no other user of jieba changes what it cuts."""

    def __init__(
        self, words: Iterable[str] = (), cache_folder: Path | None = None, fold: Callable[[str], str] = fold
    ) -> None:
        """``words`` are kept whole (units, terms); jieba's parsed dictionary is cached in ``cache_folder``; ``fold`` is
        what makes texts comparable."""
        self._fold = fold
        self._jieba = _jieba_with(_dictionary(cache_folder))
        for word in words:
            self._jieba.add_word(self._fold(word))
        self.stem: Callable[[str], str] = Stemmer.Stemmer("english").stemWord
        # Every passage has the headings above it: of the runs of 108 policies three in five are repeated.
        self._long_words = lru_cache(_RUNS)(self._cut_long_words)
        self._cut = lru_cache(_CUT)(self._words)

    def __call__(self, text: str) -> list[str]:
        """Tokens in order of channel, repeats kept; empty for text without letters or digits."""
        folded = self._fold(text)
        found = self._stems(_LATIN_RUN, folded)
        for run in _HAN_RUN.findall(folded):
            found += self._long_words(run)
            found += (run[n : n + 2] for n in range(len(run) - 1))
            found += run
        return found

    def _cut_long_words(self, run: str) -> tuple[str, ...]:
        return tuple(word for word in self._jieba.cut_for_search(run) if len(word) > 2)

    def frequency(self, word: str) -> int:
        """How often jieba's dictionary, or a word kept whole, is expected in ``total`` words; 0 for what is none."""
        return int(self._jieba.FREQ.get(word, 0))

    def begins(self, text: str) -> bool:
        """Whether a word of the dictionary begins with ``text``, or is it."""
        return text in self._jieba.FREQ

    def words(self, frequency: int) -> Iterator[str]:
        """The words of the dictionary that are at least so frequent."""
        return (word for word, found in self._jieba.FREQ.items() if found >= frequency)

    @property
    def total(self) -> int:
        """The words that jieba's dictionary was counted on."""
        return int(self._jieba.total)

    def of_question(self, text: str) -> list[str]:
        """What to look for: the tokens of ``text``, each once, without those of its question words."""
        return list(dict.fromkeys(self(_HAN_RUN.sub(self._topic, self._fold(text)))))

    def _topic(self, run: re.Match[str]) -> str:
        words = self._jieba.cut(run[0], HMM=False)
        return "".join(" " if word in _without_topic("chinese") else word for word in words)

    def cut(self, text: str) -> list[str]:
        """Han words of the dictionary in order, each character in one word; what is in no word stands alone."""
        return list(self._cut(text))

    def _words(self, text: str) -> tuple[str, ...]:
        return tuple(word for run in _HAN_RUN.findall(self._fold(text)) for word in self._jieba.cut(run, HMM=False))

    def english(self, text: str) -> list[str]:
        """Stems of the English words of ``text`` in order, words without a topic left out."""
        return self._stems(_WORD, self._fold(text))

    def _stems(self, pattern: re.Pattern[str], folded: str) -> list[str]:
        words = pattern.findall(_CLITIC.sub("", folded))
        return [self.stem(word) for word in words if word not in _without_topic("english")]
