"""Train the bundled reader anew, and measure it on a set it has not seen.

    pip install torch==2.13.0
    python -m eval_sets.reader.train --data FOLDER [--out index/encoder_model/reader.npz] [--ablations]

FOLDER holds the sets that eval_sets/reader/data.py describes. Some six minutes on two cores for the hidden states, and
two for the training; the same versions on the same machine give the same bytes.
"""

from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from eval_sets.reader.data import QuestionSet, load, texts_in
from eval_sets.reader.late_interaction import Plan, train
from eval_sets.reader.measure import Reached, by_meaning_and_words, reached, read, reranked
from eval_sets.statistics import Estimate
from index.encoders import BundledEncoder
from index.reader import READER_FILE, Reader

#: Two of Chinese (from traditional characters), one of English questions about Chinese passages; and what is held out.
TRAIN = ("drcd_dev", "drcd_test", "xquad_en2zh_dev")
HELD_OUT = "cmrc2018_trial"
_SHIPPED = Path(str(files("index.encoder_model"))) / READER_FILE


def main(
    data: Annotated[Path, typer.Option(help="Folder of question sets.")],
    out: Annotated[Path, typer.Option(help="The file to write.")] = _SHIPPED,
    ablations: Annotated[bool, typer.Option(help="Also train with a part changed, and measure each.")] = False,
) -> None:
    """Train, write, measure."""
    console = Console(highlight=False)
    encoder = BundledEncoder.load(reader=False)
    sets = {}
    with Progress(console=Console(stderr=True), transient=True) as bar:
        for name in (*TRAIN, HELD_OUT):
            task = bar.add_task(f"reading {name}", total=texts_in(data, name))
            sets[name] = load(data, name, encoder, lambda task=task: bar.advance(task))
        given = sum((sets[name] for name in TRAIN[1:]), sets[TRAIN[0]])
        held_out = sets[HELD_OUT]
        console.print(f"{len(given.questions)} questions to train on, {len(held_out.questions)} held out")
        reader = _trained(given, Plan(), out, bar)
        task = bar.add_task("choosing by meaning and words", total=None)
        fast = by_meaning_and_words(held_out, encoder)
        bar.remove_task(task)
        best, scores = max(fast.items(), key=lambda item: reached(held_out, item[1]).first.value or 0)
        _tell(console, f"meaning and words (weight {best}, the best for it)", reached(held_out, scores))
        _tell(console, "reader", reached(held_out, read(held_out, reader)))
        for weight, estimate in reranked(held_out, reader).items():
            console.print(f"  R@1 of passages, reader weighing {weight}: {_shown(estimate)}")
        if ablations:
            for name, changed, part in _ablations(given, sets):
                with TemporaryDirectory() as folder:
                    other = _trained(part, changed, Path(folder) / READER_FILE, bar)
                _tell(console, name, reached(held_out, read(held_out, other)))


def _ablations(given: QuestionSet, sets: dict[str, QuestionSet]) -> list[tuple[str, Plan, QuestionSet]]:
    plan = Plan()
    half = QuestionSet(given.passages, given.questions[::2])
    eighth = QuestionSet(given.passages, given.questions[::8])
    return [
        ("64 dimensions", replace(plan, dimensions=64), given),
        ("256 dimensions", replace(plan, dimensions=256), given),
        ("no other passages", replace(plan, others=0.0), given),
        ("half the questions", plan, half),
        ("an eighth", plan, eighth),
        ("without English", plan, sets["drcd_dev"] + sets["drcd_test"]),
        ("another seed", replace(plan, seed=1), given),
    ]


def _trained(given: QuestionSet, plan: Plan, out: Path, bar: Progress) -> Reader:
    task = bar.add_task("training", total=plan.steps)
    model = train(given, plan, lambda step, loss: bar.update(task, completed=step, description=f"loss {loss:.2f}"))
    bar.remove_task(task)
    return model.reader(out)


def _tell(console: Console, name: str, found: Reached) -> None:
    console.print(f"{name}: first sentence {_shown(found.first)}, first two {_shown(found.second)}")


def _shown(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"


if __name__ == "__main__":
    typer.run(main)
