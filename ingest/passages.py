"""Passages: consecutive sentences of one clause, small enough to embed and to cite."""

import re
from collections.abc import Iterator, Mapping

from ingest.clean import CleanText
from ingest.model import Passage, Section, Sentence, Span

#: Characters of clean text; e5 reads 512 tokens, and a Chinese character is at most about one.
MAX_CHARACTERS = 320

# A sentence ends after 。！？；, with the quotes and brackets that close behind it, or at a line break.
_SENTENCE = re.compile(r"[^。！？；;!?\n]*(?:[。！？；;!?]+[”’」』）)]*|\n|\Z)")
# 〔市教育局(市委教育工委)负责〕 follows the full stop and is a statement of its own.
_LONG = re.compile(r"[^，,、]*[，,、]?")


def sentences(text: str) -> Iterator[Span]:
    """The sentences of ``text`` without the blanks around them; one past MAX_CHARACTERS is cut at its commas."""
    for match in _SENTENCE.finditer(text):
        span = _trimmed(text, Span(*match.span()))
        if len(span) <= MAX_CHARACTERS:
            if len(span):
                yield span
            continue
        start = span.start
        for piece in _LONG.finditer(text, span.start, span.end):
            if piece.end() - start > MAX_CHARACTERS and piece.start() > start:
                yield from _bounded(text, Span(start, piece.start()))
                start = piece.start()
        yield from _bounded(text, Span(start, span.end))


def _bounded(text: str, span: Span) -> Iterator[Span]:
    for start in range(span.start, span.end, MAX_CHARACTERS):
        piece = _trimmed(text, Span(start, min(span.end, start + MAX_CHARACTERS)))
        if len(piece):
            yield piece


def _trimmed(text: str, span: Span) -> Span:
    body = span.of(text)
    start = span.start + len(body) - len(body.lstrip())
    return Span(start, start + len(body.strip()))


def cut_passages(document_id: str, clean: CleanText, sections: Mapping[str, Section]) -> Iterator[Passage]:
    """Every character of every section's own text, blanks aside, in passages of at most MAX_CHARACTERS."""
    for section in sections.values():
        group: list[Span] = []
        number = 1
        for span in sentences(section.clean_own.of(clean.text)):
            sentence = span.shifted(section.clean_own.start)
            if group and sentence.end - group[0].start > MAX_CHARACTERS:
                yield _passage(document_id, clean, sections, section, group, number)
                group, number = [], number + 1
            group.append(sentence)
        if group:
            yield _passage(document_id, clean, sections, section, group, number)


def _passage(
    document_id: str, clean: CleanText, sections: Mapping[str, Section], section: Section, group: list[Span], n: int
) -> Passage:
    path: list[Section] = [section]
    while (parent := path[0].parent_id) is not None:
        path.insert(0, sections[parent])
    whole = Span(group[0].start, group[-1].end)
    return Passage(
        id=f"{section.id}#{n}",
        document_id=document_id,
        clause_id=section.id,
        headings=tuple(s.label for s in path if s.label),
        text=whole.of(clean.text),
        span=clean.offsets.to_source(whole),
        sentences=tuple(Sentence(span.of(clean.text), clean.offsets.to_source(span)) for span in group),
        headings_en=tuple(s.title_en for s in path if s.title_en),
    )
