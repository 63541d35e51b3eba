"""Lists printed as an opening sentence and numbered items: 应当符合下列条件：（一）…；（二）…"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.catalog import Catalog, Clause
from chatbot.draft import Ref, Statement
from chatbot.phrasing import capitalised, clause_heading, document_name
from chatbot.question import Language
from ingest.model import Sentence, Span

#: Items are read out up to this many characters, at least one.
_CHARACTERS = 600
_OPENS = ("：", ":")
_DIVIDES = ("；", ";")
_ENDS = ("。", *_DIVIDES)
# 有下列情形之一的，由教育主管部门责令限期改正：an item says nothing without it; after 要做好以下工作 one does
_HOLDS_WHAT_IS_SAID = re.compile("下列|之一")
#: A longer opening would hide the item.
_OPENING_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered item, or the opening: its clause and its sentences, which follow one another."""

    clause: Clause
    sentences: tuple[Sentence, ...]

    @property
    def text(self) -> str:
        """What it says, its number included."""
        return "".join(sentence.text.strip() for sentence in self.sentences)

    @property
    def ref(self) -> Ref:
        """Where it stands."""
        span = Span(self.sentences[0].span.start, self.sentences[-1].span.end)
        return Ref(self.clause.document.id, self.clause.section.id, span)


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A list: what opens it, and all items."""

    opening: Part
    items: tuple[Part, ...]

    @property
    def clause(self) -> Clause:
        """Where it is opened."""
        return self.opening.clause


def opened_by(clause: Clause, sentence: Sentence, catalog: Catalog) -> Enumeration | None:
    """The list that a sentence of a clause opens, or a part of it that semicolons divide; None if it opens none."""
    opening = _whole(clause, sentence)
    if not opening[-1].text.rstrip().endswith(_OPENS):
        return None
    children = [child for child in catalog.children(clause.section.id) if child.task is None]
    items = tuple(Part(child, own) for child in children if (own := _first_paragraph(child)))
    return Enumeration(Part(clause, opening), items) if len(items) > 1 else None


def around(item: Clause, catalog: Catalog) -> Enumeration | None:
    """The list that a clause is an item of; None if it is none."""
    parent = catalog.clauses.get(item.section.parent_id or "")
    own = _sentences(parent) if parent else []
    return opened_by(parent, own[-1], catalog) if parent and own else None


def said_of(item: Clause, sentence: Sentence, catalog: Catalog) -> Enumeration | None:
    """The list whose opening holds what is said of an item, of which ``sentence`` is part; None if there is none."""
    found = around(item, catalog)
    if not found or not any(sentence in own.sentences for own in found.items):
        return None
    opening = found.opening.text
    return found if len(opening) <= _OPENING_CHARACTERS and _HOLDS_WHAT_IS_SAID.search(opening) else None


def _whole(clause: Clause, part: Sentence) -> tuple[Sentence, ...]:
    """``part`` and what semicolons divide from it: 由学校责令限期改正；情节严重的，依法给予处分："""
    own = _sentences(clause)
    first = last = own.index(part)
    while first and _is_divided(own[first - 1]):
        first -= 1
    while last + 1 < len(own) and _is_divided(own[last]):
        last += 1
    return tuple(own[first : last + 1])


def _is_divided(sentence: Sentence) -> bool:
    return sentence.text.rstrip().endswith(_DIVIDES)


def _sentences(clause: Clause) -> list[Sentence]:
    passages = [p for p in clause.document.passages if p.clause_id == clause.section.id]
    return [sentence for passage in passages for sentence in passage.sentences]


def _first_paragraph(clause: Clause) -> tuple[Sentence, ...]:
    """An item's sentences to the end of its paragraph: what follows the last item is of the clause around it."""
    kept: list[Sentence] = []
    text = clause.document.source.text
    for sentence in _sentences(clause):
        kept.append(sentence)
        if sentence.text.rstrip().endswith(_ENDS) and text[sentence.span.end :].lstrip(" \t\u3000")[:1] in ("\n", "\r"):
            break
    return tuple(kept)


def read_out(found: Enumeration, language: Language) -> tuple[Statement, ...]:
    """The opening and the items, each cited, with their count; the first of them if they are long, which is said."""
    items = _as_many_as_fit(found.items)
    count, told = len(found.items), len(items)
    clause, zh = found.clause, language is Language.ZH
    heading = clause_heading(clause, language)
    opening = found.opening.text
    rest = opening.removeprefix(clause.section.label).strip()
    if rest.strip("".join(_OPENS)) and heading:
        opening = rest
    elif rest != opening:  # the heading is the opening
        heading = ""
    document = document_name(clause.document, language)
    ref = found.opening.ref
    if zh:
        counted = f"共{count}项" + (f"，前{told}项如下" if told < count else "")
        head = Statement(f"{document}{heading}（{counted}）：{opening}", (ref,), (f"共{count}项",))
        return (head, *(Statement(item.text, (item.ref,)) for item in items))
    frame = capitalised(" of ".join(part for part in (heading, document) if part))
    counted = f"{count} items" + (f", of which the first {told}" if told < count else "")
    head = Statement(f"{frame} lists {counted} (source in Chinese): “{opening}”", (ref,), (f"{count} items",))
    return (head, *(Statement(f"“{item.text}”", (item.ref,)) for item in items))


def _as_many_as_fit(items: Sequence[Part]) -> list[Part]:
    fitting: list[Part] = []
    for item in items:
        if fitting and sum(len(other.text) for other in (*fitting, item)) > _CHARACTERS:
            break
        fitting.append(item)
    return fitting
