"""Many questions in one request, and the units, as JSON and as tables, through a real server."""

import csv
import io
import json
from urllib.parse import quote

import pytest

from tests.fakes import KEY
from tests.test_chatbot_api import ask, call

QUESTIONS = ["第15项任务由哪些单位负责？", "今天天气怎么样？", "Which tasks does the Sports Bureau share?"]


def batch(server: str, body: bytes, kind: str = "application/json", query: str = ""):
    return call(f"{server}/api/ask/batch{query}", body, Content_Type=kind, X_API_Key=KEY)


def table(text: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline="")))


def test_answers_of_a_batch_come_in_order_each_as_from_ask(live_server: str) -> None:
    reply = batch(live_server, json.dumps({"questions": [{"question": q} for q in QUESTIONS]}).encode()).json
    for question, answer in zip(QUESTIONS, reply["answers"], strict=True):
        alone = ask(live_server, question=question).json
        for fields in (alone, answer):
            del fields["id"], fields["timings_ms"]
        assert answer == alone


def test_history_and_language_count_in_a_batch(live_server: str) -> None:
    asked = [
        {"question": "那第16项呢？", "history": [{"question": QUESTIONS[0]}]},
        {"question": QUESTIONS[0], "language": "en"},
    ]
    first, second = batch(live_server, json.dumps({"questions": asked}).encode()).json["answers"]
    assert first["facts"][0]["number"] == "16"
    assert second["language"] == "en"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_that_excel_saved_is_answered_as_a_table(live_server: str, encoding: str) -> None:
    lines = "编号,Question\r\n1,第15项任务由哪些单位负责？\r\n,\r\n2,“双零择”是什么？\r\n"
    reply = batch(live_server, lines.encode(encoding, "replace"), "text/csv", "?format=csv")
    assert reply.body.startswith("\ufeff".encode())
    rows = table(reply.body)
    assert [row["outcome"] for row in rows] == ["answered", "answered"]
    assert rows[0]["sources"].startswith("[1] 《济南市")
    assert "#c" in rows[0]["sources"]


def test_a_question_that_a_spreadsheet_would_run_comes_back_as_text(live_server: str) -> None:
    asked = json.dumps({"questions": [{"question": "=HYPERLINK(1)"}]}).encode()
    assert table(batch(live_server, asked, query="?format=csv").body)[0]["question"] == "'=HYPERLINK(1)"


@pytest.mark.parametrize(
    ("body", "kind", "status", "said"),
    [
        (b'{"questions": []}', "application/json", 422, "questions"),
        (json.dumps({"questions": [{"question": "a"}] * 501}).encode(), "application/json", 422, "500"),
        (b'{"questions": [{"question": 5}]}', "application/json", 422, "questions.0.question"),
        (b"{", "application/json", 400, "JSON"),
        (b"frage\nWas?\n", "text/csv", 422, "column question"),
        (b'question\n"open\n', "text/csv", 422, "not CSV"),
        (b"question\n" + b"a\n" * 501, "text/csv", 422, "500"),
        (b"\x00\x01", "text/csv", 422, "binary"),
        (b"", "text/csv", 422, "column question"),
        (b"x", "text/plain", 415, "text/plain"),
    ],
)
def test_a_batch_that_is_none_is_refused_and_told_why(
    live_server: str, body: bytes, kind: str, status: int, said: str
) -> None:
    reply = batch(live_server, body, kind)
    assert reply.status == status, reply.body
    assert said in reply.json["error"]["message"]


def test_units_have_their_names_in_both_languages_and_their_tasks_by_role(live_server: str) -> None:
    units = {unit["name"]: unit for unit in call(f"{live_server}/api/units").json["units"]}
    sports = units["市体育局"]
    assert sports["name_en"] == "Sports Bureau"
    assert "体育局" in sports["aliases"]
    assert sports["documents"] == [
        {"document_id": "jinan-2024", "tasks": 1, "roles": {"分工负责": 1}, "below_headings": 0}
    ]
    for name in units:
        listed = call(f"{live_server}/api/tasks?unit={quote(name)}").json["tasks"]
        assert units[name]["tasks"] == len(listed), name


def test_units_open_in_excel(live_server: str) -> None:
    reply = call(f"{live_server}/api/units?format=csv")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    rows = table(reply.body)
    assert {"name": "市体育局", "document_id": "jinan-2024", "tasks": "1", "roles": "分工负责 1"}.items() <= {
        key: value for row in rows if row["name"] == "市体育局" for key, value in row.items()
    }.items()
    assert call(f"{live_server}/api/units?document_id=none").status == 404
