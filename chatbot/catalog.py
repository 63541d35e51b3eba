"""What the served documents name: units, clauses, places. Built once an index, read by every question."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from chatbot.beginnings import Beginnings
from chatbot.document_names import DocumentNames
from chatbot.gazetteer import places
from index.hybrid import HybridIndex
from index.place_names import Relation
from index.tokens import fold
from ingest.model import Document, Section, SectionKind, Task
from ingest.registry import LEVELS, UnitKey, UnitNames, UnitRegistry


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit found in a question: what its name says and where it stands in the folded text."""

    key: UnitKey
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered section with the document it stands in, its task if it is one, and its topic words."""

    document: Document
    section: Section
    task: Task | None


@dataclass(frozen=True, slots=True)
class Title:
    """A clause's title as weighted words (idf): Chinese tokens, and stems of its English gloss.

    Who means it says its rarest word, its ``core``: 教育评价 is not 美育评价, though most pairs of characters are.
    ``joins`` are the pairs across two words (育评) with these: they count for who says both.
    """

    clause: Clause
    core: str
    words: Mapping[str, float]
    stems: Mapping[str, float]
    joins: Mapping[str, tuple[str, str]]

    def said_by(self, asked: Set[str]) -> float:
        """Share of the title's words that are among tokens asked for, 0 to 1."""
        return _share(self.words, {t for t in asked if asked >= set(self.joins.get(t, ()))})


#: Headings open with a verb (优化, 完善, improve) and end in a noun of their kind that people leave out.
_GENERIC_WEIGHT = 0.3
_GENERIC_ENDINGS = ("专项行动", "行动", "工程", "机制", "体系")
_SHORT_TITLE = 4
#: A place this short is not named without its 市 or 县.
_SHORT_PLACE = 2
_SHORTEST_UNIT = 2
# 桂林市象山区: 桂林市 and 象山区
_PLACE_PARTS = re.compile(r"[^省市区县州旗盟]+(?:自治[区州县]|[省市区县州旗盟])")
#: Share of a title's weight that a question must repeat to name the clause.
_TITLE_SHARE = 0.65


class Catalog:
    """Lookups over the documents of one index."""

    def __init__(self, index: HybridIndex) -> None:
        self.index = index
        self.documents: Sequence[Document] = index.documents
        tasks = {task.clause_id: task for document in index.documents for task in document.tasks}
        self.clauses: Mapping[str, Clause] = {
            section.id: Clause(document, section, tasks.get(section.id))
            for document in index.documents
            for section in document.sections
        }
        self.units = UnitRegistry.of(self.documents)
        self._unit_names = _longest_first(self.units.forms())
        self._other_names = _longest_first(
            (form, key)
            for row in UnitNames.all()
            if not self.units.knows(key := UnitKey("", row.kind))
            for form in (row.name, *row.aliases, *row.english)
        )
        self.document_names = DocumentNames(self.documents, index)
        self.titles = [self._title(clause) for clause in self.clauses.values() if _names_clause(clause)]

    def _title(self, clause: Clause) -> "Title":
        index = self.index
        title = fold(clause.section.title)
        verb, topic = (title[:2], title[2:]) if len(title) > _SHORT_TITLE else ("", title)
        ending = next((noun for noun in _GENERIC_ENDINGS if topic.endswith(noun) and topic != noun), "")
        topic = topic.removesuffix(ending)
        words = index.tokens.cut(topic)
        weights = {token: index.idf(token) for token in index.tokens(topic) if len(token) > 1}
        for generic in filter(None, (verb, ending)):
            weights[generic] = _GENERIC_WEIGHT * index.idf(generic[-2:])
        stems = index.tokens.english(clause.section.title_en or "")
        english = {stem: index.idf(stem) for stem in stems}
        if len(stems) > 2:
            english[stems[0]] *= _GENERIC_WEIGHT
        joins = {left[-1] + right[0]: (left, right) for left, right in pairwise(words)}
        core = max((word for word in words if word in weights), key=index.idf, default="")
        core = core or max(weights, key=lambda token: weights[token], default="")
        return Title(clause, core, weights, english, joins)

    def titles_in(self, text: str, document_ids: Sequence[str] = ()) -> list[Clause]:
        """Clauses whose title ``text`` repeats, best covered first; only those covered about as well as the best.

        Words that name a document (教育评价清单) name no clause.
        """
        for named in self.document_names.named_in(text := fold(text)):
            text = text.replace(named.words, " ")
        asked, english = set(self.index.tokens(text)), set(self.index.tokens.english(text))
        scored = [
            (share, share * sum(title.words.values()), title.clause)
            for title in self.titles
            if not document_ids or title.clause.document.id in document_ids
            if (share := max(title.core in asked and title.said_by(asked), _share(title.stems, english)))
            >= _TITLE_SHARE
        ]
        best = max((weight for _, weight, _ in scored), default=0.0)
        scored.sort(key=lambda row: (-row[0], -row[1]))
        return [clause for _, weight, clause in scored if weight >= 0.75 * best]

    def task_about(self, words: Sequence[Sequence[str]], document_ids: Sequence[str] = ()) -> Clause | None:
        """The task whose title has the rarest of ``words``, if it speaks of all of them and no other does as well.

        A word is given by all the forms it may have in a document.
        """
        scored: list[tuple[float, Clause]] = []
        for clause in self.tasks(document_ids):
            assert clause.task is not None
            title = fold(clause.section.title)
            text = title + fold(clause.task.text)
            named = sum(max((self.index.idf(form) for form in forms if form in title), default=0.0) for forms in words)
            if named and all(any(form in text for form in forms) for forms in words):
                scored.append((named, clause))
        scored.sort(key=lambda row: -row[0])
        if not scored or (len(scored) > 1 and scored[1][0] == scored[0][0]):
            return None
        return scored[0][1]

    def units_in(self, text: str) -> list[NamedUnit]:
        """Responsible units of the documents that ``text`` names, in any of their names, in order, each once."""
        return [named for named in self._units_in(fold(text)) if self.units.knows(named.key)]

    def other_units_in(self, text: str) -> list[NamedUnit]:
        """Units named in ``text`` that the documents make responsible for nothing: kinds the lexicon knows, and known
        kinds of another level (区教育局, where only 市教育局 is)."""
        folded = fold(text)
        known = self._units_in(folded)
        others = [
            _with_level(n, folded)
            for n in _scan(folded, self._other_names)
            if not any(t.start < n.end and n.start < t.end for t in known)
        ]
        return _each_once([*others, *(n for n in known if not self.units.knows(n.key))])

    def _units_in(self, folded: str) -> list[NamedUnit]:
        """Kinds of units that documents name."""
        return _each_once([_with_level(named, folded) for named in _scan(folded, self._unit_names)])

    def names_unit(self, key: UnitKey, clause: Clause) -> bool:
        """Whether a task makes the unit responsible that ``key`` names."""
        assert clause.task is not None
        return any(self.units.means(key, clause.document.id, r.unit) for r in clause.task.responsible)

    def tasks(self, document_ids: Sequence[str] = ()) -> list[Clause]:
        """The tasks of the documents (all, or those named), in reading order."""
        return [clause for clause in self._tasks if not document_ids or clause.document.id in document_ids]

    @cached_property
    def _tasks(self) -> Sequence[Clause]:
        return [clause for clause in self.clauses.values() if clause.task]

    @cached_property
    def documents_with_tasks(self) -> int:
        """How many documents have tasks."""
        return len({clause.document.id for clause in self._tasks})

    def children(self, clause_id: str) -> list[Clause]:
        """The numbered sections directly below a clause."""
        return self._children.get(clause_id, [])

    @cached_property
    def _children(self) -> Mapping[str, list[Clause]]:
        children: dict[str, list[Clause]] = {}
        for clause in self.clauses.values():
            if clause.section.parent_id is not None:
                children.setdefault(clause.section.parent_id, []).append(clause)
        return children

    def top_sections(self, document: Document) -> list[Clause]:
        """The outermost numbered sections of a document."""
        return [
            c
            for c in self.clauses.values()
            if c.document.id == document.id and c.section.depth == 1 and c.section.kind is SectionKind.NUMBERED
        ]

    def documents_in(self, text: str) -> list[str]:
        """Ids of the documents that ``text`` names by place, id, a name made of the title, or a word of the title that
        no other document has."""
        folded, speaking = fold(text), self._of_places_in(text)
        titled = {named.document_id for named in self.document_names.named_in(folded)}
        return [
            d.id
            for d in self.documents
            if d.id in speaking or d.id in titled or any(_says(folded, name) for name in self._own_words[d.id])
        ]

    def _of_places_in(self, text: str) -> Set[str]:
        """The documents of the very places that ``text`` names: 福建 does not mean 泉州's, though it speaks for it."""
        named = self.index.places.named_in(text)
        own = {d: place for d, place in self.index.places.of.items() if d in named.document_ids and place}
        return {d for d, place in own.items() if any(p.relation(place) is Relation.SAME for p in named.places)}

    def names_of_documents(self, text: str) -> list[str]:
        """The names by which ``text`` names documents, longest first."""
        folded = fold(text)
        own = (*self._own_words.values(), *map(_place_names, self.documents))
        names = {name for names in own for name in names if _says(folded, name)}
        names |= {named.words for named in self.document_names.named_in(folded)}
        return sorted(names, key=len, reverse=True)

    @cached_property
    def _own_words(self) -> Mapping[str, frozenset[str]]:
        """A document's id, and the words of its title that no other document has."""
        texts = {d.id: f"{fold(d.metadata.title_en or '')}\n{fold(d.clean)}" for d in self.documents}
        names: dict[str, frozenset[str]] = {}
        for document in self.documents:
            others = [text for document_id, text in texts.items() if document_id != document.id]
            own = {word for word in _title_words(document) if not any(word in other for other in others)}
            names[document.id] = frozenset(own | {document.id})
        return names

    def foreign_places_in(self, text: str) -> list[str]:
        """Places that ``text`` names and no document mentions: of the gazetteer, or words like 高新区 and 历城区."""
        folded = fold(text).replace("'", "").replace("’", "")  # tai'an
        named = dict.fromkeys(place for name, place in self._unknown_places.within(folded) if _says(folded, name))
        found = [place[0] for place in named]
        found += (
            word
            for word in dict.fromkeys(self.index.tokens.cut(folded))
            if len(word) > 2 and word[-1] in "区县镇" and word not in self._all_text
        )
        return found

    @cached_property
    def _unknown_places(self) -> Beginnings[tuple[str, ...]]:
        """The places of the gazetteer that no document mentions, by each of their names."""
        unknown = (place for place in places() if not any(name in self._all_text for name in place))
        return Beginnings((name, place) for place in unknown for name in place)

    @cached_property
    def _all_text(self) -> str:
        parts = [fold(d.source.text) for d in self.documents]
        parts += [fold(d.metadata.title_en) for d in self.documents if d.metadata.title_en]
        return "\n".join(parts)

    def mentions(self, text: str) -> bool:
        """Whether any document has ``text`` in it, width and case aside."""
        return fold(text) in self._all_text


def _names_clause(clause: Clause) -> bool:
    """Whether a section has a title of its own: an issued text repeats that of its document."""
    title, whole = ("".join(fold(t).split()) for t in (clause.section.title, clause.document.metadata.title.value))
    return bool(title) and title not in whole


def _share(weights: Mapping[str, float], asked: Set[str]) -> float:
    total = sum(weights.values())
    return sum(weight for token, weight in weights.items() if token in asked) / total if total else 0.0


def _says(folded: str, name: str) -> bool:
    """Whether a text has a name; an English one in whole words."""
    return name in folded and (not name.isascii() or re.search(rf"\b{re.escape(name)}\b", folded) is not None)


def _place_names(document: Document) -> set[str]:
    if document.metadata.place is None:
        return set()
    place = fold(document.metadata.place.value)
    parts = {place, *_PLACE_PARTS.findall(place)}
    return parts | {part[:-1] for part in parts if len(part) > _SHORT_PLACE}


def _title_words(document: Document) -> set[str]:
    title = fold(document.metadata.title.value)
    words = {title[n : n + length] for length in (4, 5, 6) for n in range(len(title) - length + 1)}
    latin = re.findall(r"[a-z]{4,}", fold(document.metadata.title_en or ""))
    words |= {f"{a} {b}" for a, b in pairwise(latin)}
    return {word for word in words if re.fullmatch(r"[一-鿿]+|[a-z ]+", word)}


def _longest_first(pairs: Iterable[tuple[str, UnitKey]]) -> Beginnings[UnitKey]:
    names: dict[str, UnitKey] = {}
    for form, key in pairs:
        if len(form) >= _SHORTEST_UNIT:
            names.setdefault(fold(form), key)
    names |= {form.replace(" and ", " & "): key for form, key in names.items()}
    return Beginnings(sorted(names.items(), key=lambda p: (-len(p[0]), p[0])))


def _scan(text: str, names: Beginnings[UnitKey]) -> list[NamedUnit]:
    taken: list[NamedUnit] = []
    for form, key in names.within(text):
        at = text.find(form)
        while at >= 0:
            end = at + len(form)
            if not any(n.start < end and at < n.end for n in taken) and _whole_word(text, at, end):
                taken.append(NamedUnit(key, at, end))
            at = text.find(form, end)
    return taken


def _each_once(found: Sequence[NamedUnit]) -> list[NamedUnit]:
    """In order of their place, the first of each key."""
    unique: dict[UnitKey, NamedUnit] = {}
    for named in sorted(found, key=lambda n: n.start):
        unique.setdefault(named.key, named)
    return list(unique.values())


def _with_level(named: NamedUnit, folded: str) -> NamedUnit:
    """区教育局 for 教育局 behind 区: a unit is of the level its name leaves out and the character before it says."""
    before = folded[named.start - 1] if named.start else ""
    if named.key.level or not before or before not in LEVELS or folded[named.start].isascii():
        return named
    return NamedUnit(UnitKey(before, named.key.kind), named.start - 1, named.end)


def _whole_word(text: str, start: int, end: int) -> bool:
    if not text[start].isascii():
        return True
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    return not (before.isascii() and before.isalnum()) and not (after.isascii() and after.isalnum() and after != "s")
