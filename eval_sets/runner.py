"""Running golden cases against an answerer, in order, in process."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from chatbot.answer import Answerer, Ask
from chatbot.conversation import Turn
from eval_sets.cases import GoldenCase
from eval_sets.judge import Verdict, judge


@dataclass(frozen=True, slots=True)
class Share:
    """``hits`` of ``total`` with its Wilson interval; ``value`` is None for no cases."""

    hits: int
    total: int

    @property
    def value(self) -> float | None:
        """The share itself."""
        return self.hits / self.total if self.total else None

    def interval(self, z: float = 1.96) -> tuple[float, float]:
        """The Wilson score interval (Wilson 1927), 95 % by default; (0, 1) for no cases."""
        if not self.total:
            return 0.0, 1.0
        n, p = self.total, self.hits / self.total
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, centre - half), min(1.0, centre + half)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: a kind of question."""

    kind: str
    correct: Share
    cited: Share
    milliseconds: float


def run(cases: Sequence[GoldenCase], answerer: Answerer) -> Iterator[Verdict]:
    """Verdicts in the order of ``cases``."""
    for case in cases:
        history = [Turn(question) for question in case.history]
        yield judge(case, answerer.reply(Ask(case.question, history)))


def table(verdicts: Sequence[Verdict]) -> list[Row]:
    """A row for each type and language, and one for all; times are medians."""
    groups: dict[str, list[Verdict]] = {}
    for verdict in verdicts:
        groups.setdefault(verdict.case.type, []).append(verdict)
    rows = [_row(kind, found) for kind, found in sorted(groups.items())]
    languages = sorted({v.case.lang for v in verdicts})
    rows += [_row(f"language {lang}", [v for v in verdicts if v.case.lang == lang]) for lang in languages]
    return [*rows, _row("all", list(verdicts))]


def _row(kind: str, verdicts: list[Verdict]) -> Row:
    citable = [v for v in verdicts if v.cited is not None]
    times = sorted(v.reply.timings.total for v in verdicts)
    return Row(
        kind,
        Share(sum(v.correct for v in verdicts), len(verdicts)),
        Share(sum(v.correct and bool(v.cited) for v in citable), len(citable)),
        times[len(times) // 2] if times else 0.0,
    )
