"""A real browser, held to quiet: nothing may go to its console or to another origin."""

import json
import os
import shutil
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

CHROMIUM = os.environ.get("REFORMQA_TEST_CHROMIUM") or shutil.which("chromium")
#: The marks of a module that needs a browser.
BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: install it, or name it in REFORMQA_TEST_CHROMIUM"),
]
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

OpenPage = Callable[..., Any]


@contextmanager
def running_chromium() -> Iterator[Any]:
    """Debian's Chromium, without a window; skips without Playwright."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright (pip install 'reformqa[dev]')")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()


@contextmanager
def pages(browser: Any, base: str, *others: str) -> Iterator[OpenPage]:
    """Opens a path of the service, each in a context of its own, the page first handed to ``prepare``; in the end
    nothing may have gone to the console (``troubled`` pages aside) or to an origin that is not that of ``base`` or one
    of ``others``."""
    complaints: list[str] = []
    contexts: list[Any] = []

    def visit(
        path: str = "/",
        *,
        width: int = 1000,
        height: int = 800,
        troubled: bool = False,
        prepare: Callable[[Any], object] = lambda page: None,
        **options: Any,
    ) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": height}, **{"locale": "zh-CN", "color_scheme": "light", **options}
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("request", lambda request: complaints.extend(_elsewhere(request.url, base, *others)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if not troubled:
            page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        prepare(page)
        page.goto(base.rstrip("/") + path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def _elsewhere(url: str, *own: str) -> list[str]:
    asked = urllib.parse.urlsplit(url.removeprefix("blob:")).netloc
    return (
        [] if asked in {urllib.parse.urlsplit(each).netloc for each in own} else [f"request to another origin: {url}"]
    )


def ask(page: Any, question: str) -> Any:
    """Types a question into the chat page, presses Enter, and returns the finished turn."""
    before = page.locator(".turn").count()
    page.fill("#question", question)
    page.press("#question", "Enter")
    turn = page.locator(".turn").nth(before)
    turn.locator(".reply").wait_for()
    return turn


def call(live_server: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the service says over HTTP; with a body, a POST."""
    request = urllib.request.Request(
        live_server.rstrip("/") + path,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        reply: dict[str, Any] = json.load(response)
    return reply
