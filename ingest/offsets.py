"""OffsetMap: where each character of the clean text stands in the source, recorded while cleaning."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.model import Edit, Span


@dataclass(frozen=True, slots=True)
class Segment:
    """``source`` reads ``clean`` after cleaning; of equal length, character stands for character.

    ``rigid`` says that they do not although the lengths agree: one step shortened the text, a later one lengthened it.
    """

    source: Span
    clean: Span
    rigid: bool = False

    @property
    def exact(self) -> bool:
        """Whether positions inside correspond one to one."""
        return len(self.source) == len(self.clean) and not self.rigid


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """A monotone map between clean text and source: segments in order that cover both without gap or overlap.

    Inside a segment whose length changed, positions snap outward: a clean span always maps to a source span that
    holds all it was made from.
    """

    segments: tuple[Segment, ...]
    _clean_starts: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _visible: tuple[Segment, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        source = clean = 0
        for segment in self.segments:
            if segment.source.start != source or segment.clean.start != clean:
                raise ValueError(f"segment {segment} leaves a gap or overlaps at source {source}, clean {clean}")
            source, clean = segment.source.end, segment.clean.end
        visible = tuple(segment for segment in self.segments if len(segment.clean))
        object.__setattr__(self, "_visible", visible)
        object.__setattr__(self, "_clean_starts", tuple(segment.clean.start for segment in visible))

    @classmethod
    def identity(cls, length: int) -> "OffsetMap":
        """The map of a text that nothing was done to."""
        return cls((Segment(Span(0, length), Span(0, length)),) if length else ())

    @classmethod
    def from_edits(cls, length: int, edits: Iterable[Edit]) -> "OffsetMap":
        """The map that ``edits`` (ascending, disjoint, of a text of ``length`` characters) make."""
        segments: list[Segment] = []
        at = clean = 0
        for edit in edits:
            if edit.span.start < at:
                raise ValueError(f"edits overlap or are not in order at {edit.span}")
            if kept := edit.span.start - at:
                segments.append(Segment(Span(at, edit.span.start), Span(clean, clean + kept)))
                clean += kept
            segments.append(Segment(edit.span, Span(clean, clean + len(edit.replacement))))
            at, clean = edit.span.end, clean + len(edit.replacement)
        if at > length:
            raise ValueError(f"an edit ends at {at}, past the text's {length} characters")
        if kept := length - at:
            segments.append(Segment(Span(at, length), Span(clean, clean + kept)))
        return cls(tuple(segments))

    @property
    def source_length(self) -> int:
        """Characters of the source."""
        return self.segments[-1].source.end if self.segments else 0

    @property
    def clean_length(self) -> int:
        """Characters of the clean text."""
        return self.segments[-1].clean.end if self.segments else 0

    def to_source(self, clean: Span) -> Span:
        """The source characters that ``clean`` was made from; text dropped at either edge stays outside."""
        if clean.end > self.clean_length:
            raise ValueError(f"{clean} runs past the clean text's {self.clean_length} characters")
        if not self._visible:
            return Span(0, 0)
        if not len(clean):
            start = self._start(clean.start) if clean.start < self.clean_length else self._end(clean.start)
            return Span(start, start)
        return Span(self._start(clean.start), self._end(clean.end))

    def _start(self, at: int) -> int:
        segment = self._visible[bisect_right(self._clean_starts, at) - 1]
        return segment.source.start + (at - segment.clean.start if segment.exact else 0)

    def _end(self, at: int) -> int:
        segment = self._visible[bisect_left(self._clean_starts, at) - 1]
        return segment.source.start + at - segment.clean.start if segment.exact else segment.source.end

    def then(self, later: "OffsetMap") -> "OffsetMap":
        """This map followed by ``later``, whose source is this map's clean text."""
        if later.source_length != self.clean_length:
            raise ValueError(f"cannot compose: {self.clean_length} clean characters against {later.source_length}")
        earlier_edges = _edges([(segment.clean, segment.source, segment.exact) for segment in self.segments])
        later_edges = _edges([(segment.source, segment.clean, segment.exact) for segment in later.segments])
        cuts = sorted(
            middle
            for middle in earlier_edges.boundaries | later_edges.boundaries
            if not earlier_edges.inside_rigid(middle) and not later_edges.inside_rigid(middle)
        )
        segments: list[Segment] = []
        for n, middle in enumerate(cuts):
            source, clean = earlier_edges.at(middle), later_edges.at(middle)
            if len(source) or len(clean):
                segments.append(Segment(source, clean, rigid=True))
            if n + 1 < len(cuts):
                until = cuts[n + 1]
                rigid = earlier_edges.holds_rigid(middle, until) or later_edges.holds_rigid(middle, until)
                source_end, clean_end = earlier_edges.at(until).start, later_edges.at(until).start
                segments.append(Segment(Span(source.end, source_end), Span(clean.end, clean_end), rigid))
        return OffsetMap(tuple(segments))


@dataclass(frozen=True, slots=True)
class _Edges:
    """One map seen from the middle text of a composition: which cuts it allows and where they fall outside."""

    middles: Sequence[Span]
    outers: Sequence[Span]
    exact: Sequence[bool]
    starts: Sequence[int]
    boundaries: frozenset[int]

    def inside_rigid(self, middle: int) -> bool:
        """Whether a cut at ``middle`` would split a segment whose length changed."""
        n = bisect_left(self.starts, middle) - 1
        return n >= 0 and middle < self.middles[n].end and not self.exact[n]

    def holds_rigid(self, start: int, end: int) -> bool:
        """Whether between two cuts lies a segment whose characters do not correspond one to one."""
        within = range(bisect_left(self.starts, start), bisect_left(self.starts, end))
        return any(len(self.middles[n]) and not self.exact[n] for n in within)

    def at(self, middle: int) -> Span:
        """Outer positions just before and just after whatever has no extent in the middle text."""
        first, last = bisect_left(self.starts, middle), bisect_right(self.starts, middle)
        left = self.outers[-1].end if self.outers else 0
        if first and middle < self.middles[first - 1].end:
            left = self.outers[first - 1].start + middle - self.middles[first - 1].start
            return Span(left, left)
        if first < len(self.outers):
            left = self.outers[first].start
        right = left
        for n in range(first, last):
            if not len(self.middles[n]):
                right = self.outers[n].end
        return Span(left, right)


def _edges(rows: Sequence[tuple[Span, Span, bool]]) -> _Edges:
    middles = [middle for middle, _, _ in rows]
    boundaries = {edge for middle in middles for edge in (middle.start, middle.end)} | {0}
    return _Edges(
        middles, [outer for _, outer, _ in rows], [exact for _, _, exact in rows],
        [middle.start for middle in middles], frozenset(boundaries),
    )  # fmt: skip


def apply(text: str, edits: Sequence[Edit]) -> str:
    """``text`` with ``edits`` (ascending, disjoint) carried out."""
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += text[at : edit.span.start], edit.replacement
        at = edit.span.end
    return "".join(parts) + text[at:]
