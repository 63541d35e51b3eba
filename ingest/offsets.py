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
        return not self.rigid and self.source.end - self.source.start == self.clean.end - self.clean.start


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
        visible = tuple(segment for segment in self.segments if segment.clean.start < segment.clean.end)
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
        # A map that is exact throughout moves nothing.
        if all(segment.exact for segment in self.segments):
            return later
        if all(segment.exact for segment in later.segments):
            return self
        earlier = _Walk([(s.clean.end, s.source.end, s.exact) for s in self.segments])
        after = _Walk([(s.source.end, s.clean.end, s.exact) for s in later.segments])
        segments: list[Segment] = []
        source = clean = 0

        def cut(rigid: bool) -> None:
            nonlocal source, clean
            segments.append(Segment(Span(source, earlier.outer), Span(clean, after.outer), rigid))
            source, clean = earlier.outer, after.outer

        while True:
            earlier.skip()
            after.skip()
            if (source, clean) != (earlier.outer, after.outer):
                cut(rigid=True)
            if earlier.done:
                return OffsetMap(tuple(segments))
            rigid = not (earlier.exact and after.exact)
            end = max(w.end for w in (earlier, after) if not w.exact) if rigid else min(earlier.end, after.end)
            while (further := max(earlier.rigid_until(end), after.rigid_until(end))) > end:
                end = further
            earlier.reach(end)
            after.reach(end)
            cut(rigid)


class _Walk:
    """One map walked along the middle text of a composition: ``at`` there, and at ``outer`` in the text beyond.

    ``rows`` are its segments: where they end in the middle text and beyond, and whether they may be cut.
    """

    def __init__(self, rows: Sequence[tuple[int, int, bool]]) -> None:
        self._rows = rows
        self._n = self.at = self.outer = 0

    @property
    def done(self) -> bool:
        return self._n == len(self._rows)

    @property
    def end(self) -> int:
        return self._rows[self._n][0]

    @property
    def exact(self) -> bool:
        return self._rows[self._n][2]

    def skip(self) -> None:
        """Pass what has no extent in the middle text here."""
        while not self.done and self.end == self.at:
            self._pass()

    def rigid_until(self, end: int) -> int:
        """Where the segment ends that a cut at ``end`` would split though its length changed; ``end`` if there is none.

        Passes the segments before it.
        """
        while self.at < end and self.end <= end:
            self._pass()
        return self.end if self.at < end and not self.exact else end

    def reach(self, end: int) -> None:
        """Go to ``end`` in the middle text, before what has no extent there."""
        self.rigid_until(end)
        self.outer += end - self.at
        self.at = end

    def _pass(self) -> None:
        self.at, self.outer, _ = self._rows[self._n]
        self._n += 1


def apply(text: str, edits: Sequence[Edit]) -> str:
    """``text`` with ``edits`` (ascending, disjoint) carried out."""
    parts: list[str] = []
    at = 0
    for edit in edits:
        parts += text[at : edit.span.start], edit.replacement
        at = edit.span.end
    return "".join(parts) + text[at:]
