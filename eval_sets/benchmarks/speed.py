"""The stages of the product timed beside named baselines, as ratios that carry from one machine to another."""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from logging import WARNING

import httpx
import jieba

from chatbot.answer import Answerer, Ask
from chatbot.bootstrap import Services
from chatbot.draft import Method, Outcome
from eval_sets.benchmarks.peers import originals
from eval_sets.benchmarks.served import serving
from eval_sets.benchmarks.term_counting import TermCounts
from eval_sets.benchmarks.timing import Work, ratio, take_turns
from eval_sets.cases import GoldenCase
from eval_sets.errors import EvalError, GoldenError
from eval_sets.statistics import Estimate, percentile
from index.encoders import BundledEncoder, Encoder
from index.hybrid import lexical_text
from index.query_cache import CachedQueries
from index.vectors import exact_nearest
from ingest.pipeline import ingest

#: Questions a repetition of a stage asks, at most.
_QUESTIONS = 10
#: Passages a repetition of the encoder's stage encodes, at most.
_PASSAGES = 4
#: Passages that answers are chosen from.
_RETRIEVED = 12
#: Cases looked through for questions of every method.
_LOOKED_THROUGH = 60
_ENCODER_ALONE = "the encoder on the same questions"


@dataclass(frozen=True, slots=True)
class Stage:
    """What to time: a run of ``work`` or ``baseline`` does ``items`` of ``item``, which are ``amount`` of ``unit``.

    ``note`` says why there is no baseline, or no work.
    """

    name: str
    item: str
    items: int
    unit: str
    amount: float
    work: Work | None
    baseline_name: str | None = None
    baseline: Work | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Speed:
    """Medians of a stage and its baseline, milliseconds an item and units a second; ``ratio`` of the medians."""

    stage: str
    item: str
    unit: str
    ms: float | None
    per_second: float | None
    baseline: str | None
    baseline_ms: float | None
    ratio: Estimate | None
    note: str | None


def run(
    services: Services,
    cases: Sequence[GoldenCase],
    seconds: float = 2.0,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Speed]:
    """Time every stage for about ``seconds``; raises GoldenError where no case can be asked."""
    questions = [case.question for case in cases if not case.history]
    if not questions:
        raise GoldenError("no case of these files can be asked on its own; give others with --golden")
    if not services.answerer.index.passages:
        raise EvalError(
            "the index is empty, so there is nothing to time; ingest a document, or unset REFORMQA_BUNDLED_CORPUS"
        )
    services = forgetful(services)
    results = []
    for stage in stages(services.answerer, questions):
        progress(stage.name)
        results.append(timed(stage, seconds))
    with serving(services) as url, httpx.Client(trust_env=False, timeout=60) as client:
        stage = http(services.answerer, questions[:_QUESTIONS], client, f"{url}/api/ask")
        progress(stage.name)
        results.append(timed(stage, seconds))
    return results


def forgetful(services: Services) -> Services:
    """The same services without memory of questions: a stage asks the same ones again and again."""
    if not isinstance(services.encoder, CachedQueries):
        return services
    answerer = copy(services.answerer)
    answerer.encoder = services.encoder.encoder
    return replace(services, answerer=answerer)


def timed(stage: Stage, seconds: float) -> Speed:
    """Time one stage; without work there are no times, and the note says why."""
    if stage.work is None:
        return Speed(stage.name, stage.item, stage.unit, None, None, None, None, None, stage.note)
    turns = take_turns(stage.work, stage.baseline, seconds)
    middle = percentile(turns.subject, 50) or 0.0
    other = percentile(turns.baseline, 50)
    return Speed(
        stage=stage.name,
        item=stage.item,
        unit=stage.unit,
        ms=middle / stage.items,
        per_second=1000 * stage.amount / middle,
        baseline=stage.baseline_name,
        baseline_ms=None if other is None else other / stage.items,
        ratio=ratio(turns),
        note=stage.note,
    )


def stages(answerer: Answerer, questions: Sequence[str]) -> Iterator[Stage]:
    yield from reading(answerer)
    yield from searching(answerer, questions[:_QUESTIONS])
    yield from encoding(answerer, questions[:_QUESTIONS])
    yield from answering(answerer, questions[:_LOOKED_THROUGH])


def reading(answerer: Answerer) -> Iterator[Stage]:
    """From text to Document, and from passages to tokens; jieba cutting the same text is the baseline of both."""
    jieba.setLogLevel(WARNING)
    documents = originals()
    texts = [document.source.text for document in documents]
    yield Stage(
        "ingest", "document", len(texts), "characters", sum(map(len, texts)),
        lambda: [ingest(document.source, document.given) for document in documents],
        "jieba.lcut of the same text", lambda: [jieba.lcut(text) for text in texts],
    )  # fmt: skip
    passages = [passage.text for passage in answerer.index.passages]
    yield Stage(
        "tokens", "passage", len(passages), "characters", sum(map(len, passages)),
        lambda: [answerer.index.tokens(text) for text in passages],
        "jieba.lcut of the same text", lambda: [jieba.lcut(text) for text in passages],
    )  # fmt: skip


def searching(answerer: Answerer, questions: Sequence[str]) -> Iterator[Stage]:
    """BM25, FAISS, and both fused."""
    index, encoder = answerer.index, answerer.encoder
    queries = [index.query(question, encoder) for question in questions]
    sources = {document.id: document.source.text for document in index.documents}
    counts = TermCounts.of(
        [index.tokens(lexical_text(p, sources[p.document_id])) for p in index.passages],
        [token for query in queries for token in query.wanted.tokens],
    )
    yield Stage(
        "BM25 scores", "question", len(queries), "questions", len(queries),
        lambda: [index.lexical.scores(query.wanted.tokens) for query in queries],
        "the same scores from counts in numpy", lambda: [counts.scores(query.wanted.tokens) for query in queries],
    )  # fmt: skip
    vectors = index.dense.all().copy()
    yield Stage(
        "FAISS, ten nearest", "question", len(queries), "questions", len(queries),
        lambda: [index.dense.search(query.vector, 10) for query in queries],
        "exact search in numpy", lambda: [exact_nearest(vectors, query.vector, 10) for query in queries],
    )  # fmt: skip
    yield Stage(
        "hybrid search", "question", len(queries), "questions", len(queries),
        lambda: [index.search(query, _RETRIEVED) for query in queries],
        _ENCODER_ALONE, lambda: encoder.encode_queries(questions),
    )  # fmt: skip


def encoding(answerer: Answerer, questions: Sequence[str]) -> Iterator[Stage]:
    """Questions and passages, in absolute terms."""
    encoder = answerer.encoder
    passages = [passage.text for passage in answerer.index.passages[:_PASSAGES]]
    for item, texts, work in (
        ("question", questions, encoder.encode_queries),
        ("passage", passages, encoder.encode_passages),
    ):
        tokens = _tokens(encoder, texts)
        yield Stage(
            f"encoder, {item}s", item, len(texts), "texts" if tokens is None else "tokens",
            len(texts) if tokens is None else tokens, _call(work, texts),
            note="reformqa bench encoder compares it with others",
        )  # fmt: skip


def _call(work: Callable[[Sequence[str]], object], texts: Sequence[str]) -> Work:
    return lambda: work(texts)


def _tokens(encoder: Encoder, texts: Sequence[str]) -> int | None:
    """Tokens of the texts as passages, prefix and markers included; None for an encoder that does not count them."""
    return sum(map(encoder.token_count, texts)) if isinstance(encoder, BundledEncoder) else None


def answering(answerer: Answerer, questions: Sequence[str]) -> Iterator[Stage]:
    """Whole answers by how they come about; a kind that none of the questions has is a stage without work."""
    kinds: dict[str, list[str]] = {"register": [], "extractive": [], "refusal": []}
    for question in questions:
        reply = answerer.reply(Ask(question))
        if reply.outcome is Outcome.NOT_FOUND:
            kinds["refusal"].append(question)
        elif reply.method in (Method.REGISTER, Method.EXTRACTIVE):
            kinds[reply.method.value].append(question)
    for kind, asked in kinds.items():
        chosen = asked[:_QUESTIONS]
        name = f"answers, {kind}"
        if not chosen:
            note = f"none of {len(questions)} questions is answered so"
            yield Stage(name, "question", 0, "questions", 0, None, note=note)
            continue
        yield Stage(
            name, "question", len(chosen), "questions", len(chosen),
            _call(lambda texts: [answerer.reply(Ask(text)) for text in texts], chosen),
            _ENCODER_ALONE, _call(answerer.encoder.encode_queries, chosen),
        )  # fmt: skip


def http(answerer: Answerer, questions: Sequence[str], client: httpx.Client, url: str) -> Stage:
    """The same questions over a real socket and in process; server and client share this process and its lock."""

    def ask() -> None:
        for question in questions:
            client.post(url, json={"question": question}).raise_for_status()

    return Stage(
        "HTTP round trip", "question", len(questions), "questions", len(questions), ask,
        "the same answers in process", lambda: [answerer.reply(Ask(question)) for question in questions],
    )  # fmt: skip
