"""zhiye, you儿园, youeryuan jijiao: pinyin where characters should be."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from chatbot.spelling.lexicon import HAN, NUMERAL, PLACE_ENDINGS, Lexicon
from chatbot.spelling.sounds import sound, spoken, syllables
from chatbot.terms import words_without_topic
from index.english import common_words
from index.lexical import LexicalIndex

# zhiye | you er yuan | xi'an, but not AI, K12 or Jinan inside a sentence
_LETTERS = re.compile(r"(?<![A-Za-z0-9])(?:^[A-Z])?[a-z]+(?:[ '’]?[a-z]+)*(?![A-Za-z0-9])")
#: Characters on either side that may belong to a word begun or ended in letters.
_AROUND = 3
#: Homophones compared, and readings kept while reading on.
_OFFERED, _KEPT = 4, 6
#: What it adds to a reading that the documents have the two characters in which two of its words meet.
_MEETS = 2.0
#: By how much a reading has to be likelier than every other.
LEAD = 1.0


@dataclass(frozen=True, slots=True)
class _Spelt:
    """A word in letters; ``starts`` are where its characters begin."""

    word: str
    starts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Partial:
    """A beginning read so far: its characters, its log-likelihood, and whether letters became a word."""

    text: str
    worth: float
    has_word: bool


class Pinyin:
    """Reads letters as the intended words of a lexicon."""

    def __init__(self, lexicon: Lexicon, lexical: LexicalIndex) -> None:
        self._lexicon, self._lexical = lexicon, lexical
        spelt: dict[str, list[_Spelt]] = defaultdict(list)
        single = {word for word in words_without_topic().chinese if len(word) == 1 and HAN.fullmatch(word)}
        for sounds, word in chain(lexicon.items(), spoken(single)):
            starts = tuple(sum(map(len, sounds[:n])) for n in range(len(sounds)))
            spelt["".join(sounds)].append(_Spelt(word, starts))
        for words in spelt.values():
            words.sort(key=lambda each: -lexicon.log_probability(each.word))
        self._spelt: Mapping[str, Sequence[_Spelt]] = spelt
        self._longest = max(map(len, spelt), default=0)

    def spelt_in(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Places of ``text`` that are pinyin, half-open, and what they say; longest stretches first tried."""
        for stretch in _LETTERS.finditer(text):
            if (said := self._said(text, stretch.start(), stretch.end())) is not None:
                yield stretch.start(), stretch.end(), said
                continue
            for word in re.finditer("[A-Za-z]+", stretch[0]):
                start, end = stretch.start() + word.start(), stretch.start() + word.end()
                if len(word[0]) < len(stretch[0]) and (said := self._said(text, start, end)) is not None:
                    yield start, end, said

    def _said(self, text: str, start: int, end: int) -> str | None:
        letters = re.sub("[^a-z]", "", text[start:end].lower())
        if not syllables().fullmatch(letters):
            return None
        behind = text[end : end + _AROUND]
        before = text[max(0, start - _AROUND) : start]
        left = re.search(f"(?:{HAN.pattern})?$", before)
        right = re.match(f"(?:{HAN.pattern})?", behind)
        assert left is not None
        assert right is not None
        pieces = re.findall("[a-z]+", text[start:end].lower())
        # you儿园 is 幼儿园, whatever you is in English; women by itself is English.
        english = len(pieces) == 1 and pieces[0] in common_words()
        readings = self._read(left[0], pieces, right[0], english)
        if not readings or not readings[0].has_word:
            return None
        if len(readings) > 1 and readings[0].worth - readings[1].worth < LEAD:
            return None
        read = readings[0].text[len(left[0]) : len(readings[0].text) - len(right[0])]
        # licheng区 is a place that the documents may not know
        named = right[0][:1] and right[0][0] in PLACE_ENDINGS and read not in self._lexicon.places
        return None if named or NUMERAL.search(read) else read

    def _read(self, left: str, pieces: Sequence[str], right: str, mixed: bool) -> list[_Partial]:
        """The likeliest readings of letters between characters, likeliest first; none if letters are left over.

        A character that is a word by itself (de: 的) is a piece by itself; a word that is more than one piece is whole
        pieces: ping yici is not 评议次. ``mixed``: a word of letters alone is none.
        """
        fixed: dict[int, str] = {}
        sounding = ""
        for part in (left, None, right):
            if part is None:
                starts = [len(sounding) + sum(map(len, pieces[:n])) for n in range(len(pieces) + 1)]
                sounding += "".join(pieces)
            for character in part or "":
                fixed[len(sounding)] = character
                sounding += sound(character)
        inside = range(starts[0], starts[-1])
        partial: list[list[_Partial]] = [[] for _ in range(len(sounding) + 1)]
        partial[0].append(_Partial("", 0.0, False))
        for at in range(len(sounding)):
            best = sorted(partial[at], key=lambda each: -each.worth)[:_KEPT]
            if not best:
                continue
            if at in fixed:
                self._extend(partial[at + len(sound(fixed[at]))], best, fixed[at], False)
            for to in range(at + 1, min(len(sounding), at + self._longest) + 1):
                whole = {at, to} <= set(starts)
                within = not any(at < start < to for start in starts[1:-1])
                offered = [
                    each
                    for each in self._spelt.get(sounding[at:to], ())
                    if (whole or (within and len(each.word) > 1)) and _fits(each, at, to, fixed, inside)
                ]
                for each in offered[:_OFFERED]:
                    outside = at < inside.start or to > inside.stop
                    touches = at < inside.stop and to > inside.start and len(each.word) > 1 and (outside or not mixed)
                    self._extend(partial[to], best, each.word, touches)
        found: dict[str, _Partial] = {}
        for reading in sorted(partial[-1], key=lambda reading: -reading.worth):
            found.setdefault(reading.text, reading)
        return list(found.values())

    def _extend(self, to: list[_Partial], best: Sequence[_Partial], word: str, touches: bool) -> None:
        worth = self._lexicon.log_probability(word)
        for each in best:
            meets = each.text and self._lexical.knows(each.text[-1] + word[0])
            together = each.worth + worth + (_MEETS if meets else 0.0)
            to.append(_Partial(each.text + word, together, each.has_word or touches))


def _fits(spelt: _Spelt, at: int, to: int, fixed: Mapping[int, str], inside: range) -> bool:
    """Whether a word has the characters that stand there, each in its place, and letters for the rest."""
    starts = [at + start for start in spelt.starts]
    for character, start, end in zip(spelt.word, starts, [*starts[1:], to], strict=True):
        standing = fixed.get(start)
        if standing is not None and standing != character:
            return False
        if standing is None and not (inside.start <= start and end <= inside.stop):
            return False
    return True
