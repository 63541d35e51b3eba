"""责任但位: a word written with characters that sound like its own.

A run of Chinese is read as words, each by its probability. Reading a stretch of it as an intended word of the same
sound is worth as much as the run becomes likelier by it: at least e^8 times, which pays for the typing error. Of 8,017
questions about other things (CMRC 2018, DRCD) that changes 108: 33 real errors, the rest mostly rare names of persons.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from chatbot.spelling.lexicon import LONGEST, NUMERAL, PLACE_ENDINGS, Lexicon
from chatbot.spelling.sounds import sounds

#: Least gain in log-likelihood for which a word is read as another, and by which it has to beat every other reading.
GAIN, LEAD = 8.0, 2.5


@dataclass(frozen=True, slots=True)
class Homophone:
    """``word`` for what stands at ``start`` of a run, and by how much that makes the run likelier."""

    start: int
    word: str
    gain: float

    @property
    def end(self) -> int:
        """Behind the last character."""
        return self.start + len(self.word)

    def within(self, run: str) -> str:
        """The run with it."""
        return run[: self.start] + self.word + run[self.end :]


def misheard(run: str, lexicon: Lexicon) -> Homophone | None:
    """The likeliest word that a run of Chinese misspells; None if there is none, or two are about as likely."""
    found = sorted(_homophones(run, lexicon), key=lambda each: -each.gain)
    best = next(iter(found), None)
    if best is None or best.gain < GAIN or not lexicon.intends(best.word):
        return None
    rivals = (each for each in found if each.start < best.end and best.start < each.end)
    wrong = (each.gain for each in rivals if each.within(run) != best.within(run))
    return None if best.gain - max(wrong, default=0.0) < LEAD else best


def _homophones(run: str, lexicon: Lexicon) -> Iterator[Homophone]:
    words: _Words | None = None
    heard = sounds(run)
    for start in range(len(run) - 1):
        for end in range(start + 2, min(len(run), start + LONGEST) + 1):
            if not lexicon.begins(heard[start:end]):
                break
            written = run[start:end]
            for word in lexicon.heard(heard[start:end]):
                if _may_stand_for(written, word, run[end : end + 1], lexicon):
                    if _at_most(written, word, lexicon) < GAIN - LEAD:
                        continue
                    words = words or _Words(run, lexicon)
                    reading = Homophone(start, word, words.gain(start, word))
                    if not words.breaks(reading):
                        yield reading


def _may_stand_for(written: str, word: str, behind: str, lexicon: Lexicon) -> bool:
    """Whether ``written`` may be a misspelling: no word itself, half of it right, neither a number nor like a name."""
    wrong = [a for a, b in zip(written, word, strict=True) if a != b]
    if not wrong or 2 * len(wrong) > len(word) or lexicon.knows(written) or lexicon.stands(written):
        return False
    name = (behind or " ") in PLACE_ENDINGS or (written[-1] in PLACE_ENDINGS and written[-1] == word[-1])
    return not NUMERAL.search(written) and not name


def _at_most(written: str, word: str, lexicon: Lexicon) -> float:
    """What reading ``written`` as ``word`` can gain in any run: as if each of its characters were a word by itself."""
    return lexicon.log_probability(word) - sum(map(lexicon.log_probability, written))


class _Words:
    """A run as its likeliest words (Viterbi), with the best log-likelihood of every beginning and end of it."""

    def __init__(self, run: str, lexicon: Lexicon) -> None:
        self._run, self._lexicon = run, lexicon
        size = len(run)
        edges = [(start, end, worth) for start in range(size) for end, worth in lexicon.words_from(run, start)]
        self._before, self._behind = [0.0, *[float("-inf")] * size], [*[float("-inf")] * size, 0.0]
        came = [0] * (size + 1)
        for start, end, worth in edges:
            if self._before[start] + worth > self._before[end]:
                self._before[end], came[end] = self._before[start] + worth, start
        for start, end, worth in reversed(edges):
            self._behind[start] = max(self._behind[start], worth + self._behind[end])
        self._word_of: dict[int, tuple[int, int]] = {}
        end = size
        while end:
            self._word_of |= dict.fromkeys(range(came[end], end), (came[end], end))
            end = came[end]

    def gain(self, start: int, word: str) -> float:
        """By how much ``word`` at ``start`` makes the run likelier."""
        changed = self._before[start] + self._lexicon.log_probability(word) + self._behind[start + len(word)]
        return changed - self._before[-1]

    def breaks(self, reading: Homophone) -> bool:
        """Whether it changes a character that is part of a word reaching out of it (职业学校|教学: 校教 is none)."""
        for at in range(reading.start, reading.end):
            start, end = self._word_of[at]
            outside = start < reading.start or end > reading.end
            if self._run[at] != reading.word[at - reading.start] and end - start > 1 and outside:
                return True
        return False
