"""Brackets of official documents, matched by nesting: 〔 〕 （ ） ( ) [ ] ［ ］ 【 】."""

from collections.abc import Iterator

from ingest.model import Span

CLOSERS = {"〔": "〕", "（": "）", "(": ")", "[": "]", "［": "］", "【": "】"}
_OPENERS = {closer: opener for opener, closer in CLOSERS.items()}
#: （ is often closed by ) and the other way round.
_SAME = {"（": "(", "）": ")", "［": "[", "］": "]"}


def groups(text: str) -> Iterator[Span]:
    """Outermost bracketed ranges, brackets included, in order; an opener that is never closed opens nothing."""
    stack: list[tuple[str, int]] = []
    found: list[Span] = []
    for at, character in enumerate(text):
        folded = _SAME.get(character, character)
        if character in CLOSERS:
            stack.append((folded, at))
        elif character in _OPENERS:
            for depth in range(len(stack) - 1, -1, -1):
                if CLOSERS[stack[depth][0]] == folded:
                    found.append(Span(stack[depth][1], at + 1))
                    del stack[depth:]
                    break
    outermost: list[Span] = []
    for span in sorted(found, key=lambda s: (s.start, -s.end)):
        if not outermost or span.start >= outermost[-1].end:
            outermost.append(span)
    return iter(outermost)


def split(text: str, separators: str) -> Iterator[Span]:
    """Ranges between ``separators`` that stand outside any bracket; empty ones are left out."""
    inside = list(groups(text))
    start = 0
    for at, character in enumerate([*text, separators[0]]):
        if character in separators and not any(span.start < at < span.end for span in inside):
            if text[start:at].strip():
                yield Span(start, at)
            start = at + 1
