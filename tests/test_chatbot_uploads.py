"""Documents over real HTTP: sent, looked at, published, replaced, deleted; who may, and what is refused."""

import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from chatbot.api import create_app
from chatbot.bootstrap import Services, open_services
from chatbot.storage import open_storage
from eval_sets.benchmarks.served import serving_app
from tests import hostile
from tests.uploading import KEYS, POLICY, READ, Staff, files_with

OTHER = POLICY.replace("每日", "每周")
#: In the document and in no question that is asked here: questions stay, people asked them.
SECRET, TITLE = "每日检查一次", "校车司机培训"


@pytest.fixture(scope="module")
def own(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Services:
    """Services over a data directory of this module's own."""
    folder = tmp_path_factory.mktemp("uploads")
    shutil.copytree(services.settings.data_dir / "indexes", folder / "indexes")
    changes = {"data_dir": folder, "api_keys": KEYS, "upload_max_mb": 1, "upload_queue": 3}
    return open_services(type(services.settings)(**{**services.settings.model_dump(), **changes}, _env_file=None))


@pytest.fixture(scope="module")
def url(own: Services) -> Iterator[str]:
    with serving_app(create_app(own)) as base:
        yield base


@pytest.fixture
def staff(url: str) -> Iterator[Staff]:
    """Somebody who may write; what was sent is deleted afterwards."""
    clerk = Staff(url)
    yield clerk
    for document_id, row in clerk.rows().items():
        if document_id not in ("jinan-2024", "xx-reform-plan") or row["preview"]:
            assert clerk.http.delete(f"/api/documents/{document_id}").status_code == 204
    clerk.http.close()


def test_what_was_sent_is_a_preview_that_answers_nothing_until_published(url: str, staff: Staff) -> None:
    sent = staff.send(POLICY)
    assert sent.headers["Location"] == f"/api/jobs/{sent.json()['id']}"
    job = staff.wait(sent)
    assert (job["state"], job["progress"], job["document_id"]) == ("done", 1.0, "bus")
    assert job["receipt"]["characters"] == len(POLICY)
    assert job["receipt"]["unaccounted"] == 0
    assert staff.rows()["bus"]["published"] is False
    assert staff.http.get("/api/documents/bus/text").json()["text"] == POLICY
    assert staff.http.get("/api/documents/bus").json()["published"] is False
    with httpx.Client(base_url=url, timeout=60) as public:
        assert "bus" not in public.get("/api/documents").text
        for path in ("/api/documents/bus", "/api/documents/bus/text", "/documents/bus"):
            assert public.get(path).status_code == 404
            assert public.get(path, params={"preview": "true"}).status_code == 404
        for said in (public.get("/api/search", params={"q": SECRET}).text, json.dumps(staff.ask("校车由谁检查？"))):
            assert '"bus"' not in said
    assert staff.publish("bus")["state"] == "done"
    assert staff.rows()["bus"]["published"] is True
    assert staff.rows()["bus"]["preview"] is False
    answer = staff.ask("校车每日检查由谁负责？")
    assert answer["citations"][0]["document_id"] == "bus"
    assert "市公安局" in answer["answer"]


def test_a_replacement_leaves_the_old_version_answering_until_it_is_published(staff: Staff) -> None:
    assert staff.wait(staff.send(POLICY, publish=True))["stage"] == "published"
    assert staff.wait(staff.send(OTHER))["state"] == "done"
    row = staff.rows()["bus"]
    assert (row["published"], row["preview"]) == (True, True)
    assert staff.http.get("/api/documents/bus/text").json()["text"] == POLICY
    assert staff.http.get("/api/documents/bus/text", params={"preview": "true"}).json()["text"] == OTHER
    staff.publish("bus")
    assert staff.http.get("/api/documents/bus/text").json()["text"] == OTHER
    assert "每周" in staff.http.get("/api/search", params={"q": "校车检查"}).text


def test_any_file_may_take_the_place_of_a_given_id(staff: Staff) -> None:
    assert staff.wait(staff.send(POLICY, "清单.txt", id="school-bus"))["document_id"] == "school-bus"
    assert staff.send(POLICY, id="../x").status_code == 422


def test_only_a_preview_can_be_discarded(staff: Staff) -> None:
    staff.wait(staff.send(POLICY, publish=True))
    staff.wait(staff.send(OTHER))
    assert staff.http.delete("/api/documents/bus", params={"preview": "true"}).status_code == 204
    assert staff.rows()["bus"]["preview"] is False
    assert staff.http.get("/api/documents/bus/text").json()["text"] == POLICY
    assert staff.http.delete("/api/documents/bus", params={"preview": "true"}).status_code == 404


@pytest.mark.parametrize("published", [True, False], ids=["published", "preview"])
def test_once_a_deletion_returns_no_reply_job_or_file_has_the_document(
    own: Services, staff: Staff, published: bool
) -> None:
    job = staff.wait(staff.send(POLICY, publish=published))
    staff.ask("校车由谁检查？")
    assert files_with(own.settings.data_dir, SECRET, TITLE)
    assert staff.http.delete("/api/documents/bus").status_code == 204
    assert "bus" not in staff.rows()
    assert staff.http.get(f"/api/jobs/{job['id']}").json()["receipt"] is None
    assert staff.http.get("/api/documents/bus").status_code == 404
    assert SECRET not in staff.http.get("/api/search", params={"q": SECRET}).json()["results"].__str__()
    assert SECRET not in json.dumps(staff.ask("校车司机怎么培训？"), ensure_ascii=False)
    assert files_with(own.settings.data_dir, SECRET, TITLE) == []
    assert staff.http.delete("/api/documents/bus").status_code == 404


def test_a_deletion_ends_the_jobs_on_the_document(own: Services, staff: Staff) -> None:
    long = POLICY + "".join(f"{n}.第{n}所学校每日检查校车{n}辆，司机{n}名。\n" for n in range(3, 600))
    sent = staff.send(long, publish=True)
    for _ in range(600):
        if staff.http.get(f"/api/jobs/{sent.json()['id']}").json()["stage"] == "encoding":
            break
        threading.Event().wait(0.05)
    assert staff.send(POLICY).status_code == 409
    assert staff.http.post("/api/documents/bus/publish").status_code == 409
    assert staff.http.delete("/api/documents/bus").status_code == 204
    job = staff.wait(sent)
    assert (job["state"], job["error"]["code"]) == ("failed", "withdrawn")
    assert staff.wait(staff.send(OTHER, "other.txt"))["state"] == "done", "the next job runs"
    assert "bus" not in staff.rows()
    assert files_with(own.settings.data_dir, "每日检查校车") == []


def test_past_the_queue_s_bound_an_upload_is_told_to_come_back(staff: Staff) -> None:
    replies = [staff.send(POLICY, f"q{n}.txt") for n in range(12)]
    refused = [reply for reply in replies if reply.status_code == 503]
    assert {reply.status_code for reply in replies} == {202, 503}
    assert int(refused[0].headers["Retry-After"]) > 0
    assert all(staff.wait(reply)["state"] == "done" for reply in replies if reply.status_code == 202)


def test_progress_comes_as_server_sent_events(staff: Staff) -> None:
    job = staff.send(POLICY, publish=True).json()
    events, states = [], []
    with staff.http.stream("GET", f"/api/jobs/{job['id']}", headers={"Accept": "text/event-stream"}) as reply:
        assert reply.headers["X-Accel-Buffering"] == "no"
        for line in reply.iter_lines():
            if line.startswith("event: "):
                events.append(line.removeprefix("event: "))
            elif line.startswith("data: "):
                states.append(json.loads(line.removeprefix("data: ")))
    assert events[-1] == "done"
    assert set(events[:-1]) == {"progress"}
    assert (states[-1]["state"], states[-1]["stage"]) == ("done", "published")
    shares = [state["progress"] for state in states]
    assert shares == sorted(shares)


@pytest.mark.parametrize("key", [None, "x" * 40, READ], ids=["no key", "unknown key", "scope read"])
def test_changing_documents_needs_scope_write(url: str, key: str | None) -> None:
    headers = {"X-API-Key": key} if key else {}
    wanted = 403 if key == READ else 401
    with httpx.Client(base_url=url, headers=headers, timeout=60) as http:
        replies = [
            http.post("/api/documents", files={"file": ("bus.txt", POLICY)}),
            http.post("/api/documents/jinan-2024/publish"),
            http.delete("/api/documents/jinan-2024"),
            http.get("/api/jobs/0"),
        ]
        assert [reply.status_code for reply in replies] == [wanted] * 4
        assert http.get("/api/documents/jinan-2024").status_code == 200


@pytest.mark.parametrize(
    ("data", "name", "status", "said"),
    [
        (b"", "empty.txt", 422, "empty"),
        (b" \n", "blank.txt", 422, "empty"),
        (b"x" * 1_000_001, "large.txt", 413, "1,000,000 bytes"),
        (b"x" * 3_000_000, "larger.txt", 413, "bytes"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "policy.docx", 415, ".docx and .pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "policy.pdf", 415, "save it as .docx"),
        (b"\x7fELF\x02\x01\x01" + bytes(100), "policy.txt", 415, ".docx and .pdf"),
        (b"PK\x05\x06" + bytes(18), "policy.docx", 415, "unpack it"),
    ],
    ids=["empty", "blank", "large", "larger", "image", "doc", "program", "zip"],
)
def test_what_is_no_document_is_refused_at_once(staff: Staff, data: bytes, name: str, status: int, said: str) -> None:
    reply = staff.send(data, name)
    assert reply.status_code == status
    error = reply.json()["error"]
    assert said in error["message"]
    assert error["hint"]
    assert error["message"].startswith(f"{name}: ") or status == 413


def test_a_body_without_a_length_is_refused_before_it_has_all_come(url: str, staff: Staff) -> None:
    given = 0

    def endless() -> Iterator[bytes]:
        nonlocal given
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.txt"\r\n\r\n'
        for _ in range(1000):
            given += 1 << 20
            yield b"x" * (1 << 20)

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    # The server hangs up; whether its reply is read before depends on the client.
    with suppress(httpx.NetworkError):
        assert staff.http.post("/api/documents", content=endless(), headers=kind).status_code == 413
    assert given < 100 << 20


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"x", "multipart/form-data", 400),
        (b"x", "multipart/form-data; boundary=b", 400),
        (b"--b\r\nContent-Disposition: form-data; name=file\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b", 422),
        (b"--b\r\nno header\r\n\r\nx", "multipart/form-data; boundary=b", 400),
        (b"--b\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b", 400),
        (b"", "multipart/form-data; boundary=\xff", 422),
    ],
)
def test_a_form_that_is_none_is_a_clear_error(staff: Staff, body: bytes, kind: str, status: int) -> None:
    reply = staff.http.post("/api/documents", content=body, headers={"Content-Type": kind.encode("latin-1")})
    assert reply.status_code == status, reply.text
    assert reply.json()["error"]["message"]


@pytest.mark.parametrize(
    ("name", "document_id"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\x00b\x1b.txt", None),
        ("plan\u202etxt.exe", None),
        ("清单" * 150 + ".docx", None),
        ("no extension", "no-extension"),
    ],
    ids=["path", "control", "bidi", "long", "no extension"],
)
def test_a_hostile_name_is_an_id_and_never_a_path(
    own: Services, staff: Staff, name: str, document_id: str | None
) -> None:
    before = set(own.settings.data_dir.parent.iterdir())
    job = staff.wait(staff.send(POLICY.encode("gb18030"), name))
    assert job["state"] == "done"
    assert document_id in (None, job["document_id"])
    assert set(own.settings.data_dir.parent.iterdir()) == before
    assert staff.http.get(f"/api/documents/{job['document_id']}/text").json()["text"] == POLICY


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (hostile.zip_bomb(), "unpacks to"),
        (hostile.lying_zip_bomb(), "damaged"),
        (hostile.xml_bomb(), "amplification"),
        (b"%PDF-1.7 cut off", "damaged"),
    ],
    ids=["zip bomb", "zip bomb that lies", "xml bomb", "cut pdf"],
)
def test_a_file_that_cannot_be_read_is_a_failed_job_that_names_it_and_the_remedy(
    staff: Staff, data: bytes, said: str
) -> None:
    job = staff.wait(staff.send(data, "清单.docx"))
    assert job["state"] == "failed"
    assert job["error"]["message"].startswith("清单.docx: ")
    assert said in job["error"]["message"]
    assert job["error"]["hint"]
    assert job["document_id"] not in staff.rows()


def test_an_id_nobody_has_is_404_and_one_with_nothing_new_409(staff: Staff) -> None:
    assert staff.http.post("/api/documents/nobody/publish").status_code == 404
    assert staff.http.delete("/api/documents/nobody").status_code == 404
    assert staff.http.get("/api/jobs/nobody").status_code == 404
    assert staff.http.post("/api/documents/jinan-2024/publish").status_code == 409


def test_the_audit_log_says_who_sent_published_and_deleted(own: Services, staff: Staff) -> None:
    staff.wait(staff.send(POLICY, publish=True))
    staff.http.delete("/api/documents/bus")
    entries = open_storage(own.settings).audit.latest(3)
    assert [(entry.action, entry.subject) for entry in reversed(entries)] == [
        ("document.upload", "bus"),
        ("document.publish", "bus"),
        ("document.delete", "bus"),
    ]
    assert {entry.actor for entry in entries} == {"clerk (env:clerk)"}


def test_openapi_has_the_form_the_statuses_and_an_example_of_a_job(url: str) -> None:
    described = httpx.get(f"{url}/openapi.json").json()
    posted = described["paths"]["/api/documents"]["post"]
    assert "file" in posted["requestBody"]["content"]["multipart/form-data"]["schema"]["properties"]
    assert {"202", "400", "401", "403", "409", "413", "415", "422", "503"} <= posted["responses"].keys()
    assert {"202", "404", "409"} <= described["paths"]["/api/documents/{document_id}/publish"]["post"][
        "responses"
    ].keys()
    assert {"204", "404"} <= described["paths"]["/api/documents/{document_id}"]["delete"]["responses"].keys()
    assert described["components"]["schemas"]["JobOut"]["examples"][0]["state"] == "running"
