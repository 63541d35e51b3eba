"""The source reader, in a real browser against a running service."""

import random
import re
import urllib.parse
from pathlib import Path
from typing import Any

import pytest

import eval_sets
from eval_sets.cases import load
from tests.browsing import BROWSER, OpenPage, ask, call

pytestmark = BROWSER

TASK_15 = "第15项任务由哪些单位负责？"
NOISY = "xx-reform-plan"
GOLDEN = Path(eval_sets.__path__[0]) / "golden"
#: Cited by task 15: 〔市教育局(市委教育工委)、市体育局分工负责〕
CITED = "/documents/jinan-2024#c3265-3288"
MARKUP = "<img src=x onerror=alert(1)><script>alert(1)</script>"


def reading(page: Any, text: str, sections: tuple[dict[str, Any], ...] = (), **receipt: Any) -> None:
    """Has ``page`` read a document of the test's own."""
    counts = {"characters": len(text), "indexed": len(text), "dropped": [], "repaired": [], **receipt}
    found = {"id": "x", "title": "文件", "status": None, "metadata": {}, "sections": sections, "receipt": counts}
    page.route("**/api/documents/jinan-2024", lambda route: route.fulfill(json=found))
    page.route("**/api/documents/jinan-2024/text", lambda route: route.fulfill(json={"text": text}))
    page.route("**/api/tasks?*", lambda route: route.fulfill(json={"tasks": []}))


@pytest.mark.parametrize("question", [TASK_15, "基础教育名校集团有多少个？"], ids=["clean document", "noisy document"])
def test_a_citation_opens_the_reader_on_exactly_the_quote(open_page: OpenPage, question: str) -> None:
    page = open_page()
    card = ask(page, question).locator(".sources .card").first
    quote = card.locator(".quote").text_content()
    card.locator("a").click()
    page.wait_for_url("**/documents/*")
    mark = page.locator("mark#cited")
    mark.wait_for()
    assert mark.text_content() == quote
    assert _in_view(page, "cited")


def test_the_reader_marks_a_quote_across_page_artefacts(open_page: OpenPage, live_server: str) -> None:
    query = urllib.parse.urlencode({"q": "教育", "k": 100, "document_id": NOISY})
    broken = [row for row in call(live_server, f"/api/search?{query}")["results"] if "\n" in row["quote"].strip()]
    assert len(broken) > 5
    text = call(live_server, f"/api/documents/{NOISY}/text")["text"]
    page = open_page(f"/documents/{NOISY}")
    for row in broken:
        page.evaluate("hash => { location.hash = hash; }", f"c{row['start']}-{row['end']}")
        page.wait_for_function("quote => document.getElementById('cited')?.textContent === quote", arg=row["quote"])
        assert page.locator("#text").text_content() == text


@pytest.mark.parametrize("document_id", ["jinan-2024", NOISY])
def test_the_reader_shows_every_character_in_order(open_page: OpenPage, live_server: str, document_id: str) -> None:
    page = open_page(f"/documents/{document_id}")
    page.locator("#text:not(:empty)").wait_for()
    assert page.locator("#text").text_content() == call(live_server, f"/api/documents/{document_id}/text")["text"]


def test_the_outline_leads_to_a_clause(open_page: OpenPage, live_server: str) -> None:
    sections = call(live_server, "/api/documents/jinan-2024")["sections"]
    section = next(s for s in sections if s["id"] == "jinan-2024/4/15")
    page = open_page("/documents/jinan-2024", width=390, height=844)
    page.locator("#outline-title").click()
    page.locator("#outline-list a", has_text=section["label"]).click()
    page.locator("mark#cited").wait_for()
    text = call(live_server, "/api/documents/jinan-2024/text")["text"]
    assert page.locator("mark#cited").text_content() == text[section["start"] : section["end"]]
    assert page.locator("#outline-list a[aria-current]").text_content() == section["label"]
    assert _in_view(page, "cited")


def test_a_place_outside_the_document_is_said_to_be(open_page: OpenPage) -> None:
    page = open_page("/documents/jinan-2024#c10-99999999")
    page.locator("#misplaced").wait_for()
    assert page.locator("mark#cited").count() == 0


@pytest.mark.slow
def test_every_citation_of_a_hundred_golden_answers_is_what_the_reader_marks(
    open_page: OpenPage, live_server: str
) -> None:
    cases = [case for name in ("bundled.jsonl", "everyday.jsonl", "typing.jsonl") for case in load(GOLDEN / name)]
    asked = [case.question for case in cases
             if case.answerable and not case.history and case.corpus == "bundled"]  # fmt: skip
    questions = random.Random(9).sample(asked, 150)
    cited = [reply["citations"] for reply in (call(live_server, "/api/ask", {"question": q}) for q in questions)]
    answers = [citations for citations in cited if citations][:100]
    assert len(answers) == 100
    pages_of: dict[str, Any] = {}
    for citation in [each for citations in answers for each in citations]:
        document, hash_ = citation["url"].split("#")
        page = pages_of.setdefault(document, open_page(document) if document not in pages_of else None)
        page.locator("#text:not(:empty)").wait_for()
        page.evaluate("hash => { location.hash = hash; }", hash_)
        page.wait_for_function("hash => location.hash === '#' + hash && document.querySelector('#cited')", arg=hash_)
        page.wait_for_function("quote => document.querySelector('#cited').textContent === quote", arg=citation["quote"])
        assert page.locator("mark").all_text_contents() == [citation["quote"]]


def test_a_citation_beyond_the_basic_plane_and_across_blocks_is_one_mark(open_page: OpenPage) -> None:
    text = "".join(f"第{n}行𠮷𠮷文字\n" * 60 for n in range(20))
    start, end = 700, 6_000
    page = open_page(f"/documents/jinan-2024#c{start}-{end}", prepare=lambda page: reading(page, text))
    page.locator("#cited").wait_for()
    assert page.locator("#text .block").count() > 3
    assert page.locator("mark").all_text_contents() == [text[start:end]]
    page.fill("#find", "第10行")  # stands in a later block of those that are joined
    page.locator(".found").wait_for()
    assert page.locator("#cited .found").text_content() == "第10行"
    assert page.locator("mark").all_text_contents() == [text[start:end]]
    page.press("#find", "Escape")
    page.evaluate("location.hash = '#c3-7'")
    page.wait_for_function("quote => document.querySelector('#cited').textContent === quote", arg=text[3:7])
    assert page.locator("#text").text_content() == text
    assert page.locator("#text .block:empty").count() == 0


def test_words_are_found_across_page_ends_and_in_either_spelling(open_page: OpenPage, live_server: str) -> None:
    page = open_page(f"/documents/{NOISY}")
    count = page.locator("#found")
    page.fill("#find", "根底教育")  # as printed
    page.locator("#found", has_text="共").wait_for()
    printed = count.text_content()
    assert page.locator(".found").all_text_contents() == ["根底", "教育"]
    page.fill("#find", "没有这句话")
    page.locator("#found", has_text="没有找到").wait_for()
    page.fill("#find", "基础 教育")  # as meant, with a space
    page.locator("#found", has_text="共").wait_for()
    assert count.text_content() == printed
    assert page.locator(".found").all_text_contents() == ["根底", "教育"]
    page.fill("#find", "把握正确改革方向")  # a page number stands in it
    page.locator("#found", has_text="第1处，共1处").wait_for()
    assert "".join(page.locator(".found").all_text_contents()) == "把握正确改革\n2、方向"
    page.fill("#find", "没有这句话")
    page.locator("#found", has_text="没有找到").wait_for()
    assert page.locator(".found").count() == 0
    assert page.locator("#next").is_disabled()
    assert page.locator("#text").text_content() == call(live_server, f"/api/documents/{NOISY}/text")["text"]


def test_finding_goes_round_by_keyboard_and_leaves_the_citation_marked(open_page: OpenPage) -> None:
    page = open_page(CITED)
    page.locator("#cited").wait_for()
    page.fill("#find", "市体育局")
    page.press("#find", "Enter")
    page.locator("#found", has_text="第1处，共1处").wait_for()
    assert page.locator("#cited .found").text_content() == "市体育局"
    assert page.locator("#cited").text_content() == "〔市教育局(市委教育工委)、市体育局分工负责〕"
    page.fill("#find", "市教育局")
    page.press("#find", "Enter")  # sooner than the box would search by itself
    page.locator("#found", has_text="第1处，共").wait_for()
    for key, told in [("Enter", "第2处"), ("Shift+Enter", "第1处"), ("Shift+Enter", None)]:
        page.press("#find", key)
        if told:
            page.locator("#found", has_text=told).wait_for()
    nth, every = (int(n) for n in re.findall(r"\d+", page.locator("#found").text_content()))
    assert nth == every > 1
    page.press("#find", "Escape")
    assert page.locator("#found").text_content() == ""
    assert page.locator(".found").count() == 0
    assert page.locator("#cited").count() == 1


def test_a_misprint_shows_its_reading_on_demand_and_the_original_again(open_page: OpenPage, live_server: str) -> None:
    page = open_page(f"/documents/{NOISY}", width=390, height=844)
    misprint = page.locator(".misprint", has_text="根底").nth(1)
    misprint.focus()
    assert page.locator(".peek").text_content() == "疑为“基础”"
    page.keyboard.press("Escape")
    assert page.locator(".peek").count() == 0
    page.locator("#repair").check()
    shown = page.locator("#text").text_content()
    assert "根底教育" not in shown
    assert "基础教育" in shown
    assert page.locator(".dimmed").first.is_hidden()
    page.locator("#repair").uncheck()
    assert page.locator("#text").text_content() == call(live_server, f"/api/documents/{NOISY}/text")["text"]


def test_a_copy_has_the_exact_characters_the_clause_the_status_and_an_address(open_page: OpenPage) -> None:
    page = open_page(CITED)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#cited").wait_for()
    assert page.locator("#place-path").text_content() == "四、实施学生评价改革专项行动 › 15.强化体育评价"
    page.locator("#copy-quote").click()
    page.locator("#copy-quote", has_text="已复制").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    quote, source, address = (line for line in copied.split("\n") if line)
    assert quote == "〔市教育局(市委教育工委)、市体育局分工负责〕"
    assert source.startswith("出处：《济南市")
    assert source.endswith("（征求意见稿） 四、实施学生评价改革专项行动 › 15.强化体育评价")
    page.goto("about:blank")
    page.goto(address)
    page.locator("#cited").wait_for()
    assert page.locator("#cited").text_content() == quote
    assert page.locator("#misplaced").is_hidden()


def test_what_is_selected_can_be_copied_with_its_address(open_page: OpenPage, live_server: str) -> None:
    page = open_page(CITED)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#cited").wait_for()
    page.evaluate(
        """() => {
          const heading = [...document.querySelectorAll('.heading')].find((each) => each.textContent.startsWith('16.'));
          const range = document.createRange();
          range.setStart(heading.firstChild, 3);
          range.setEnd(heading.nextSibling, 5);
          getSelection().addRange(range);
        }"""
    )
    page.locator("#place-kind", has_text="所选文字").wait_for()
    assert page.locator("#place-path").text_content().endswith("16.深化美育评价")
    page.locator("#copy-link").click()
    page.locator("#copy-link", has_text="已复制").wait_for()
    address = page.evaluate("navigator.clipboard.readText()")
    text = call(live_server, "/api/documents/jinan-2024/text")["text"]
    start, end = (int(n) for n in address.split("#c")[1].split("~")[0].split("-"))
    assert text[start:end] == "深化美育评价。全面实施"[: end - start]
    assert end - start > 6


@pytest.mark.parametrize(("now", "told", "marked"), [
    ("序言有变。第一条 𠮷学校每日检查一次。", "更新过；引用的文字现在在下面标出的地方", ["学校每日检查一次"]),
    ("第一条 𠮷学校每周检查一次。", "引用的文字已经不在里面了", []),
    ("第一条 𠮷学校每日检查一次。", None, ["学校每日检查一次"]),
], ids=["moved", "changed", "the same"])  # fmt: skip
def test_a_permalink_says_when_its_document_has_changed(
    open_page: OpenPage, now: str, told: str | None, marked: list[str]
) -> None:
    page = open_page(CITED, prepare=lambda page: reading(page, "第一条 𠮷学校每日检查一次。"))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("location.hash = '#c5-13'")
    page.locator("#cited").wait_for()
    page.locator("#copy-link").click()
    page.locator("#copy-link", has_text="已复制").wait_for()
    address = page.evaluate("navigator.clipboard.readText()")
    page.unroute_all()
    reading(page, now)
    page.goto("about:blank")
    page.goto(address)
    page.locator("#text:not(:empty)").wait_for()
    assert page.locator("mark").all_text_contents() == marked
    note = page.locator("#misplaced")
    assert told in note.text_content() if told else note.is_hidden()


def test_the_register_is_a_table_filtered_by_unit_and_downloaded_as_csv(open_page: OpenPage, live_server: str) -> None:
    tasks = call(live_server, "/api/tasks?document_id=jinan-2024")["tasks"]
    page = open_page("/documents/jinan-2024")
    page.locator("#tasks-title", has_text=f"{len(tasks)}项").click()
    assert page.locator("#tasks-rows a").all_text_contents() == [task["title"] for task in tasks]
    unit = "市体育局"
    page.select_option("#unit", unit)
    own = [task["title"] for task in tasks if unit in [each["unit"] for each in task["responsible"]]]
    page.locator("#tasks-count", has_text=f"{len(own)}项，全部共{len(tasks)}项").wait_for()
    assert page.locator("#tasks-rows a").all_text_contents() == own
    with page.expect_download() as download:
        page.locator("#tasks-csv").click()
    saved = Path(download.value.path()).read_text("utf-8-sig")
    assert own[0] in saved
    assert tasks[0]["title"] not in saved
    page.locator("#tasks-rows a").first.click()
    page.locator("#cited").wait_for()
    assert page.locator("#cited").text_content().startswith("15.强化体育评价")


def test_a_document_without_tasks_shows_no_table(open_page: OpenPage) -> None:
    page = open_page("/documents/jinan-2024", prepare=lambda page: reading(page, "第一条 学校。"))
    page.locator("#text:not(:empty)").wait_for()
    page.wait_for_load_state("networkidle")
    assert page.locator("#tasks").is_hidden()


def test_a_register_that_does_not_load_leaves_the_text_to_be_read(open_page: OpenPage) -> None:
    page = open_page(
        CITED, troubled=True, prepare=lambda page: page.route("**/api/tasks?*", lambda route: route.abort())
    )
    page.locator("#problem", has_text="任务清单暂时没有加载出来").wait_for()
    assert page.locator("#cited").text_content() == "〔市教育局(市委教育工委)、市体育局分工负责〕"


def test_a_hostile_document_is_only_text(open_page: OpenPage) -> None:
    text = f"{MARKUP}\n**粗** [x](javascript:alert(1))\n\u202e\u2066txt.exe\u200b\n{'长' * 100_000}\n\x0c\r尾"
    section = {"id": "x/1", "parent_id": None, "kind": "numbered", "number": "1", "title": MARKUP, "label": MARKUP,
               "depth": 1, "start": 0, "end": len(MARKUP), "title_en": MARKUP}  # fmt: skip
    gaps = [{"after": MARKUP, "before": MARKUP}]
    page = open_page(f"/documents/jinan-2024#c0-{len(MARKUP)}", width=390, locale="en-US",
                     prepare=lambda page: reading(page, text, (section,), gaps=gaps))  # fmt: skip
    page.locator("#cited").wait_for()
    assert page.locator("#cited").text_content() == MARKUP
    assert page.locator("#text").text_content() == text
    assert page.locator("main img, main script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("path", [CITED, f"/documents/{NOISY}"])
@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_nothing_scrolls_sideways_at_320_pixels(open_page: OpenPage, path: str, locale: str) -> None:
    page = open_page(path, width=320, height=640, locale=locale)
    page.locator("#text:not(:empty)").wait_for()
    page.fill("#find", "教育")
    page.locator("#found:not(:empty)").wait_for()
    if path == CITED:
        page.locator("#tasks-title").click()
        page.locator("#tasks-rows tr").first.wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("path", "width"), [(CITED, 1000), (CITED, 320), (f"/documents/{NOISY}", 1000)])
def test_axe_finds_nothing_wrong_with_the_reader(open_page: OpenPage, scheme: str, path: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python").Axe()
    page = open_page(path, color_scheme=scheme, width=width)
    page.fill("#find", "教育")
    page.locator("#found:not(:empty)").wait_for()
    if path == CITED:
        page.locator("#tasks-title").click()
        page.locator("#tasks-rows tr").first.wait_for()
    else:
        page.locator(".misprint").nth(1).focus()
    results = axe.run(page)
    assert results.violations_count == 0, results.generate_report()


def test_the_keyboard_reaches_outline_find_tasks_and_copies(open_page: OpenPage) -> None:
    page = open_page(CITED)
    page.locator("#cited").wait_for()
    page.locator("#tasks-title").wait_for()
    page.evaluate("document.activeElement.blur(); document.getElementById('language').focus()")
    reached = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("(e => e.id || e.className || e.tagName)(document.activeElement)"))
        if reached[-1] == "copy-link":
            break
    wanted = ["outline-title", "tasks-title", "find", "copy-quote", "copy-link"]
    assert [each for each in reached if each in wanted] == wanted


def test_print_has_the_whole_text_and_what_it_is_worth(open_page: OpenPage) -> None:
    page = open_page(CITED)
    page.locator("#cited").wait_for()
    page.emulate_media(media="print")
    assert page.locator("#warnings").is_visible()
    skipped = "blocks => blocks.filter((block) => getComputedStyle(block).contentVisibility !== 'visible').length"
    assert page.locator("#text .block").evaluate_all(skipped) == 0
    for gone in ("#outline-box", "#tools", "#place", "#language", "#back"):
        assert page.locator(gone).is_hidden(), gone


def test_forced_colours_still_show_what_is_cited(open_page: OpenPage) -> None:
    page = open_page(CITED, forced_colors="active")
    page.locator("#cited").wait_for()
    assert page.locator("#cited").evaluate("mark => getComputedStyle(mark).borderBottomStyle") == "solid"


def _in_view(page: Any, element_id: str) -> bool:
    return bool(
        page.wait_for_function(
            """id => {
              const box = document.getElementById(id).getBoundingClientRect();
              return box.top >= 0 && box.top < innerHeight;
            }""",
            arg=element_id,
        )
    )
