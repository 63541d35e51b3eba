"""Proof that the metrics can fail: known damage, done to a real run, must show in the metric named for it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from chatbot.bootstrap import Services
from eval_sets.answers import Answer, Found, Quote
from eval_sets.errors import EvalError
from eval_sets.floors import parse
from eval_sets.metrics import METRICS, Metric, Trial
from eval_sets.metrics.facts import facts
from eval_sets.runs import Line, judged
from eval_sets.selection import Asked
from eval_sets.statistics import Estimate
from eval_sets.targets import InProcess, Target, quoted
from eval_sets.wire import WireQuote
from index.hybrid import HybridIndex
from index.lexical import LexicalIndex
from index.store import Loaded
from ingest.model import Document
from ingest.registry import UnitNames

#: The kind of question that asks who is responsible.
_UNITS = "units_forward"


@dataclass(frozen=True, slots=True)
class Bench:
    """What mutations work on: the questions, the answers of the unharmed product, and the product itself."""

    asked: tuple[Asked, ...]
    lines: tuple[Line, ...]
    services: Services

    @property
    def documents(self) -> Mapping[str, Document]:
        """The indexed documents by id."""
        return {document.id: document for document in self.services.answerer.index.documents}

    @property
    def texts(self) -> dict[str, str]:
        """Their texts by id."""
        return {name: document.source.text for name, document in self.documents.items()}


@dataclass(frozen=True, slots=True)
class Mutation:
    """A kind of damage, and the metric (``metric`` or ``metric:kind``) that must get worse beyond its interval."""

    name: str
    shows_in: str
    damage: Callable[[Bench], list[Line]]


@dataclass(frozen=True, slots=True)
class Effect:
    """A metric before and after; ``kind`` is the kind of question it is over, None for all."""

    metric: Metric
    kind: str | None
    before: Estimate
    after: Estimate

    @property
    def worse(self) -> bool:
        """Whether the value left the interval of the unharmed product on the bad side."""
        if self.after.value is None or self.before.value is None:
            return False
        low = self.after.value < self.before.low
        return low if self.metric.higher_is_better else self.after.value > self.before.high

    @property
    def moved(self) -> bool:
        """Whether the value left the interval at all."""
        return self.after.value is not None and self.before.excludes(self.after.value)


@dataclass(frozen=True, slots=True)
class Proof:
    """What one mutation did: the metric named for it, and every other that left its interval."""

    mutation: Mutation
    named: Effect
    others: tuple[Effect, ...]


def unharmed(asked: Sequence[Asked], services: Services) -> Bench:
    """Ask everything once."""
    return Bench(tuple(asked), tuple(_asked(asked, InProcess(services))), services)


def prove(bench: Bench) -> Iterator[Proof]:
    """The effect of every mutation, one after the other."""
    before = judged(bench.lines)
    if not any(trial.case.type == _UNITS for trial in before):
        raise EvalError(f"no question of kind {_UNITS}, which one of the mutations damages; give files that have some")
    for mutation in MUTATIONS:
        after = judged(mutation.damage(bench))
        floor = parse(f"{mutation.shows_in}=0", {trial.case.type for trial in before})[0]
        named = _effect(floor.metric, floor.kind, before, after)
        others = (_effect(metric, None, before, after) for metric in METRICS if metric != floor.metric)
        yield Proof(mutation, named, tuple(effect for effect in others if effect.moved))


def _effect(metric: Metric, kind: str | None, before: Sequence[Trial], after: Sequence[Trial]) -> Effect:
    def of_kind(trials: Sequence[Trial]) -> list[Trial]:
        return [trial for trial in trials if kind in (None, trial.case.type)]

    return Effect(metric, kind, metric.estimate(of_kind(before)), metric.estimate(of_kind(after)))


def _asked(asked: Sequence[Asked], target: Target) -> list[Line]:
    return [Line(asked=each, answer=target.ask(each.case)) for each in asked]


def _changed(line: Line, **fields: object) -> Line:
    return line.model_copy(update={"answer": line.answer.model_copy(update=fields)})


def drop_the_refusal(bench: Bench) -> list[Line]:
    """Instead of refusing, answer with the clause that comes nearest."""
    texts = bench.texts

    def answered(line: Line) -> Line:
        answer = line.answer
        if answer.claims:
            return line
        nearest = answer.related[:1] or tuple(_as_quote(found, texts) for found in (answer.found or ())[:1])
        quotes = tuple(quote.model_copy(update={"marker": 1}) for quote in nearest)
        text = "".join(f"{quote.quote}[1]" for quote in quotes) or answer.answer
        return _changed(line, outcome="answered", answer=text, citations=quotes, related=())

    return [answered(line) for line in bench.lines]


def _as_quote(found: Found, texts: Mapping[str, str]) -> Quote:
    wire = WireQuote(
        document_id=found.document_id, document_title="", section=(), clause_id=None, quote=found.text,
        start=found.start, end=found.end,
    )  # fmt: skip
    return quoted(wire, texts)


def shuffle_citations(bench: Bench) -> list[Line]:
    """Give every answer the quotes that belong to the next one, its own markers kept."""
    citing = [at for at, line in enumerate(bench.lines) if line.answer.citations]
    lines = list(bench.lines)
    for at, other in zip(citing, citing[1:] + citing[:1], strict=True):
        own, foreign = lines[at].answer.citations, bench.lines[other].answer.citations
        swapped = [foreign[n % len(foreign)].model_copy(update={"marker": quote.marker}) for n, quote in enumerate(own)]
        lines[at] = _changed(lines[at], citations=tuple(swapped))
    return lines


def off_by_one(bench: Bench) -> list[Line]:
    """Move the offsets of everything quoted on by one character."""
    texts = bench.texts

    def moved(quote: Quote) -> Quote:
        row = quote.model_dump()
        return quoted(WireQuote.model_validate({**row, "start": quote.start + 1, "end": quote.end + 1}), texts)

    return [
        _changed(
            line,
            citations=tuple(moved(quote) for quote in line.answer.citations),
            related=tuple(moved(quote) for quote in line.answer.related),
        )
        for line in bench.lines
    ]


def swap_two_units(bench: Bench) -> list[Line]:
    """Exchange two units in every answer: the pair of which most questions ask for just one."""
    asked = [line.asked.case for line in bench.lines if line.asked.case.type == _UNITS]
    wanted = [facts(" ".join(text for group in case.must_contain for text in group)) for case in asked]
    units = Counter(fact for stated in wanted for fact in sorted(stated) if not fact[0].isdigit())
    pairs = combinations([unit for unit, _ in units.most_common(8)], 2)
    first, second = max(pairs, key=lambda pair: sum((pair[0] in f) != (pair[1] in f) for f in wanted))
    names = {row.name: (row.name, *row.english) for row in UnitNames.all()}
    # Name by name in both languages; where one has more English names than the other, the rest stay.
    swaps = list(zip(names[first], names[second], strict=False))

    def exchanged(text: str) -> str:
        for one, other in swaps:
            text = text.replace(one, "\0").replace(other, one).replace("\0", other)
        return text

    return [_changed(line, answer=exchanged(line.answer.answer)) for line in bench.lines]


def disable_bm25(bench: Bench) -> list[Line]:
    """Search by meaning alone: no passage has any word."""
    index = bench.services.answerer.index
    deaf = HybridIndex(
        index.documents, index.identity, index.dense, index.sentence_vectors,
        LexicalIndex(None, len(index.passages)), index.bridge, index.tokens,
    )  # fmt: skip
    return _asked(bench.asked, InProcess(_serving(bench.services, deaf)))


def _serving(services: Services, index: HybridIndex) -> Services:
    return services.of_generation(Loaded(index, services.generation))


def answer_with_the_whole_section(bench: Bench) -> list[Line]:
    """Quote, and say, the whole clause instead of the sentence."""
    documents, texts = bench.documents, bench.texts
    spans = {section.id: section.span for document in documents.values() for section in document.sections}

    def whole(quote: Quote) -> Quote:
        span = spans.get(quote.clause_id or "")
        if span is None:
            return quote
        text = span.of(texts[quote.document_id])
        row = {**quote.model_dump(), "start": span.start, "end": span.end, "quote": text}
        return quoted(WireQuote.model_validate(row), texts)

    def said(answer: Answer) -> Answer:
        quotes = tuple(whole(quote) for quote in answer.citations)
        text = "".join(f"{quote.quote}[{quote.marker}]" for quote in quotes)
        return answer.model_copy(update={"answer": text or answer.answer, "citations": quotes})

    return [line.model_copy(update={"answer": said(line.answer)}) for line in bench.lines]


def forget_the_history(bench: Bench) -> list[Line]:
    """Ask follow-ups as if nothing had been said before."""
    target = InProcess(bench.services)
    return [
        line.model_copy(update={"answer": target.ask(line.asked.case.model_copy(update={"history": ()}))})
        if line.asked.case.history
        else line
        for line in bench.lines
    ]


def answer_in_the_other_language(bench: Bench) -> list[Line]:
    """Give every question the answer to a question in the other language."""
    other = {"zh": "en", "en": "zh"}
    pools = {lang: [line.answer for line in bench.lines if line.asked.case.lang == other[lang]] for lang in other}
    return [
        line.model_copy(update={"answer": pool[n % len(pool)]}) if (pool := pools[line.asked.case.lang]) else line
        for n, line in enumerate(bench.lines)
    ]


MUTATIONS = (
    Mutation("drop the refusal", "false_answers", drop_the_refusal),
    Mutation("shuffle citations", "citation_recall", shuffle_citations),
    Mutation("offsets off by one", "verbatim", off_by_one),
    Mutation("swap two units", f"correct:{_UNITS}", swap_two_units),
    Mutation("disable BM25", "evidence_recall@1", disable_bm25),
    Mutation("answer with the whole section", "citation_brevity", answer_with_the_whole_section),
    Mutation("forget the history", "follow_ups", forget_the_history),
    Mutation("answer in the other language", "language", answer_in_the_other_language),
)
