"""The OpenAPI: valid, its examples run, and what comes back is what it says."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from chatbot.bootstrap import Services
from eval_sets.benchmarks.served import serving
from tests.commands import Service, reformqa, running
from tests.fakes import KEY
from tests.test_chatbot_api import call
from tests.uploading import POLICY, Staff

#: A schema cannot say what some bodies must be: a table with a column question, a chat with a user's words in it, a
#: file of a kind that is read. And 413 refuses what is too long as well as what is wrong.
UNSAID = """
[checks]
negative_data_rejection.expected-statuses = [400, 404, 405, 413, 415, 422, 429, 431]

[[operations]]
include-path = "/api/ask/batch"
checks.positive_data_acceptance.enabled = false

[[operations]]
include-path = "/v1/chat/completions"
checks.positive_data_acceptance.enabled = false

[[operations]]
include-path = "/api/documents"
checks.positive_data_acceptance.enabled = false
"""


def test_the_openapi_is_valid(live_server: str) -> None:
    validator = pytest.importorskip("openapi_spec_validator", reason="pip install openapi-spec-validator")
    validator.validate(call(f"{live_server}/openapi.json").json)


def test_the_openapi_says_which_questions_are_blank(live_server: str) -> None:
    api = call(f"{live_server}/openapi.json").json
    pattern = re.compile(api["components"]["schemas"]["AskIn"]["properties"]["question"]["pattern"], re.ASCII)
    blanks = [chr(c) for c in range(0x80) if chr(c).isspace()] + ["\u0085"]
    for text in blanks:
        assert not pattern.search(text), hex(ord(text))
        assert pattern.search(f"{text}a{text}")


def resolved(schema: dict, api: dict) -> dict:
    name = schema.get("$ref", "").rpartition("/")[2]
    return api["components"]["schemas"][name] if name else schema


def example(schema: dict, api: dict) -> object:
    schema = resolved(schema, api)
    if "example" in schema:
        return schema["example"]
    if "examples" in schema:
        return schema["examples"][0]
    return {name: example(schema["properties"][name], api) for name in schema.get("required", ())}


@pytest.fixture(scope="module")
def alone(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The command over a data directory of its own, whose documents may be changed."""
    folder = tmp_path_factory.mktemp("openapi") / "data"
    shutil.copytree(services.settings.data_dir / "indexes", folder / "indexes")
    with running(folder, api_keys=f"tests:admin:{KEY}", rate_limit="off") as service:
        yield service


def the_ids_there_are(http: httpx.Client, staff: Staff, data_dir: Path) -> dict[str, str]:
    """Examples name things that a service comes to have; these are such things of the one that is asked."""
    case = {"id": "t-1", "lang": "zh", "type": "units", "question": "第15项任务由哪些单位负责？", "answerable": False}
    (data_dir / "one.jsonl").write_text(json.dumps(case), "utf-8")
    assert reformqa(data_dir, "eval", "--golden", "one.jsonl").returncode == 0
    (run,) = http.get("/api/admin/evaluations").json()["evaluations"]
    job = staff.wait(staff.send(POLICY))
    refused = http.post("/api/ask", json={"question": "校服每学期多少钱？"}).json()
    assert refused["outcome"] == "not_found"
    topic = http.get("/api/admin/unanswered").json()["topics"][0]
    return {
        "document_id": "bus",
        "job_id": job["id"],
        "topic_id": topic["id"],
        "answer_id": refused["id"],
        "run_id": run["id"],
    }


#: What is changed is made first and deleted last.
ORDER = ["post", "get", "delete"]


@pytest.fixture
def staff(alone: Service) -> Iterator[Staff]:
    """Somebody with the key that opens all of it."""
    client = Staff(alone.url, KEY)
    yield client
    client.http.close()


def test_every_operation_has_an_example_that_runs(alone: Service, staff: Staff) -> None:
    http, ran = staff.http, 0
    api = http.get("/openapi.json").json()
    operations = [(method, path, op) for path, ops in api["paths"].items() for method, op in ops.items()]
    ids = the_ids_there_are(http, staff, alone.data_dir)
    for method, path, operation in sorted(operations, key=lambda o: (ORDER.index(o[0]), o[1])):
        needed = [p for p in operation.get("parameters", ()) if p["required"]]
        given = {p["name"]: p.get("example") or example(p["schema"], api) for p in needed}
        url = path
        for p in needed:
            if p["in"] == "path":
                url = url.replace(f"{{{p['name']}}}", quote(ids.get(p["name"], given.pop(p["name"])), safe=""))
        content = operation.get("requestBody", {}).get("content") or {None: None}
        for kind, media in content.items():
            if kind == "multipart/form-data":
                sent = {"files": {"file": ("school.txt", "关于校服的通知\n1.校服。每三年换一次。\n".encode())}}
            elif kind:
                body = media.get("example") or example(media["schema"], api)
                if "answer_id" in body:
                    body |= {"answer_id": ids["answer_id"]}
                data = body if isinstance(body, str) else json.dumps(body)
                sent = {"content": data.encode(), "headers": {"Content-Type": kind}}
            else:
                sent = {}
            given = {name: value for name, value in given.items() if f"{{{name}}}" not in path}
            reply = http.request(method.upper(), url, params=given, **sent)
            assert str(reply.status_code) in operation["responses"], (method, path, reply.text)
            assert reply.status_code < 300, (method, path, kind, reply.text)
            told = operation["responses"][str(reply.status_code)].get("content", {})
            assert reply.status_code == 204 or reply.headers["content-type"].partition(";")[0] in told
            if path == "/api/admin/curated" and method == "post":
                ids["curated_id"] = reply.json()["id"]
            ran += 1
    assert ran == len(operations) + 1, "a batch is JSON or CSV"


def hold_to_its_word(service: Service, folder: Path, examples: int) -> str:
    """Ask with requests made from the OpenAPI, with the key that opens all of it."""
    pytest.importorskip("schemathesis", reason="pip install schemathesis")
    (folder / "schemathesis.toml").write_text(UNSAID, "utf-8")
    options = [
        "--max-examples", str(examples), "--phases", "examples,coverage,fuzzing", "--no-color",
        "--request-timeout", "300", "--exclude-checks", "ignored_auth", "-H", f"Authorization: Bearer {KEY}",
    ]  # fmt: skip
    run = [sys.executable, "-m", "schemathesis.cli", "run", f"{service.url}/openapi.json", *options]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, timeout=7200, check=False)
    (folder / "said.txt").write_text(done.stdout, "utf-8")
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    return done.stdout


@pytest.mark.slow
def test_what_comes_back_is_what_the_openapi_says(alone: Service, tmp_path: Path) -> None:
    hold_to_its_word(alone, tmp_path, 3)


@pytest.mark.exhaustive
def test_twenty_thousand_requests_meet_no_fault_and_no_surprise(alone: Service, tmp_path: Path) -> None:
    said = hold_to_its_word(alone, tmp_path, 1000)
    made = re.search(r"(\d+) generated", said)
    assert made
    assert int(made[1]) >= 20_000


@pytest.mark.parametrize("path", ["/api/info", "/api/units", "/docs", "/openapi.json", "/healthz", "/"])
@pytest.mark.parametrize("prefix", ["", "/qa"], ids=["stripped", "kept"])
def test_everything_works_behind_a_proxy_with_a_prefix(services: Services, path: str, prefix: str) -> None:
    with serving(services, root_path="/qa") as url:
        assert call(f"{url}{prefix}{path}").status == 200


def test_the_prefix_alone_leads_to_the_page_below_it(services: Services) -> None:
    with serving(services, root_path="/qa") as url:
        reply = httpx.get(f"{url}/qa", headers={"Host": "evil.example"})
    assert (reply.status_code, reply.headers["Location"]) == (307, "/qa/")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/api/ask", {"POST"}), ("/api/units", {"GET", "HEAD"}), ("/v1/models", {"GET", "HEAD"})],
)
def test_options_names_the_methods_and_head_has_no_body(live_server: str, path: str, allowed: set[str]) -> None:
    reply = httpx.options(f"{live_server}{path}")
    assert reply.status_code == 204
    assert set(reply.headers["allow"].split(", ")) == allowed | {"OPTIONS"}
    head = httpx.head(f"{live_server}{path}")
    assert head.status_code == (200 if "HEAD" in allowed else 405)
    assert head.content == b"" or "HEAD" not in allowed
