"""Copy noise: words swapped by the sites that copied a document. Repaired by evidence, never in a clean document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from ingest.lexicon import table
from ingest.model import Edit, Reason, Span


@dataclass(frozen=True, slots=True)
class NoiseRules:
    """Which words are swapped, and how much evidence a document must show before anything is repaired."""

    signs: tuple[str, ...]
    minimum_signs: int
    swaps: Mapping[re.Pattern[str], str]

    @classmethod
    def bundled(cls) -> "NoiseRules":
        """The rules of lexicon/copy_noise.toml."""
        data = table("copy_noise")
        swaps: dict[re.Pattern[str], str] = {}
        for row in _rows(data["swap"]):
            before = f"(?<={row['before']})" if "before" in row and "|" not in row["before"] else ""
            if "before" in row and not before:
                before = "(?:" + "|".join(f"(?<={option})" for option in row["before"].split("|")) + ")"
            after = f"(?={row['after']})" if "after" in row else ""
            swaps[re.compile(f"{before}{row['noisy']}{after}")] = row["honest"]
        signs, minimum = data["signs"], data["minimum_signs"]
        assert isinstance(signs, list)
        assert isinstance(minimum, int)
        return cls(tuple(signs), minimum, swaps)


def copy_noise(text: str, rules: NoiseRules) -> list[Edit]:
    """The repairs of a noisy copy; none where fewer than ``minimum_signs`` different signs occur."""
    if sum(sign in text for sign in rules.signs) < rules.minimum_signs:
        return []
    edits: dict[int, Edit] = {}
    for pattern, honest in rules.swaps.items():
        for match in pattern.finditer(text):
            span = Span(*match.span())
            edits.setdefault(span.start, Edit(span, honest, Reason.COPY_NOISE))
    return [edits[start] for start in sorted(edits)]


def _rows(value: object) -> list[dict[str, str]]:
    assert isinstance(value, list)
    return value
