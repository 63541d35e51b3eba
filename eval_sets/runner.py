"""Running golden questions: planned in a fixed order, asked in parallel, each answer kept as it comes."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing

from eval_sets.cases import GoldenCase
from eval_sets.noise import Noise, perturb
from eval_sets.runs import Asked, Line, SavedRun
from eval_sets.targets import Target

#: The corpus of cases that name none: whatever is served.
SERVED = "served"
#: One noise for all time, so that runs compare.
_SEED = 20
_NOISE_MARK = "~"


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


def run(asked: Sequence[Asked], target_of: Callable[[str], Target], kept: SavedRun, jobs: int = 1) -> Iterator[Line]:
    """Ask what ``kept`` has no answer to yet, corpus after corpus; yields lines as they come, the kept ones first.

    ``jobs`` questions are asked at a time: with more than one, the times are those of a loaded service.
    """
    kept.keep_whole_lines()
    known = {line.asked.case.id: line for line in kept.lines()}
    yield from (known[each.case.id] for each in asked if each.case.id in known)
    open_ = [each for each in asked if each.case.id not in known]
    for corpus in dict.fromkeys(each.corpus for each in asked):
        mine = [each for each in open_ if each.corpus == corpus]
        if not mine:
            continue
        with closing(target_of(corpus)) as target:
            kept.answered_by(corpus, target.subject())
            for line in _ask(mine, target, jobs):
                kept.append(line)
                yield line


def _ask(asked: Sequence[Asked], target: Target, jobs: int) -> Iterator[Line]:
    if jobs == 1:
        for each in asked:
            yield Line(asked=each, answer=target.ask(each.case))
        return
    with ThreadPoolExecutor(jobs) as pool:
        waiting: dict[Future[Line], Asked] = {pool.submit(_line, each, target): each for each in asked}
        try:
            for done in as_completed(waiting):
                yield done.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _line(asked: Asked, target: Target) -> Line:
    return Line(asked=asked, answer=target.ask(asked.case))
