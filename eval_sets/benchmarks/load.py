"""A running service under load, from clients that wait for answers or from arrivals that wait for nothing.

Closed: a number of clients, each asking as soon as it is answered; says what the service can carry. Open: a question
every ``1 / rate`` seconds whatever the answers do; a question's time counts from when it should have been sent, so
that a stall of the service is felt by every question that falls into it (Tene, "How NOT to Measure Latency", 2013:
coordinated omission; wrk2 measures so).
"""

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from time import perf_counter, process_time

from eval_sets.benchmarks.load_client import Came, LoadClient
from eval_sets.benchmarks.load_questions import Request
from eval_sets.errors import GoldenError, TargetError
from eval_sets.statistics import percentile

#: Seconds to wait for an answer.
TIMEOUT = 30.0
_ANSWERED = "200"
_TOO_MANY = "429"
_TIMED_OUT = "timeout"
_TOLD = {"answered", "corrected"}
HINT = "the service limits the rate: run it with REFORMQA_RATE_LIMIT=off to load it"


@dataclass(frozen=True, slots=True)
class Closed:
    """``clients`` that each ask as soon as they are answered."""

    clients: int


@dataclass(frozen=True, slots=True)
class Open:
    """``rate`` questions a second, evenly spaced."""

    rate: float


@dataclass(frozen=True, slots=True)
class Sample:
    """One question: seconds on one clock. ``intended`` is when it should have been sent; ``status`` what came back, and
    ``kind`` how it was answered: by its method, or refused."""

    intended: float
    sent: float
    ended: float
    status: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Count:
    """How often something came back: a kind of answer; an HTTP status, ``timeout``, or an error's name."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class LoadReport:
    """Milliseconds from when a question should have been sent to its answer; those that timed out count as they waited.

    Other failures have no time, but ``failed_ms_p95`` says how fast they came. ``sent_late_ms_p99`` is how late this
    client itself was, ``client_cpu_ms`` what it used of the processor a question: what it adds to the rest.
    """

    url: str
    plan: Closed | Open
    seconds: float
    questions: int
    answered: int
    answered_per_second: float
    ms_p50: float | None
    ms_p90: float | None
    ms_p95: float | None
    ms_p99: float | None
    ms_max: float | None
    failed_ms_p95: float | None
    sent_late_ms_p99: float | None
    client_cpu_ms: float | None
    kinds: tuple[Count, ...]
    rate_limited: int
    errors: tuple[Count, ...]
    hint: str | None


class Questions:
    """Requests one after the other, from one run to the next; all of them before any comes again."""

    def __init__(self, requests: Sequence[Request]) -> None:
        """Raises GoldenError for none."""
        if not requests:
            raise GoldenError("no question to ask; give another file with --golden, or serve a document")
        self.different = len(requests)
        self._next: Iterator[Request] = cycle(requests)

    def __next__(self) -> Request:
        return next(self._next)


def run(url: str, questions: Questions, plan: Closed | Open, seconds: float) -> LoadReport:
    """Ask for ``seconds``, and wait for what is still to come; raises TargetError where no service is at ``url``."""
    began = process_time()
    samples = asyncio.run(_load(url.rstrip("/") + "/api/ask", questions, plan, seconds))
    return report(url, plan, samples, process_time() - began)


async def _load(url: str, questions: Questions, plan: Closed | Open, seconds: float) -> list[Sample]:
    async with LoadClient(url, TIMEOUT) as client:
        await _reach(client, url, next(questions))
        samples: list[Sample] = []
        start = perf_counter()
        if isinstance(plan, Closed):
            await _closed(client, questions, plan.clients, start + seconds, samples)
        else:
            await _open(client, questions, plan.rate, round(plan.rate * seconds), start, samples)
        return samples


async def _reach(client: LoadClient, url: str, request: Request) -> None:
    try:
        status = (await client.post(request)).status
    except (OSError, TimeoutError) as error:
        raise TargetError(
            f"{url} cannot be asked ({error or type(error).__name__}); is a service running there?"
        ) from error
    if status not in (200, 429, 503):
        raise TargetError(f"{url} answers with status {status}; is a reformqa service there?")


async def _closed(client: LoadClient, questions: Questions, clients: int, ends: float, samples: list[Sample]) -> None:
    async def one() -> None:
        while (now := perf_counter()) < ends:
            samples.append(await _ask(client, next(questions), now))

    await asyncio.gather(*(one() for _ in range(clients)))


async def _open(
    client: LoadClient, questions: Questions, rate: float, count: int, start: float, samples: list[Sample]
) -> None:
    async def one(number: int) -> None:
        samples.append(await _ask(client, next(questions), start + number / rate))

    async with asyncio.TaskGroup() as arrivals:
        for number in range(count):
            await asyncio.sleep(max(0.0, start + number / rate - perf_counter()))
            arrivals.create_task(one(number))


async def _ask(client: LoadClient, request: Request, intended: float) -> Sample:
    sent, kind = perf_counter(), ""
    try:
        came = await client.post(request)
        status, kind = str(came.status), _kind(came)
    except TimeoutError:
        status = _TIMED_OUT
    except OSError as error:
        status = type(error).__name__
    return Sample(intended, sent, perf_counter(), status, kind)


def _kind(came: Came) -> str:
    return came.method if came.outcome in _TOLD else "refused" if came.outcome else ""


def report(url: str, plan: Closed | Open, samples: Sequence[Sample], client_seconds: float = 0.0) -> LoadReport:
    """Sum up; ``seconds`` run from the first question's time to the last one's end."""
    counts = Counter(sample.status for sample in samples)
    answered = counts.pop(_ANSWERED, 0)
    limited = counts.pop(_TOO_MANY, 0)
    waited = [1000 * (s.ended - s.intended) for s in samples if s.status in (_ANSWERED, _TIMED_OUT)]
    failed = [1000 * (s.ended - s.intended) for s in samples if s.status not in (_ANSWERED, _TIMED_OUT)]
    seconds = max(s.ended for s in samples) - min(s.intended for s in samples) if samples else 0.0
    return LoadReport(
        url=url,
        plan=plan,
        seconds=seconds,
        questions=len(samples),
        answered=answered,
        answered_per_second=answered / seconds if seconds else 0.0,
        ms_p50=percentile(waited, 50),
        ms_p90=percentile(waited, 90),
        ms_p95=percentile(waited, 95),
        ms_p99=percentile(waited, 99),
        ms_max=max(waited, default=None),
        failed_ms_p95=percentile(failed, 95),
        sent_late_ms_p99=percentile([1000 * (s.sent - s.intended) for s in samples], 99),
        client_cpu_ms=1000 * client_seconds / len(samples) if samples else None,
        kinds=_counted(Counter(sample.kind for sample in samples if sample.kind)),
        rate_limited=limited,
        errors=_counted(counts),
        hint=HINT if limited else None,
    )


def _counted(counts: Counter[str]) -> tuple[Count, ...]:
    return tuple(Count(name, count) for name, count in sorted(counts.items()))
