"""Fit the line of chatbot/scope.py between questions inside and outside the scope.

    python -m eval_sets.fit_scope          # what it reaches on exemplars left out of the fit
    python -m eval_sets.fit_scope --write  # and keep it in chatbot/scope.json

The exemplars are chatbot/scope.toml; no golden question is among them.
"""

import json
import sys
from pathlib import Path

import numpy as np
from rich.console import Console

import chatbot.scope
from chatbot.scope import exemplars, fitted
from index.encoders import BundledEncoder, Encoder

_FOLDS = 20


def main(encoder: Encoder, write: bool, out: Console) -> None:
    """Fit, print what questions left out get, and maybe keep the line."""
    given = exemplars()
    questions = (*given.inside, *given.outside)
    vectors = encoder.encode_queries(questions)
    sides = np.array([-1.0] * len(given.inside) + [1.0] * len(given.outside))
    left_out = np.zeros(len(questions))
    fold = np.arange(len(questions)) % _FOLDS
    for n in range(_FOLDS):
        left_out[fold == n] = fitted(vectors[fold != n], sides[fold != n]).side(vectors[fold == n])
    right = (left_out > 0) == (sides > 0)
    out.print(f"{len(questions)} questions, {_FOLDS} folds: {right.mean():.3f} on their side")
    for at in np.flatnonzero(~right):
        out.print(f"  {left_out[at]:+.2f} {questions[at]}")
    if write:
        line = fitted(vectors, sides)
        kept = {
            "encoder": encoder.identity.fingerprint,
            "intercept": round(line.intercept, 5),
            "weights": [round(w, 5) for w in line.weights.tolist()],
        }
        Path(chatbot.scope.__file__).with_suffix(".json").write_text(json.dumps(kept) + "\n", "utf-8")


if __name__ == "__main__":
    main(BundledEncoder.load(threads=1), "--write" in sys.argv[1:], Console(highlight=False))
