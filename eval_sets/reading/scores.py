"""Precision and recall of what was read against what people marked; pure functions over one document."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from ingest.model import Document, Edit, Field, Reason, Role, Section, SectionKind, Span, Task


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts that add up over documents: ``right`` of ``found``, ``right`` of ``wanted``."""

    right: int
    found: int
    wanted: int

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.right + other.right, self.found + other.found, self.wanted + other.wanted)

    @property
    def precision(self) -> float | None:
        """None where nothing was found."""
        return self.right / self.found if self.found else None

    @property
    def recall(self) -> float | None:
        """None where nothing was wanted."""
        return self.right / self.wanted if self.wanted else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both (van Rijsbergen 1979); None where nothing was found and nothing wanted."""
        total = self.found + self.wanted
        return 2 * self.right / total if total else None


class GoldHeading(BaseModel):
    """A heading as marked: ``start`` in the source text, ``parent`` the index of its parent in the list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: int
    number: str
    title: str
    parent: int | None


@dataclass(frozen=True, slots=True)
class OutlineScore:
    """``headings``: same place and number; ``parents``: and the same parent; ``titles``: of the headings found that
    have a title of their own, those read with it."""

    headings: Tally
    parents: Tally
    titles: Tally
    missed: tuple[GoldHeading, ...]
    extra: tuple[Section, ...]


def plain(text: str) -> str:
    """Without white space and width: what people read as the same."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def outline_score(document: Document, gold: Sequence[GoldHeading]) -> OutlineScore:
    """Headings matched by where their number starts; white space before it does not matter."""
    numbered = [section for section in document.sections if section.kind is SectionKind.NUMBERED]
    found = {_start(section, document): section for section in numbered}
    starts = {section.id: at for at, section in found.items()}
    right = [row for row in gold if row.start in found and _same_number(row, found[row.start])]
    placed = [row for row in right if _parent_of(row, gold) == _parent_start(found[row.start], starts)]
    titled = [row for row in right if row.title]
    read = [row for row in titled if plain(found[row.start].title) == plain(row.title)]
    matched = {row.start for row in right}
    return OutlineScore(
        Tally(len(right), len(found), len(gold)),
        Tally(len(placed), len(found), len(gold)),
        Tally(len(read), len(titled), len(titled)),
        tuple(row for row in gold if row.start not in matched),
        tuple(section for at, section in found.items() if at not in matched),
    )


def _start(section: Section, document: Document) -> int:
    text = document.source.text
    at = section.heading.start
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _same_number(row: GoldHeading, section: Section) -> bool:
    return plain(row.number).strip("()、.") == plain(section.number).strip("()、.")


def _parent_of(row: GoldHeading, gold: Sequence[GoldHeading]) -> int | None:
    return None if row.parent is None else gold[row.parent].start


def _parent_start(section: Section, starts: Mapping[str, int]) -> int | None:
    return starts.get(section.parent_id) if section.parent_id else None


class GoldTask(BaseModel):
    """A task as marked; ``text_start`` its first characters, white space removed."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    number: str
    title: str
    units: tuple[str, ...]
    roles: Mapping[str, str]
    text_start: str
    collective: tuple[str, ...] | str | None = None
    deadline: str | None = None


@dataclass(frozen=True, slots=True)
class TaskScore:
    """``tasks`` found; of those matched, exact unit sets, exact roles of all units, and deadlines where there are
    any; ``misses`` says what is wrong, a line each."""

    tasks: Tally
    units: Tally
    roles: Tally
    deadlines: Tally
    misses: tuple[str, ...]


_GOLD_ROLES = {
    "牵头": {Role.LEAD},
    "配合": {Role.SUPPORT},
    "责任": {Role.DUTY},
    "负责": {Role.RESPONSIBLE, Role.SHARED},
}


def task_score(document: Document, gold: Sequence[GoldTask]) -> TaskScore:
    """Tasks matched in order by how their text starts, white space and width aside."""
    left = list(document.tasks)
    tasks = len(left)
    units = roles = deadlines = right = with_deadline = 0
    misses = []
    for row in gold:
        match = next((task for task in left if _is(task, row)), None)
        if match is None:
            misses.append(f"{row.number} {row.title}: not found")
            continue
        left.remove(match)
        right += 1
        read = {plain(r.unit): r.role for r in match.responsible}
        wanted = {plain(unit) for unit in row.units}
        if set(read) == wanted:
            units += 1
        else:
            misses.append(f"{row.number} {row.title}: units lack {wanted - set(read)}, have {set(read) - wanted}")
        if all(read.get(plain(unit)) in _GOLD_ROLES[role] for unit, role in row.roles.items()):
            roles += 1
        else:
            misses.append(
                f"{row.number} {row.title}: roles {row.roles} read as {[(u, r.value) for u, r in read.items()]}"
            )
        if row.deadline:
            with_deadline += 1
            if plain(match.deadline or "") == plain(row.deadline):
                deadlines += 1
            else:
                misses.append(f"{row.number} {row.title}: deadline {row.deadline} read as {match.deadline}")
    misses += [f"extra task: {task.number} {task.title}: {plain(task.text)[:40]}" for task in left]
    return TaskScore(
        Tally(right, tasks, len(gold)), Tally(units, right, right), Tally(roles, right, right),
        Tally(deadlines, with_deadline, with_deadline), tuple(misses),
    )  # fmt: skip


def _is(task: Task, row: GoldTask) -> bool:
    start, text = plain(row.text_start), plain(task.text)
    return text.startswith(start) or (start in text and plain(task.title) == plain(row.title))


def spans_score(found: Sequence[Span], wanted: Sequence[Span], text: str) -> Tally:
    """Characters, white space aside, that stand in spans of both."""
    marked, gold = _characters(found, text), _characters(wanted, text)
    return Tally(len(marked & gold), len(marked), len(gold))


def _characters(spans: Sequence[Span], text: str) -> set[int]:
    return {at for span in spans for at in range(span.start, span.end) if not text[at].isspace()}


class GoldFurniture(BaseModel):
    """The furniture of a page in ``[start, end)`` pairs that count characters other than white space, so that a
    reader may separate cells and lines as it likes; ``characters`` is how many the page has."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str
    characters: int
    furniture: tuple[tuple[int, int], ...]


def furniture_score(document: Document, gold: GoldFurniture) -> Tally:
    """Characters dropped as furniture against those marked, white space aside.

    Raises ValueError if the page no longer has the characters it was marked with.
    """
    visible = [at for at, character in enumerate(document.source.text) if not character.isspace()]
    if len(visible) != gold.characters:
        raise ValueError(f"{gold.file}: {len(visible)} visible characters, marked with {gold.characters}")
    wanted = {visible[n] for start, end in gold.furniture for n in range(start, end)}
    dropped = [drop.span for drop in document.receipt.dropped if drop.reason is Reason.SITE_FURNITURE]
    found = _characters(dropped, document.source.text)
    return Tally(len(wanted & found), len(found), len(wanted))


class GoldNoise(BaseModel):
    """A place of the noisy copy as marked: ``swap`` reads otherwise, ``honest`` must stay, ``artefact`` must go,
    ``quote`` lacks a closing mark (not repaired: nothing is put in that the source does not print)."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    start: int
    end: int
    printed: str
    reads: str
    kind: str
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class NoiseScore:
    """``swaps`` repaired to the right word; ``artefacts`` removed; ``misses`` a line each. Places in doubt are left
    out of the wanted ones, and an edit there is neither right nor wrong."""

    swaps: Tally
    artefacts: Tally
    misses: tuple[str, ...]


def noise_score(document: Document, gold: Sequence[GoldNoise]) -> NoiseScore:
    """Repairs against the places marked, by overlap."""
    text = document.source.text
    repaired = [edit for edit in document.receipt.repaired if edit.reason is Reason.COPY_NOISE]
    doubtful = [Span(row.start, row.end) for row in gold if row.doubt and row.kind in ("swap", "honest")]
    counted = [edit for edit in repaired if not any(_meet(edit.span, span) for span in doubtful)]
    swaps = [row for row in gold if row.kind == "swap" and not row.doubt]
    right = [r for r in swaps if any(_meet(e.span, Span(r.start, r.end)) and _reads(e, r) for e in counted)]
    misses = [f"{row.start} {row.printed} should read {row.reads}: …{text[row.start - 8 : row.end + 8]}…"
              for row in swaps if row not in right]  # fmt: skip
    good = [e for e in counted if any(_meet(e.span, Span(r.start, r.end)) and _reads(e, r) for r in swaps)]
    misses += [f"{e.span.start} {e.span.of(text)} wrongly read {e.replacement}" for e in counted if e not in good]
    marks = [row for row in gold if row.kind == "artefact" and not row.doubt]
    dropped = [drop.span for drop in document.receipt.dropped if drop.reason is Reason.PAGE_ARTEFACT]
    wanted = spans_score(dropped, [Span(row.start, row.end) for row in marks], text)
    return NoiseScore(Tally(len(right), len(counted), len(swaps)), wanted, tuple(misses))


def _meet(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _reads(edit: Edit, row: GoldNoise) -> bool:
    """Whether the word comes out right: the edit may cover more or less of it than was marked."""
    return row.reads in edit.replacement or edit.replacement in row.reads


#: Fields of the metadata gold and what they are called here.
FIELDS = ("title", "issuer", "place", "document_number", "index_number", "written", "printed", "published",
          "effective", "status")  # fmt: skip


class GoldMetadata(BaseModel):
    """What a document says of itself, null where it does not."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    file: str
    title: str | None
    issuer: str | None
    place: str | None
    document_number: str | None
    index_number: str | None
    written: str | None
    printed: str | None
    published: str | None
    effective: str | None
    status: str | None
    doubt: str = ""


def metadata_score(document: Document, gold: GoldMetadata) -> dict[str, bool]:
    """For each field whether it is read as marked, white space, width and kind of bracket aside."""
    view = metadata_values(document)
    wanted = {name: getattr(gold, name) for name in FIELDS}
    wanted["status"] = {"draft_comments": "draft"}.get(gold.status or "", gold.status)
    return {name: _same(view.get(name), wanted[name]) for name in FIELDS}


def metadata_values(document: Document) -> dict[str, str | None]:
    """The metadata of a document by the gold's names; a title that stands nowhere (the file's name) is none."""
    metadata = document.metadata
    values: dict[str, str | None] = {}
    for name in FIELDS:
        value = getattr(metadata, name, None)
        values[name] = value.value if isinstance(value, Field) else value
    if metadata.title.span is None:
        values["title"] = None
    return values


def _same(read: str | None, wanted: str | None) -> bool:
    if read is None or wanted is None:
        return read == wanted
    return _bracketless(read) == _bracketless(wanted)


def _bracketless(text: str) -> str:
    return re.sub(r"[〔〕\[\]()（）［］—―–-]", "", plain(text))
