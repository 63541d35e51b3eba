"""Questions that name a place, with certain answers, made from the titles and outlines of near-twin documents.

A heading that stands, nearly the same, in documents of two places is asked of one of them; what answers is every
passage of that clause in that place's documents. Left out is what more than one clause could answer: headings that a
second clause of the same place resembles, and clauses so long that finding them says nothing.
"""

import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations

from index.place_names import Place, Relation, bare_name, read_place
from index.tokens import fold
from ingest.lexicon import table
from ingest.model import Document, Section, SectionKind

#: Headings that share this much of their character pairs (Jaccard) are nearly the same.
NEAR = 0.6
#: And this much makes a second clause of the same place one that could be meant: 强化组织领导 beside 加强组织领导.
RIVAL = 0.4
#: A clause of more passages is half a document: any passage of it would do.
MOST_PASSAGES = 8
_LENGTHS = range(4, 41)
#: A national heading as long as this says by itself what it is about.
_TELLING = range(8, 41)
#: Of a document's headings so many are asked at most, so that no document outweighs the others.
A_DOCUMENT = 6
SEED = 2026
HALVES = ("dev", "test")

NAMED, ENGLISH, TWO = "place named", "place named, English", "two places"
#: The answer stands in another place's document that names the place, or in a document for the whole nation.
MENTIONED, SILENT = "place only mentioned", "place's documents silent"
KINDS = (NAMED, ENGLISH, TWO, MENTIONED, SILENT)


@dataclass(frozen=True, slots=True)
class PlaceQuestion:
    """``text`` names the place, ``bare`` asks the same without; each group of ``gold`` are passage ids of which one
    has to be found (two places: two groups). ``half`` is dev or test, by place."""

    kind: str
    half: str
    text: str
    bare: str
    gold: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class _Wording:
    """How something is asked, with the place and without."""

    text: str
    bare: str


@dataclass(frozen=True, slots=True)
class _Wordings:
    """places.toml; ``headings`` are English names of printed headings."""

    zh: tuple[_Wording, ...]
    en: tuple[_Wording, ...]
    two_places: _Wording
    mentioned: _Wording
    headings: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause with its folded title and the title's character pairs; ``place`` is its document's."""

    document: Document
    section: Section
    place: Place | None
    title: str
    pairs: frozenset[str]

    @property
    def passages(self) -> frozenset[str]:
        """Ids of the passages of the clause and of all clauses in it."""
        inside = {s.id for s in self.document.sections if self.section.span.covers(s.span)}
        return frozenset(passage.id for passage in self.document.passages if passage.clause_id in inside)

    def shares(self, other: "_Clause", share: float) -> bool:
        """Whether both titles have at least ``share`` of their character pairs in common (Jaccard)."""
        fewer, more = sorted((len(self.pairs), len(other.pairs)))
        if fewer < share * more:
            return False
        return len(self.pairs & other.pairs) >= share * len(self.pairs | other.pairs)


_ByPlace = Mapping[Place, Sequence[_Clause]]


def questions(documents: Sequence[Document]) -> list[PlaceQuestion]:
    """Every kind, in a fixed order; the same documents give the same questions."""
    clauses = [clause for document in documents for clause in _clauses(document)]
    halves = _halves(documents)
    by_place: dict[Place, list[_Clause]] = {}
    for clause in clauses:
        if clause.place:
            by_place.setdefault(clause.place, []).append(clause)
    certain = [clause for clause in clauses if clause.place and _is_certain(clause, by_place)]
    chance = random.Random(SEED)
    asked: list[PlaceQuestion] = []
    for document in documents:
        own = [clause for clause in certain if clause.document is document]
        for n in sorted(chance.sample(range(len(own)), min(A_DOCUMENT, len(own)))):
            asked += _of_one_place(own[n], by_place, halves[document.id], len(asked))
    asked += _of_two_places(certain, by_place, halves)
    return [*asked, *_mentioning(clauses), *_silent(clauses, by_place, chance)]


def _clauses(document: Document) -> Iterator[_Clause]:
    place = read_place(document.metadata.place.value) if document.metadata.place else None
    for section in document.sections:
        title = fold(section.title)
        if section.kind is SectionKind.NUMBERED and len(title) in _LENGTHS and re.search("[一-鿿]{2}", title):
            yield _Clause(document, section, place, title, frozenset(title[n : n + 2] for n in range(len(title) - 1)))


def _halves(documents: Sequence[Document]) -> dict[str, str]:
    """By place, so that no document of a place is asked about in both halves."""
    names = {d.id: d.metadata.place.value if d.metadata.place else d.id for d in documents}
    shuffled = sorted(set(names.values()))
    random.Random(SEED).shuffle(shuffled)
    return {id: HALVES[shuffled.index(name) % 2] for id, name in names.items()}


def _is_certain(clause: _Clause, by_place: _ByPlace) -> bool:
    """Whether a heading has a twin elsewhere and no rival at home, in clauses short enough to be worth finding."""
    assert clause.place is not None
    twin = False
    for place, others in by_place.items():
        relation = clause.place.relation(place)
        if relation is Relation.OTHER:
            twin = twin or any(clause.shares(other, NEAR) for other in others)
        elif (relation is Relation.SAME or clause.place.holds(place)) and any(_rivals(clause, o) for o in others):
            return False
    return twin and all(len(same.passages) <= MOST_PASSAGES for same in _same(clause, by_place))


def _rivals(clause: _Clause, other: _Clause) -> bool:
    """Whether another clause of the place could be meant as well, and does not count as right."""
    if other is clause:
        return False
    if other.title == clause.title:
        return other.place != clause.place
    inside = other.document is clause.document and clause.section.span.covers(other.section.span)
    alike = clause.title in other.title or other.title in clause.title or clause.shares(other, RIVAL)
    return alike and not inside


def _same(clause: _Clause, by_place: _ByPlace) -> list[_Clause]:
    """The clauses of that heading in documents of that place."""
    assert clause.place is not None
    return [other for other in by_place[clause.place] if other.title == clause.title]


def _gold(clause: _Clause, by_place: _ByPlace) -> frozenset[str]:
    return frozenset(passage for same in _same(clause, by_place) for passage in same.passages)


def _of_one_place(clause: _Clause, by_place: _ByPlace, half: str, turn: int) -> Iterator[PlaceQuestion]:
    """A question in Chinese, its wording and the form of the place by turns; in English where both have a name."""
    wordings, gold = _wordings(), _gold(clause, by_place)
    assert clause.place is not None
    forms = _forms(clause.place)
    form = forms[turn // len(wordings.zh) % len(forms)]
    yield _asked(NAMED, half, wordings.zh[turn % len(wordings.zh)], clause.section.title, form, gold)
    english, heading = _english(clause.place), wordings.headings.get(clause.section.title)
    if english and heading:
        yield _asked(ENGLISH, half, wordings.en[turn % len(wordings.en)], heading, english, gold)


def _asked(kind: str, half: str, wording: _Wording, heading: str, place: str, gold: frozenset[str]) -> PlaceQuestion:
    text = wording.text.format(place=place, heading=heading)
    return PlaceQuestion(kind, half, text, wording.bare.format(heading=heading), (gold,))


def _forms(place: Place) -> list[str]:
    """How people write a place: as printed, in short, with its province, its last part, that in short."""
    parts = place.parts[1:] or place.parts
    short = [bare_name(part) or part.full for part in parts]
    whole = [part.full for part in parts]
    province = place.parts[0]
    forms = ("".join(whole), "".join(short), province.full + "".join(whole), whole[-1], short[-1])
    return list(dict.fromkeys(forms if len(place.parts) > 1 else (province.full, bare_name(province) or province.full)))


def _english(place: Place) -> str | None:
    rows = table("places")["places"]
    assert isinstance(rows, list)
    last = place.parts[-1]
    return next((row[1].title() for row in rows if row[0] in (last.name, last.full)), None)


def _of_two_places(certain: Sequence[_Clause], by_place: _ByPlace, halves: dict[str, str]) -> Iterator[PlaceQuestion]:
    """Each heading asked of the first two places that differ, both of the same half."""
    wording, seen = _wordings().two_places, set[tuple[str, str]]()
    for one, other in combinations(certain, 2):
        half = halves[one.document.id]
        if one.title != other.title or half != halves[other.document.id] or (one.title, half) in seen:
            continue
        assert one.place is not None
        assert other.place is not None
        if one.place.relation(other.place) is Relation.OTHER:
            seen.add((one.title, half))
            names = {"place": one.place.parts[-1].full, "other": other.place.parts[-1].full}
            text = wording.text.format(heading=one.section.title, **names)
            bare = wording.bare.format(heading=one.section.title)
            yield PlaceQuestion(TWO, half, text, bare, (_gold(one, by_place), _gold(other, by_place)))


# 山东省推进…… | 济南市……
_PLACE_FIRST = re.compile(r"[一-鿿]{2,8}?(?:省|市|自治区|自治州)")


def _mentioning(clauses: Sequence[_Clause]) -> Iterator[PlaceQuestion]:
    """Headings that name a place for which other documents speak, and theirs does not; to the halves by turns."""
    wording = _wordings().mentioned
    spoken_for = dict.fromkeys(clause.place for clause in clauses if clause.place)
    seen: set[str] = set()
    for clause in clauses:
        match = _PLACE_FIRST.match(clause.title)
        named = read_place(match[0]) if match else None
        if named is None or clause.title in seen or not 0 < len(clause.passages) <= MOST_PASSAGES:
            continue
        foreign = clause.place is None or clause.place.relation(named) is Relation.OTHER
        if foreign and any(named.relation(place) is Relation.SAME for place in spoken_for):
            half = HALVES[len(seen) % 2]
            seen.add(clause.title)
            text, bare = (form.format(heading=clause.section.title) for form in (wording.text, wording.bare))
            yield PlaceQuestion(MENTIONED, half, text, bare, (clause.passages,))


def _silent(clauses: Sequence[_Clause], by_place: _ByPlace, chance: random.Random) -> Iterator[PlaceQuestion]:
    """Headings of national documents asked of a place whose documents have none like it; to the halves by turns."""
    national = [clause for clause in clauses if clause.place is None and len(clause.title) in _TELLING]
    wordings = _wordings().zh
    for document_id in dict.fromkeys(clause.document.id for clause in national):
        unique = [
            clause
            for clause in national
            if clause.document.id == document_id
            and 0 < len(clause.passages) <= MOST_PASSAGES
            and not any(
                _rivals(clause, other) or other.title == clause.title for other in national if other is not clause
            )
        ]
        for n, clause in enumerate(chance.sample(unique, min(A_DOCUMENT, len(unique)))):
            place = chance.choice([place for place in by_place if not _has_like(place, clause, by_place)])
            form, wording = chance.choice(_forms(place)), wordings[n % len(wordings)]
            half = HALVES[n % 2]
            yield _asked(SILENT, half, wording, clause.section.title, form, clause.passages)


def _has_like(place: Place, clause: _Clause, by_place: _ByPlace) -> bool:
    """Whether a document of the place, or of one inside or around it, has a heading like that of ``clause``."""
    near = (others for other, others in by_place.items() if place.relation(other) is not Relation.OTHER)
    return any(_rivals(clause, other) or other.title == clause.title for others in near for other in others)


@cache
def _wordings() -> _Wordings:
    found = tomllib.loads(files(__package__).joinpath("places.toml").read_text("utf-8"))
    zh, en = (
        tuple(_Wording(row["text"], row["bare"]) for row in found["template"] if row["lang"] == lang)
        for lang in ("zh", "en")
    )
    return _Wordings(zh, en, _Wording(**found["two_places"]), _Wording(**found["mentioned"]), found["headings"])
