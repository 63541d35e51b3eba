"""Golden cases, answers and trials made by hand, for tests of what judges them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from eval_sets.answers import Answer, Found, Quote
from eval_sets.cases import GoldenCase
from eval_sets.judge import judge
from eval_sets.metrics import Trial
from eval_sets.noise import Noise
from eval_sets.targets import Subject, quoted
from eval_sets.wire import WireQuote

UNITS = "〔市教育局(市委教育工委)、市体育局分工负责〕"
TEXT = f"15.强化体育评价。健全体质监测制度,每三年一次。{UNITS}\n16.深化美育评价。每五年评选20所示范学校。"
TEXTS = {"doc": TEXT}


def case(**fields: object) -> GoldenCase:
    """An answerable Chinese question about who is responsible, unless told otherwise."""
    given = {
        "id": "x", "lang": "zh", "type": "units_forward", "question": "第15项任务由哪些单位负责？", "answerable": True,
    }  # fmt: skip
    return GoldenCase.model_validate({**given, **fields})


def quote(text: str, marker: int | None = 1, section: Sequence[str] = ("15.强化体育评价",), **fields: object) -> Quote:
    """A citation of ``text`` where it stands in TEXT."""
    start = TEXT.index(text)
    row = {
        "marker": marker, "document_id": "doc", "document_title": "任务清单", "section": tuple(section),
        "clause_id": "doc/15", "quote": text, "start": start, "end": start + len(text), **fields,
    }  # fmt: skip
    return quoted(WireQuote.model_validate(row), TEXTS)


def answer(text: str, *citations: Quote, **fields: object) -> Answer:
    """An answer given, with what it cites."""
    given = {
        "status": 200, "outcome": "answered", "answer": text, "language": "zh", "method": "register",
        "citations": citations, "related": (), "notices": (), "milliseconds": 2.0, "found": None,
    }  # fmt: skip
    return Answer.model_validate({**given, **fields})


def refusal(text: str = "现有文件没有说明这个问题。", **fields: object) -> Answer:
    """A refusal."""
    return answer(text, outcome="not_found", method="none", **fields)


def found(*texts: str) -> tuple[Found, ...]:
    """Passages that search brought, best first."""
    return tuple(Found(document_id="doc", start=0, end=len(text), text=text) for text in texts)


def trial(asked: GoldenCase, given: Answer, noise: Noise | None = None, base: Trial | None = None) -> Trial:
    """The judged pair."""
    return Trial(asked, given, judge(asked, given), noise, base)


@dataclass
class FakeTarget:
    """Answers from a table of question to answer; ``asked`` lists the ids in the order they came."""

    answers: dict[str, Answer]
    asked: list[str] = field(default_factory=list)
    generation: str = "000001"
    fails_on: str | None = None

    @property
    def texts(self) -> dict[str, str]:
        """One document."""
        return TEXTS

    def subject(self) -> Subject:
        """Something recognisable."""
        return Subject("nowhere", "0+test", self.generation, "fake", None, {"doc": "0"}, {})

    def close(self) -> None:
        """Nothing to close."""

    def ask(self, case: GoldenCase) -> Answer:
        """The answer of the table, a refusal without one; an exception where told so."""
        if case.id == self.fails_on:
            raise RuntimeError("cut short")
        self.asked.append(case.id)
        return self.answers.get(case.question, refusal())
