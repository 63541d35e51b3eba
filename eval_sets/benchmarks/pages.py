"""How long a phone waits for the first page, an answer in it, and a document in the reader."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

from chatbot.bootstrap import Services
from eval_sets.benchmarks.served import serving
from eval_sets.errors import TargetError

#: A phone of 2026's cheaper half, upright.
_PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "zh-CN", "has_touch": True, "is_mobile": True}
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
#: Milliseconds since navigation began, once READY holds and has been drawn. The policy of the pages forbids eval.
_WHEN = """() => new Promise((resolve) => {
  const look = () => (READY ? requestAnimationFrame(() => resolve(performance.now())) : requestAnimationFrame(look));
  look();
})"""
_USABLE = _WHEN.replace("READY", "document.querySelector('reform-chat')?.shadowRoot?.querySelector('#question')")
_READABLE = _WHEN.replace("READY", "document.getElementById('text').textContent")
#: Milliseconds from Enter to the first character of an answer, and to all of its reply.
_ASK = """question => new Promise((resolve) => {
  const root = document.querySelector('reform-chat').shadowRoot;
  const box = root.querySelector('#question');
  const began = performance.now();
  let first = 0;
  const look = () => {
    const now = performance.now() - began;
    if (!first && root.querySelector('.answer')?.textContent) first = now;
    if (root.querySelector('.reply-actions')) resolve([first, now]);
    else requestAnimationFrame(look);
  };
  box.value = question;
  box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
  look();
})"""
_HOP = """hash => new Promise((resolve) => {
  const began = performance.now();
  location.hash = hash;
  const look = () => {
    const box = document.getElementById('cited')?.getBoundingClientRect();
    const inView = box && box.top < innerHeight && box.bottom > 0;
    if (inView) requestAnimationFrame(() => resolve(performance.now() - began));
    else requestAnimationFrame(look);
  };
  look();
})"""
_PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
_BYTES = """performance.getEntries().reduce((sum, entry) => sum + (entry.transferSize ?? 0), 0)"""


@dataclass(frozen=True, slots=True)
class Wait:
    """Milliseconds that somebody waits: the median and the longest of all rounds."""

    what: str
    ms_p50: float
    ms_max: float


@dataclass(frozen=True, slots=True)
class PagesReport:
    """``bytes`` come over the network for the first page; ``characters`` has the longest document, which is read."""

    slowdown: int
    rounds: int
    bytes: int
    document: str
    characters: int
    waits: tuple[Wait, ...]


def measure(services: Services, question: str, slowdown: int, rounds: int) -> PagesReport:
    """Open both pages ``rounds`` times with an empty cache, the browser's processor slowed ``slowdown`` times.

    Raises TargetError without Playwright or Chromium.
    """
    document = max(services.answerer.index.documents, key=lambda each: len(each.source.text))
    last = max((section for section in document.sections), key=lambda section: section.span.start)
    waits: dict[str, list[float]] = {}
    size = 0
    with serving(services) as base, _chromium() as browser:
        for _ in range(rounds):
            page = _slow_page(browser, slowdown)
            page.goto(base)
            _note(waits, "first page: question box usable", page.evaluate(_USABLE))
            _note(waits, "first page: first contentful paint", page.evaluate(_PAINT))
            page.wait_for_load_state("networkidle")
            size = page.evaluate(_BYTES)
            first, whole = page.evaluate(_ASK, question)
            _note(waits, "answer: first character", first)
            _note(waits, "answer: whole reply with sources", whole)
            page.context.close()
            page = _slow_page(browser, slowdown)
            page.goto(f"{base.rstrip('/')}/documents/{document.id}")
            _note(waits, "reader: text shown", page.evaluate(_READABLE))
            page.wait_for_load_state("networkidle")
            _note(waits, "reader: to the last clause", page.evaluate(_HOP, f"#c{last.span.start}-{last.span.end}"))
            page.context.close()
    shown = tuple(Wait(what, median(each), max(each)) for what, each in waits.items())
    return PagesReport(slowdown, rounds, size, document.id, len(document.source.text), shown)


@contextmanager
def _chromium() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise TargetError("playwright is not installed: pip install 'reformqa[dev]'") from None
    found = shutil.which("chromium")
    if found is None:
        raise TargetError("there is no chromium in PATH; install Debian's package chromium, or link another browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_FLAGS)
        yield browser
        browser.close()


def _note(waits: dict[str, list[float]], what: str, milliseconds: float) -> None:
    waits.setdefault(what, []).append(milliseconds)


def _slow_page(browser: Any, slowdown: int) -> Any:
    page = browser.new_context(**_PHONE).new_page()
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    return page
