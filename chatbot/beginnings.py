"""Many names looked for in one short text: only those are that begin as something in it does."""

from collections.abc import Iterable
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Beginnings(Generic[_T]):
    """Things by their names, kept by the two characters that a name begins with; threads may share it."""

    def __init__(self, named: Iterable[tuple[str, _T]]) -> None:
        self._named = list(named)
        self._at: dict[str, list[int]] = {}
        for at, (name, _) in enumerate(self._named):
            self._at.setdefault(name[:2], []).append(at)

    def within(self, text: str) -> list[tuple[str, _T]]:
        """Those whose name ``text`` has in it, in the order they were given."""
        starts = {text[n : n + length] for length in (1, 2) for n in range(len(text) + 1 - length)}
        found = sorted(at for start in starts & self._at.keys() for at in self._at[start] if self._named[at][0] in text)
        return [self._named[at] for at in found]
