"""Loads one after the other: rising until the service is past what it can carry, and one for a long time."""

from collections.abc import Callable
from dataclasses import dataclass

from eval_sets.benchmarks.load import Closed, LoadReport, Open, Questions, run
from eval_sets.benchmarks.load_service import Service, Usage

#: A rate is carried where 95 % of the answers come within so many milliseconds, and nothing but answers comes.
MS_P95 = 200.0
#: Rates asked past the highest that is carried.
PAST = 2
#: The last load of a rising series, by the highest rate that was carried: is the service itself again?
RECOVERY = 0.5
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a load, by question asked: milliseconds of the service's processors, the share of them that is the encoder's
    (all of it only where REFORMQA_ENCODER_THREADS is 1), texts encoded; and MB of memory (PSS) behind it."""

    processor_ms: float
    encoder_share: float
    encodings: float
    memory_mb: float


@dataclass(frozen=True, slots=True)
class Step:
    """One load; no ``cost`` of a service that was not started here. ``carried`` as MS_P95 says."""

    report: LoadReport
    cost: Cost | None
    carried: bool


@dataclass(frozen=True, slots=True)
class Series:
    """Loads in their order; ``highest`` is the highest rate that was carried."""

    steps: tuple[Step, ...]
    highest: float | None


Told = Callable[[Step], None]


def rising(
    service: Service, questions: Questions, first: float, step: float, seconds: float, told: Told = lambda step: None
) -> Series:
    """Rates ``first``, ``first + step`` and so on, each for ``seconds``, until PAST in turn are not carried; and behind
    them one well below."""
    steps: list[Step] = []
    highest, past, rate = None, 0, first
    while past < PAST:
        steps.append(load(service, questions, Open(rate), seconds))
        told(steps[-1])
        past = 0 if steps[-1].carried else past + 1
        highest = rate if steps[-1].carried else highest
        rate += step
    steps.append(load(service, questions, Open(RECOVERY * (highest or first)), seconds))
    told(steps[-1])
    return Series(tuple(steps), highest)


def soak(service: Service, questions: Questions, rate: float, minutes: float, told: Told = lambda step: None) -> Series:
    """One rate for ``minutes``, a step a minute."""
    steps: list[Step] = []
    while (left := _MINUTE * (minutes - len(steps))) > 0:
        steps.append(load(service, questions, Open(rate), min(left, _MINUTE)))
        told(steps[-1])
    return Series(tuple(steps), rate if all(step.carried for step in steps) else None)


def load(service: Service, questions: Questions, plan: Closed | Open, seconds: float) -> Step:
    """One load, and what it cost."""
    before = service.usage()
    found = run(service.url, questions, plan, seconds)
    after = service.usage()
    return Step(found, _cost(before, after, found.questions) if before and after else None, carried(found))


def carried(found: LoadReport) -> bool:
    """Whether every question was answered, and 95 % of them in time."""
    return found.answered == found.questions > 0 and found.ms_p95 is not None and found.ms_p95 <= MS_P95


def line(step: Step) -> str:
    """What is told of a load while others follow."""
    found = step.report
    rate = f"{found.plan.rate:g} a second" if isinstance(found.plan, Open) else f"{found.plan.clients} clients"
    late = "-" if found.ms_p95 is None else f"{found.ms_p95:.0f} ms"
    memory = f", {step.cost.memory_mb:.0f} MB" if step.cost else ""
    return f"{rate}: {found.answered} of {found.questions} answered, p95 {late}{memory}"


def _cost(before: Usage, after: Usage, questions: int) -> Cost:
    used = after.processor_seconds - before.processor_seconds
    encoder = after.encoder_seconds - before.encoder_seconds
    return Cost(
        1000 * used / max(1, questions),
        encoder / used if used else 0.0,
        (after.encodings - before.encodings) / max(1, questions),
        after.memory_mb,
    )
