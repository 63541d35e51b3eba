"""Shared fixtures: one real index of the bundled corpus a session, and a real server over it."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from chatbot.answer import Answerer
from chatbot.api import create_app
from chatbot.bootstrap import Services, open_services
from chatbot.settings import Settings
from eval_sets.benchmarks.served import serving
from tests.browsing import OpenPage, pages, running_chromium
from tests.fakes import KEY
from tests.machine import may_skip
from tests.postgres import Postgres, postgres, program

# A clock says nothing about a property, and fails tests on a busy machine.
hypothesis.settings.register_profile("reformqa", deadline=None)
hypothesis.settings.load_profile("reformqa")


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data directory shared by all test processes of a run, so that the index is built once."""
    base = tmp_path_factory.getbasetemp()
    return (base if worker_id == "master" else base.parent) / "data"


@pytest.fixture(scope="session")
def settings(data_dir: Path) -> Settings:
    """Settings as a fresh installation has them."""
    return Settings(data_dir=data_dir, rate_limit="off", api_keys=SecretStr(f"tests:admin:{KEY}"), _env_file=None)


@pytest.fixture(scope="session")
def services(settings: Settings) -> Services:
    """The real thing: bundled encoder, bundled corpus; the first process to come builds the index."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    lock = settings.data_dir / "building"
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        deadline = time.monotonic() + 300
        while not (settings.data_dir / "indexes" / "CURRENT").exists():
            assert time.monotonic() < deadline, "the test process that builds the index did not finish"
            time.sleep(0.2)
    return open_services(settings)


@pytest.fixture(scope="session")
def answerer(services: Services) -> Answerer:
    """Answers from the bundled corpus, no LLM."""
    return services.answerer


@pytest.fixture(scope="session")
def app(services: Services) -> FastAPI:
    """The real application."""
    return create_app(services)


@pytest.fixture(scope="session")
def live_server(services: Services) -> Iterator[str]:
    """The application behind a real socket; its base URL."""
    with serving(services) as url:
        yield url


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A browser of the module's own: Playwright keeps an event loop running, which other tests must not meet."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def open_page(chromium: Any, live_server: str) -> Iterator[OpenPage]:
    """Opens a path of the live server, as ``pages`` says."""
    with pages(chromium, live_server) as visit:
        yield visit


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgres]:
    """A PostgreSQL server for the session."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install 'reformqa[postgres]'")
    if program("initdb") is None:
        pytest.skip("PostgreSQL is not installed")
    with postgres() as running:
        yield running


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where REFORMQA_TEST_FORBID_SKIPS is set (CI), a skipped test is a failure: something was not installed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = [report for report in reporter.stats.get("skipped", ()) if not may_skip(report)] if reporter else []
    if os.environ.get("REFORMQA_TEST_FORBID_SKIPS") and reporter and skipped:
        reporter.write_line("skipped tests are not allowed here", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
