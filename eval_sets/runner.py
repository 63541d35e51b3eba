"""Asking: corpus after corpus, in parallel if wanted, each answer kept as it comes."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed

from eval_sets.runs import Line, SavedRun
from eval_sets.selection import Asked
from eval_sets.targets import Target


def run(asked: Sequence[Asked], targets: Mapping[str, Target], kept: SavedRun, jobs: int = 1) -> Iterator[Line]:
    """Ask what ``kept`` has no answer to yet; yields lines as they come, the kept ones first.

    ``jobs`` questions are asked at a time: with more than one, the times are those of a loaded service. Raises
    RunError if the run was begun with something else than ``targets``.
    """
    kept.keep_whole_lines()
    for corpus, target in targets.items():
        kept.answered_by(corpus, target.subject())
    known = {line.asked.case.id: line for line in kept.lines()}
    yield from (known[each.case.id] for each in asked if each.case.id in known)
    for corpus, target in targets.items():
        mine = [each for each in asked if each.corpus == corpus and each.case.id not in known]
        for line in _ask(mine, target, jobs):
            kept.append(line)
            yield line


def _ask(asked: Sequence[Asked], target: Target, jobs: int) -> Iterator[Line]:
    if jobs == 1:
        for each in asked:
            yield _line(each, target)
        return
    with ThreadPoolExecutor(jobs) as pool:
        waiting = [pool.submit(_line, each, target) for each in asked]
        try:
            for done in as_completed(waiting):
                yield done.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _line(asked: Asked, target: Target) -> Line:
    return Line(asked=asked, answer=target.ask(asked.case))
