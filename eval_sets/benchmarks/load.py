"""A running service under load, from clients that wait for answers or from arrivals that wait for nothing.

Closed: a number of clients, each asking as soon as it is answered; says what the service can carry. Open: a question
every ``1 / rate`` seconds whatever the answers do; a question's time counts from when it should have been sent, so
that a stall of the service is felt by every question that falls into it (Tene, "How NOT to Measure Latency", 2013:
coordinated omission; wrk2 measures so).
"""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

import httpx

from eval_sets.cases import GoldenCase
from eval_sets.errors import GoldenError, TargetError
from eval_sets.statistics import percentile

#: Seconds to wait for an answer.
TIMEOUT = 30.0
_ANSWERED = "200"
_TOO_MANY = "429"
_TIMED_OUT = "timeout"
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
    """One question: seconds on one clock. ``intended`` is when it should have been sent; ``status`` what came back."""

    intended: float
    sent: float
    ended: float
    status: str


@dataclass(frozen=True, slots=True)
class StatusCount:
    """How often something other than an answer came back: an HTTP status, ``timeout``, or an error's name."""

    status: str
    count: int


@dataclass(frozen=True, slots=True)
class LoadReport:
    """Milliseconds from when a question should have been sent to its answer; those that timed out count as they waited.

    Other failures have no time. ``sent_late_ms_p99`` is how late this client itself was: what it adds to the rest.
    """

    url: str
    plan: Closed | Open
    seconds: float
    questions: int
    answered: int
    answered_per_second: float
    ms_p50: float | None
    ms_p90: float | None
    ms_p99: float | None
    ms_max: float | None
    sent_late_ms_p99: float | None
    rate_limited: int
    errors: tuple[StatusCount, ...]
    hint: str | None


def bodies(cases: Sequence[GoldenCase]) -> list[dict[str, object]]:
    """The requests of ``cases``, in their order, with the turns before."""
    return [{"question": case.question, "history": [{"question": turn} for turn in case.history]} for case in cases]


def run(url: str, cases: Sequence[GoldenCase], plan: Closed | Open, seconds: float) -> LoadReport:
    """Ask for ``seconds``, the cases over and over in their order, and wait for what is still to come.

    Raises GoldenError for no cases, TargetError where no service answers at ``url``.
    """
    if not cases:
        raise GoldenError("no case to ask; give another file with --golden or another --split")
    return report(url, plan, asyncio.run(_load(url.rstrip("/") + "/api/ask", bodies(cases), plan, seconds)))


async def _load(url: str, requests: Sequence[dict[str, object]], plan: Closed | Open, seconds: float) -> list[Sample]:
    # A pool of its own size would queue the questions of an open loop here and call it the service's time.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(limits=limits, timeout=httpx.Timeout(TIMEOUT, pool=None), trust_env=False) as client:
        await _reach(client, url, requests[0])
        samples: list[Sample] = []
        start = perf_counter()
        if isinstance(plan, Closed):
            await _closed(client, url, requests, plan.clients, start + seconds, samples)
        else:
            await _open(client, url, requests, plan.rate, round(plan.rate * seconds), start, samples)
        return samples


async def _reach(client: httpx.AsyncClient, url: str, request: dict[str, object]) -> None:
    try:
        response = await client.post(url, json=request)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise TargetError(
            f"{url} cannot be asked ({error or type(error).__name__}); is a service running there?"
        ) from error
    if response.status_code not in (200, 429):
        raise TargetError(f"{url} answers with status {response.status_code}; is a reformqa service there?")


async def _closed(
    client: httpx.AsyncClient,
    url: str,
    requests: Sequence[dict[str, object]],
    clients: int,
    ends: float,
    samples: list[Sample],
) -> None:
    asked = iter(range(1 << 62))

    async def one() -> None:
        while (now := perf_counter()) < ends:
            samples.append(await _ask(client, url, requests[next(asked) % len(requests)], now))

    await asyncio.gather(*(one() for _ in range(clients)))


async def _open(
    client: httpx.AsyncClient,
    url: str,
    requests: Sequence[dict[str, object]],
    rate: float,
    count: int,
    start: float,
    samples: list[Sample],
) -> None:
    async def one(number: int) -> None:
        samples.append(await _ask(client, url, requests[number % len(requests)], start + number / rate))

    async with asyncio.TaskGroup() as arrivals:
        for number in range(count):
            await asyncio.sleep(max(0.0, start + number / rate - perf_counter()))
            arrivals.create_task(one(number))


async def _ask(client: httpx.AsyncClient, url: str, request: dict[str, object], intended: float) -> Sample:
    sent = perf_counter()
    try:
        status = str((await client.post(url, json=request)).status_code)
    except httpx.TimeoutException:
        status = _TIMED_OUT
    except httpx.HTTPError as error:
        status = type(error).__name__
    return Sample(intended, sent, perf_counter(), status)


def report(url: str, plan: Closed | Open, samples: Sequence[Sample]) -> LoadReport:
    """Sum up; ``seconds`` run from the first question's time to the last one's end."""
    counts = Counter(sample.status for sample in samples)
    answered = counts.pop(_ANSWERED, 0)
    limited = counts.pop(_TOO_MANY, 0)
    waited = [1000 * (s.ended - s.intended) for s in samples if s.status in (_ANSWERED, _TIMED_OUT)]
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
        ms_p99=percentile(waited, 99),
        ms_max=max(waited, default=None),
        sent_late_ms_p99=percentile([1000 * (s.sent - s.intended) for s in samples], 99),
        rate_limited=limited,
        errors=tuple(StatusCount(status, count) for status, count in sorted(counts.items())),
        hint=HINT if limited else None,
    )
