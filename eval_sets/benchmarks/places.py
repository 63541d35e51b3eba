"""Search among near twins: whether a question that names a place finds that place's clause."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from eval_sets.benchmarks.place_questions import KINDS, PlaceQuestion
from eval_sets.errors import GoldenError
from eval_sets.statistics import Estimate, mean, share
from index.encoders import Encoder
from index.hybrid import HybridIndex
from index.ranking import score_words
from ingest.errors import IngestError
from ingest.model import Document, Format
from ingest.pipeline import ingest
from ingest.readers import read

DEPTH = 10
#: The search that is served; the same where no document has a place in its metadata; its two channels alone, which know
#: of no places; and what is served, asked without the place.
SERVED, UNKNOWN, BARE = "served", "places unknown", "place not named"
LEXICAL, DENSE = "by words, places unknown", "by meaning, places unknown"
SEARCHES = (SERVED, UNKNOWN, LEXICAL, DENSE, BARE)


@dataclass(frozen=True, slots=True)
class Read:
    """The documents of a folder, and what could not be read with the reason."""

    documents: tuple[Document, ...]
    skipped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A question and the ranks, from 1, of the first right passage of each group; None past DEPTH.

    ``right_document`` says whether the first passage is of a document that has a right one.
    """

    question: PlaceQuestion
    search: str
    ranks: tuple[int | None, ...]
    right_document: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Shares of one kind of question in one half: the first passage right, every group of gold within 5 and 10, the
    mean reciprocal rank of the first right one, the first passage in a right document."""

    kind: str
    half: str
    search: str
    at_1: Estimate
    within_5: Estimate
    within_10: Estimate
    mrr_10: Estimate
    right_document: Estimate


def read_folder(folder: Path) -> Read:
    """Every file of ``folder`` itself, of those with one name the first of txt, md, html, docx, pdf.

    Raises GoldenError if there is nothing to read.
    """
    order = [f".{format.value}" for format in Format]
    files = sorted(
        (path for path in folder.glob("*") if path.suffix.lower() in order),
        key=lambda path: (path.stem, order.index(path.suffix.lower())),
    )
    documents: dict[str, Document] = {}
    skipped = []
    for path in files:
        try:
            document = ingest(read(path.read_bytes(), path.name))
        except IngestError as error:
            skipped.append(f"{path.name}: {error}")
            continue
        if document.id in documents or any(path.stem == d.source.name.rpartition(".")[0] for d in documents.values()):
            skipped.append(f"{path.name}: another format of {path.stem} is read")
            continue
        documents[document.id] = document
    if not documents:
        raise GoldenError(f"{folder} has no document that can be read; give a folder of {', '.join(order)} files")
    return Read(tuple(documents.values()), tuple(skipped))


def build(documents: Sequence[Document], encoder: Encoder) -> HybridIndex:
    """The index that serves."""
    return HybridIndex.build(documents, encoder)


def run(
    asked: Sequence[PlaceQuestion], index: HybridIndex, encoder: Encoder, advance: Callable[[], None] = lambda: None
) -> list[Found]:
    """Ask every question of every search; ``advance`` is called for each."""
    placeless = [replace(d, metadata=replace(d.metadata, place=None)) for d in index.documents]
    unknown = HybridIndex(
        placeless, index.identity, index.dense, index.sentence_vectors, index.lexical, index.bridge, index.tokens
    )
    found: list[Found] = []
    for question in asked:
        for search, rows in _rankings(question, index, unknown, encoder):
            ids = [index.passages[row].id for row in rows]
            ranks = tuple(next((n for n, id in enumerate(ids, 1) if id in group), None) for group in question.gold)
            right = {id.partition("/")[0] for group in question.gold for id in group}
            found.append(Found(question, search, ranks, bool(ids) and ids[0].partition("/")[0] in right))
        advance()
    return found


def _rankings(
    question: PlaceQuestion, served: HybridIndex, unknown: HybridIndex, encoder: Encoder
) -> Iterator[tuple[str, list[int]]]:
    query = unknown.query(question.text, encoder)
    words = score_words(unknown.lexical, query.wanted).scores
    yield SERVED, [hit.row for hit in served.search(served.query(question.text, encoder), DEPTH)]
    yield UNKNOWN, [hit.row for hit in unknown.search(query, DEPTH)]
    yield LEXICAL, [row for row in np.argsort(-words, kind="stable")[:DEPTH].tolist() if words[row] > 0]
    yield DENSE, unknown.dense.search(query.vector, DEPTH).rows.tolist()
    yield BARE, [hit.row for hit in served.search(served.query(question.bare, encoder), DEPTH)]


def lines(found: Sequence[Found]) -> list[Line]:
    """A line for every kind, half and search that was asked, in that order."""
    groups: dict[tuple[int, str, int], list[Found]] = {}
    for f in found:
        key = (KINDS.index(f.question.kind), f.question.half, SEARCHES.index(f.search))
        groups.setdefault(key, []).append(f)
    return [_line(KINDS[kind], half, SEARCHES[n], groups[kind, half, n]) for kind, half, n in sorted(groups)]


def _line(kind: str, half: str, search: str, found: Sequence[Found]) -> Line:
    def within(k: int) -> Estimate:
        return share(sum(all(rank is not None and rank <= k for rank in f.ranks) for f in found), len(found))

    return Line(
        kind,
        half,
        search,
        at_1=share(sum(1 in f.ranks for f in found), len(found)),
        within_5=within(5),
        within_10=within(DEPTH),
        mrr_10=mean([max((1 / rank for rank in f.ranks if rank), default=0.0) for f in found]),
        right_document=share(sum(f.right_document for f in found), len(found)),
    )
