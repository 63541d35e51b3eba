"""One pipeline in a process of its own, so that its memory is its own.

    python -m eval_sets.benchmarks.peer_process PEER RESULT < questions.json

Writes a Measured as JSON to the file RESULT: whatever a library prints is not mistaken for it.
"""

import json
import resource
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING

from eval_sets.benchmarks.peers import Original, Peer, Workshop, originals, peer
from ingest.pipeline import Given

if TYPE_CHECKING:
    from index.encoders import Encoder

_WARM_UP_QUESTIONS = 5
_WARM_UP_CHARACTERS = 600


@dataclass(frozen=True, slots=True)
class Retrieved:
    """What was found for one question, best first, and how long it took, the question's encoding included."""

    texts: tuple[str, ...]
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Measured:
    """``indexing_seconds`` from source text to index in memory; ``peak_bytes`` resident, of the whole process."""

    passages: int
    indexing_seconds: float
    retrieved: tuple[Retrieved, ...]
    peak_bytes: int


def measure(measured: Peer, documents: Sequence[Original], questions: Sequence[str], workshop: Workshop) -> Measured:
    """Index ``documents`` and ask every question once, after an index of their beginning paid for first uses."""
    head = documents[0].source
    warm_up = Original(replace(head, text=head.text[:_WARM_UP_CHARACTERS]), Given(id="warm-up"))
    measured.build([warm_up], workshop).search(questions[0])
    started = perf_counter()
    built = measured.build(documents, workshop)
    seconds = perf_counter() - started
    for question in questions[:_WARM_UP_QUESTIONS]:
        built.search(question)
    retrieved = []
    for question in questions:
        started = perf_counter()
        texts = built.search(question)
        retrieved.append(Retrieved(tuple(texts), 1000 * (perf_counter() - started)))
    return Measured(built.passages, seconds, tuple(retrieved), peak_bytes())


def peak_bytes() -> int:
    """The most memory this process had resident.

    Not ``ru_maxrss`` where /proc tells it: that one keeps the parent's peak over fork and exec (getrusage(2)).
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


@cache
def _encoder() -> "Encoder":
    from index.encoders import BundledEncoder  # onnxruntime is no part of a pipeline that does not encode

    return BundledEncoder.load()


def main(name: str, result: Path) -> None:
    """Measure the pipeline ``name`` with the questions on standard input."""
    chosen = peer(name)
    for module in chosen.hidden:
        sys.modules[module] = None  # type: ignore[assignment]  # an import of it now raises ImportError
    with TemporaryDirectory() as scratch:
        workshop = Workshop(_encoder, Path(scratch))
        measured = measure(chosen, originals(), json.load(sys.stdin), workshop)
    result.write_text(json.dumps(asdict(measured), ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
