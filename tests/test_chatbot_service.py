"""The service around the answers: prefix, limits, origins, settings."""

import pytest
from fastapi.testclient import TestClient

from chatbot.api import create_app
from chatbot.bootstrap import Services
from chatbot.errors import SettingsError
from chatbot.security.rates import rates
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


def test_the_rate_limit_is_off_on_loopback_and_on_elsewhere_unless_set() -> None:
    def refused(setting: str | None, loopback: bool) -> bool:
        limits = rates(setting, None, loopback)
        return any(limits.question("192.0.2.1", None, None) for _ in range(61))

    assert not refused(None, loopback=True)
    assert not refused("off", loopback=False)
    assert refused(None, loopback=False)
    assert refused("60/minute", loopback=True)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("REFORMQA_DATADIR", "x", "unknown setting REFORMQA_DATADIR"),
        ("REFORMQA_VECTOR_STORE", "milvus:x", "REFORMQA_VECTOR_STORE"),
        ("REFORMQA_ENCODER_THREADS", "many", "REFORMQA_ENCODER_THREADS"),
        ("REFORMQA_RATE_LIMIT", "sometimes", "REFORMQA_RATE_LIMIT"),
        ("REFORMQA_TRUSTED_PROXIES", "proxy.example", "REFORMQA_TRUSTED_PROXIES"),
        ("REFORMQA_RETENTION_DAYS", "-1", "REFORMQA_RETENTION_DAYS"),
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
