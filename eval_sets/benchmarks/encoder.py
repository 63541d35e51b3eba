"""The bundled encoder beside the same weights as others run them, timed in turns on the same texts.

bundled               one text a run, many side by side
unfused int8          the graph as exported, quantised dynamically and nothing else, run as the bundled one
float32, alone        sentence-transformers on torch, as ``SentenceEncoder`` runs it: no padding
float32, batches      the same, in sentence-transformers' own batches of 32, longest first

The last three are made by ``python -m index.encoder_model.build_baselines``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from eval_sets.benchmarks.timing import Turns, interleave, ratio
from eval_sets.errors import EvalError
from eval_sets.statistics import Estimate, percentile
from index.encoder_model.baselines import SENTENCE_TRANSFORMERS, UNFUSED
from index.encoders import BundledEncoder
from index.hub_models import open_model
from index.sentence_encoder import SentenceEncoder

_MADE_BY = "python -m index.encoder_model.build_baselines"

Encode = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Engine:
    """A way to run the weights."""

    name: str
    queries: Encode
    passages: Encode


@dataclass(frozen=True, slots=True)
class Cost:
    """Medians of an engine, milliseconds a question and passages a second.

    The ratios are the bundled encoder's time over this engine's, below 1: the bundled one is faster; None for itself.
    ``cosine`` is the mean with the float32 vectors of the same passages and questions.
    """

    threads: int
    engine: str
    question_ms: float
    passages_per_second: float
    question_ratio: Estimate | None
    passage_ratio: Estimate | None
    cosine: float


def engines(baselines: Path, threads: int) -> list[Engine]:
    """The bundled encoder first; raises EvalError where ``baselines`` is not a folder of baselines, EncoderError."""
    sentence_transformers, unfused = baselines / SENTENCE_TRANSFORMERS, baselines / UNFUSED
    for folder in (sentence_transformers, unfused):
        if not folder.is_dir():
            raise EvalError(f"{folder} is missing: make it with {_MADE_BY} {baselines}")
    bundled = BundledEncoder.load(threads)
    graph = BundledEncoder.load(threads, unfused, reader=False)
    alone = SentenceEncoder.load(str(sentence_transformers), threads)
    batched = open_model("SentenceTransformer", str(sentence_transformers), threads)

    def in_batches(prompt: str) -> Encode:
        return lambda texts: batched.encode(
            list(texts), prompt=prompt, normalize_embeddings=True, show_progress_bar=False
        )

    return [
        Engine("bundled", bundled.encode_queries, bundled.encode_passages),
        Engine("unfused int8", graph.encode_queries, graph.encode_passages),
        Engine("float32, alone", alone.encode_queries, alone.encode_passages),
        Engine("float32, batches", in_batches(alone.prompts.query), in_batches(alone.prompts.passage)),
    ]


def run(
    compared: Sequence[Engine], threads: int, questions: Sequence[str], passages: Sequence[str], seconds: float
) -> list[Cost]:
    """Time all engines for about ``seconds`` on questions, asked one by one, and as long on passages, given at once."""
    queries = [_one_by_one(engine.queries, questions) for engine in compared]
    question_times = interleave(queries, seconds)
    passage_times = interleave([_at_once(engine.passages, passages) for engine in compared], seconds)
    exact = np.concatenate([compared[-1].queries(questions), compared[-1].passages(passages)])
    costs = []
    for n, engine in enumerate(compared):
        vectors = np.concatenate([engine.queries(questions), engine.passages(passages)])
        costs.append(
            Cost(
                threads,
                engine.name,
                (percentile(question_times[n], 50) or 0.0) / len(questions),
                1000 * len(passages) / (percentile(passage_times[n], 50) or 1.0),
                ratio(Turns(question_times[0], question_times[n])) if n else None,
                ratio(Turns(passage_times[0], passage_times[n])) if n else None,
                float(np.mean(np.sum(vectors * exact, axis=1))),
            )
        )
    return costs


def _one_by_one(encode: Encode, questions: Sequence[str]) -> Callable[[], object]:
    return lambda: [encode([question]) for question in questions]


def _at_once(encode: Encode, passages: Sequence[str]) -> Callable[[], object]:
    return lambda: encode(passages)
