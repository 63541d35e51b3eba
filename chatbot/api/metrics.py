"""GET /metrics for Prometheus: counts and times, never a question, an address or anything else that a client chose.

Labels are routes of this service, HTTP statuses, outcomes, methods and stages. With several worker processes each
writes its numbers into the folder PROMETHEUS_MULTIPROC_DIR, and whichever is asked adds them up (prometheus_client's
multiprocess mode; the variable counts when the library is imported, so it is set before).
"""

import os
from collections.abc import Iterable
from pathlib import Path
from time import perf_counter

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chatbot.answer import Reply
from chatbot.api.state import services
from chatbot.bootstrap import Services

router = APIRouter(include_in_schema=False)

_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
#: What is asked of no route of ours, whatever its path.
_OTHER = "other"
_METHODS = {"GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"}


class Metrics:
    """What this process counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()

        def counter(name: str, told: str, *labels: str) -> Counter:
            return Counter(name, told, labels, namespace="reformqa", registry=self.registry)

        def seconds(name: str, told: str, *labels: str) -> Histogram:
            return Histogram(name, told, labels, namespace="reformqa", registry=self.registry, buckets=_SECONDS)

        self.requests = counter("http_requests", "Requests by route, method and status", "route", "method", "status")
        self.request_seconds = seconds("http_request_seconds", "Seconds from a request to its reply's end", "route")
        self.in_flight = Gauge(
            "http_requests_in_flight", "Requests being answered", namespace="reformqa", registry=self.registry,
            multiprocess_mode="livesum",
        )  # fmt: skip
        self.answers = counter("answers", "Answers by outcome and method", "outcome", "method")
        self.stage_seconds = seconds("answer_stage_seconds", "Seconds by stage of an answer", "stage")
        self.refusals = counter("queue_refusals", "Questions refused because too many waited")
        self.encoder_seconds = seconds("encoder_seconds", "Seconds to encode a question that is not remembered")
        self.encoder_processor_seconds = counter(
            "encoder_processor_seconds", "Processor time of encoding questions, of the threads that asked for it"
        )

    def encoded(self, seconds: float, processor_seconds: float) -> None:
        """Count the encoding of a question."""
        self.encoder_seconds.observe(seconds)
        self.encoder_processor_seconds.inc(processor_seconds)

    def answered(self, reply: Reply) -> None:
        """Count an answer."""
        self.answers.labels(reply.outcome.value, reply.method.value).inc()
        for stage in ("understand", "retrieve", "answer"):
            self.stage_seconds.labels(stage).observe(getattr(reply.timings, stage) / 1000)


class Counted:
    """Counts requests by their route; what no route answers is one route, however many paths are tried."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and count it when its reply has ended."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = perf_counter()
        with self._metrics.in_flight.track_inprogress():
            try:
                await self._app(scope, receive, watched)
            finally:
                route = getattr(scope.get("route"), "path", _OTHER)
                method = scope["method"] if scope["method"] in _METHODS else _OTHER
                self._metrics.requests.labels(route, method, str(status)).inc()
                self._metrics.request_seconds.labels(route).observe(perf_counter() - started)


class _Index(Collector):
    """What is served, read when it is asked for, so that past generations leave no series."""

    def __init__(self, found: Services) -> None:
        self._found = found

    def collect(self) -> Iterable[Metric]:
        """The generation as a label, and its sizes."""
        index = self._found.answerer.index
        info = GaugeMetricFamily("reformqa_index_info", "The index served", labels=["generation", "encoder"])
        info.add_metric([self._found.generation, index.identity.name], 1)
        yield info
        yield GaugeMetricFamily("reformqa_documents", "Documents served", len(index.documents))
        yield GaugeMetricFamily("reformqa_passages", "Passages served", len(index.passages))


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Everything counted, of all worker processes."""
    registry = CollectorRegistry()
    registry.register(_Index(services(request)))
    own: Metrics = request.app.state.metrics
    if folder := os.environ.get(_FOLDER):
        _forget_the_dead(Path(folder))
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
    return Response(generate_latest(registry) + generate_latest(own.registry), media_type=CONTENT_TYPE_LATEST)


def _forget_the_dead(folder: Path) -> None:
    """Requests in flight of a worker that was killed are in flight no more."""
    for path in folder.glob("gauge_livesum_*.db"):
        pid = path.stem.rpartition("_")[2]
        if not Path("/proc", pid).exists() and Path("/proc").exists():
            mark_process_dead(int(pid), str(folder))  # type: ignore[no-untyped-call]
