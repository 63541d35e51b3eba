"""What an index of many passages costs: real documents copied until there are enough, their vectors jittered.

python -m eval_sets.benchmarks.growth FOLDER       # what ``measure`` runs in a process of its own
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from zlib import crc32

import faiss
import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter

from eval_sets.statistics import percentile
from index.encoders import BundledEncoder, Encoder, EncoderIdentity
from index.encoding import encode, passage_text, sentence_text
from index.files import files_below
from index.hybrid import HybridIndex
from index.store import IndexStore
from ingest.model import Document, Passage

#: Length of the noise added to a vector of length 1: copies are about as alike as near-twins (cosine 0.97).
_JITTER = 0.25
#: Between a text and the number of its copy.
_MARK = "\u3000"
_MARKED = re.compile(f"{_MARK}[0-9]+")
_WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Searched:
    """One process with one core: seconds to load, resident bytes after, and milliseconds of a question.

    ``search_ms`` is hybrid search of an encoded question, ``query_ms`` encoding and tokenising it: medians and 95th
    percentiles.
    """

    load_seconds: float
    resident_bytes: int
    search_ms: tuple[float, float]
    query_ms: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Growth:
    """``build_seconds`` leaves encoding out, which ``encode_seconds`` estimates from the documents copied."""

    passages: int
    sentences: int
    encode_seconds: float
    build_seconds: float
    save_seconds: float
    disk_bytes: int
    searched: Searched


@dataclass(frozen=True, slots=True)
class _Jittered:
    """The vectors of real texts, moved a little for every copy."""

    identity: EncoderIdentity
    vectors: dict[str, NDArray[np.float32]]

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        noise = np.array([
            np.random.default_rng(crc32(text.encode())).standard_normal(self.identity.dimensions) for text in texts
        ])  # fmt: skip
        noise *= _JITTER / np.linalg.norm(noise, axis=1, keepdims=True)
        moved = np.array([self.vectors[_unmarked(text)] for text in texts]) + noise
        return np.asarray(moved / np.linalg.norm(moved, axis=1, keepdims=True), np.float32)

    encode_queries = encode_passages


def measure(
    documents: Sequence[Document], questions: Sequence[str], passages: int, encoder: Encoder,
    progress: Callable[[str], None] = lambda _: None,
) -> Growth:  # fmt: skip
    """Grow ``documents`` to at least ``passages`` passages, index them in a temporary folder, ask every question."""
    own = [passage for document in documents for passage in document.passages]
    progress(f"encoding {len(own)} real passages")
    started = perf_counter()
    real = encode(own, encoder)
    encoding = perf_counter() - started
    first = _copy_all(documents, 0)
    texts = [passage_text(p) for p in first] + [sentence_text(p, s) for p in first for s in p.sentences]
    vectors = dict(zip(map(_unmarked, texts), np.concatenate([real.passages, real.sentences]), strict=True))
    copies = -(-passages // len(own))
    grown = [_copy(document, n) for n in range(copies) for document in documents]
    progress(f"building an index of {copies * len(own)} passages")
    with TemporaryDirectory() as folder:
        started = perf_counter()
        index = HybridIndex.build(grown, _Jittered(encoder.identity, vectors), Path(folder) / "cache")
        built = perf_counter()
        store = IndexStore(Path(folder) / "indexes", Path(folder) / "cache")
        store.save(index)
        saved = perf_counter()
        del index, grown
        progress("asking, in a process with one core")
        (Path(folder) / "questions.json").write_text(json.dumps(list(questions)), "utf-8")
        return Growth(
            copies * len(own), copies * len(real.sentences), copies * encoding, built - started, saved - built,
            sum(path.stat().st_size for path in files_below(store.folder)), _in_process(Path(folder)),
        )  # fmt: skip


def _copy_all(documents: Sequence[Document], number: int) -> list[Passage]:
    return [passage for document in documents for passage in _copy(document, number).passages]


def _unmarked(text: str) -> str:
    return _MARKED.sub("", text)


def _copy(document: Document, number: int) -> Document:
    def marked(passage: Passage) -> Passage:
        return replace(
            passage,
            document_id=f"{document.id}-{number}",
            text="".join(f"{s.text}{_MARK}{number}" for s in passage.sentences),
            sentences=tuple(replace(s, text=f"{s.text}{_MARK}{number}") for s in passage.sentences),
        )

    return replace(document, id=f"{document.id}-{number}", passages=tuple(map(marked, document.passages)))


def _in_process(folder: Path) -> Searched:
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    command = [sys.executable, "-m", __name__, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **one}, check=True)
    return TypeAdapter[Searched](Searched).validate_json(done.stdout)


def _searched(folder: Path) -> Searched:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    faiss.omp_set_num_threads(1)
    encoder = BundledEncoder.load(threads=1)
    questions = json.loads((folder / "questions.json").read_text("utf-8"))
    before = _resident()
    started = perf_counter()
    index = IndexStore(folder / "indexes", folder / "cache").load(encoder.identity).index
    loaded = perf_counter() - started
    preparing, searching = [], []
    for number, question in enumerate([*questions[:_WARM_UP], *questions]):
        started = perf_counter()
        query = index.query(question, encoder)
        prepared = perf_counter()
        index.search(query)
        ended = perf_counter()
        if number >= _WARM_UP:
            preparing.append(1000 * (prepared - started))
            searching.append(1000 * (ended - prepared))
    return Searched(loaded, _resident() - before, _percentiles(searching), _percentiles(preparing))


def _percentiles(times: Sequence[float]) -> tuple[float, float]:
    return percentile(times, 50) or 0.0, percentile(times, 95) or 0.0


def _resident() -> int:
    """Bytes of this process in memory, mapped files included."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asdict(_searched(Path(sys.argv[1])))))
