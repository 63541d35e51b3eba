"""What places are called: a printed name as its parts, the shorter forms people use, and what lies in what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache

from ingest.lexicon import table


class Level(IntEnum):
    """How large a place is; counties and cities below a prefecture are districts."""

    PROVINCE = 1
    CITY = 2
    DISTRICT = 3


class Relation(IntEnum):
    """How two places stand to each other, the closest first; one lies in the other if they are NEAR."""

    SAME = 0
    NEAR = 1
    OTHER = 2


@dataclass(frozen=True, slots=True)
class Part:
    """One level of a place's name: ``name`` as people say it (济南, 广西, 歙县), ``full`` as it is printed."""

    level: Level
    name: str
    full: str = field(compare=False)

    @property
    def full_forms(self) -> frozenset[str]:
        """The forms that say what kind of place it is: 文山壮族苗族自治州, 文山自治州, 文山州."""
        if self.name == self.full:
            return frozenset({self.full})
        suffix = _suffix(self.full)
        shorter = {self.name + suffix[-1]} if suffix in _SHORTENED else set()
        return frozenset({self.full, self.name + suffix} | shorter)


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its parts, the largest first; those not known are left out (云岩区 without its city)."""

    parts: tuple[Part, ...]

    def relation(self, other: "Place") -> Relation:
        """OTHER where they differ in a level that both have, or have none in common."""
        if self.differs(other) or not {p.level for p in self.parts} & {p.level for p in other.parts}:
            return Relation.OTHER
        return Relation.SAME if self.parts[-1].level == other.parts[-1].level else Relation.NEAR

    def differs(self, other: "Place") -> bool:
        """Whether they have different names on a level: one cannot lie in the other."""
        own = {part.level: part.name for part in self.parts}
        return any(own.get(part.level, part.name) != part.name for part in other.parts)

    def holds(self, other: "Place") -> bool:
        """Whether ``other`` lies in this place and is smaller."""
        return self.relation(other) is Relation.NEAR and self.parts[-1].level < other.parts[-1].level


#: What stands for a name in a copy that hides it: ×× | xx | **
MASKED = r"[x×*＊]{2,4}"
# 广州市 | 天河区 | 延边朝鲜族自治州 | 喀什地区 | 歙县 | xx市, where a copy hides the name
_PART = re.compile(
    rf"(?:[一-鿿]{{2,}}?|[一-鿿]|{MASKED})(?P<suffix>特别行政区|自治[区州县旗]|地区|新区|省|市|区|县|州(?!市)|盟|旗)"
)
#: What people say as its last character: 延边州 for 延边自治州. Nobody says 广西区.
_SHORTENED = ("自治州", "自治县", "自治旗")
_PROVINCE = re.compile(r"(?:省|自治区|特别行政区)$")
_PREFECTURE = re.compile(r"(?:州|地区|盟)$")


def read_place(printed: str) -> Place | None:
    """The parts of a printed name (广州市天河区), the province added where the gazetteer knows it.

    None if nothing in it is called a province, city, district or county.
    """
    parts: list[Part] = []
    for match in _PART.finditer(printed):
        full = match[0]
        parts.append(Part(_level(full), _short(full), full))
    if not parts:
        return None
    above = gazetteer().places.get(parts[0]) if parts[0].level is Level.CITY else None
    return Place((*above.parts[:-1], *parts) if above else tuple(parts))


def _level(full: str) -> Level:
    known = gazetteer()
    if _PROVINCE.search(full) or full in known.provinces:
        return Level.PROVINCE
    if _PREFECTURE.search(full) or (full.endswith("市") and Part(Level.CITY, full[:-1], full) in known.places):
        return Level.CITY
    if re.fullmatch(f"{MASKED}市", full):
        return Level.CITY
    return Level.DISTRICT


def _suffix(full: str) -> str:
    match = _PART.fullmatch(full)
    return match["suffix"] if match else ""


def _short(full: str) -> str:
    """济南市: 济南; 延边朝鲜族自治州: 延边; 歙县, which nobody shortens: 歙县."""
    suffix = _suffix(full)
    stem = full.removesuffix(suffix)
    if suffix.startswith("自治"):
        peoples = table("places")["peoples"]
        assert isinstance(peoples, list)
        bare = re.sub(f"(?:{'|'.join(peoples)})+$", "", stem)
        stem = bare if len(bare) > 1 else stem
    return stem if len(stem) > 1 else full


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """The provinces and prefectures of the lexicon by their last part; ``words`` are names that are words as well."""

    places: Mapping[Part, Place]
    provinces: frozenset[str]
    words: frozenset[str]


@cache
def gazetteer() -> Gazetteer:
    """The lexicon's table of provinces and prefectures."""
    rows, words = table("places")["provinces"], table("places")["words"]
    assert isinstance(rows, dict)
    assert isinstance(words, list)
    places: dict[Part, Place] = {}
    for full, cities in rows.items():
        province = Part(Level.PROVINCE, _short(full), full)
        places[province] = Place((province,))
        for city in cities:
            part = Part(Level.CITY, _short(city), city)
            places[part] = Place((province, part))
    return Gazetteer(places, frozenset(rows), frozenset(words))


def bare_name(part: Part) -> str | None:
    """The name without its 市 or 区, where that alone says which place is meant.

    A prefecture that is called like a province (吉林市, 海南州) or like a thing (日照市), and a district called like
    either, needs its suffix.
    """
    known = gazetteer()
    if part.name == part.full or part.name in known.words:
        return None
    larger = (Part(level, part.name, "") for level in Level if level < part.level)
    return None if any(place in known.places for place in larger) else part.name
