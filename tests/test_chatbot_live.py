"""A running service picks up new generations: no request is dropped or mixed, and what is deleted is gone at once."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from chatbot.answer import Answerer
from chatbot.bootstrap import Services
from chatbot.collection import Collection
from chatbot.live import Live
from chatbot.settings import Settings
from eval_sets.benchmarks.served import serving
from index.encoders import EncoderIdentity
from index.errors import EncoderMismatchError
from tests.crashing import BUS, SECRET, SPORT, parsed
from tests.fakes import FakeEncoder


def quiet(_: str) -> None:
    pass


@pytest.fixture
def elsewhere(tmp_path: Path) -> Collection:
    """The same data as another process would open it."""
    settings = Settings(data_dir=tmp_path, bundled_corpus=False, _env_file=None)
    collection = Collection(settings, FakeEncoder())
    collection.put([BUS], quiet)
    return collection


@pytest.fixture
def opened(elsewhere: Collection, tmp_path: Path) -> Services:
    settings = Settings(data_dir=tmp_path, bundled_corpus=False, _env_file=None)
    collection = Collection(settings, FakeEncoder())
    loaded = collection.open(quiet)
    return Services(settings, collection, Answerer(loaded.index, collection.encoder), loaded.generation)


@pytest.fixture
def url(opened: Services) -> Iterator[str]:
    with serving(opened) as base:
        yield base


def ids(services: Services) -> list[str]:
    return [document.id for document in services.answerer.index.documents]


def wait_for(live: Live, generation: str) -> None:
    for _ in range(600):
        if live.current().generation == generation:
            return
        threading.Event().wait(0.05)
    raise AssertionError(f"generation {generation} was not picked up")


def test_a_new_generation_is_loaded_aside_and_then_served(opened: Services, elsewhere: Collection) -> None:
    live = Live(opened)
    taken = live.current()
    generation = elsewhere.put([SPORT], quiet)
    assert ids(live.current()) in (["bus"], ["bus", "sport"]), "the first request does not wait"
    wait_for(live, generation)
    assert ids(live.current()) == ["bus", "sport"]
    assert ids(taken) == ["bus"], "a request keeps what it took"


def test_after_a_deletion_the_next_request_waits_for_the_index_without_it(
    opened: Services, elsewhere: Collection
) -> None:
    live = Live(opened)
    wait_for(live, elsewhere.put([SPORT], quiet))
    elsewhere.remove("sport", quiet)
    assert ids(live.current()) == ["bus"]


def test_a_generation_that_cannot_be_loaded_leaves_the_one_before_served(
    opened: Services, elsewhere: Collection, caplog: pytest.LogCaptureFixture
) -> None:
    live = Live(opened)
    generation = elsewhere.put([SPORT], quiet)
    (elsewhere.store.folder / generation / "documents.json").write_bytes(b"[")
    for _ in range(100):
        assert ids(live.current()) == ["bus"]
        if "cannot be loaded" in caplog.text:
            break
        threading.Event().wait(0.05)
    assert caplog.text.count(f"generation {generation} cannot be loaded") == 1
    wait_for(live, elsewhere.rebuild(quiet))
    assert ids(live.current()) == ["bus", "sport"]


def test_where_a_deletion_cannot_be_followed_nothing_is_served(opened: Services, elsewhere: Collection) -> None:
    live = Live(opened)
    elsewhere.put([SPORT], quiet)
    other = Collection(opened.settings, FakeEncoder(EncoderIdentity("other", "1", 16, "")))
    other.rebuild(quiet)
    other.remove("bus", quiet)
    with pytest.raises(EncoderMismatchError):
        live.current()
    with serving(opened) as url:
        reply = httpx.get(f"{url}/api/documents")
    assert (reply.status_code, reply.headers["Retry-After"]) == (503, "60")
    assert reply.json()["error"]["code"] == "unavailable"


def everything(url: str) -> dict[str, httpx.Response]:
    """A reply of every path that can return text of a document."""
    ask = {"history": [{"question": "强化体育评价由谁负责？", "answer": "由市体育局负责。"}], "language": "auto"}
    with httpx.Client(base_url=url, timeout=30) as client:
        return {
            "documents": client.get("/api/documents"),
            "document": client.get("/api/documents/sport"),
            "text": client.get("/api/documents/sport/text"),
            "search": client.get("/api/search", params={"q": "体育", "k": 100}),
            "search in it": client.get("/api/search", params={"q": "体育", "document_id": "sport"}),
            "tasks": client.get("/api/tasks"),
            "tasks of the unit": client.get("/api/tasks", params={"unit": "体育局"}),
            "tasks as csv": client.get("/api/tasks", params={"format": "csv"}),
            "ask by number": client.post("/api/ask", json={"question": "第1项任务由谁负责？"}),
            "ask by unit": client.post("/api/ask", json={"question": "哪些任务跟体育有关？"}),
            "ask for documents": client.post("/api/ask", json={"question": "你们有哪些文件？"}),
            "ask, not found": client.post("/api/ask", json={"question": "学生视力怎么保护？"}),
            "ask on": client.post("/api/ask", json={"question": "那第1项呢？", **ask}),
            "ask in it": client.post("/api/ask", json={"question": "说了什么？", "document_ids": ["sport"]}),
            "stream": client.post("/api/ask", json={"question": "第1项任务由谁负责？"},
                                  headers={"Accept": "text/event-stream"}),
            "reader": client.get("/documents/sport"),
            "info": client.get("/api/info"),
        }  # fmt: skip


#: Paths that name the document in the request: all they say is that there is none.
OF_IT = ("document", "text", "search in it", "ask in it", "reader")


def test_what_is_deleted_is_in_no_reply_of_any_path_and_in_no_file(
    url: str, elsewhere: Collection, tmp_path: Path
) -> None:
    generation = elsewhere.put([SPORT], quiet)
    with httpx.Client(base_url=url, timeout=30) as client:
        for _ in range(600):
            if client.get("/api/info").json()["index_generation"] == generation:
                break
            threading.Event().wait(0.05)
    before = everything(url)
    assert {name for name, reply in before.items() if any(word in reply.text for word in SECRET)} >= {
        "document", "text", "search", "search in it", "tasks", "tasks of the unit", "tasks as csv",
        "ask by number", "ask on", "stream",
    }  # fmt: skip
    elsewhere.remove("sport", quiet)
    after = everything(url)
    assert {name: reply.status_code for name, reply in after.items() if reply.status_code != 200} == dict.fromkeys(
        OF_IT, 404
    )
    for name, reply in after.items():
        said = json.dumps(reply.json(), ensure_ascii=False) if "json" in reply.headers["content-type"] else reply.text
        assert not any(word in said for word in SECRET if not (name == "ask on" and word in "强化体育评价")), name
        assert name in OF_IT or "sport" not in said, name
    left = [path for path in tmp_path.rglob("*") if path.is_file() and "cache" not in path.parts]
    words = [form.encode() for word in SECRET for form in (word, json.dumps(word)[1:-1])]
    assert [path for path in left if any(word in path.read_bytes() for word in words)] == []


def test_no_request_is_dropped_or_mixed_while_generations_come_and_go(url: str, elsewhere: Collection) -> None:
    third = parsed("third", "关于美育的通知\n1.加强美育工作。〔市文旅局负责〕\n")
    stop, problems, served = threading.Event(), [], set()

    def ask_on() -> None:
        with httpx.Client(base_url=url, timeout=60) as client:
            while not stop.is_set():
                reply = client.post("/api/ask", json={"question": "第1项任务由谁负责？"})
                cited = {c["document_id"] for c in reply.json().get("citations", [])}
                tasks = {r["clause_id"].split("/")[0] for r in reply.json().get("facts", [])}
                served.add(frozenset(cited))
                if reply.status_code != 200 or not cited or cited != tasks:
                    problems.append(reply.text)

    threads = [threading.Thread(target=ask_on) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(2):
        elsewhere.put([SPORT], quiet)
        elsewhere.put([third], quiet)
        elsewhere.remove("sport", quiet)
        elsewhere.remove("third", quiet)
    stop.set()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(served) > 1, "generations changed under the requests"
