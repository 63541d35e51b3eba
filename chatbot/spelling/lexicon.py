"""Words that questions are made of, how likely each is, and which of them a misspelling may stand for."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import log

from chatbot.catalog import Catalog
from chatbot.cues import words_of_cues
from chatbot.spelling.sounds import sounds as sounds_of
from chatbot.spelling.sounds import spoken
from chatbot.terms import everyday, words_without_topic
from index.place_names import gazetteer
from index.tokens import Tokens
from ingest.registry import LEVELS, UnitNames

HAN = re.compile("[㐀-鿿]+")
# 十 | 第 | 半: what is counted or numbered is never guessed at
NUMERAL = re.compile("[〇零一二两俩三四五六七八九十廿百千万亿第半几双壹贰叁肆伍陆柒捌玖拾佰仟]")
#: How names of places too small for the gazetteer end.
PLACE_ENDINGS = LEVELS + "村街路"
#: Characters of the longest word looked at.
LONGEST = 7
#: Shares of general Chinese, of the documents' words and of those that ask in what a question is expected to say.
_GENERAL_SHARE, _OWN_SHARE, _ASKING_SHARE = 0.3, 0.4, 0.3
#: jieba's dictionary was counted on texts with typing errors (幼儿圆: 3 times, 时侯: 10), so that rarer is no word.
_RARE = 20
#: How often a word of general Chinese is in jieba's 60 million to be looked for as well: 9,600 are.
_COMMON = 500
#: Log-probability of a character that is no word.
_STRANGE = -17.0


class Lexicon:
    """The words of the documents, of the cues, and of general Chinese (jieba's dictionary).

    A unigram model: ``log_probability`` mixes what documents say, what asks, and what people say in general. Words are
    found by their sounds; those of daily use and names of places compete for what a misspelling means, but it is read
    only as what ``intends`` allows.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._tokens, self._lexical = catalog.index.tokens, catalog.index.lexical
        self._own = {
            word: self._lexical.frequency(word)
            for word in self._lexical.words()
            if len(word) > 1 and HAN.fullmatch(word) and self._tokens.frequency(word)
        }
        self._worth: dict[str, float] = {}
        self._own_total = sum(self._own.values()) or 1
        asking = self._asking = {
            word for word in _asking(catalog) if HAN.fullmatch(word) and self._tokens.frequency(word)
        }
        own_places = (part for place in catalog.index.places.of.values() if place for part in place.parts)
        places = {name for part in (*gazetteer().places, *own_places) for name in (part.name, part.full)}
        units = {form for form, _ in catalog.units.forms()} | {name for row in UnitNames.all() for name in _names(row)}
        self._intended = frozenset(
            word
            for word in self._own.keys() | asking
            if len(word) > 1
            and not (NUMERAL.search(word) or word in places or word[-1] in "县州盟旗")
            and not (word[0] in LEVELS and word[1:] in units)
        )
        self._common = frozenset(_common(self._tokens)) - places
        alike = Counter(map(sounds_of, places))
        #: Names of places that no other place's name sounds like.
        self.places = frozenset(place for place in places if alike[sounds_of(place)] == 1 and HAN.fullmatch(place))
        by_sound: dict[tuple[str, ...], list[str]] = defaultdict(list)
        known = self._intended | self._common | places
        for sounds, word in spoken(word for word in sorted(known) if 1 < len(word) <= LONGEST):
            by_sound[sounds].append(word)
        self._by_sound: Mapping[tuple[str, ...], Sequence[str]] = by_sound
        self._beginnings = {sounds[:n] for sounds in by_sound for n in range(2, len(sounds) + 1)}

    def intends(self, word: str) -> bool:
        """Whether documents or cues have the word, and it is no numeral, place or unit of a level (市教育局, where
        教育局 will do), so that no number, place or unit is made of another."""
        return word in self._intended

    def knows(self, word: str) -> bool:
        """Whether ``word`` is one of the documents, the cues or, not too rarely, general Chinese."""
        return word in self._own or word in self._asking or self._tokens.frequency(word) >= _RARE

    def stands(self, text: str) -> bool:
        """Whether the documents have every pair of characters of ``text``."""
        return all(self._lexical.knows(text[n : n + 2]) for n in range(len(text) - 1))

    def log_probability(self, word: str) -> float:
        """Minus infinity for what is no word and longer than a character."""
        known = self._worth.get(word)
        if known is None:
            known = self._computed(word)
            if known > _STRANGE:  # so that it never holds more than there are words
                self._worth[word] = known
        return known

    def _computed(self, word: str) -> float:
        general = self._tokens.frequency(word) / self._tokens.total
        own = self._own.get(word, 0) / self._own_total
        asking = (word in self._asking) / len(self._asking)
        mixed = _GENERAL_SHARE * general + _OWN_SHARE * own + _ASKING_SHARE * asking
        if mixed:
            return log(mixed)
        return _STRANGE if len(word) == 1 else float("-inf")

    def words_from(self, run: str, start: int) -> Iterator[tuple[int, float]]:
        """The words that begin at ``start`` of a run: where each ends, and its log-probability. One character always is
        one."""
        for end in range(start + 1, min(len(run), start + LONGEST) + 1):
            word = run[start:end]
            if end > start + 1 and not self._tokens.begins(word):
                return
            if (worth := self.log_probability(word)) > float("-inf"):
                yield end, worth

    def heard(self, sounds: tuple[str, ...]) -> Sequence[str]:
        """The words that sound so."""
        return self._by_sound.get(sounds, ())

    def begins(self, sounds: tuple[str, ...]) -> bool:
        """Whether a word begins with these sounds, two or more."""
        return sounds in self._beginnings

    def items(self) -> Iterable[tuple[tuple[str, ...], str]]:
        """Every word that letters may spell with each of its sounds: no name of two places."""
        kept = self.places | self._intended | self._common
        return ((sounds, word) for sounds, words in self._by_sound.items() for word in words if word in kept)


def _common(tokens: Tokens) -> Iterable[str]:
    return (word for word in tokens.words(_COMMON) if 1 < len(word) <= LONGEST and HAN.fullmatch(word))


def _asking(catalog: Catalog) -> Iterable[str]:
    """Words in which questions are asked, and names of units."""
    without = words_without_topic()
    yield from without.chinese | without.weak
    yield from (name for row in UnitNames.all() for name in _names(row))
    yield from everyday()
    yield from (word for text in words_of_cues() for word in catalog.index.tokens.cut(text))


def _names(row: UnitNames) -> tuple[str, ...]:
    return (row.name, *row.aliases)
