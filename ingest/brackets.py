"""Brackets of official documents, matched by nesting: 〔 〕 （ ） ( ) [ ] ［ ］ 【 】."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator

from ingest.model import Span

CLOSERS = {"〔": "〕", "（": "）", "(": ")", "[": "]", "［": "］", "【": "】"}
_OPENERS = {closer: opener for opener, closer in CLOSERS.items()}
#: （ is often closed by ) and the other way round.
_SAME = {"（": "(", "）": ")", "［": "[", "］": "]"}

# 市“双随机、一公开”监管联席会议
_QUOTED = re.compile("“[^“”\n]*”")


def groups(text: str) -> Iterator[Span]:
    """Outermost bracketed ranges, brackets included, in order; an opener that is never closed opens nothing."""
    stack: list[tuple[str, int]] = []
    open_now: Counter[str] = Counter()
    found: list[Span] = []
    for at, character in enumerate(text):
        folded = _SAME.get(character, character)
        if character in CLOSERS:
            stack.append((CLOSERS[folded], at))
            open_now[CLOSERS[folded]] += 1
        elif character in _OPENERS and open_now[folded]:
            while stack:
                closer, start = stack.pop()
                open_now[closer] -= 1
                if closer == folded:
                    found.append(Span(start, at + 1))
                    break
    outermost: list[Span] = []
    for span in sorted(found, key=lambda s: (s.start, -s.end)):
        if not outermost or span.start >= outermost[-1].end:
            outermost.append(span)
    return iter(outermost)


def split(text: str, separators: str) -> Iterator[Span]:
    """Ranges between ``separators`` that stand outside any bracket and any quotation; empty ones are left out."""
    quoted = [Span(*match.span()) for match in _QUOTED.finditer(text)]
    inside = sorted([*groups(text), *quoted]) if quoted else list(groups(text))
    starts = [span.start for span in inside]
    start = 0
    for at, character in enumerate([*text, separators[0]]):
        if character in separators:
            group = bisect_right(starts, at) - 1
            if group >= 0 and inside[group].start < at < inside[group].end:
                continue
            if text[start:at].strip():
                yield Span(start, at)
            start = at + 1


def bare(name: str) -> str:
    """A name without what stands in its brackets: 市教育局(市委教育工委) -> 市教育局."""
    for span in reversed(list(groups(name))):
        name = name[: span.start] + name[span.end :]
    return name.strip()
