"""Which questions a run asks, in which forms: what has to be the same for a run to be resumed."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from eval_sets.cases import GoldenCase, bundled_files, load_all
from eval_sets.errors import EvalError
from eval_sets.noise import Noise, perturb

#: The corpus of cases that name none: whatever is served.
SERVED = "served"
#: One noise for all time, so that runs compare.
_SEED = 20
_NOISE_MARK = "~"


class Selection(BaseModel):
    """What the command line chose; ``golden`` are file names, none means the bundled files."""

    model_config = ConfigDict(frozen=True)

    golden: tuple[str, ...] = ()
    split: str | None = None
    corpus: str | None = None
    noise: bool = False
    url: str | None = None
    jobs: int = 1

    @property
    def files(self) -> list[Path]:
        """The golden files."""
        return [Path(name) for name in self.golden] or bundled_files()


class Asked(BaseModel):
    """One question of a run: a case of a corpus, as written or with noise in it."""

    model_config = ConfigDict(frozen=True)

    case: GoldenCase
    corpus: str
    noise: Noise | None = None


def selected(selection: Selection) -> list[GoldenCase]:
    """The cases chosen; raises GoldenError for a file that is wrong, EvalError if none is left."""
    cases = [
        case
        for case in load_all(selection.files)
        if selection.split in (None, case.split) and selection.corpus in (None, case.corpus)
    ]
    if not cases:
        raise EvalError(
            f"no case of split {selection.split!r} and corpus {selection.corpus!r} in "
            f"{', '.join(map(str, selection.files))}; choose another --split, --corpus or --golden"
        )
    return cases


def plan(cases: Sequence[GoldenCase], noises: Sequence[Noise] = ()) -> list[Asked]:
    """What to ask, in the order of ``cases``, each followed by its noisy forms (follow-ups have none).

    A noisy form has the id ``<id>~<noise>`` and is a variant of the case it comes from.
    """
    asked: list[Asked] = []
    for case in cases:
        corpus = case.corpus or SERVED
        asked.append(Asked(case=case, corpus=corpus))
        for noise in noises if not case.history else ():
            text = perturb(case.question, case.lang, noise, _SEED)
            if text is not None:
                changed = {"id": f"{case.id}{_NOISE_MARK}{noise.value}", "question": text, "variant_of": case.id}
                asked.append(Asked(case=case.model_copy(update=changed), corpus=corpus, noise=noise))
    return asked


def digest(asked: Sequence[Asked]) -> str:
    """The sha256 of a plan: any change to a question or its judgement changes it."""
    whole = sha256()
    for each in asked:
        whole.update(each.model_dump_json().encode("utf-8", "surrogatepass") + b"\n")
    return whole.hexdigest()
