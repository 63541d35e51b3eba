"""The numbers a question names: tasks, sections, and places relative to a task."""

import re
from collections.abc import Sequence

from chatbot.cues import COUNTED_ENDS, MORE_NUMBERS, NUMBER_LISTS, NUMBER_RANGES, SECTION_NUMBERS, TASK_NUMBERS, cues
from ingest.numerals import to_int


def _numbers(patterns: Sequence[re.Pattern[str]], text: str) -> tuple[int, ...]:
    """The values that the patterns find, in order of their place, each once."""
    found: dict[int, str] = {}
    for pattern in patterns:
        for match in pattern.finditer(text):
            found.setdefault(match.start(1), match[1])
            if pattern in TASK_NUMBERS:
                at = match.end()
                while more := MORE_NUMBERS.match(text, at):
                    found.setdefault(more.start(1), more[1])
                    at = more.end()
    return tuple(dict.fromkeys(value for at in sorted(found) if (value := to_int(found[at])) is not None))


# 之后第二项 | 下下项 | 后两项 | the next two | two after
_SECOND = re.compile(
    r"(?P<many>(?P<next>[后下]面?|之后的?|往后)|(?P<before>[前上]面?|之前的?|往前))的?(?P<nth>第)?(?P<n>[一二两三四五1-5])[项个条]"
    r"|(?P<twice>下下|上上)一?[项个条]"
    r"|\b(?:(?P<en_n>two|three|2|3) (?:tasks? |items? |places? )?(?P<en_after>after|before)"
    r"|(?P<en_next>next|following|previous|preceding) (?P<en_many>two|three|2|3))\b"
)
_FORWARD = {"after", "next", "following"}


def section_numbers(text: str) -> tuple[int, ...]:
    """Ordinals of sections in folded ``text``, each once."""
    return _numbers(SECTION_NUMBERS, text)


def steps_in(folded: str) -> tuple[int, ...]:
    """The places asked relative to a named task: 下一项 1, 前后 -1 and 1, 之后第二项 2, 后两项 1 and 2; maybe none."""
    cue = cues()
    folded = COUNTED_ENDS.sub(" ", folded)
    if match := _SECOND.search(folded):
        if match["twice"]:
            return (2,) if match["twice"] == "下下" else (-2,)
        english = match["en_after"] or match["en_next"]
        sign = 1 if match["next"] or english in _FORWARD else -1
        count = to_int(match["n"] or match["en_n"] or match["en_many"]) or 1
        exact = bool(match["nth"] or match["en_after"])
        return (sign * count,) if exact else tuple(sign * n for n in range(1, count + 1))
    after, before = cue.found("next", folded), cue.found("previous", folded)
    if cue.found("both_sides", folded) or (after and before):
        return (-1, 1)
    return (1,) if after else (-1,) if before else ()


#: A range past this is somebody testing, not asking.
_LONGEST_RANGE = 100


def task_numbers(text: str) -> tuple[int, ...]:
    """Task numbers in folded ``text``, each once; those that count from the end (最后一项) are negative."""
    for pattern in SECTION_NUMBERS:
        text = pattern.sub(" ", text)
    found: list[int] = []
    for pattern in NUMBER_RANGES:
        for match in pattern.finditer(text):
            first, last = to_int(match[1]), to_int(match[2])
            if first is not None and last is not None and first <= last < first + _LONGEST_RANGE:
                found += range(first, last + 1)
        text = pattern.sub(" ", text)
    for match in COUNTED_ENDS.finditer(text):
        count = to_int(match["first"] or match["last"] or match["en_n"] or match["nth"] or "1")
        if count is not None and count <= _LONGEST_RANGE:
            if match["first"] or match["en_first"]:
                found += range(1, count + 1)
            else:
                found += [-count] if match["nth"] or match["whole"] else range(-count, 0)
    text = COUNTED_ENDS.sub(" ", text)
    for match in NUMBER_LISTS.finditer(text):
        parts = re.split(r"[、,，和与及第\s]+", match[1])
        found += (value for part in parts if (value := to_int(part)) is not None)
    text = NUMBER_LISTS.sub(" ", text)
    return tuple(dict.fromkeys([*found, *_numbers(TASK_NUMBERS, text)]))
