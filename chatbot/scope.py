"""Is a question the business of education policy documents at all? A line between exemplars (scope.toml) says.

The line is a ridge regression on the encoder's vectors of questions (+1 outside, -1 inside), so a question is judged by
what it means and in either language. What the documents speak of is their business whatever the line says, so a
question has to lie the further outside the more of its words their best sentence has. The line belongs to the encoder
it was fitted to, by ``python -m eval_sets.fit_scope``; with another encoder there are only the words of cues.toml.
"""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from index.encoders import EncoderIdentity

#: How far outside a question has to be for each share of its words in the best sentence, beyond that if it names
#: something documents have, and by how much less if it speaks of a thing no document has (花生), or has words of
#: cues.toml that are out of scope (python): chosen on the development questions, so that none answered is outside.
PER_COVERAGE = 0.6
IF_NAMED = 0.3
IF_ABSENT = 0.15
IF_CUED = 0.2
#: What the squared length of the weights costs, in units of the squared error over all questions.
RIDGE = 0.3


@dataclass(frozen=True, slots=True)
class Exemplars:
    """Questions inside and outside the scope."""

    inside: tuple[str, ...]
    outside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the documents have of a question: the share of its words (by weight) in the best sentence; whether it names
    something of theirs, or a thing none of them has; whether it has words that are out of scope as a rule."""

    coverage: float
    named: bool
    absent: bool
    cued: bool


@dataclass(frozen=True, slots=True)
class Line:
    """``weights`` of shape (dimensions,) and ``intercept``: above 0 is outside."""

    weights: NDArray[np.float64]
    intercept: float

    def outside(self, vector: NDArray[np.float32], seen: "Seen") -> bool:
        """Whether a question is outside, by its vector and by what the documents have of it."""
        bound = PER_COVERAGE * seen.coverage + IF_NAMED * seen.named - IF_ABSENT * seen.absent - IF_CUED * seen.cued
        return float(self.side(vector)) > bound

    def side(self, vectors: NDArray[np.float32]) -> NDArray[np.float64]:
        """About +1 outside and -1 inside, for vectors of shape (…, dimensions)."""
        return np.asarray(vectors @ self.weights + self.intercept)


def exemplars() -> Exemplars:
    """The questions of scope.toml."""
    data = tomllib.loads(files("chatbot").joinpath("scope.toml").read_text("utf-8"))
    return Exemplars(*(tuple(data[name].strip().splitlines()) for name in ("inside", "outside")))


def fitted(vectors: NDArray[np.float32], sides: NDArray[np.float64], ridge: float = RIDGE) -> Line:
    """The line through vectors of shape (questions, dimensions), both classes weighing the same."""
    x, y = vectors.astype(np.float64), sides
    share = np.where(y > 0, 0.5 / (y > 0).sum(), 0.5 / (y < 0).sum())
    mean = share @ x
    centred = x - mean
    gram = (centred * share[:, None]).T @ centred + ridge / len(y) * np.eye(x.shape[1])
    weights = np.linalg.solve(gram, (centred * share[:, None]).T @ (y - share @ y))
    return Line(weights, float(share @ y - mean @ weights))


@cache
def line(encoder: EncoderIdentity) -> Line | None:
    """The line fitted to an encoder; None if none was."""
    data = json.loads(files("chatbot").joinpath("scope.json").read_text("utf-8"))
    if data["encoder"] != encoder.fingerprint:
        return None
    return Line(np.array(data["weights"]), data["intercept"])
