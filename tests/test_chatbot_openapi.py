"""The OpenAPI: valid, its examples run, and what comes back is what it says."""

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlencode

import httpx
import pytest

from chatbot.bootstrap import Services
from eval_sets.benchmarks.served import serving
from tests.test_chatbot_api import call

#: A schema cannot say what two bodies must be: a table with a column question, a chat with a user's words in it. And
#: 413 refuses what is too long as well as what is wrong.
UNSAID = """
[checks]
negative_data_rejection.expected-statuses = [400, 404, 405, 413, 415, 422, 429, 431]

[[operations]]
include-path = "/api/ask/batch"
checks.positive_data_acceptance.enabled = false

[[operations]]
include-path = "/v1/chat/completions"
checks.positive_data_acceptance.enabled = false
"""


def test_the_openapi_is_valid(live_server: str) -> None:
    validator = pytest.importorskip("openapi_spec_validator", reason="pip install openapi-spec-validator")
    validator.validate(call(f"{live_server}/openapi.json").json)


def resolved(schema: dict, api: dict) -> dict:
    name = schema.get("$ref", "").rpartition("/")[2]
    return api["components"]["schemas"][name] if name else schema


def example(schema: dict, api: dict) -> object:
    schema = resolved(schema, api)
    if "example" in schema:
        return schema["example"]
    if "examples" in schema:
        return schema["examples"][0]
    return {name: example(schema["properties"][name], api) for name in schema["required"]}


def test_every_operation_has_an_example_that_runs(live_server: str) -> None:
    api = call(f"{live_server}/openapi.json").json
    ran = 0
    for path, operations in api["paths"].items():
        for method, operation in operations.items():
            needed = [p for p in operation.get("parameters", ()) if p["required"]]
            given = {p["name"]: p.get("example") or example(p["schema"], api) for p in needed}
            url = live_server + path
            for p in needed:
                if p["in"] == "path":
                    url = url.replace(f"{{{p['name']}}}", quote(given.pop(p["name"]), safe=""))
            for kind, content in operation.get("requestBody", {"content": {None: None}})["content"].items():
                body = content and (content.get("example") or example(content["schema"], api))
                data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
                headers = {"Content_Type": kind} if kind else {}
                reply = call(f"{url}?{urlencode(given)}", data if kind else None, **headers)
                assert reply.status == 200, (method, path, kind, reply.body)
                assert reply.headers["content-type"].partition(";")[0] in operation["responses"]["200"]["content"]
                ran += 1
    assert ran >= 14


def hold_to_its_word(url: str, folder: Path, examples: int) -> str:
    pytest.importorskip("schemathesis", reason="pip install schemathesis")
    (folder / "schemathesis.toml").write_text(UNSAID, "utf-8")
    options = ["--max-examples", str(examples), "--phases", "examples,coverage,fuzzing", "--no-color"]
    run = [sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json", *options]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, timeout=7200)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    return done.stdout


def test_what_comes_back_is_what_the_openapi_says(services: Services, tmp_path: Path) -> None:
    with serving(services) as url:
        hold_to_its_word(url, tmp_path, 3)


@pytest.mark.slow
def test_twenty_thousand_requests_meet_no_fault_and_no_surprise(services: Services, tmp_path: Path) -> None:
    with serving(services) as url:
        said = hold_to_its_word(url, tmp_path, 1800)
    assert int(said.partition(" generated")[0].rpartition(" ")[2]) >= 20_000


@pytest.mark.parametrize("path", ["/api/info", "/api/units", "/docs", "/openapi.json", "/healthz", "/"])
@pytest.mark.parametrize("prefix", ["", "/qa"], ids=["stripped", "kept"])
def test_everything_works_behind_a_proxy_with_a_prefix(services: Services, path: str, prefix: str) -> None:
    with serving(services, root_path="/qa") as url:
        assert call(f"{url}{prefix}{path}").status == 200


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
