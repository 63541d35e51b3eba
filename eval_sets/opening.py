"""What answers the questions of each corpus, opened and checked before the first question is asked."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager

from chatbot.bootstrap import open_services
from chatbot.settings import Settings
from eval_sets.corpora import named, open_corpus, unfounded
from eval_sets.errors import GoldenError
from eval_sets.selection import SERVED, Asked
from eval_sets.targets import AtUrl, InProcess, Target

_SHOWN = 10


@contextmanager
def open_targets(
    asked: Sequence[Asked], settings: Settings, url: str | None, say: Callable[[str], None]
) -> Iterator[Mapping[str, Target]]:
    """A target for every corpus of ``asked``; raises GoldenError for evidence that its documents do not hold."""
    with ExitStack() as stack:
        targets: dict[str, Target] = {}
        problems: list[str] = []
        for corpus in dict.fromkeys(each.corpus for each in asked):
            target = stack.enter_context(closing(_open(corpus, settings, url, say)))
            if url and corpus != SERVED and target.texts != named(corpus).texts:
                say(f"note: {url} serves other documents than corpus {corpus}, for which its cases were written")
            problems += unfounded([each.case for each in asked if each.corpus == corpus], target.texts)
            targets[corpus] = target
        if problems:
            shown = "\n  ".join(problems[:_SHOWN])
            raise GoldenError(
                f"{len(problems)} cases cannot be judged against what is indexed:\n  {shown}\n"
                "index their documents ('reformqa ingest'), choose others (--corpus), or correct the cases"
            )
        yield targets


def _open(corpus: str, settings: Settings, url: str | None, say: Callable[[str], None]) -> Target:
    if url:
        return AtUrl(url)
    if corpus == SERVED:
        return InProcess(open_services(settings, say))
    return InProcess(open_corpus(named(corpus), settings, say))
