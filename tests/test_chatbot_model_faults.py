"""The running service with a language model's endpoint that fails in every way: people get the quoted answer."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

from chatbot.answer import Answerer
from chatbot.bootstrap import Services
from chatbot.generators import chat_model
from eval_sets.benchmarks.served import serving
from tests.model_endpoint import STREAM, Behaviour, Endpoint, chunk, says
from tests.patience import PATIENCE, until

pytest.importorskip("langchain_openai", reason="the client: pip install 'reformqa[llm]'")

QUESTION = "幼儿园多久评估一次？"
FAITHFUL = "幼儿园的办园质量评价每五年一轮。[E1]"
#: Seconds an answer waits for the model.
TIMEOUT = 1.5
#: Bytes that leave for a reply at most: those that are read, and what the sockets hold.
MOST = 16_000_000
_JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"


def refuses(status: str, body: bytes = b'{"error": {"message": "no", "type": "t", "code": "c"}}') -> Behaviour:
    return says(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nRetry-After: 60\r\n\r\n".encode() + body)


def silent(head: bytes = b"") -> Behaviour:
    def pieces() -> Iterator[bytes]:
        yield head
        time.sleep(10 * PATIENCE)

    return pieces


def endless(head: bytes, piece: bytes, pause: float = 0.0) -> Behaviour:
    """At most 200 MB, for a client that does not mind must not fill this machine."""

    def pieces() -> Iterator[bytes]:
        yield head
        for _ in range(200_000_000 // len(piece)):
            yield piece
            time.sleep(pause)

    return pieces


FAULTS: dict[str, Behaviour] = {
    "401": refuses("401 Unauthorized"),
    "429": refuses("429 Too Many Requests"),
    "500": refuses("500 Internal Server Error", b"<html>oops</html>"),
    "200 and a page": says(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>log in</html>"),
    "closes": says(),
    "no HTTP": says(b"\x00\xffSSH-2.0-OpenSSH_9.6\r\n"),
    "empty stream": says(STREAM),
    "silent": silent(),
    "silent after the head": silent(STREAM),
    "no JSON": says(STREAM, b"data: {oops\n\n", chunk(FAITHFUL)),
    "JSON of another shape": says(STREAM, b"data: []\n\n", b"data: null\n\n", b'data: {"choices": 7}\n\n'),
    "no choices": says(STREAM, b'data: {"id": "1", "choices": null}\n\n'),
    "an error in the stream": says(STREAM, b'data: {"error": {"message": "overloaded", "code": 529}}\n\n'),
    "no SSE": says(STREAM, b"once upon a time\n" * 1000),
    "binary": says(STREAM, bytes(range(256)) * 400),
    "no UTF-8": says(STREAM, b'data: {"choices": [{"index": 0, "delta": {"content": "\xff\xfe"}}]}\n\n'),
    "cut in a character": says(STREAM, chunk("幼").replace(b"\\u5e7c", "幼".encode())[:-8]),
    "a line without end": endless(STREAM, b"data: " + b"x" * 65536),
    "a body without end": endless(_JSON, b"[" * 65536),
    "lines without end": endless(STREAM, b": still here\n\n" * 5000),
    "empty words without end": endless(STREAM, chunk(""), 0.001),
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    opened = Endpoint()
    yield opened
    opened.close()


@contextmanager
def served(services: Services, model_url: str) -> Iterator[str]:
    """The service over the model at ``model_url``."""
    own = services.answerer
    model = chat_model("openai:m", model_url, "key", TIMEOUT)
    with serving(replace(services, answerer=Answerer(own.index, own.encoder, model=model))) as url:
        yield url


@pytest.fixture(scope="module")
def url(services: Services, endpoint: Endpoint) -> Iterator[str]:
    with served(services, endpoint.url) as base:
        yield base


def ask(url: str) -> dict:
    """The reply, as JSON and at the end of a stream the same."""
    question = {"question": QUESTION}
    began = time.monotonic()
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as http:
        plain = http.post("/api/ask", json=question)
        assert plain.status_code == 200
        streamed = http.post("/api/ask", json=question, headers={"Accept": "text/event-stream"})
        for line in reversed(streamed.text.splitlines()):
            if line.startswith("data: "):
                done = json.loads(line.removeprefix("data: "))
                break
    assert "event: done" in streamed.text
    assert "event: error" not in streamed.text
    assert time.monotonic() - began < PATIENCE
    reply = plain.json()
    differ = ("id", "timings_ms")
    assert {k: v for k, v in done.items() if k not in differ} == {k: v for k, v in reply.items() if k not in differ}
    return reply


def quoted(url: str, reply: dict) -> bool:
    """Whether every citation is verbatim."""
    with httpx.Client(base_url=url, timeout=30, trust_env=False) as http:
        texts = {c["document_id"]: http.get(f"/api/documents/{c['document_id']}/text").json()["text"]
                 for c in reply["citations"]}  # fmt: skip
    return bool(texts) and all(texts[c["document_id"]][c["start"] : c["end"]] == c["quote"] for c in reply["citations"])


def test_a_well_behaved_endpoint_is_heard(endpoint: Endpoint, url: str) -> None:
    endpoint.behaviour = says(STREAM, chunk(FAITHFUL), b"data: [DONE]\n\n")
    assert ask(url)["method"] == "generated"


def readers() -> int:
    return sum(thread.name == "language model" for thread in threading.enumerate())


@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_the_endpoint_does_the_quoted_answer_is_given(fault: str, endpoint: Endpoint, url: str) -> None:
    endpoint.behaviour = FAULTS[fault]
    before = endpoint.sent
    reply = ask(url)
    assert (reply["outcome"], reply["method"]) == ("answered", "extractive")
    assert "每五年一轮" in reply["answer"]
    assert quoted(url, reply)
    until(lambda: not readers(), "what reads the endpoint has ended with it")
    assert endpoint.sent - before < 2 * MOST


@pytest.mark.parametrize(
    "end", [b"", b"data: {oop", b"data: {oops\n\n", b"\xff" * 99], ids=["closes", "cut", "no JSON", "binary"]
)
def test_what_was_verified_before_the_fault_is_kept(end: bytes, endpoint: Endpoint, url: str) -> None:
    endpoint.behaviour = says(STREAM, chunk(FAITHFUL), chunk("此外，"), end)
    reply = ask(url)
    assert reply["method"] == "generated"
    assert reply["answer"].count("每五年一轮") == 1
    assert quoted(url, reply)


def test_an_endpoint_that_is_not_there_leaves_the_quoted_answer(services: Services) -> None:
    gone = Endpoint()
    gone.close()
    with served(services, gone.url) as url:
        assert ask(url)["method"] == "extractive"


def test_after_all_that_the_endpoint_is_heard_again(endpoint: Endpoint, url: str) -> None:
    endpoint.behaviour = says(STREAM, chunk(FAITHFUL), b"data: [DONE]\n\n")
    assert ask(url)["method"] == "generated"
