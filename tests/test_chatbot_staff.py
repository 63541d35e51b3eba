"""The staff desk's endpoints over real HTTP: from a refused question to an answered one, and what is kept of it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from chatbot.api import create_app
from chatbot.bootstrap import Services, open_services
from chatbot.settings import Settings
from chatbot.staff.golden import keep
from eval_sets.benchmarks.served import serving_app
from eval_sets.cases import load
from tests.uploading import Staff

ADMIN = "a" * 40
#: Nothing of it is in the bundled documents.
BUS = "校车司机每年参加几次安全培训？"
POLICY = """济南市校车安全通知
1.校车司机培训。校车司机每年参加两次安全培训。〔市教育局负责〕
"""


@pytest.fixture(scope="module")
def own(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Services:
    """Services over a data directory of this module's own."""
    folder = tmp_path_factory.mktemp("staff")
    shutil.copytree(services.settings.data_dir / "indexes", folder / "indexes")
    keys = f"head:admin:{ADMIN},clerk:write:{'w' * 40}"
    return open_services(Settings(data_dir=folder, api_keys=keys, rate_limit="off", _env_file=None))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def url(own: Services) -> Iterator[str]:
    with serving_app(create_app(own)) as base:
        yield base


@pytest.fixture
def head(url: str) -> Iterator[Staff]:
    """Somebody with a key of scope admin."""
    client = Staff(url, ADMIN)
    yield client
    client.http.close()


def topics(head: Staff, state: str = "open") -> list[dict]:
    reply = head.http.get("/api/admin/unanswered", params={"state": state})
    assert reply.status_code == 200, reply.text
    return reply.json()["topics"]


def topic_of(head: Staff, question: str, state: str = "open") -> dict:
    return next(topic for topic in topics(head, state) if topic["question"] == question)


def place(head: Staff, document_id: str, quote: str) -> dict:
    start = head.http.get(f"/api/documents/{document_id}/text").json()["text"].index(quote)
    return {"document_id": document_id, "start": start, "end": start + len(quote)}


@pytest.mark.parametrize(
    "path", ["/api/admin/stats", "/api/admin/unanswered", "/api/admin/curated", "/api/admin/golden"]
)
def test_the_desk_opens_to_an_admin_alone(url: str, path: str) -> None:
    assert httpx.get(url + path).status_code == 401
    assert httpx.get(url + path, headers={"X-API-Key": "w" * 40}).status_code == 403


def test_a_refused_question_is_answered_by_a_document_that_came_since_and_kept_as_golden(
    own: Services, head: Staff
) -> None:
    for question in (BUS, BUS, BUS.replace("？", "")):
        assert head.ask(question)["outcome"] == "not_found"
    topic = topic_of(head, BUS.replace("？", ""))
    assert (topic["asked"], topic["disliked"], topic["state"]) == (3, 0, "open")
    detail = head.http.get(f"/api/admin/unanswered/{topic['id']}").json()
    assert [member["question"] for member in detail["questions"]] == [BUS.replace("？", ""), BUS, BUS]
    assert detail["questions"][0]["answer"]["outcome"] == "not_found"
    assert detail["found"], "what search finds for it"
    again = head.http.post(f"/api/admin/unanswered/{topic['id']}/ask").json()
    assert again["outcome"] == "not_found"
    assert head.wait(head.send(POLICY, "bus.txt", publish=True))["state"] == "done"
    again = head.http.post(f"/api/admin/unanswered/{topic['id']}/ask").json()
    assert "两次" in again["answer"]
    assert topic_of(head, BUS.replace("？", ""), "answered")["actor"].startswith("head")
    made = head.http.post(f"/api/admin/unanswered/{topic['id']}/golden").json()
    assert made["case"]["evidence"]
    (case,) = load(own.settings.data_dir / "golden" / made["file"])
    assert (case.question, case.document, case.answerable) == (BUS.replace("？", ""), "bus", True)
    assert head.http.get("/api/admin/golden").text.count("\n") == 1
    assert topic_of(head, BUS.replace("？", ""), "golden")


def test_a_case_of_any_characters_keeps_the_file_readable(tmp_path: Path) -> None:
    odd = "校车\u2028\u0085\x1e\x0b谁管？\r"
    for case_id, question in (("desk-1", odd), ("desk-2", odd), ("desk-1", "改过的")):
        file = keep({"id": case_id, "lang": "zh", "type": "desk", "question": question, "answerable": False}, tmp_path)
    assert [(case.id, case.question) for case in load(file)] == [("desk-2", odd), ("desk-1", "改过的")]


def test_a_disliked_answer_becomes_a_curated_one_that_is_withdrawn_with_its_evidence(head: Staff) -> None:
    question = "第15项任务由哪些单位负责？"
    first = head.ask(question)
    rated = {"answer_id": first["id"], "rating": "down", "comment": "没说谁牵头"}
    assert head.http.post("/api/feedback", json=rated).status_code == 200
    topic = topic_of(head, question)
    assert (topic["disliked"], topic["outcome"]) == (1, "answered")
    detail = head.http.get(f"/api/admin/unanswered/{topic['id']}").json()
    assert detail["questions"][0]["comment"] == "没说谁牵头"
    evidence = place(head, "jinan-2024", "〔市教育局(市委教育工委)、市体育局分工负责〕")
    statement = {"text": "这一项没有规定牵头单位，由两家分工负责。", "evidence": [evidence]}
    body = {"question": question, "statements": [statement], "topic_id": topic["id"]}
    made = head.http.post("/api/admin/curated", json=body)
    assert made.status_code == 201, made.text
    assert made.json()["used"]
    now = head.ask(question)
    assert (now["method"], now["answer"]) == ("curated", "这一项没有规定牵头单位，由两家分工负责。[1]")
    assert now["citations"][0]["clause_id"] == "jinan-2024/4/15"
    assert head.ask("第16项任务由哪些单位负责？")["method"] == "register"
    (listed,) = head.http.get("/api/admin/curated").json()["curated"]
    assert (listed["withdrawn"], listed["statements"][0]["evidence"][0]["url"]) == (None, now["citations"][0]["url"])
    assert topic_of(head, question, "curated")
    assert head.http.delete(f"/api/admin/curated/{listed['id']}").status_code == 204
    assert head.ask(question)["method"] == "register"
    assert head.http.delete(f"/api/admin/curated/{listed['id']}").status_code == 404
    actions = [entry["action"] for entry in head.http.get("/api/admin/audit").json()["entries"]]
    assert {"curated.add", "curated.remove", "topic.curated"} <= set(actions)


def test_a_curated_answer_of_a_deleted_document_is_nowhere(own: Services, head: Staff) -> None:
    assert head.wait(head.send("关于校服的通知\n1.校服款式。校服每三年换一次款式。\n", "dress.txt", publish=True))
    evidence = place(head, "dress", "校服每三年换一次款式。")
    body = {"question": "校服多久换款？", "statements": [{"text": "三年一次。", "evidence": [evidence]}]}
    assert head.http.post("/api/admin/curated", json=body).json()["used"]
    assert head.http.delete("/api/documents/dress").status_code == 204
    assert head.http.get("/api/admin/curated").json() == {"curated": []}
    assert head.ask("校服多久换款？")["method"] != "curated"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ({"text": "说法", "evidence": [{"document_id": "jinan-2024", "start": 9, "end": 9}]}, "no words"),
        ({"text": "说法", "evidence": [{"document_id": "jinan-2024", "start": 0, "end": 10**9}]}, "characters"),
        ({"text": "说法[1]", "evidence": [{"document_id": "jinan-2024", "start": 0, "end": 9}]}, "[1]"),
        ({"text": "说法", "evidence": []}, "evidence"),
        ({"text": "  ", "evidence": [{"document_id": "jinan-2024", "start": 0, "end": 9}]}, "text"),
    ],
)
def test_a_curated_answer_without_evidence_is_refused(head: Staff, statement: dict, said: str) -> None:
    reply = head.http.post("/api/admin/curated", json={"question": "谁负责体育评价？", "statements": [statement]})
    assert reply.status_code == 422
    assert said in reply.json()["error"]["message"]


def test_what_is_dismissed_stays_so_when_asked_again_and_what_was_settled_opens(head: Staff) -> None:
    question = "学校门口的停车场怎么收费？"
    assert head.ask(question)["outcome"] != "answered"
    topic = topic_of(head, question)
    head.http.post(f"/api/admin/unanswered/{topic['id']}", json={"state": "dismissed"})
    head.ask(question)
    assert topic_of(head, question, "dismissed")["asked"] == 2
    head.http.post(f"/api/admin/unanswered/{topic['id']}", json={"state": "answered"})
    head.ask(question)
    assert topic_of(head, question)["asked"] == 3


def test_statistics_count_what_was_asked(head: Staff) -> None:
    before = head.http.get("/api/admin/stats").json()
    head.ask("一共有多少项任务？")
    topics(head)
    head.http.post("/api/feedback", json={"answer_id": head.ask("一共有多少项任务？")["id"], "rating": "up"})
    now = head.http.get("/api/admin/stats").json()
    assert now["answers"] == before["answers"] + 2
    assert now["outcomes"]["answered"] == before["outcomes"].get("answered", 0) + 2
    assert now["up"] == before["up"] + 1
    assert sum(sum(day["outcomes"].values()) for day in now["days"]) == now["answers"]
    assert {"question": "一共有多少项任务？", "count": 2} in now["top"]
    assert 0 < now["ms_p50"] <= now["ms_p95"]


def test_what_a_session_asked_is_gone_from_the_inbox_with_it(own: Services, head: Staff, tmp_path: Path) -> None:
    question = "午休时间可以在操场上放风筝吗？"
    head.http.post("/api/ask", json={"question": question, "session_id": "parent-1"})
    assert topic_of(head, question)
    assert head.http.delete("/api/sessions/parent-1").json() == {"erased": 1}
    assert question not in str(topics(head))
