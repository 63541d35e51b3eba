"""What the verifier stops: sentences damaged in known ways and faithful ones, and what a real model writes."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from chatbot.answer import Answerer
from chatbot.bootstrap import Services
from chatbot.generators import ChatModel, Wording
from chatbot.verification import Reason, Verifier
from eval_sets.benchmarks.verifier_sentences import FAITHFUL, KINDS, Written
from eval_sets.cases import GoldenCase
from eval_sets.judge import judge
from eval_sets.statistics import Estimate, share
from eval_sets.targets import InProcess

#: The half of the sentences that thresholds were chosen on, and the other.
HALVES = ("fitted on", "the other")


@dataclass(frozen=True, slots=True)
class Line:
    """Sentences of one kind and language, how many are stopped, and for which reasons; for damage, more is better."""

    kind: str
    language: str
    half: str
    stopped: Estimate
    reasons: dict[str, int]


@dataclass(frozen=True, slots=True)
class Passed:
    """A sentence the verifier was wrong about: damage that passed, or something faithful that was stopped and why."""

    kind: str
    made: str
    text: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class OfSentences:
    """The table, and what it is wrong about."""

    lines: list[Line]
    wrong: list[Passed]


def run(written: Sequence[Written], verifier: Verifier, advance: Callable[[], None] = lambda: None) -> OfSentences:
    """Verify every sentence against its evidence; ``advance`` is called for each."""
    reasons: dict[tuple[str, str, int], list[Reason | None]] = {}
    wrong = []
    for row in written:
        fault = verifier.fault(row.text, [verifier.evidence(row.statement)], row.language)
        for kind in (row.kind, *(("all damage",) if row.kind != FAITHFUL else ())):
            for language in (row.language.value, "both"):
                reasons.setdefault((kind, language, row.half), []).append(fault.reason if fault else None)
        if (fault is None) != (row.kind == FAITHFUL):
            wrong.append(Passed(row.kind, row.made, row.text, fault.reason.value if fault else None))
        advance()
    lines = [
        _line(kind, language, half, found)
        for half in range(len(HALVES))
        for kind in (*KINDS, "all damage", FAITHFUL)
        for language in ("zh", "en", "both")
        if (found := reasons.get((kind, language, half)))
    ]
    return OfSentences(lines, wrong)


def _line(kind: str, language: str, half: int, found: Sequence[Reason | None]) -> Line:
    stopped = [reason.value for reason in found if reason]
    return Line(kind, language, HALVES[half], share(len(stopped), len(found)), dict(Counter(stopped).most_common()))


@dataclass(frozen=True, slots=True)
class OfModel:
    """What a model wrote over the questions that are answered by quotation, and what became of it.

    ``right`` are shares of right answers by `reformqa eval`'s judgement: as quoted, worded and verified, and worded and
    shown unread. ``quoted_instead`` counts answers where no sentence held.
    """

    questions: int
    written: int
    shown: int
    reasons: dict[str, int]
    early: int
    quoted_instead: int
    right: dict[str, Estimate]


def ask(
    cases: Sequence[GoldenCase],
    services: Services,
    model: Callable[[Callable[[Wording], None]], ChatModel],
    advance: Callable[[], None] = lambda: None,
) -> OfModel:
    """Ask every case twice, without and with the model, which ``model`` makes for a listener."""
    heard: list[Wording] = []
    plain = services.answerer
    worded = Answerer(plain.index, plain.encoder, model=model(heard.append))
    quoted, verified = InProcess(services), InProcess(replace(services, answerer=worded))
    wordings: list[Wording] = []
    right: dict[str, list[bool]] = {"quoted": [], "verified": [], "shown unread": []}
    instead = 0
    for case in cases:
        heard.clear()
        before, after = quoted.ask(case), verified.ask(case)
        advance()
        if not heard:
            continue
        wordings.append(heard[0])
        instead += after.method != "generated"
        unread = before.model_copy(update={"answer": " ".join(s.text for s in heard[0].sentences)})
        for name, answer in zip(right, (before, after, unread), strict=True):
            right[name].append(judge(case, answer).correct)
    reasons: Counter[Reason] = sum((wording.reasons for wording in wordings), Counter())
    return OfModel(
        questions=len(wordings),
        written=sum(len(wording.sentences) for wording in wordings),
        shown=sum(wording.shown for wording in wordings),
        reasons={reason.value: count for reason, count in reasons.most_common()},
        early=sum(wording.stopped is not None for wording in wordings),
        quoted_instead=instead,
        right={name: share(sum(answers), len(answers)) for name, answers in right.items()},
    )
