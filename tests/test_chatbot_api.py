"""The HTTP contract, through a real server."""

import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict:
        return json.loads(self.body)


def call(url: str, body: bytes | None = None, **headers: str) -> Response:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        names.setdefault("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, names), timeout=30) as reply:
            return Response(reply.status, {k.lower(): v for k, v in reply.headers.items()}, reply.read())
    except urllib.error.HTTPError as error:
        with error:
            return Response(error.code, {k.lower(): v for k, v in error.headers.items()}, error.read())


def ask(server: str, **fields: object) -> Response:
    return call(f"{server}/api/ask", json.dumps(fields).encode())


def test_ask_answers_with_every_field_of_the_contract(live_server: str) -> None:
    reply = ask(live_server, question="第15项任务由哪些单位负责？").json
    assert set(reply) >= {
        "id", "question", "language", "outcome", "answer", "highlights", "citations", "facts", "notices", "related",
        "suggestions", "method", "timings_ms",
    }  # fmt: skip
    citation = reply["citations"][0]
    assert set(citation) >= {
        "marker", "document_id", "document_title", "document_status", "section", "clause_id", "quote", "start", "end",
        "url",
    }  # fmt: skip
    assert citation["clause_id"] == "jinan-2024/4/15"
    assert citation["section"] == ["四、实施学生评价改革专项行动", "15.强化体育评价"]
    assert citation["url"] == f"/documents/jinan-2024#c{citation['start']}-{citation['end']}"
    fact = reply["facts"][0]
    assert (fact["kind"], fact["number"], fact["ordinal"], fact["title"]) == ("task", "15", 15, "强化体育评价")
    assert fact["responsible"] == [
        {"unit": "市教育局(市委教育工委)", "role": "分工负责"},
        {"unit": "市体育局", "role": "分工负责"},
    ]
    assert set(reply["timings_ms"]) >= {"total", "understand", "retrieve", "answer"}


def test_a_citation_s_offsets_are_of_the_text_the_service_gives(live_server: str) -> None:
    citation = ask(live_server, question="基础教育名校集团有多少个？").json["citations"][0]
    text = call(f"{live_server}/api/documents/{citation['document_id']}/text").json["text"]
    assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_two_calls_differ_only_in_id_and_timings(live_server: str) -> None:
    first, second = (ask(live_server, question="幼儿园多久评估一次？").json for _ in range(2))
    for reply in (first, second):
        del reply["id"], reply["timings_ms"]
    assert first == second


def events(body: bytes) -> list[tuple[str, dict]]:
    found = []
    for block in body.decode().replace("\r\n", "\n").strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


def test_server_sent_events_carry_the_same_answer(live_server: str) -> None:
    body = json.dumps({"question": "市教育局和市体育局共同负责哪些任务？"}).encode()
    reply = call(f"{live_server}/api/ask", body, Accept="text/event-stream")
    assert reply.headers["content-type"].startswith("text/event-stream")
    assert reply.headers["x-accel-buffering"] == "no"
    names = [name for name, _ in events(reply.body)]
    assert names == ["meta", *["delta"] * (len(names) - 3), "citations", "done"]
    data = dict(events(reply.body))
    joined = "".join(event["text"] for name, event in events(reply.body) if name == "delta")
    assert joined == data["done"]["answer"]
    assert data["citations"]["citations"] == data["done"]["citations"]
    plain = call(f"{live_server}/api/ask", body).json
    assert {k: v for k, v in plain.items() if k not in ("id", "timings_ms")} == {
        k: v for k, v in data["done"].items() if k not in ("id", "timings_ms")
    }


@pytest.mark.parametrize(
    ("body", "status", "named"),
    [
        pytest.param(b"", 422, "body", id="no body"),
        pytest.param(b"{bad", 400, "JSON", id="broken JSON"),
        pytest.param(b"null", 422, "body", id="null"),
        pytest.param(b"[]", 422, "body", id="a list"),
        pytest.param(b"{}", 422, "question", id="no question"),
        pytest.param(b'{"question": ""}', 422, "question", id="empty question"),
        pytest.param(b'{"question": " \\u3000\\n"}', 422, "question", id="blank question"),
        pytest.param(b'{"question": 5}', 422, "question", id="number for question"),
        pytest.param(b'{"question": null}', 422, "question", id="null question"),
        pytest.param(b'{"question": ["a"]}', 422, "question", id="list for question"),
        pytest.param(json.dumps({"question": "长" * 1001}).encode(), 422, "1000", id="over-long question"),
        pytest.param(b'{"question": "\\ud800"}', 422, "unicode", id="half a surrogate pair"),
        pytest.param('{"question": "中文"}'.encode("gb18030"), 400, "body", id="not UTF-8"),
        pytest.param(b'{"question": "a", "history": "x"}', 422, "history", id="history no list"),
        pytest.param(b'{"question": "a", "history": [{"answer": "x"}]}', 422, "history", id="turn without question"),
        pytest.param(b'{"question": "a", "language": "fr"}', 422, "language", id="unknown language"),
        pytest.param(b'{"question": "a", "document_ids": ["nope"]}', 404, "nope", id="unknown document"),
        pytest.param(b'{"question": "a", "document_ids": "jinan-2024"}', 422, "document_ids", id="ids no list"),
    ],
)
def test_bad_input_is_a_clear_error_in_one_shape(live_server: str, body: bytes, status: int, named: str) -> None:
    reply = call(f"{live_server}/api/ask", body)
    assert reply.status == status
    error = reply.json["error"]
    assert set(error) >= {"code", "message", "hint", "request_id"}
    assert named in error["message"]
    assert "Traceback" not in reply.body.decode()
    assert reply.headers["x-request-id"] == error["request_id"]


def test_a_body_too_large_is_refused_before_it_is_read(live_server: str) -> None:
    connection = http.client.HTTPConnection(live_server.removeprefix("http://"), timeout=30)
    connection.putrequest("POST", "/api/ask")
    connection.putheader("Content-Type", "application/json")
    connection.putheader("Content-Length", str(4 * 1024 * 1024 + 1))
    connection.endheaders()
    reply = connection.getresponse()
    assert reply.status == 413
    assert "bytes" in json.loads(reply.read())["error"]["message"]
    connection.close()


def test_exactly_a_thousand_characters_and_unknown_fields_are_accepted(live_server: str) -> None:
    assert ask(live_server, question="长" * 1000, whatever=1, session_id="s").status == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/documents/nope", 404),
        ("/api/documents/nope/text", 404),
        ("/documents/nope", 404),
        ("/api/search", 422),
        ("/api/search?q=%20", 422),
        ("/api/search?q=a&k=0", 422),
        ("/api/search?q=a&document_id=nope", 404),
        ("/api/tasks?document_id=nope", 404),
        ("/api/tasks?format=xml", 422),
        ("/nothing-here", 404),
    ],
)
def test_bad_addresses_are_errors_in_the_same_shape(live_server: str, path: str, status: int) -> None:
    reply = call(live_server + path)
    assert reply.status == status
    assert set(reply.json["error"]) >= {"code", "message", "hint", "request_id"}


def test_a_wrong_method_is_named_one(live_server: str) -> None:
    assert call(f"{live_server}/api/ask").json["error"]["code"] == "method_not_allowed"


def test_info_counts_what_is_served(live_server: str) -> None:
    info = call(f"{live_server}/api/info").json
    assert (info["documents"], info["tasks"], info["llm"]) == (2, 20, None)
    assert info["languages"] == ["zh", "en"]
    assert info["index_generation"]


def test_documents_are_listed_with_what_they_are(live_server: str) -> None:
    rows = {row["id"]: row for row in call(f"{live_server}/api/documents").json["documents"]}
    assert set(rows) == {"jinan-2024", "xx-reform-plan"}
    jinan = rows["jinan-2024"]
    assert (jinan["status"], jinan["date"], jinan["issuer"], jinan["tasks"]) == (
        "draft",
        "2024-05-16",
        "济南市教育局",
        20,
    )
    assert rows["xx-reform-plan"]["status"] is None


def test_a_document_shows_outline_and_receipt(live_server: str) -> None:
    document = call(f"{live_server}/api/documents/jinan-2024").json
    receipt = document["receipt"]
    dropped = sum(row["end"] - row["start"] for row in receipt["dropped"])
    assert receipt["indexed"] + dropped == receipt["characters"]
    assert receipt["unaccounted"] == 0
    assert [row["label"] for row in document["sections"] if row["id"] == "jinan-2024/4/15"] == ["15.强化体育评价"]


def test_search_gives_original_and_repaired_text_and_a_score_per_channel(live_server: str) -> None:
    found = call(f"{live_server}/api/search?q=%E5%90%8D%E6%A0%A1%E9%9B%86%E5%9B%A2&k=3").json["results"]
    assert len(found) == 3
    assert "根底教育名校集团" in found[0]["quote"]
    assert "基础教育名校集团" in found[0]["text"]
    assert set(found[0]["scores"]) == {"dense", "lexical"}
    assert found[0]["score"] >= found[1]["score"] >= found[2]["score"]


def test_the_register_filters_by_any_name_of_a_unit_and_exports_for_excel(live_server: str) -> None:
    rows = call(f"{live_server}/api/tasks?unit=Sports%20Bureau").json["tasks"]
    assert [row["number"] for row in rows] == ["15"]
    assert len(call(f"{live_server}/api/tasks").json["tasks"]) == 20
    sheet = call(f"{live_server}/api/tasks?format=csv").body
    assert sheet.startswith(b"\xef\xbb\xbf")
    assert "强化体育评价" in sheet.decode("utf-8-sig")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/", "/documents/jinan-2024"])
def test_uptime_checks_may_ask_for_the_head_alone(live_server: str, path: str) -> None:
    assert call(live_server + path).status == 200
    with urllib.request.urlopen(urllib.request.Request(live_server + path, method="HEAD"), timeout=10) as reply:
        assert reply.status == 200


def test_pages_need_no_other_host(live_server: str) -> None:
    for path in ("/", "/documents/jinan-2024", "/docs"):
        page = call(live_server + path)
        assert page.status == 200
        assert b"//cdn" not in page.body
        assert page.headers["x-content-type-options"] == "nosniff"
        assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert call(f"{live_server}/static/docs/swagger-ui-bundle.js").status == 200


def test_openapi_describes_the_ask_endpoint(live_server: str) -> None:
    described = call(f"{live_server}/openapi.json").json
    assert "/api/ask" in described["paths"]
    assert "text/event-stream" in described["paths"]["/api/ask"]["post"]["responses"]["200"]["content"]
