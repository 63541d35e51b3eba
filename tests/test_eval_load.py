"""bench load: what it asks, how it counts, and when it says that a service is past what it can carry."""

import asyncio
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO

import pytest
from rich.console import Console

from chatbot.bootstrap import Services
from eval_sets.benchmarks import load_series as series
from eval_sets.benchmarks.load import HINT, Closed, Count, Open, Questions, Sample, report, run
from eval_sets.benchmarks.load_client import Came, LoadClient
from eval_sets.benchmarks.load_questions import MIX, requests, served, worded
from eval_sets.benchmarks.load_service import Service, started
from eval_sets.benchmarks.served import serving
from eval_sets.benchmarks.tables import show_load, show_loads
from eval_sets.cases import GoldenCase
from eval_sets.errors import GoldenError, TargetError
from tests.commands import with_index

ANSWER = b'{"answer":"\\"outcome\\":\\"x\\"","outcome":"answered","method":"register"}'
CASES = [
    GoldenCase.model_validate(
        {"id": question, "lang": "zh", "type": "units_forward", "question": question, "answerable": True}
    )
    for question in ("第15项任务由哪些单位负责？", "体育评价由谁负责？", "济南的任务有几项？")
]


def asking(*questions: str) -> Questions:
    return Questions([{"question": question} for question in questions or ("体育",)])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    at_once, seconds, hangs_up = 1000, 0.0, False
    busy: "list[None]"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.busy.append(None)
        answers = len(self.busy) <= self.at_once
        time.sleep(self.seconds if answers else 0)
        self.busy.pop()
        body = ANSWER if answers else b"{}"
        self.send_response(200 if answers else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.hangs_up

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def stub(at_once: int = 1000, seconds: float = 0.0, hangs_up: bool = False) -> Iterator[str]:
    """A service that answers after ``seconds``, ``at_once`` questions at most, and may end connections unannounced."""
    told = {"at_once": at_once, "seconds": seconds, "hangs_up": hangs_up, "busy": []}
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), told)) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_questions_of_a_service_are_thousands_all_different_and_always_the_same(live_server: str) -> None:
    things = served(live_server)
    bodies = requests(things, CASES)
    asked = [body["question"] for body in bodies]
    assert len(asked) == len(set(asked)) > 5000
    assert {case.question for case in CASES} <= set(asked)
    assert bodies == requests(served(live_server), CASES)
    assert any(str(question).isascii() for question in asked)
    assert all(unit in "".join(map(str, asked)) for unit in ("市体育局", "强化体育评价"))


def test_kinds_of_questions_are_asked_in_their_shares() -> None:
    # What only one kind of wording names tells the kinds apart.
    units = {"unit": [f"单位{n}" for n in range(9)], "number": [f"{n}" for n in range(200)]}
    topics = {"topic": [f"题目{n}" for n in range(90)]}
    zh = {**units, **topics, "beyond": [f"{n}" for n in range(900, 999)]}
    found = len(requests((zh, {}), []))
    assert found % sum(MIX.values()) == 0
    assert found > 0


def test_documents_without_anything_leave_the_cases() -> None:
    assert {body["question"] for body in requests(({}, {}), CASES)} == {case.question for case in CASES}


def test_a_wording_is_filled_with_every_choice_but_not_twice_with_the_same() -> None:
    assert list(worded("{unit}和{other}", {"unit": ["甲", "乙"], "other": ["甲", "乙"]})) == ["甲和乙", "乙和甲"]
    assert list(worded("{unit}", {})) == []


def test_all_questions_are_asked_before_any_is_asked_again() -> None:
    questions = asking("甲", "乙", "丙")
    assert [next(questions)["question"] for _ in range(5)] == ["甲", "乙", "丙", "甲", "乙"]
    with pytest.raises(GoldenError, match="no question"):
        Questions([])


@pytest.mark.parametrize("plan", [Closed(2), Open(20.0)], ids=["closed", "open"])
def test_every_question_is_answered_and_told_by_its_kind(live_server: str, plan: Closed | Open) -> None:
    found = run(live_server + "/", Questions(requests(served(live_server), CASES)), plan, 1.0)
    assert found.questions == found.answered == sum(kind.count for kind in found.kinds) > 0
    assert {kind.name for kind in found.kinds} <= {"register", "extractive", "refused"}
    assert (found.rate_limited, found.errors, found.hint) == (0, (), None)
    if isinstance(plan, Open):
        assert found.questions == 20
    times = [found.ms_p50, found.ms_p90, found.ms_p95, found.ms_p99, found.ms_max]
    assert all(time is not None for time in times)
    assert times == sorted(times, key=lambda time: time or 0.0)


def test_time_counts_from_when_a_question_should_have_been_sent() -> None:
    # A stall of a second: three questions were due meanwhile, and were sent late.
    samples = [Sample(0.25 * n, 1.0, 1.5, "200") for n in range(4)]
    found = report("u", Open(4.0), samples)
    assert (found.ms_max, found.ms_p50) == (1500.0, 1125.0)
    assert found.answered_per_second == pytest.approx(4 / 1.5)


def test_refusals_errors_and_timeouts_are_counted_apart() -> None:
    statuses = ["200", "429", "429", "503", "ConnectionResetError", "timeout"]
    samples = [Sample(0.0, 0.0, float(n + 1), status) for n, status in enumerate(statuses)]
    found = report("u", Closed(1), samples, client_seconds=0.012)
    assert (found.questions, found.answered, found.rate_limited) == (6, 1, 2)
    assert found.errors == (Count("503", 1), Count("ConnectionResetError", 1), Count("timeout", 1))
    assert (found.ms_p50, found.ms_max, found.client_cpu_ms) == (3500.0, 6000.0, 2.0)
    assert found.failed_ms_p95 == pytest.approx(4850.0)  # between 4 and 5 s: 2, 3, 4 and 5 s came back
    assert found.hint == HINT
    assert "REFORMQA_RATE_LIMIT=off" in HINT


def test_without_answers_there_are_no_times() -> None:
    found = report("u", Closed(1), [])
    assert (found.questions, found.answered_per_second, found.ms_p50, found.client_cpu_ms) == (0, 0.0, None, None)


def test_where_no_service_answers_it_is_said() -> None:
    with pytest.raises(TargetError, match=r"127\.0\.0\.1:9/api/ask cannot be asked"):
        run("http://127.0.0.1:9", asking(), Closed(1), 0.1)
    with pytest.raises(TargetError, match="without TLS"):
        run("https://127.0.0.1", asking(), Closed(1), 0.1)


def test_what_is_no_service_of_ours_is_said(live_server: str) -> None:
    with pytest.raises(TargetError, match="status 40"):
        run(live_server + "/nothing", asking(), Closed(1), 0.1)
    with pytest.raises(TargetError, match="/api/documents cannot be read"):
        served(live_server + "/nothing")


@pytest.mark.parametrize("hangs_up", [False, True], ids=["kept", "ended by the service"])
def test_connections_are_used_again_and_replaced_where_the_service_has_ended_them(hangs_up: bool) -> None:
    async def ask(url: str) -> list[Came]:
        async with LoadClient(url + "/api/ask", 5) as client:
            first = await client.post({"question": "体育"})
            await asyncio.sleep(0.05)
            return [first, await client.post({"question": "体育"})]

    with stub(hangs_up=hangs_up) as url:
        assert asyncio.run(ask(url)) == [Came(200, "answered", "register")] * 2


def test_an_answer_that_does_not_come_is_a_timeout() -> None:
    async def ask(url: str) -> None:
        async with LoadClient(url + "/api/ask", 0.1) as client:
            await client.post({"question": "体育"})

    with stub(seconds=1) as url, pytest.raises(TimeoutError):
        asyncio.run(ask(url))


def test_rates_rise_until_the_service_is_past_them_and_then_it_recovers() -> None:
    told: list[series.Step] = []
    with stub(at_once=3, seconds=0.1) as url:
        found = series.rising(Service(url), asking(), first=10, step=60, seconds=0.6, told=told.append)
    rates = [step.report.plan.rate for step in found.steps if isinstance(step.report.plan, Open)]
    assert rates == [10, 70, 130, 5]
    assert [step.carried for step in found.steps] == [True, False, False, True]
    assert found.highest == 10
    assert told == list(found.steps)
    past = found.steps[2].report
    assert [error.name for error in past.errors] == ["503"]
    assert past.answered + past.errors[0].count == past.questions == 78
    assert "130 a second" in series.line(found.steps[2])


def test_a_service_that_carries_nothing_has_no_highest_rate() -> None:
    with stub(seconds=0.25) as url:
        found = series.rising(Service(url), asking(), first=5, step=5, seconds=0.4)
    assert (found.highest, len(found.steps)) == (None, 3)


def test_a_soak_is_as_long_as_it_is_told() -> None:
    with stub() as url:
        found = series.soak(Service(url), asking(), rate=50, minutes=0.01)
    assert [step.report.questions for step in found.steps] == [30]
    assert found.highest == 50


def test_what_a_process_uses_is_counted_with_the_encoder(services: Services) -> None:
    with serving(services) as url:
        service = Service(url, os.getpid())
        found = series.load(service, asking("幼儿园的保育教育质量怎么评价，多久评一次"), Closed(1), 0.3)
    assert found.cost is not None
    assert found.cost.processor_ms > 0
    assert found.cost.memory_mb > 50
    assert 0 <= found.cost.encoder_share <= 1
    assert Service(url).usage() is None


@pytest.mark.slow
def test_a_service_of_several_workers_is_started_and_ended(services: Services, tmp_path, monkeypatch) -> None:
    with_index(services.settings.data_dir, tmp_path)
    monkeypatch.setenv("REFORMQA_DATA_DIR", str(tmp_path))
    with started(2) as service:
        found = series.load(service, Questions(requests(served(service.url), CASES)), Closed(2), 2.0)
    assert found.report.answered == found.report.questions > 0
    assert found.cost is not None
    assert found.cost.encodings > 0
    with pytest.raises(ProcessLookupError):
        os.kill(service.pid or 0, 0)


def test_tables_show_every_load_and_what_to_do_about_a_limit() -> None:
    out = Console(width=140, record=True, file=StringIO())
    limited = report("u", Closed(1), [Sample(0, 0, 1, "429"), Sample(0, 0, 1, "500")])
    show_load(limited, out)
    cost = series.Cost(31.4, 0.6, 0.9, 950.0)
    fine = report("u", Open(7.0), [Sample(0, 0, 0.042, "200", "register")])
    show_loads(series.Series((series.Step(limited, None, False), series.Step(fine, cost, True)), 7.0), out)
    shown = out.export_text()
    for expected in ("failed: 500", HINT, "500: 1", "7 a second", "31.4", "0.60", "950", "42", "answers: 7 a second"):
        assert expected in shown
    assert Counter(shown)["–"] > 0
