"""The service when it is asked more than it can answer, waited on by slow models, left, stopped, or run by several."""

import asyncio
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

from chatbot.answer import Answerer
from chatbot.bootstrap import Services
from chatbot.generators import ChatModel
from eval_sets.benchmarks.served import serving
from tests.commands import running
from tests.patience import PATIENCE, until
from tests.test_chatbot_api import ask, call

SSE = {"Accept": "text/event-stream"}
#: Answered from passages, so that a model words it; and from the register, so that none does.
WORDED, REGISTER = "“双零择”是什么？", "第15项任务由哪些单位负责？"


class Slow(FakeListChatModel):
    """A model that says nothing of use, a character every ``beat`` seconds, until ``end`` is set or it is closed."""

    responses: list[str] = ["嗯"]  # noqa: RUF012 (pydantic copies it)
    beat: float = 0.05
    end: Any = None
    reading: Any = None

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        self.reading.append(1)
        try:
            while not self.end.wait(self.beat):
                yield ChatGenerationChunk(message=AIMessageChunk("嗯"))
        finally:
            self.reading.pop()


def slow(beat: float = 0.05) -> Slow:
    return Slow(end=threading.Event(), reading=[], beat=beat)


def with_model(services: Services, model: Slow, seconds: float = 60, **changes: object) -> Services:
    own = services.answerer
    answerer = Answerer(own.index, own.encoder, None, ChatModel(model, seconds))
    return replace(services, answerer=answerer, settings=services.settings.model_copy(update=changes))


async def hold(url: str, streams: int, use) -> None:
    """``use(client)`` while so many event streams are open."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(limits=limits, timeout=60, trust_env=False) as client:
        requests = [client.build_request("POST", f"{url}/api/ask", json={"question": WORDED}, headers=SSE)] * streams
        opened = [asyncio.create_task(client.send(request, stream=True)) for request in requests]
        try:
            await use(client, opened)
        finally:
            for task in opened:
                if task.done() and not task.cancelled() and not task.exception():
                    await task.result().aclose()
                task.cancel()


def held_open(services: Services, streams: int, seconds: float) -> list[float]:
    """Hold streams open for ``seconds``; how long each question beside them took, in seconds."""
    model, took = slow(0.5), []

    async def use(client: httpx.AsyncClient, opened: list) -> None:
        ends = time.monotonic() + 60
        while len(model.reading) < streams:
            assert time.monotonic() < ends, f"{len(model.reading)} of {streams} streams reached the model"
            await asyncio.sleep(0.05)
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            started = time.monotonic()
            reply = await client.post(f"{url}/api/ask", json={"question": REGISTER})
            took.append(time.monotonic() - started)
            assert reply.json()["outcome"] == "answered"
            await asyncio.sleep(0.05)
        assert len(model.reading) == streams

    with serving(with_model(services, model, seconds + 120)) as url:
        asyncio.run(hold(url, streams, use))
        model.end.set()
    return took


def test_streams_that_wait_for_a_slow_model_leave_others_their_places(services: Services) -> None:
    took = held_open(services, streams=60, seconds=2)
    assert max(took) < PATIENCE / 2


@pytest.mark.parametrize(
    ("seconds", "most"),
    [pytest.param(10, PATIENCE / 2, marks=pytest.mark.slow), pytest.param(120, 1, marks=pytest.mark.exhaustive)],
)
def test_five_hundred_streams_held_open_starve_nobody(services: Services, seconds: float, most: float) -> None:
    took = sorted(held_open(services, streams=500, seconds=seconds))
    assert took[int(len(took) * 0.95)] < most  # who waits for the streams waits for minutes


def test_past_the_queue_a_question_is_refused_and_told_when_to_come_back(services: Services) -> None:
    model = slow()
    with serving(with_model(services, model, answer_streams=1)) as url:
        waiting = threading.Thread(target=ask, args=(url,), kwargs={"question": WORDED})
        waiting.start()
        until(lambda: model.reading)
        refused = ask(url, question=REGISTER)
        assert refused.status == 503
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.json["error"]["code"] == "busy"
        metrics = call(f"{url}/metrics").body.decode()
        assert "reformqa_queue_refusals_total 1.0" in metrics
        model.end.set()
        waiting.join(30)
        assert ask(url, question=REGISTER).status == 200


@pytest.mark.parametrize("accept", ["application/json", "text/event-stream"])
def test_a_client_that_leaves_ends_the_work_and_the_model_s_stream(services: Services, accept: str) -> None:
    model = slow()
    with serving(with_model(services, model)) as url:
        with pytest.raises(httpx.TimeoutException):
            httpx.post(f"{url}/api/ask", json={"question": WORDED}, headers={"Accept": accept}, timeout=1)
        until(lambda: not model.reading)
        until(lambda: "reformqa_http_requests_in_flight 1.0" in call(f"{url}/metrics").body.decode())


def test_metrics_count_by_route_outcome_and_stage_and_never_what_was_asked(services: Services) -> None:
    with serving(services) as url:
        ask(url, question=REGISTER)
        ask(url, question="只在这里问过的问题：学校食堂谁管？")
        ask(url, question="")
        call(f"{url}/nothing/here")
        call(f"{url}/documents/jinan-2024")
        text = call(f"{url}/metrics").body.decode()
    assert 'reformqa_http_requests_total{method="POST",route="/api/ask",status="200"} 2.0' in text
    assert 'reformqa_http_requests_total{method="POST",route="/api/ask",status="422"} 1.0' in text
    assert 'reformqa_http_requests_total{method="GET",route="other",status="404"} 1.0' in text
    assert 'route="/documents/{document_id}"' in text
    assert 'reformqa_answers_total{method="register",outcome="answered"} 1.0' in text
    assert 'reformqa_answer_stage_seconds_count{stage="retrieve"} 2.0' in text
    assert re.search(r"reformqa_encoder_seconds_count [1-9]", text)
    assert re.search(r'reformqa_index_info\{encoder="[^"]+",generation="0+1"\} 1.0', text)
    assert "只在这里" not in text
    assert "127.0.0.1" not in text


def test_two_workers_answer_without_delay_and_count_together(services: Services) -> None:
    with running(services.settings.data_dir, "--workers", "2") as service:
        url = service.url
        with httpx.Client(trust_env=False) as client:
            took = []
            for _ in range(20):
                started = time.monotonic()
                assert client.get(f"{url}/healthz").status_code == 200
                took.append(time.monotonic() - started)
        # Nagle's algorithm and delayed acknowledgements would cost 40 ms each.
        assert sorted(took)[10] < 0.03
        until(lambda: 'route="/healthz",status="200"} 20.0' in call(f"{url}/metrics").body.decode())
        assert call(f"{url}/metrics").body.count(b"reformqa_index_info{") == 1
