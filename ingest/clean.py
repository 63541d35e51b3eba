"""Cleaning: steps that each return their edits, composed into one offset map. The order of the steps is the story."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from ingest.furniture import site_furniture
from ingest.model import Edit, Reason, Span
from ingest.noise import NoiseRules, copy_noise
from ingest.offsets import OffsetMap, apply
from ingest.pages import page_artefacts
from ingest.table_wraps import table_wraps
from ingest.wraps import line_wraps

Step = Callable[[str], list[Edit]]


@dataclass(frozen=True, slots=True)
class CleanText:
    """What is left to read. ``edits`` are in source offsets, ``offsets`` maps clean text to source."""

    text: str
    offsets: OffsetMap
    edits: tuple[Edit, ...]


def clean(text: str, furniture: Sequence[Span] = ()) -> CleanText:
    """Source text without furniture and artefacts, with copy noise repaired; every change is on ``edits``.

    ``furniture`` are spans of ``text`` that the reader knows not to be the document (``Source.furniture``).
    """
    furnished = partial(site_furniture, known=furniture)
    return run(text, (furnished, invisible, page_artefacts, table_wraps, line_wraps, repair))


def run(text: str, steps: Sequence[Step]) -> CleanText:
    """Apply ``steps`` one after the other, each on the result of the one before."""
    offsets = OffsetMap.identity(len(text))
    edits: list[Edit] = []
    for step in steps:
        changes = [edit for edit in step(text) if edit.span.of(text) != edit.replacement]
        if not changes:
            continue
        edits += (Edit(offsets.to_source(edit.span), edit.replacement, edit.reason) for edit in changes)
        offsets = offsets.then(OffsetMap.from_edits(len(text), changes))
        text = apply(text, changes)
    return CleanText(text, offsets, tuple(sorted(edits, key=lambda edit: edit.span)))


# zero-width space, joiners, direction marks, byte order mark, soft hyphen
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]+")


def invisible(text: str) -> list[Edit]:
    """Characters that nobody sees and that break words apart."""
    return [Edit(Span(*m.span()), "", Reason.INVISIBLE) for m in _INVISIBLE.finditer(text)]


def repair(text: str) -> list[Edit]:
    """Copy noise, repaired for search and answers; quotes stay as the source prints them."""
    return copy_noise(text, NoiseRules.bundled())
