"""A stream that breaks says so: its client is not left with half an answer that looks whole."""

import json
from collections.abc import Iterator
from copy import copy
from dataclasses import replace

import httpx
import pytest

from chatbot.answer import Answerer, Ask, Delta, Event
from chatbot.bootstrap import Services
from chatbot.waiting import Waiting
from eval_sets.benchmarks.served import serving

QUESTION = "第15项任务由哪些单位负责？"


class Breaking(Answerer):
    """Fails after the first words."""

    def events(self, ask: Ask, waiting: Waiting | None = None) -> Iterator[Event]:
        for event in super().events(ask, waiting):
            yield event
            if isinstance(event, Delta):
                raise RuntimeError(f"nobody is to read this: {ask.question}")


@pytest.fixture(scope="module")
def url(services: Services) -> Iterator[str]:
    breaking = copy(services.answerer)
    breaking.__class__ = Breaking
    with serving(replace(services, answerer=breaking)) as base:
        yield base


def test_a_stream_that_breaks_ends_with_an_error_in_the_contract_s_shape(url: str) -> None:
    with httpx.stream(
        "POST", f"{url}/api/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"}
    ) as reply:
        lines = list(reply.iter_lines())
    events = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    assert events == ["meta", "delta", "error"]
    error = json.loads([line for line in lines if line.startswith("data: ")][-1].removeprefix("data: "))["error"]
    assert set(error) >= {"code", "message", "hint", "request_id"}
    assert error["request_id"] == reply.headers["X-Request-ID"]
    assert "nobody is to read this" not in "".join(lines)


def test_an_openai_client_raises_where_a_stream_breaks(url: str) -> None:
    openai = pytest.importorskip("openai", reason="pip install openai")
    with openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0) as client:
        chunks = client.chat.completions.create(
            model="reformqa", messages=[{"role": "user", "content": QUESTION}], stream=True
        )
        with pytest.raises(openai.APIError, match="went wrong"):
            list(chunks)


def test_a_whole_reply_that_cannot_be_had_is_an_error_without_a_trace(url: str) -> None:
    reply = httpx.post(f"{url}/api/ask", json={"question": QUESTION})
    assert reply.status_code == 500
    assert set(reply.json()["error"]) >= {"code", "message", "hint", "request_id"}
    assert "RuntimeError" not in reply.text
    assert "nobody is to read this" not in reply.text
