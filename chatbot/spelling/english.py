"""responsable, departmant, kindergarden: English words with a letter wrong, missing, doubled or swapped."""

import re
from collections.abc import Iterable, Iterator
from string import ascii_lowercase

from chatbot.catalog import Catalog
from chatbot.cues import words_of_cues
from chatbot.spelling.sounds import syllables
from index.english import common_words
from ingest.lexicon import table
from ingest.registry import UnitNames

# responsable | Finnace, but not K12 or STEM
_WORD = re.compile(r"(?<![A-Za-z0-9'’-])[A-Za-z]?[a-z]+(?![A-Za-z0-9'’])")
_LETTERS = re.compile("[a-z]+")
#: Shorter words are near too many others.
_SHORTEST = 5
#: Letters from which on a word is near a general one by more than chance (spoting is near sporting).
_LONG = 8
#: Letters of the shortest of two words run together.
_RUN_TOGETHER = 9


class English:
    """The English words that documents, cues and lexicons have, and those of general English."""

    def __init__(self, catalog: Catalog) -> None:
        self._index = index = catalog.index
        names = [text for row in UnitNames.all() for text in row.english]
        written = [*names, *words_of_cues(), *(text for row in _terms() for text in row)]
        written += (d.metadata.title_en or "" for d in catalog.documents)
        written += (c.section.title_en or "" for c in catalog.clauses.values())
        own, common = set(_words(written)), common_words()
        translated = {stem for key in index.bridge.translations for stem in key.split()}
        self._stems = {*common.values(), *translated, *map(index.tokens.stem, own)}
        self._own = {word for word in own if word in common or len(word) >= _SHORTEST}
        self._intended = self._own | {word for word, stem in common.items() if stem in translated}
        self._in_names = {word for word in _words(names) if len(word) >= _SHORTEST}
        self._joining = {word for word in own if word in common and not index.tokens.english(word)}

    def knows(self, word: str) -> bool:
        """Whether it is an English word, or one of the documents."""
        stem = self._index.tokens.stem(word)
        return stem in self._stems or self._index.lexical.knows(stem)

    def misspelt_in(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Places of ``text`` that are no English word, half-open, and the one word, or the two run together, they are
        near. What has a capital inside a sentence is a name: it is read as nothing but a word of a unit's name."""
        for found in _WORD.finditer(text):
            word = found[0].lower()
            if len(word) < _SHORTEST or syllables().fullmatch(word) or self.knows(word):
                continue
            names = found[0] != word and text[: found.start()].rstrip()[-1:] not in ("", ".", "?", "!")
            near = _nearest(word, self._in_names, self._in_names) if names else self._near(word)
            if near:
                yield found.start(), found.end(), near.capitalize() if found[0] != word else near

    def _near(self, word: str) -> str | None:
        if (one := _nearest(word, self._own, self._intended)) is not None:
            return one
        # kindergardens: lexicons have the singular
        if word.endswith("s") and (one := _nearest(word[:-1], self._own, set())) is not None:
            return f"{one}s"
        return self._two(word)

    def _two(self, word: str) -> str | None:
        """responsiblefor: a word and one that joins, without the blank between them; None if that is not so."""
        halves = ((word[:n], word[n:]) for n in range(2, len(word) - 1)) if len(word) >= _RUN_TOGETHER else ()
        found = [
            f"{a} {b}"
            for a, b in halves
            if (a in self._joining and b in self._intended) or (a in self._intended and b in self._joining)
        ]
        return found[0] if len(found) == 1 else None


def _nearest(word: str, own: set[str], others: set[str]) -> str | None:
    """The one word at a Damerau-Levenshtein distance of 1 by the likeliest slip: two letters swapped, a double letter
    written once, else any; of ``own`` words rather than of ``others``, which only long words are near by any slip. None
    if two are as likely.

    Damerau 1964 for the slips, Norvig's How to write a spelling corrector for listing them.
    """
    halves = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    swapped = {a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1}
    once = {a + b[0] + b for a, b in halves if b}
    left_out = {a + letter + b for a, b in halves for letter in ascii_lowercase}
    too_many = {a + b[1:] for a, b in halves if b}
    wrong = {a + letter + b[1:] for a, b in halves if b for letter in ascii_lowercase}
    any_slip = left_out | too_many | wrong
    near = [own & swapped, others & swapped, own & once, others & once, own & any_slip]
    if len(word) >= _LONG:
        near.append(others & any_slip)
    for fitting in near:
        if fitting:
            return next(iter(fitting)) if len(fitting) == 1 else None
    return None


def _words(texts: Iterable[str]) -> Iterator[str]:
    return (word for text in texts for word in _LETTERS.findall(text.lower()))


def _terms() -> Iterable[list[str]]:
    rows = table("terms")["term"]
    assert isinstance(rows, list)
    return (row["en"] for row in rows)
