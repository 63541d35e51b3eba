"""The service around the answers: prefix, limits, origins, settings."""

import json

import pytest
from fastapi.testclient import TestClient

from chatbot.api import create_app
from chatbot.api.middleware import rate_limit
from chatbot.bootstrap import Services
from chatbot.errors import SettingsError
from chatbot.settings import Settings, read_settings

QUESTION = {"question": "第15项任务由哪些单位负责？"}


def client(services: Services, root_path: str = "", **changes: object) -> TestClient:
    from dataclasses import replace

    changed = services.settings.model_copy(update=changes)
    return TestClient(create_app(replace(services, settings=changed)), root_path=root_path)


def test_urls_carry_the_path_prefix_and_never_the_client_s_host(services: Services) -> None:
    reply = client(services, "/qa").post("/api/ask", json=QUESTION, headers={"Host": "evil.example"}).json()
    assert reply["citations"][0]["url"].startswith("/qa/documents/jinan-2024#c")


@pytest.mark.parametrize("path", ["/qa/api/info", "/qa/qa/api/info"])
def test_a_prefix_works_whether_the_proxy_strips_it_or_not(services: Services, path: str) -> None:
    # The test client, like a server, hands over paths that already begin with the prefix.
    assert client(services, "/qa").get(path).status_code == 200


def test_past_the_rate_limit_a_client_is_told_when_to_come_back(services: Services) -> None:
    limited = client(services, rate_limit="2/minute")
    assert [limited.post("/api/ask", json=QUESTION).status_code for _ in range(3)] == [200, 200, 429]
    refused = limited.post("/api/ask", json=QUESTION)
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.json()["error"]["code"] == "rate_limited"
    assert limited.get("/api/info").status_code == 200


def test_the_rate_limit_is_off_on_loopback_and_on_elsewhere_unless_set() -> None:
    assert rate_limit(None, loopback=True) is None
    assert rate_limit("off", loopback=False) is None
    assert rate_limit(None, loopback=False) is not None


def test_only_allowed_origins_may_read_replies(services: Services) -> None:
    school = client(services, allowed_origins="https://school.example")
    allowed = school.post("/api/ask", json=QUESTION, headers={"Origin": "https://school.example"})
    other = school.post("/api/ask", json=QUESTION, headers={"Origin": "https://other.example"})
    assert allowed.headers["access-control-allow-origin"] == "https://school.example"
    assert "access-control-allow-origin" not in other.headers


def test_header_fields_past_64_kib_are_refused(services: Services) -> None:
    reply = client(services).get("/api/info", headers={"X-Long": "x" * 65_537})
    assert reply.status_code == 431
    assert json.loads(reply.text)["error"]["code"] == "headers_too_large"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("REFORMQA_DATADIR", "x", "unknown setting REFORMQA_DATADIR"),
        ("REFORMQA_VECTOR_STORE", "milvus:x", "REFORMQA_VECTOR_STORE"),
        ("REFORMQA_ENCODER_THREADS", "many", "REFORMQA_ENCODER_THREADS"),
        ("REFORMQA_RATE_LIMIT", "sometimes", "REFORMQA_RATE_LIMIT"),
    ],
)
def test_a_wrong_setting_is_named_with_its_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=said):
        read_settings()


def test_settings_read_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFORMQA_DATA_DIR", "/somewhere")
    monkeypatch.setenv("REFORMQA_CONTACT", "")
    settings: Settings = read_settings()
    assert str(settings.data_dir) == "/somewhere"
    assert settings.contact is None
