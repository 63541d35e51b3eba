"""A question as it was probably meant: what everything behind it reads."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from chatbot.catalog import Catalog
from chatbot.spelling.english import English
from chatbot.spelling.homophones import misheard
from chatbot.spelling.lexicon import HAN, Lexicon
from chatbot.spelling.pinyin import Pinyin
from chatbot.spelling.sounds import syllables
from chatbot.terms import words_without_topic
from index.tokens import simplified

#: Readings remembered: the turns of a conversation come again with every further one.
_REMEMBERED = 1024

_Place = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A word of a question and what it is read as."""

    written: str
    read: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A question with ``changes`` made to its words, in simplified characters of usual width."""

    text: str
    changes: tuple[Change, ...]

    @property
    def telling(self) -> tuple[Change, ...]:
        """The changes that may change what is asked: of words that carry a topic or name a unit."""
        return tuple(change for change in self.changes if change.read not in words_without_topic().chinese)


#: As wide in Chinese as it should be.
_PUNCTUATION = frozenset("，。？！；：（）")


class Spelling:
    """Reads questions about one index; threads may share it.

    Only words are changed that neither the documents nor the cues nor general Chinese or English have, only into words
    that documents or cues have, and only where one such word is much likelier than all others. Numbers, names of places
    and what is written in capitals stay. Reading a reading changes nothing.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._lexicon = Lexicon(catalog)
        self._pinyin = Pinyin(self._lexicon, catalog.index.lexical)
        self._english = English(catalog)
        self.read: Callable[[str], Reading] = lru_cache(_REMEMBERED)(self._read)

    def _read(self, text: str) -> Reading:
        text = simplified("".join(c if c in _PUNCTUATION else unicodedata.normalize("NFKC", c) for c in text))
        changes: list[Change] = []
        for places in (self._spelt, self._misspelt, self._misheard):
            # Each round leaves fewer letters, fewer unknown words or a likelier text, so that there is a last one.
            while found := list(places(text)):
                changes += (Change(text[start:end], word) for start, end, word in found)
                text = _with(text, found)
        return Reading(text, tuple(changes))

    def _spelt(self, text: str) -> Iterator[_Place]:
        if not self._is_english(text):
            yield from self._pinyin.spelt_in(text)

    def _misspelt(self, text: str) -> Iterator[_Place]:
        yield from self._english.misspelt_in(text)

    def _misheard(self, text: str) -> Iterator[_Place]:
        for run in HAN.finditer(text):
            if (found := misheard(run[0], self._lexicon)) is not None:
                yield run.start() + found.start, run.start() + found.end, found.word

    def _is_english(self, text: str) -> bool:
        """Whether a text has words that are no pinyin, and no Chinese around them."""
        return not HAN.search(text) and any(not syllables().fullmatch(word.lower()) for word in _latin(text))


def _latin(text: str) -> Iterable[str]:
    return (word for word in "".join(c if c.isascii() and c.isalpha() else " " for c in text).split() if len(word) > 1)


def _with(text: str, places: Iterable[_Place]) -> str:
    for start, end, word in sorted(places, reverse=True):
        text = text[:start] + word + text[end:]
    return text
