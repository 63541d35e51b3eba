"""What deploy/ says of the service is true of it; nginx streams its answers with the file that is there."""

import asyncio
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
import yaml
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

from chatbot import server
from chatbot.api import create_app
from chatbot.bootstrap import Services
from chatbot.cli import app
from chatbot.settings import Settings
from eval_sets.benchmarks.served import serving_app
from tests.patience import PATIENCE
from tests.test_chatbot_model_faults import FAITHFUL, QUESTION
from tests.test_chatbot_stress import SSE, Slow, with_model

DEPLOY = Path(__file__).parent.parent / "deploy"
FILES = sorted(path for path in DEPLOY.iterdir() if path.is_file())
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"


def text(name: str) -> str:
    return (DEPLOY / name).read_text("utf-8")


def compose() -> dict[str, Any]:
    return yaml.safe_load(text("compose.yaml"))  # type: ignore[no-any-return]


def exec_form(instruction: str) -> list[str]:
    """The last such instruction of the Dockerfile, in its exec form."""
    joined = text("Dockerfile").replace("\\\n", " ")
    found = re.findall(rf"^{instruction}\b.*?(\[.*\])$", joined, re.M)
    return [str(part) for part in json.loads(found[-1])]


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.name)
def test_every_setting_that_is_named_is_one(file: Path) -> None:
    known = {f"REFORMQA_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"REFORMQA_[A-Z_]+", file.read_text("utf-8"))) <= known


def commands() -> dict[str, list[str]]:
    unit = re.search(r"^ExecStart=\S+/reformqa (.*)$", text("reformqa.service"), re.M)
    assert unit
    return {"systemd": shlex.split(unit[1]), "docker": exec_form("CMD"),
            "compose": compose()["services"]["reformqa"]["command"]}  # fmt: skip


@pytest.mark.parametrize("of", ["systemd", "docker", "compose"])
def test_the_command_that_is_started_has_these_options(of: str) -> None:
    name, *arguments = commands()[of]
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    with command.make_context(name, arguments) as context:
        assert context.params["workers"] == 2


def test_who_stops_the_service_waits_until_its_streams_have_ended() -> None:
    needed = server._GRACE + Settings(_env_file=None).llm_timeout
    unit = re.search(r"^TimeoutStopSec=(\d+)$", text("reformqa.service"), re.M)
    assert unit
    assert int(unit[1]) > needed
    assert int(compose()["services"]["reformqa"]["stop_grace_period"].rstrip("s")) > needed


def test_the_proxy_lets_pass_what_the_service_takes() -> None:
    settings = Settings(_env_file=None)
    body = re.search(r"client_max_body_size (\d+)m;", text("nginx.conf"))
    wait = re.search(r"proxy_read_timeout (\d+)s;", text("nginx.conf"))
    assert body
    assert wait
    assert int(body[1]) * 2**20 > settings.upload_max_mb * 10**6 + 2**16
    assert int(wait[1]) > max(settings.llm_timeout, settings.upload_seconds)


def test_the_health_check_tells_a_service_that_answers_from_none(live_server: str) -> None:
    command = exec_form("CMD" if "HEALTHCHECK" not in text("Dockerfile") else "HEALTHCHECK")
    for url, well in ((live_server, True), ("http://127.0.0.1:9", False)):
        script = command[2].replace("http://127.0.0.1:8000", url)
        assert script != command[2]
        done = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, timeout=20)
        assert (done.returncode == 0) == well


def test_the_database_s_password_is_never_made_up() -> None:
    for service in compose()["services"].values():
        for name, value in service["environment"].items():
            if "PASSWORD" in name or "DATABASE_URL" in name:
                assert "${POSTGRES_PASSWORD:?" in value


class Halting(Slow):
    """A model that says a sentence its evidence bears out, and then waits for ``end`` before it says no more."""

    def _stream(self, *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        yield ChatGenerationChunk(message=AIMessageChunk(FAITHFUL + "\n"))
        yield from super()._stream(*args, **kwargs)


@contextmanager
def proxied(url: str, folder: Path) -> Iterator[str]:
    """nginx with deploy/nginx.conf before ``url``; TLS and its own log aside, which need files of the machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    site = text("nginx.conf").replace("listen 443 ssl;", f"listen 127.0.0.1:{port};")
    site = re.sub(r"^ *ssl_.*\n", "", site, flags=re.M).replace("127.0.0.1:8000", url.rpartition("/")[2])
    site = site.replace("/var/log/nginx/reformqa.log", str(folder / "access.log"))
    (folder / "site.conf").write_text(site, "utf-8")
    places = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = f"pid {folder}/pid; error_log {folder}/error.log; daemon off; user {os.environ.get('USER', 'root')};\n" \
        f"events {{}}\nhttp {{ {places} include {folder}/site.conf; }}\n"  # fmt: skip
    (folder / "nginx.conf").write_text(main, "utf-8")
    process = subprocess.Popen([NGINX, "-c", str(folder / "nginx.conf")], stderr=subprocess.PIPE)
    try:
        ends = time.monotonic() + PATIENCE
        while True:
            assert process.poll() is None, process.stderr and process.stderr.read()
            assert time.monotonic() < ends
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)
        assert process.stderr
        process.stderr.close()


@pytest.mark.skipif(not Path(NGINX).exists(), reason="apt-get install nginx-light")
def test_behind_nginx_events_arrive_as_they_are_made_and_clients_are_told_apart(
    services: Services, tmp_path: Path
) -> None:
    model = Halting(end=threading.Event(), reading=[])
    changes: dict[str, object] = {"trusted_proxies": "127.0.0.1", "rate_limit": "1/minute"}
    with (
        serving_app(create_app(with_model(services, model, **changes)), "/qa") as url,
        proxied(url, tmp_path) as front,
    ):
        assert httpx.get(f"{front}/qa/").status_code == 200
        assert httpx.get(f"{front}/qa").headers["location"] == "/qa/"
        script = httpx.get(f"{front}/qa/widget.js")
        assert script.headers["content-encoding"] == "gzip"
        again = httpx.get(f"{front}/qa/widget.js", headers={"If-None-Match": script.headers["etag"]})
        assert again.status_code == 304
        asyncio.run(_first_sentence_comes_before_the_last(f"{front}/qa/api/ask", model))
        given = httpx.get(
            f"{front}/qa/healthz", headers={"X-Request-ID": "a-client-s", "X-Forwarded-For": "203.0.113.9"}
        )
        assert re.fullmatch(r"[0-9a-f]{32}", given.headers["x-request-id"]), "nginx's own"
        # A client that claims addresses is still one: the proxy says whose it is.
        asked = [
            httpx.post(f"{front}/qa/api/ask", json={"question": "第15项任务由哪些单位负责？"},
                       headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code
            for n in range(2)
        ]  # fmt: skip
        assert asked == [429, 429], "the stream before them was its share"
    log = (tmp_path / "access.log").read_text("utf-8")
    assert given.headers["x-request-id"] in log
    assert "127.0.0.1" not in log
    assert "/api/" not in log


async def _first_sentence_comes_before_the_last(url: str, model: Halting) -> None:
    """A sentence is read while the model has not ended: nothing between holds it back."""
    said = {"question": QUESTION}
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client, client.stream(
        "POST", url, json=said, headers=SSE
    ) as reply:  # fmt: skip
        lines = reply.aiter_lines()
        while "五年一轮" not in await anext(lines):
            pass
        assert model.reading, "it has not ended"
        model.end.set()
        assert "event: done" in [line async for line in lines]
