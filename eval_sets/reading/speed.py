"""How fast text of any length is read, and whether twice the text takes twice the time."""

import gc
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from time import process_time

from ingest.model import Format, Source
from ingest.pipeline import ingest

_DIGITS = re.compile("[0-9]+")


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of processor time that reading a text of so many characters took, without encoding."""

    characters: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Characters a second."""
        return self.characters / self.seconds


@dataclass(frozen=True, slots=True)
class ReadingSpeed:
    """``short`` was read before and after ``long``, and is the mean of both."""

    short: Pace
    long: Pace

    @property
    def growth(self) -> float:
        """Time a character of the long text over that of the short one: 1 is linear."""
        return self.short.per_second / self.long.per_second


def grown(texts: Sequence[str], characters: int) -> str:
    """``texts`` one after the other, over and over, cut at ``characters``; the n-th round adds n to every number.

    So no two rounds print the same headings, dates or amounts, and numbering still counts up. Raises ValueError
    without any text.
    """
    if not any(texts):
        raise ValueError("there is no text to grow; give at least one that is not empty")
    rounds: list[str] = []
    length = 0
    for n in count():
        rounds.append("\n".join(_renumbered(text, n) for text in texts) + "\n")
        length += len(rounds[-1])
        if length >= characters:
            break
    return "".join(rounds)[:characters]


def _renumbered(text: str, by: int) -> str:
    return _DIGITS.sub(lambda match: str(int(match[0]) + by), text)


def reading_speed(texts: Sequence[str], short: int = 1_000_000, long: int = 5_000_000) -> ReadingSpeed:
    """Time ``ingest`` of ``texts`` grown to ``short`` and ``long`` characters."""
    small, large = grown(texts, short), grown(texts, long)
    before, middle, after = _seconds(small), _seconds(large), _seconds(small)
    return ReadingSpeed(Pace(short, (before + after) / 2), Pace(long, middle))


def _seconds(text: str) -> float:
    source = Source("grown.txt", Format.TXT, text, "0" * 64)
    gc.collect()
    started = process_time()
    ingest(source)
    return process_time() - started
