"""The unit register of an index: whose each responsible unit is, and every name that means it.

市教育局 in a document of Jinan and 市教育局 in one of Nanping are two units of one kind; 市教育局 and the 体育局 that
follows it in a list (市教育局、体育局) are units of one city.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ingest.brackets import bare, groups
from ingest.lexicon import table
from ingest.model import Document, Task
from ingest.units import is_unit

#: 市 of 市体育局, but not of 市场监管局, 市直机关 and 市州教育局.
_LEVEL = re.compile(
    "(?!乡村|乡镇|镇街|市州|市县|县市|县区|区县|州市|盟市|旗县|市区)(自治区|[省市州盟县区旗镇乡])(?![场直属管辖级内域]|$)"
)
_PLACE_PART = re.compile(".+?(?:自治[区州县]|[省市州盟县区旗镇乡])")
LEVELS = "省市州盟县区旗镇乡"
_SHORTEST_NAME = 3
_SHORTEST_PLACE = 2


@dataclass(frozen=True, slots=True)
class UnitNames:
    """What the lexicon knows of a kind of unit, whoever's it is: 体育局 in any city."""

    name: str
    aliases: tuple[str, ...]
    english: tuple[str, ...]

    @classmethod
    @cache
    def all(cls) -> "tuple[UnitNames, ...]":
        """Every row of lexicon/units.toml."""
        rows = table("units")["unit"]
        assert isinstance(rows, list)
        return tuple(cls(row["name"], tuple(row.get("aliases", ())), tuple(row["english"])) for row in rows)

    @property
    def kind(self) -> str:
        """The name without its level: 委组织部 for 市委组织部."""
        return _split_level(self.name)[1]


@cache
def _kinds() -> Mapping[str, UnitNames]:
    """Rows of the lexicon by every Chinese name without its level."""
    rows: dict[str, UnitNames] = {}
    for row in UnitNames.all():
        for name in (row.name, *row.aliases):
            rows.setdefault(_split_level(name)[1], row)
    return rows


@dataclass(frozen=True, slots=True)
class UnitKey:
    """What a name says of a unit: its kind (教育局) and level (市); the level is empty where the name does not say."""

    level: str
    kind: str

    def meets(self, other: "UnitKey") -> bool:
        """Whether both may mean the same unit of one place."""
        return self.kind == other.kind and (self.level == other.level or not self.level or not other.level)

    @property
    def names(self) -> UnitNames | None:
        """The lexicon's row of the kind."""
        return _kinds().get(self.kind)

    def __str__(self) -> str:
        row = self.names
        return row.name if row and not self.level else self.level + self.kind


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """A responsible unit of one place: its fullest printed name and every other name that means it.

    Equal to itself only: two documents without a place may have units alike in all fields.

    ``place`` is whose it is, as documents print it (济南市); None where they do not say. ``keys`` has more than one
    entry where one office has two names: 市教育局(市委教育工委).
    """

    name: str
    place: str | None
    keys: tuple[UnitKey, ...]
    printed: tuple[str, ...]
    aliases: tuple[str, ...]
    english: str | None
    english_aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mention:
    """A unit as a document prints it; mentions of one ``scope`` that share a key mean one unit."""

    document_id: str
    printed: str
    keys: tuple[UnitKey, ...]
    place: str | None
    scope: str


@dataclass(slots=True)
class _Group:
    keys: set[UnitKey]
    mentions: list[_Mention]


class UnitRegistry:
    """The units of all documents of an index; a printed name means a unit only together with its document."""

    def __init__(self, units: Sequence[Unit], printed: Mapping[tuple[str, str], Unit]) -> None:
        self.units = tuple(units)
        self._printed = printed
        self._english = {name: unit.english for (_, name), unit in printed.items()}

    @classmethod
    def of(cls, documents: Iterable[Document]) -> "UnitRegistry":
        """The register of ``documents``, units in order of first mention."""
        of_key: dict[tuple[str, UnitKey], _Group] = {}
        for mention in (mention for document in documents for mention in _mentions(document)):
            same = {id(g): g for key in mention.keys if (g := of_key.get((mention.scope, key)))}
            group, *others = same.values() or [_Group(set(), [])]
            for other in others:
                group.keys |= other.keys
                group.mentions += other.mentions
            group.keys.update(mention.keys)
            group.mentions.append(mention)
            of_key |= {(mention.scope, key): group for key in group.keys}
        found = {id(group): group for group in of_key.values()}.values()
        units = [(_unit(group.mentions), group) for group in found]
        printed = {(m.document_id, m.printed): unit for unit, group in units for m in group.mentions}
        return cls([unit for unit, _ in units], printed)

    def unit(self, document_id: str, printed: str) -> Unit:
        """The unit that a document prints so; KeyError if it makes none of that name responsible."""
        return self._printed[document_id, printed]

    def means(self, key: UnitKey, document_id: str, printed: str) -> bool:
        """Whether ``key`` names the unit that the document prints so."""
        return any(key.meets(own) for own in self.unit(document_id, printed).keys)

    def printed(self, key: UnitKey, document_ids: Sequence[str] = ()) -> str | None:
        """How the documents (all, or those named) print the unit, the first if several do; None if none does."""
        return next(
            (
                printed
                for (document_id, printed), unit in self._printed.items()
                if (not document_ids or document_id in document_ids) and any(key.meets(own) for own in unit.keys)
            ),
            None,
        )

    def english(self, printed: str) -> str | None:
        """The English name of a unit by its printed one, whoever's it is."""
        return self._english.get(printed)

    def forms(self) -> Iterator[tuple[str, UnitKey]]:
        """Every name of every unit, and what it says."""
        for key in dict.fromkeys(key for unit in self.units for key in unit.keys):
            yield from ((key.level + name, key) for name in _names(key) if key.level)
            yield from ((name, UnitKey("", key.kind)) for name in (*_short_names(key), *_english(key)))
        for (_, printed), unit in self._printed.items():
            yield from ((form, unit.keys[0]) for form in (printed, bare(printed)))

    def knows(self, key: UnitKey) -> bool:
        """Whether any document makes such a unit responsible for something."""
        return any(key.meets(own) for unit in self.units for own in unit.keys)


def without_other_name(tasks: Iterable[Task]) -> list[str]:
    """The responsible units, as printed, that the lexicon has no other name for."""
    printed = dict.fromkeys(r.unit for task in tasks for r in task.responsible)
    return [name for name in printed if not any(_key(own, "").names for own in _own_names(name))]


def _mentions(document: Document) -> Iterator[_Mention]:
    """The units of a document's tasks, each once; one without a level has that of the unit before it, and the first
    of a task that of the document: 市教育局、文广新局. Headings that name who leads count with the tasks below them."""
    place = document.metadata.place.value if document.metadata.place else None
    usual = _level_of(place) if place else _commonest_level(document)
    seen: set[str] = set()
    for rows in (rows for task in document.tasks for rows in (task.responsible, task.section_leads)):
        level = usual
        for row in rows:
            names = _own_names(row.unit)
            keys = [_key(name, level) for name in names]
            level = keys[0].level or level
            if row.unit in seen:
                continue
            seen.add(row.unit)
            owner = _owner_in(names[0]) or (_part_of(place, keys[0].level) if place else None)
            scope = owner or f"{place or document.id}/{keys[0].level}"
            yield _Mention(document.id, row.unit, tuple(dict.fromkeys(keys)), owner, scope)


def _commonest_level(document: Document) -> str:
    levels = Counter(_key(bare(r.unit), "").level for task in document.tasks for r in task.responsible)
    del levels[""]
    return max(levels, key=lambda level: levels[level], default="")


def _own_names(printed: str) -> list[str]:
    """A printed name without its brackets, and the names of units in them: 市教育局(市委教育工委).

    What stands in the brackets of a collective, 各区县(功能区)党委和政府, is more of the collective.
    """
    inner = [] if printed.startswith("各") else [span.of(printed)[1:-1] for span in groups(printed)]
    return [bare(printed), *(text for text in inner if is_unit(text))]


def _key(name: str, level: str) -> UnitKey:
    """What one name says; ``level`` is that of a name without one. 各区县党委和政府 has none."""
    if owner := _owner_in(name):
        return UnitKey(_level_of(owner), _kind(name[len(owner) :]))
    own, rest = _split_level(name)
    if own:
        return UnitKey(own, _kind(rest))
    return UnitKey("" if name.startswith("各") else level, _kind(name))


def _kind(name: str) -> str:
    row = _kinds().get(name)
    return row.kind if row else name


def _split_level(name: str) -> tuple[str, str]:
    match = _LEVEL.match(name)
    return (_level_of(match[1]), name[match.end() :]) if match else ("", name)


def _level_of(place: str) -> str:
    """省 for 贵州省 and 广西壮族自治区, 区 for 桂林市象山区; empty for a name that does not say."""
    return "省" if place.endswith("自治区") else place[-1] if place[-1] in LEVELS else ""


def _owner_in(name: str) -> str | None:
    """济南市 of 济南市教育局: a place before the name of a unit the lexicon knows."""
    if name.startswith("各"):
        return None
    ends = [n for n, character in enumerate(name) if character in LEVELS and n >= _SHORTEST_PLACE - 1]
    return next((name[: n + 1] for n in ends if name[n + 1 :] in _kinds()), None)


def _part_of(place: str, level: str) -> str | None:
    """The part of ``place`` that a unit of ``level`` belongs to: 桂林市 of 桂林市象山区 for 市教育局; None if none."""
    if not level:
        return place
    ends = [part.end() for part in _PLACE_PART.finditer(place)]
    return next((place[:end] for end in reversed(ends) if _level_of(place[:end]) == level), None)


def _unit(mentions: Sequence[_Mention]) -> Unit:
    """One unit of all the names that mean it."""
    keys = tuple(dict.fromkeys(key for m in mentions for key in m.keys))
    printed = tuple(dict.fromkeys(m.printed for m in mentions))
    name = max(printed, key=lambda p: (bool(_key(bare(p), "").level), len(p)))
    forms = [form for key in keys for form in (*(key.level + n for n in _names(key)), *_short_names(key))]
    english = list(dict.fromkeys(form for key in keys for form in _english(key)))
    return Unit(
        name, mentions[0].place, keys, printed, tuple(f for f in dict.fromkeys((*printed, *forms)) if f != name),
        english[0] if english else None, tuple(english[1:]),
    )  # fmt: skip


def _names(key: UnitKey) -> list[str]:
    """The lexicon's names of a kind, each without a level: 体育局, 体育部门; 委组织部, 组织部."""
    row = key.names
    names = [_split_level(name)[1] for name in (row.name, *row.aliases)] if row else [key.kind]
    return list(dict.fromkeys(names))


def _short_names(key: UnitKey) -> list[str]:
    """Those of the names that people use without a level: 组织部, not 委组织部."""
    aliases = key.names.aliases if key.names else ()
    return [n for n in _names(key) if n in aliases or (len(n) >= _SHORTEST_NAME and not n.startswith("委"))]


_ENGLISH_LEVELS = {
    "省": "Provincial",
    "县": "County",
    "区": "District",
    "州": "Prefectural",
    "镇": "Town",
    "乡": "Town",
}


def _english(key: UnitKey) -> list[str]:
    level = _ENGLISH_LEVELS.get(key.level, "Municipal")
    return [name.replace("Municipal", level) for name in key.names.english] if key.names else []
