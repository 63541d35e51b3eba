"""The HTML report of a run: what it says, that it says it safely, and that it works in a browser without network."""

import itertools
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from eval_sets.answers import Answer, Found, Quote
from eval_sets.cases import Expect, GoldenCase
from eval_sets.metrics import METRICS, Kind
from eval_sets.noise import Noise
from eval_sets.report import render
from eval_sets.runs import Line, Manifest, SavedRun, SubjectRecord
from eval_sets.selection import Asked, Selection

HOSTILE = "<script>alert(1)</script> \"quoted\" 'single' & \u202ertl \x00\x07\x1b[31m </style>" + "very" * 200
EVIDENCE = "每五年一轮,全覆盖开展办园质量评价"
TEXT = f"完善幼儿园保教质量评价标准。\n\n{EVIDENCE},重点评估环境设施。"
SUBJECT = SubjectRecord(
    where="in process", code="0.1.0+abc", generation="000001", encoder="small", llm=None, documents={"doc": "0" * 64},
    settings={},
)  # fmt: skip


def quote(text: str, *, verbatim: bool = True) -> Quote:
    start = TEXT.find(text)
    return Quote(
        marker=1, document_id="doc", document_title="清单", section=("二、学校", "6.幼儿园"), clause_id="doc/2/6",
        quote=text, start=start, end=start + len(text), verbatim=verbatim,
        before=TEXT[:start], after=TEXT[start + len(text) :],
    )  # fmt: skip


def answer(outcome: str, text: str, *quotes: Quote, milliseconds: float = 12.0, status: int = 200) -> Answer:
    return Answer(
        status=status, outcome=outcome, answer=text, language="zh", method="extractive", citations=quotes, related=(),
        notices=(), milliseconds=milliseconds, found=(Found(document_id="doc", start=0, end=len(TEXT), text=TEXT),),
        error="no reply" if status != 200 else None,
    )  # fmt: skip


def case(name: str, **fields: object) -> GoldenCase:
    base = {"id": name, "lang": "zh", "type": "period", "question": f"几年一轮？{name}", "answerable": True}
    return GoldenCase.model_validate({**base, **fields})


def line(asked: GoldenCase, reply: Answer, noise: Noise | None = None) -> Line:
    return Line(asked=Asked(case=asked, corpus="bundled", noise=noise), answer=reply)


RIGHT = case("right", must_contain=[["五年"]], evidence=[EVIDENCE], persona="parent")
WRONG = case("wrong one", must_contain=[["三十年", "thirty years"]], evidence=["完善幼儿园保教质量"], history=["先问"])
LINES = (
    line(RIGHT, answer("answered", "每五年一轮。[1]", quote(EVIDENCE))),
    line(WRONG, answer("answered", "不知道。[1]", quote("重点评估环境设施", verbatim=False), milliseconds=1500)),
    line(case("refused", must_contain=[["x"]], evidence=[EVIDENCE]), answer("not_found", "没有提到。")),
    line(case("near", answerable=False, type="refuse_near", lang="en"), answer("out_of_scope", "No.")),
    line(case("broken", type="number", must_contain=[["x"]]), answer("error", "", status=500)),
    line(
        case("false", answerable=False, expect=Expect.REFUSE_OR_CORRECT, correction=[["五年"]], type="false_premise"),
        answer("corrected", "每五年一轮。[1]", quote(EVIDENCE)),
    ),
    line(
        case("hostile", type=HOSTILE, question=HOSTILE, persona=HOSTILE, must_not_contain=[HOSTILE]),
        answer("answered", HOSTILE + "!", quote(EVIDENCE).model_copy(update={"quote": HOSTILE, "before": HOSTILE})),
    ),
    line(RIGHT.model_copy(update={"id": "right~typos", "variant_of": "right", "question": "几念一轮？"}),
         answer("not_found", "没有提到。"), Noise.TYPOS),
)  # fmt: skip


def saved(folder: Path, lines: tuple[Line, ...] = LINES, subjects: dict[str, SubjectRecord] | None = None) -> SavedRun:
    manifest = Manifest(
        id="2026-11-22T14-30-05", started="2026-11-22T14:30:05+00:00", finished="2026-11-22T14:31:00+00:00",
        golden={"x.jsonl": "1" * 64}, selection=Selection(split="dev"), plan="0", questions=len(lines),
        machine="x86_64",
        subjects={"bundled": SUBJECT} if subjects is None else subjects,
    )  # fmt: skip
    run = SavedRun.start(folder, manifest)
    for each in lines:
        run.append(each)
    return run


@pytest.fixture
def run(tmp_path: Path) -> SavedRun:
    return saved(tmp_path)


@pytest.fixture
def html(run: SavedRun) -> str:
    return render(run, run.trials())


@pytest.fixture
def page(html: str) -> LexborHTMLParser:
    return LexborHTMLParser(html)


def test_every_question_is_there_once_and_wrong_ones_come_first_and_open(page: LexborHTMLParser) -> None:
    cases = page.css("details.case")
    assert [node.attributes["id"] for node in cases] == [
        "case-broken", "case-hostile", "case-refused", "case-wrong_one", "case-false", "case-near", "case-right",
    ]  # fmt: skip
    assert ["open" in node.attributes for node in cases] == [True] * 4 + [False] * 3
    assert [node.attributes["data-right"] for node in cases] == ["false"] * 4 + ["true"] * 3


def test_the_figures_are_those_of_the_metrics(run: SavedRun, page: LexborHTMLParser) -> None:
    trials = run.trials()
    rows = [[cell.text(strip=True) for cell in row.css("summary, td")] for row in page.css("table.metrics tbody tr")]
    expected = []
    for metric in METRICS:
        estimate = metric.estimate(trials)
        if estimate.value is not None:
            share = metric.kind is Kind.SHARE
            scale, digits, unit = (100, 1, "\N{NO-BREAK SPACE}%") if share else (1, 3, "")
            value, low, high = (f"{scale * x:.{digits}f}" for x in (estimate.value, estimate.low, estimate.high))
            better = "↑ higher" if metric.higher_is_better else "↓ lower"
            name = metric.name.replace("_", " ").replace("@", " at ")
            expected.append([name, f"{value}{unit}", f"{low}–{high}{unit}", str(estimate.count), better])
    assert rows == expected
    assert "correct" in rows[0]
    assert "3 of 7; 95 % interval" in page.css_first(".tile").text()


def test_definitions_stand_with_their_metrics(page: LexborHTMLParser) -> None:
    shown = [node.text() for node in page.css("table.metrics .definition p")]
    assert METRICS[0].definition in shown
    assert len(shown) == len(page.css("table.metrics tbody tr"))


def test_a_quote_is_marked_within_its_context(page: LexborHTMLParser) -> None:
    quoted = page.css_first("#case-right .quote")
    assert quoted.css_first("mark").text() == EVIDENCE
    assert quoted.css_first("blockquote").text() == TEXT.replace("\n\n", "\n")
    assert quoted.css_first("blockquote").attributes["lang"] == "zh"
    assert "清单 › 二、学校 › 6.幼儿园" in quoted.css_first(".source").text()
    start = TEXT.find(EVIDENCE)
    assert f"characters {start}–{start + len(EVIDENCE)} · verbatim" in " ".join(quoted.text().split())
    assert "NOT VERBATIM" in page.css_first("#case-wrong_one .quote").text()


def test_a_wrong_answer_says_what_was_missing_and_where_it_was_lost(page: LexborHTMLParser) -> None:
    wrong = page.css_first("#case-wrong_one")
    assert [term.text() for term in wrong.css(".reasons .term")] == ["三十年", "thirty years"]
    assert "not cited; found by search, rank 1" in wrong.css_first(".evidence").text()
    assert wrong.attributes["data-stage"] == "retrieved, not selected"
    assert wrong.css_first(".history").text(strip=True) == "先问"
    assert "status 500" in page.css_first("#case-broken .reasons").text()


def test_the_funnel_links_to_the_questions_lost(page: LexborHTMLParser) -> None:
    links = {node.attributes["href"]: node.text() for node in page.css(".funnel a")}
    assert links["#stage=retrieved%2C%20not%20selected"] == "2 lost: retrieved, not selected"


def test_outcomes_are_counted_and_the_fitting_ones_framed(page: LexborHTMLParser) -> None:
    rows = {row.css_first("th").text(): row.css("td") for row in page.css(".outcomes tbody tr")}
    assert [cell.text(strip=True) for cell in rows["answer"]] == ["3✓ 1 right", "0", "1✗ 0 right", "0", "0",
                                                                  "1✗ 0 right", "5"]  # fmt: skip
    assert ["fits" in (cell.attributes["class"] or "") for cell in rows["refuse"]] == [False, False] + [True] * 3 + [
        False, False,
    ]  # fmt: skip


def test_pairs_that_disagree_are_shown(page: LexborHTMLParser) -> None:
    cells = [cell.text(strip=True) for cell in page.css(".pairs tbody td")]
    assert cells == ["几年一轮？right", "answereddoc/2/6", "几念一轮？", "not found"]


def test_hostile_text_stays_text(html: str, page: LexborHTMLParser) -> None:
    assert len(page.css("script")) == 1
    assert "alert(1)" not in page.css_first("script").text()
    assert page.css_first("#case-hostile h4").text().startswith('<script>alert(1)</script> "quoted"')
    assert not re.search("[\x00-\x08\x0b-\x1f\ud800-\udfff]", html)
    assert html.encode("utf-8")


def test_the_page_needs_nothing_from_elsewhere(html: str, page: LexborHTMLParser) -> None:
    loads = [node.attributes.get(name) for node in page.css("*") for name in ("src", "href", "xlink:href", "action")]
    assert [place for place in loads if place and not place.startswith(("#", "data:,"))] == []
    assert "url(" not in html
    assert "@import" not in html
    assert "kozea" not in html.lower()


def test_headings_go_down_one_level_at_a_time(page: LexborHTMLParser) -> None:
    levels = [int((node.tag or "")[1]) for node in page.css("h1, h2, h3, h4")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_charts_have_names_and_the_same_figures_as_tables(page: LexborHTMLParser) -> None:
    charts = page.css(".chart")
    assert len(charts) == 4
    for chart in charts:
        svg = chart.css_first("svg")
        assert svg.attributes["role"] == "img"
        assert svg.attributes["aria-label"] == svg.css_first("title").text()
        assert chart.css("table th[scope=row]")


def test_the_same_run_gives_the_same_bytes(tmp_path: Path, html: str) -> None:
    again = saved(tmp_path / "again")
    assert render(again, again.trials()) == html


def test_small_personas_share_a_bar(tmp_path: Path) -> None:
    personas = ["parent"] * 5 + ["teacher", "driver"]
    lines = tuple(
        line(case(f"c{n}", persona=name, must_contain=[["五"]]), answer("answered", "五年")) for n, name in
        enumerate(personas)
    )  # fmt: skip
    run = saved(tmp_path, lines)
    chart = LexborHTMLParser(render(run, run.trials())).css(".charts .chart")[2]
    rows = [[cell.text() for cell in row.css("th, td")[:2]] for row in chart.css("tbody tr")]
    assert rows == [["parent", "5"], ["other, under 5 each", "2"]]


def test_a_run_without_answers_says_so(tmp_path: Path) -> None:
    run = saved(tmp_path, (), {})
    page = LexborHTMLParser(render(run, run.trials()))
    assert "No question has been answered" in page.css_first(".lead").text()
    assert page.css("svg, details.case") == []


CHROMIUM = os.environ.get("REFORMQA_TEST_CHROMIUM") or shutil.which("chromium")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright (pip install 'reformqa[dev]')")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: install it, or name it in REFORMQA_TEST_CHROMIUM")
@pytest.mark.parametrize("width", [360, 1200])
def test_the_page_works_in_a_browser(chromium: Any, tmp_path: Path, html: str, width: int) -> None:
    path = tmp_path / "report.html"
    path.write_text(html, "utf-8")
    complaints: list[str] = []
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.on("request", lambda request: complaints.append(request.url) if "file" not in request.url[:4] else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(path.as_uri())
    for node in page.locator("details").all():
        node.evaluate("node => { node.open = true; }")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown = page.locator("details.case:visible")
    assert shown.count() == 7
    page.check("[name=wrong]")
    page.select_option("[name=kind]", "period")
    assert [node.get_attribute("id") for node in shown.all()] == ["case-refused", "case-wrong_one"]
    page.fill("[name=q]", "三十年")
    assert page.locator("#shown").text_content() == "1 of 7 questions shown"
    link = page.url
    page.goto("about:blank")
    page.goto(link)
    assert [node.get_attribute("id") for node in shown.all()] == ["case-wrong_one"]
    page.evaluate("location.hash = 'case-right'")
    page.wait_for_function("document.getElementById('case-right').open")
    assert shown.count() == 7
    page.locator(".funnel a").first.click()
    page.wait_for_function("document.querySelector('[name=stage]').value !== ''")
    assert {node.get_attribute("data-stage") for node in shown.all()} == {"retrieved, not selected"}
    context.close()
    assert complaints == []
