"""Search measured on any set of passages and questions, by words, by meaning and by both, as it is served."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from time import perf_counter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval_sets.benchmarks.ranking import ndcg, recall, reciprocal_rank
from eval_sets.cases import first_problem
from eval_sets.errors import GoldenError
from eval_sets.statistics import Estimate, mean, percentile
from index.encoders import Encoder, EncoderIdentity, TokenEncoder
from index.encoding import Advance, silent
from index.hybrid import HybridIndex
from index.ranking import score_words
from index.tokens import simplified
from ingest.model import Document, Format, Metadata, Passage, Receipt, Sentence, Source, Span
from ingest.model import Field as MetadataField
from ingest.passages import sentences

DEPTH = 10
CHANNELS = ("lexical", "dense", "hybrid")


class CorpusRow(BaseModel):
    """One passage, indexed as it is; further fields are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    pid: str = Field(min_length=1)
    title: str = ""
    text: str = Field(min_length=1)


class QuestionRow(BaseModel):
    """A question and the passages that answer it; further fields are ignored.

    An empty question is asked as it is: published sets have some (CMRC 2018 trial), and leaving them out would flatter.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str = Field(min_length=1)
    question: str
    gold_pids: tuple[str, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """Passages and the questions about them; every gold passage is there."""

    passages: tuple[CorpusRow, ...]
    questions: tuple[QuestionRow, ...]


@dataclass(frozen=True, slots=True)
class Channel:
    """Means over the questions, recall@1 with its 95 % bootstrap interval; ``ms_p50`` is the median time of a question,
    its encoding included where it is used."""

    name: str
    recall_1: Estimate
    recall_5: float
    recall_10: float
    mrr_10: float
    ndcg_10: float
    ms_p50: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """The pids found, best first, and how long it took."""

    pids: tuple[str, ...]
    milliseconds: float


_Row = TypeVar("_Row", CorpusRow, QuestionRow)


def load(corpus: Path, questions: Path) -> RetrievalSet:
    """Read both files; raises GoldenError naming file, line and field of the first row that is wrong."""
    passages, asked = _rows(corpus, CorpusRow, "pid"), _rows(questions, QuestionRow, "id")
    known = {row.pid for row in passages.values()}
    for number, row in asked.items():
        for pid in row.gold_pids:
            if pid not in known:
                raise GoldenError(f"{questions}:{number}: gold_pids: {pid} is the pid of no row of {corpus}")
    return RetrievalSet(tuple(passages.values()), tuple(asked.values()))


def _rows(path: Path, model: type[_Row], key: str) -> dict[int, _Row]:
    """The rows by line number, from 1; blank lines are passed over."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise GoldenError(f"{path} cannot be read: {error}") from error
    rows: dict[int, _Row] = {}
    seen: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = model.model_validate_json(line)
        except ValidationError as error:
            raise GoldenError(f"{path}:{number}: {first_problem(error)}") from error
        name = str(getattr(row, key))
        if name in seen:
            raise GoldenError(f"{path}:{number}: {key}: {name} occurs before, in line {seen[name]}; rename one")
        seen[name] = number
        rows[number] = row
    if not rows:
        raise GoldenError(f"{path} has no rows; give one JSON object a line, with {', '.join(model.model_fields)}")
    return rows


def build(passages: Sequence[CorpusRow], encoder: Encoder, advance: Advance = silent) -> HybridIndex:
    """The index that serves, over one document with one passage for each row, cut into sentences as ingestion cuts;
    ``advance`` is called with how many texts were encoded."""
    return HybridIndex.build([_document(row) for row in passages], encoder, advance=advance)


def texts_to_encode(passages: Sequence[CorpusRow]) -> int:
    """How many texts an index of ``passages`` encodes at most: each, and each of its sentences."""
    return sum(1 + len(_sentences(row)) for row in passages)


def _sentences(row: CorpusRow) -> tuple[Sentence, ...]:
    found = tuple(Sentence(span.of(row.text), span) for span in sentences(row.text))
    return found or (Sentence(row.text, Span(0, len(row.text))),)


def _document(row: CorpusRow) -> Document:
    whole = Span(0, len(row.text))
    headings = (row.title,) if row.title else ()
    return Document(
        id=row.pid,
        source=Source(row.pid, Format.TXT, row.text, ""),
        metadata=Metadata(MetadataField(row.title or row.pid)),
        sections=(),
        tasks=(),
        passages=(Passage(f"{row.pid}#1", row.pid, row.pid, headings, row.text, whole, _sentences(row)),),
        receipt=Receipt(len(row.text), len(row.text), (), (), ()),
        clean=row.text,
    )


def run(
    given: RetrievalSet, index: HybridIndex, encoder: Encoder, advance: Callable[[], None] = lambda: None
) -> list[Channel]:
    """Ask every question of every channel; the first is asked once before, untimed. ``advance`` is called for each."""
    rankings: dict[str, list[Ranking]] = {name: [] for name in CHANNELS}
    _ask(given.questions[0].question, index, encoder)
    for row in given.questions:
        for name, ranking in zip(CHANNELS, _ask(row.question, index, encoder), strict=True):
            rankings[name].append(ranking)
        advance()
    return [channel(name, rankings[name], given.questions) for name in CHANNELS]


def _ask(question: str, index: HybridIndex, encoder: Encoder) -> list[Ranking]:
    """The rankings of CHANNELS; a channel's time holds what it needs of the question's preparation, and its search."""
    started = perf_counter()
    tokens_read = None
    if isinstance(encoder, TokenEncoder) and encoder.reads:
        read = encoder.tokens_of_query(simplified(question))
        vector, tokens_read = read.vector[None], read.tokens
    else:
        vector = encoder.encode_queries([simplified(question)])
    encoded = perf_counter()
    query = replace(index.query(question, _Encoded(encoder.identity, vector)), tokens=tokens_read)
    prepared = perf_counter()
    scores = score_words(index.lexical, query.wanted).scores
    by_words = [row for row in np.argsort(-scores, kind="stable")[:DEPTH].tolist() if scores[row] > 0]
    worded = perf_counter()
    by_meaning = index.dense.search(query.vector, DEPTH).rows
    meant = perf_counter()
    fused = index.search(query, DEPTH)
    ended = perf_counter()

    def ranking(rows: Sequence[int], seconds: float) -> Ranking:
        return Ranking(tuple(index.passages[row].document_id for row in rows), 1000 * seconds)

    encoding, tokens = encoded - started, prepared - encoded
    return [
        ranking(by_words, tokens + worded - prepared),
        ranking(by_meaning.tolist(), encoding + meant - worded),
        ranking([hit.row for hit in fused], encoding + tokens + ended - meant),
    ]


def channel(name: str, rankings: Sequence[Ranking], questions: Sequence[QuestionRow]) -> Channel:
    """The figures of one ranking a question."""

    def scores(metric: Callable[[Sequence[str], Sequence[str], int], float], k: int) -> list[float]:
        return [metric(r.pids, q.gold_pids, k) for r, q in zip(rankings, questions, strict=True)]

    return Channel(
        name, mean(scores(recall, 1)), fmean(scores(recall, 5)), fmean(scores(recall, 10)),
        fmean(scores(reciprocal_rank, 10)), fmean(scores(ndcg, 10)),
        percentile([ranking.milliseconds for ranking in rankings], 50) or 0.0,
    )  # fmt: skip


def as_json(given: RetrievalSet, channels: Sequence[Channel], ablations: Sequence[Channel] = ()) -> dict[str, object]:
    """The shape that ``--json`` promises; ``ablations`` only if there are some."""
    report: dict[str, object] = {
        "passages": len(given.passages),
        "questions": len(given.questions),
        "channels": {c.name: _figures(c) for c in channels},
    }
    return report | ({"ablations": {c.name: _figures(c) for c in ablations}} if ablations else {})


def _figures(c: Channel) -> dict[str, object]:
    return {
        "recall@1": round(c.recall_1.value or 0.0, 6),
        "recall@1_95": [round(c.recall_1.low, 6), round(c.recall_1.high, 6)],
        "recall@5": round(c.recall_5, 6),
        "recall@10": round(c.recall_10, 6),
        "mrr@10": round(c.mrr_10, 6),
        "ndcg@10": round(c.ndcg_10, 6),
        "ms_p50": round(c.ms_p50, 3),
    }


@dataclass(frozen=True, slots=True)
class _Encoded:
    """An encoder that knows one question, already encoded: the index prepares the rest of a query with it."""

    identity: EncoderIdentity
    vector: NDArray[np.float32]

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.vector

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.vector
