"""Which places a question names, and how far each passage is from speaking for them.

Dozens of cities issue nearly the same text. What tells such twins apart is the place in a document's metadata, which
the clause itself does not repeat; and the place's name in a question draws search to titles and signatures. So where
documents of a named place are indexed, its name is taken out of the words that are searched for, and counts as a
distance between question and passage instead.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.place_names import MASKED, Level, Part, Place, Relation, bare_name, gazetteer, read_place
from index.tokens import Tokens, fold
from ingest.lexicon import table
from ingest.model import Document, Passage

#: How far a passage is from the place named, in units of cosine: it names the place in another's document; its
#: document speaks for a place around or inside the named one, or for the nation; for another place.
MENTIONED, AROUND, ELSEWHERE = 0.02, 0.15, 0.2

_HAN = re.compile(rf"(?:[一-鿿]|{MASKED}(?=[一-鿿]))+")
# 海南州, where 海南 is a province | 吉林市教育局, but not 济南区域 or 广州市场
_OTHER_KIND = re.compile(r"(?:[省县州盟旗]|市(?![场民])|区(?![域别分间县]))(?![级属内])")
# in Weifang City | Guangzhou's | the city of Jinan
_AROUND_ENGLISH = (
    r"\b(?:(?:in|of|for|at|from)\s+)?(?:the\s+)?(?:(?:city|province|district|county|prefecture)\s+(?:of\s+)?)?"
    r"(?P<name>{names})\b(?:\s+(?:city|province|district|county|prefecture))?(?:['’]s\b)?"
)
_SHORTEST_ENGLISH = 4


@dataclass(frozen=True, slots=True)
class Named:
    """What a question names: the places, the ids of documents that speak for them or for places inside them, and the
    question without those places' names. Nothing is named where no document speaks for any place near."""

    places: tuple[Place, ...]
    document_ids: frozenset[str]
    rest: str


@dataclass(frozen=True, slots=True)
class _Mention:
    """A name in a folded question, half-open, and the places that are called so."""

    start: int
    end: int
    places: tuple[Place, ...]


class Places:
    """The places that documents speak for, by their metadata, and the names they go by."""

    def __init__(self, documents: Sequence[Document], tokens: Tokens) -> None:
        self._documents = documents
        self._tokens = tokens
        self.of: Mapping[str, Place | None] = {
            d.id: read_place(fold(d.metadata.place.value)) if d.metadata.place else None for d in documents
        }
        self._spoken_for = tuple(dict.fromkeys(place for place in self.of.values() if place))

    def named_in(self, text: str) -> Named:
        """The places that ``text`` names in Chinese or English."""
        folded = fold(text)
        mentions = _settled(sorted([*self._chinese(folded), *self._english(folded)], key=lambda m: m.start), folded)
        named = dict.fromkeys(place for mention in mentions for place in mention.places)
        places = tuple(place for place in named if not any(place.holds(other) for other in named))
        if not any(place.relation(own) is not Relation.OTHER for place in places for own in self._spoken_for):
            return Named((), frozenset(), text)
        rest = folded
        for mention in reversed(mentions):
            if any(_speaks_for(own, mention.places) for own in self._spoken_for):
                rest = rest[: mention.start] + rest[mention.end :]
        speaking = {own for own in self._spoken_for if _speaks_for(own, places)}
        ids = frozenset(id for id, own in self.of.items() if own in speaking)
        return Named(places, ids, rest if rest != folded else text)

    def distances(self, named: Named, passages: Sequence[Passage]) -> NDArray[np.float32]:
        """How far each passage is from the places named, shape (len(passages),); zeros if nothing is named."""
        if not named.places:
            return np.zeros(len(passages), np.float32)
        forms = [form for place in named.places for form in _forms(place.parts[-1])]
        relations = {own: min(place.relation(own) for place in named.places) for own in self._spoken_for}

        def distance(passage: Passage) -> float:
            own = self.of[passage.document_id]
            relation = relations[own] if own else Relation.NEAR  # what is said for the nation is said for every place
            if relation is Relation.SAME:
                return 0.0
            if any(form in text for text in (passage.text, *passage.headings) for form in forms):
                return MENTIONED
            return AROUND if relation is Relation.NEAR else ELSEWHERE

        return np.array([distance(passage) for passage in passages], np.float32)

    @cached_property
    def _known(self) -> Mapping[Place, None]:
        """Every place a document speaks for, those around it, and those of the gazetteer."""
        return dict.fromkeys((*self._around, *gazetteer().places.values()))

    @cached_property
    def _around(self) -> Mapping[Place, None]:
        """The places documents speak for, and those they lie in."""
        return dict.fromkeys(Place(own.parts[:n]) for own in self._spoken_for for n in range(1, len(own.parts) + 1))

    @cached_property
    def _full(self) -> Mapping[str, tuple[Place, ...]]:
        return _by_form((form, place) for place in self._known for form in place.parts[-1].full_forms)

    @cached_property
    def _bare(self) -> Mapping[str, tuple[Place, ...]]:
        return _by_form((name, place) for place in self._known if (name := bare_name(place.parts[-1])))

    @cached_property
    def _longest(self) -> int:
        return max(map(len, (*self._full, *self._bare)))

    def _chinese(self, folded: str) -> list[_Mention]:
        """Names in Chinese, the first and longest first: 陕西安康 is not 西安. A name begins where a word does."""
        found: list[_Mention] = []
        for run in _HAN.finditer(folded):
            bounds, at = {run.start()}, run.start()
            for word in self._tokens.cut(run[0]):
                at += len(word)
                bounds.add(at)
            end = run.start()
            for start in range(run.start(), run.end()):
                if start >= end and (start in bounds or start == end):
                    mention = self._at(folded, start, bounds)
                    if mention:
                        found.append(mention)
                        end = mention.end
        return found

    def _at(self, folded: str, start: int, bounds: set[int]) -> _Mention | None:
        for end in range(min(len(folded), start + self._longest), start + 1, -1):
            form = folded[start:end]
            if form in self._full:
                return _Mention(start, end, self._full[form])
            if form in self._bare and end in bounds and not _OTHER_KIND.match(folded, end):
                places = tuple(place for place in self._bare[form] if not self._is_word(place))
                if places:
                    return _Mention(start, end, places)
        return None

    def _is_word(self, place: Place) -> bool:
        """Whether documents of other places use the bare name of a district: 和平, 长安, 新城 are words as well."""
        part = place.parts[-1]
        if part.level is not Level.DISTRICT:
            return False
        if part not in self._words:
            bare = re.compile(re.escape(part.name) + "(?![省市区县州盟旗])")
            others = (
                d for d in self._documents if (own := self.of[d.id]) is None or place.relation(own) is Relation.OTHER
            )
            self._words[part] = any(bare.search(document.clean) for document in others)
        return self._words[part]

    @cached_property
    def _words(self) -> dict[Part, bool]:
        return {}

    def _english(self, folded: str) -> list[_Mention]:
        if not self._english_names or not re.search("[a-z]", folded):
            return []
        pattern, places = self._english_names
        return [_Mention(*match.span(), places[_plain(match["name"])]) for match in pattern.finditer(folded)]

    @cached_property
    def _english_names(self) -> tuple[re.Pattern[str], Mapping[str, tuple[Place, ...]]] | None:
        """Names of the places that documents speak for, and of those around them: the lexicon's, else pinyin."""
        from pypinyin import lazy_pinyin  # takes a third of a second, and is needed by the first English question

        rows = table("places")["places"]
        assert isinstance(rows, list)
        lexicon = {row[0]: [name for name in row[1:] if name.isascii()] for row in rows}
        pairs = [
            (name, place)
            for place, last in ((place, place.parts[-1]) for place in self._around)
            for name in lexicon.get(last.name) or lexicon.get(last.full) or ["".join(lazy_pinyin(last.name))]
            if len(name) >= _SHORTEST_ENGLISH or re.fullmatch(MASKED, name)
        ]
        if not pairs:
            return None
        names = sorted({re.escape(name).replace("'", "['’]?") for name, _ in pairs}, key=len, reverse=True)
        return re.compile(_AROUND_ENGLISH.format(names="|".join(names))), _by_form((_plain(n), p) for n, p in pairs)


def _settled(mentions: Sequence[_Mention], folded: str) -> list[_Mention]:
    """Mentions with what they can mean beside each other: 福州鼓楼区 is not Nanjing's, 成都市鼓楼区 is neither."""
    settled: list[_Mention] = []
    for n, mention in enumerate(mentions):
        larger = [place for other in mentions if other is not mention for place in other.places]
        inside = tuple(place for place in mention.places if any(outer.holds(place) for outer in larger))
        before = mentions[n - 1] if n and not folded[mentions[n - 1].end : mention.start].strip() else None
        if inside:
            settled.append(replace(mention, places=inside))
        elif before is None or not _conflict(before.places, mention.places):
            settled.append(mention)
    return settled


def _conflict(before: Sequence[Place], places: Sequence[Place]) -> bool:
    """Whether a name behind that of a larger place cannot be of any place in it."""
    return all(
        outer.parts[-1].level < place.parts[-1].level and outer.differs(place) for outer in before for place in places
    )


def _speaks_for(own: Place, places: Sequence[Place]) -> bool:
    """Whether ``own`` is one of the places or lies in one."""
    return any(place.relation(own) is Relation.SAME or place.holds(own) for place in places)


def _forms(part: Part) -> frozenset[str]:
    bare = bare_name(part)
    return part.full_forms | ({bare} if bare else set())


def _plain(name: str) -> str:
    return re.sub("['’]", "", name)


def _by_form(pairs: Iterable[tuple[str, Place]]) -> dict[str, tuple[Place, ...]]:
    forms: dict[str, tuple[Place, ...]] = {}
    for form, place in pairs:
        forms[form] = (*forms.get(form, ()), place)
    return forms
