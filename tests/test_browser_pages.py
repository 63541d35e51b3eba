"""The first page, in a real browser against a running service."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import httpx
import pytest
import segno

from chatbot.api import create_app
from chatbot.bootstrap import Services
from chatbot.errors import SettingsError
from chatbot.settings import read_settings
from eval_sets.benchmarks.served import serving_app
from tests.browsing import BROWSER, OpenPage, ask, call

pytestmark = BROWSER

TASK_15 = "第15项任务由哪些单位负责？"
UNANSWERABLE = "学校食堂午餐多少钱？"
HALF_A_STREAM = 'event: delta\ndata: {"text": "第15项"}\n\n'
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1h-1z"/></svg>'


def test_an_answer_names_the_units_and_its_card_quotes_the_original(open_page: OpenPage, live_server: str) -> None:
    expected = call(live_server, "/api/ask", {"question": TASK_15})
    turn = ask(open_page(), TASK_15)
    assert "市体育局" in turn.locator(".answer").text_content()
    assert turn.locator(".answer").text_content() == expected["answer"]
    quotes = turn.locator(".sources .quote").all_text_contents()
    assert quotes == [citation["quote"] for citation in expected["citations"]]
    assert turn.locator(".notice").all_text_contents() == expected["notices"]
    assert "征求意见稿" in turn.locator(".sources .card").first.text_content()


def test_highlights_are_the_ones_of_the_reply(open_page: OpenPage, live_server: str) -> None:
    expected = call(live_server, "/api/ask", {"question": TASK_15})
    marked = ask(open_page(), TASK_15).locator(".answer mark").all_text_contents()
    assert marked == [expected["answer"][h["start"] : h["end"]] for h in expected["highlights"]]


def test_an_english_question_gets_english_and_the_printed_name(open_page: OpenPage) -> None:
    page = open_page(locale="en-US")
    assert page.locator("h1").text_content() == "Education reform Q&A"
    answer = ask(page, "Which units are responsible for task 15?").locator(".answer").text_content()
    assert "Sports Bureau (市体育局)" in answer


def test_a_refusal_has_no_source_cards_and_labels_related_clauses(open_page: OpenPage, live_server: str) -> None:
    expected = call(live_server, "/api/ask", {"question": UNANSWERABLE})
    assert expected["outcome"] == "not_found"
    turn = ask(open_page(), UNANSWERABLE)
    assert turn.locator(".sources").count() == 0
    assert turn.locator(".outcome").text_content() == "文件里没有找到"
    related = turn.locator(".related")
    assert related.count() == bool(expected["related"])
    if expected["related"]:
        assert "不是对您问题的回答" in related.locator("h3").text_content()
        assert related.locator(".quote").all_text_contents() == [clause["quote"] for clause in expected["related"]]


def test_the_conversation_is_still_there_after_reading_a_source(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, TASK_15).locator(".sources a").first.click()
    page.locator("mark#cited").wait_for()
    page.locator("#back").click()
    page.locator(".turn .reply").wait_for()
    assert page.locator(".asked-text").all_text_contents() == [TASK_15]


def test_enter_does_not_send_while_an_input_method_composes(open_page: OpenPage) -> None:
    page = open_page()
    page.fill("#question", "di15")
    page.locator("#question").evaluate(
        """box => {
          for (const init of [{isComposing: true}, {keyCode: 229}, {shiftKey: true}]) {
            box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, cancelable: true, ...init}));
          }
        }"""
    )
    assert page.locator(".turn").count() == 0
    assert page.input_value("#question") == "di15"


def test_a_follow_up_carries_the_turns_before_it(open_page: OpenPage) -> None:
    page = open_page()
    first = ask(page, TASK_15).locator(".answer").text_content()
    with page.expect_request("**/api/ask") as sent:
        ask(page, "那第16项呢？")
    assert sent.value.post_data_json["history"] == [{"question": TASK_15, "answer": first}]
    assert sent.value.headers["accept"] == "text/event-stream"


def test_a_marker_takes_the_keyboard_to_its_source(open_page: OpenPage) -> None:
    page = open_page()
    turn = ask(page, "市教育局负责哪些任务？")
    last = turn.locator(".marker").last
    last.focus()
    page.keyboard.press("Enter")
    focused = page.locator(".card:focus")
    focused.wait_for()
    assert focused.locator(".card-marker").text_content() == last.text_content()


def test_a_suggested_question_is_asked_by_tapping(open_page: OpenPage) -> None:
    page = open_page()
    chip = page.locator("#starters .chip").first
    question = chip.text_content()
    chip.click()
    page.locator(".turn .reply").wait_for()
    assert page.locator(".asked-text").text_content() == question


def test_plain_json_and_characters_beyond_the_basic_plane_are_understood(open_page: OpenPage) -> None:
    citation = {"marker": 1, "document_id": "x", "document_title": "<b>题</b>", "document_status": None, "section": []}
    reply = {
        "question": "问",
        "language": "zh",
        "outcome": "answered",
        "answer": "𠮷由市体育局负责。[1] 见[2]",
        "highlights": [{"start": 2, "end": 6}],
        "citations": [{**citation, "quote": "<img src=x>", "url": "javascript:alert(1)"}],
        "method": "generated",
    }
    page = open_page()
    page.route("**/api/ask", lambda route: route.fulfill(json=reply))
    turn = ask(page, "<script>问</script>")
    assert turn.locator(".answer mark").all_text_contents() == ["市体育局"]
    assert turn.locator(".marker").all_text_contents() == ["[1]"]
    assert turn.locator(".generated").count() == 1
    assert turn.locator(".quote").text_content() == "<img src=x>"
    assert turn.locator("a").count() == 0
    assert turn.locator(".asked-text").text_content() == "<script>问</script>"


@pytest.mark.parametrize(
    ("trouble", "line"),
    [
        (lambda route: route.abort(), "暂时连不上服务"),
        (lambda route: route.fulfill(status=429, headers={"Retry-After": "12"}, json={}), "请12秒后再试"),
        (lambda route: route.fulfill(status=422, json={}), "这个问题没法处理"),
        (lambda route: route.fulfill(status=503, json={}), "服务正忙"),
        (lambda route: route.fulfill(body=HALF_A_STREAM, content_type="text/event-stream"), "暂时连不上服务"),
    ],
    ids=["server gone", "too fast", "refused", "busy", "broken off"],
)
def test_trouble_is_told_kindly_and_keeps_the_question(
    open_page: OpenPage, trouble: Callable[[Any], None], line: str
) -> None:
    page = open_page(troubled=True)
    page.route("**/api/ask", trouble)
    page.fill("#question", TASK_15)
    page.press("#question", "Enter")
    page.locator("#problem").wait_for()
    assert line in page.locator("#problem").text_content()
    assert page.input_value("#question") == TASK_15
    assert page.locator(".turn").count() == 0
    page.unroute("**/api/ask")
    page.press("#question", "Enter")
    page.locator(".turn .reply").wait_for()
    assert page.locator("#problem").is_hidden()


def test_a_question_too_long_is_not_sent(open_page: OpenPage) -> None:
    page = open_page()
    page.fill("#question", "长" * 1001)
    page.press("#question", "Enter")
    page.locator("#problem").wait_for()
    assert "1001字" in page.locator("#problem").text_content()
    assert len(page.input_value("#question")) == 1001


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_nothing_scrolls_sideways_at_320_pixels(open_page: OpenPage, locale: str) -> None:
    page = open_page(width=320, height=640, locale=locale)
    ask(page, "市教育局负责哪些任务？")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("path", ["/", "/documents/jinan-2024"])
def test_dark_mode_is_dark_and_light_mode_light(open_page: OpenPage, path: str) -> None:
    brightness = {
        scheme: open_page(path, color_scheme=scheme).evaluate(
            "Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])"
        )
        for scheme in ("light", "dark")
    }
    assert brightness["light"] > 200
    assert brightness["dark"] < 50


def test_the_language_is_switched_and_kept(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, TASK_15)
    page.locator("#language").click()
    assert page.locator("#send").text_content() == "Send"
    assert page.locator(".sources h3").text_content() == "Sources"
    assert page.evaluate("document.documentElement.lang") == "en"
    page.reload()
    assert page.locator("#send").text_content() == "Send"


def test_the_first_page_says_what_is_covered_who_answers_and_what_is_kept(
    open_page: OpenPage, live_server: str
) -> None:
    page = open_page()
    listed = call(live_server, "/api/documents")["documents"]
    page.locator("#documents a").first.wait_for()
    assert page.locator("#documents a").all_text_contents() == [row["title"] for row in listed]
    page.locator("#answering", has_text="没有使用人工智能大模型").wait_for()
    assert "最多保存30天" in page.locator("#privacy-text").text_content()
    assert page.locator("#phone").is_hidden()
    page.locator("#language").click()
    assert "no AI language model" in page.locator("#answering").text_content()


def test_the_first_page_says_which_model_words_the_answers_and_where_phones_find_it(
    open_page: OpenPage, live_server: str
) -> None:
    info = {**call(live_server, "/api/info"), "llm": "openai:qwen-plus", "public_url": "https://qa.school.example"}
    page = open_page(prepare=lambda page: (
        page.route("**/api/info", lambda route: route.fulfill(json={**info, "contact": "<b>", "retention_days": 0})),
        page.route("**/qr.svg", lambda route: route.fulfill(body=SQUARE, content_type="image/svg+xml")),
    ))  # fmt: skip
    page.locator("#qr").wait_for()
    assert "openai:qwen-plus" in page.locator("#answering").text_content()
    assert "<b>" in page.locator("#contact").text_content()
    assert "不作保存" in page.locator("#privacy-text").text_content()
    assert page.locator("#address").text_content() == "https://qa.school.example"
    assert page.locator("#qr").get_attribute("alt") == "打开本页的二维码"


def test_the_qr_code_is_of_the_public_address_alone(services: Services, live_server: str) -> None:
    assert httpx.get(f"{live_server}/qr.svg").status_code == 404
    address = "https://qa.school.example/政策/"
    told = services.settings.model_copy(update={"public_url": address})
    with serving_app(create_app(replace(services, settings=told))) as base:
        code = httpx.get(f"{base}/qr.svg", headers={"Host": "elsewhere.example"})
        assert httpx.get(f"{base}/api/info").json()["public_url"] == address
    wanted = io.BytesIO()
    segno.make(address, error="m").save(wanted, kind="svg", border=4, dark="#000", light="#fff", omitsize=True)
    assert code.content == wanted.getvalue()
    assert code.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize("address", ["qa.school.example", "javascript:alert(1)", "https://a.example/?q=1"])
def test_a_public_address_that_is_none_is_an_error(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFORMQA_PUBLIC_URL", address)
    with pytest.raises(SettingsError, match="is no address such as"):
        read_settings()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1000, 320])
def test_axe_finds_nothing_wrong_with_the_first_page(open_page: OpenPage, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python").Axe()
    page = open_page(color_scheme=scheme, width=width)
    page.locator("#documents a").first.wait_for()
    page.locator("#starters .chip").first.wait_for()
    found = [axe.run(page)]
    ask(page, TASK_15)
    found.append(axe.run(page))
    assert "\n".join(each.generate_report() for each in found if each.violations_count) == ""


def test_the_answer_is_announced_to_screen_readers(open_page: OpenPage) -> None:
    page = open_page()
    ask(page, TASK_15)
    spoken = page.locator("[aria-live=polite]").text_content()
    assert "市体育局" in spoken
    assert "征求意见稿" in spoken
    assert "[1]" not in spoken


def test_the_pages_work_under_a_path_prefix(open_page: OpenPage, live_server: str) -> None:
    """The proxy is played by the test: /qa/… is fetched from the service without the prefix."""
    page = open_page()
    # What the first page still asks for without the prefix must not meet the proxy.
    page.wait_for_load_state("networkidle")
    own = live_server.rstrip("/")
    page.route(f"{own}/**", lambda route: _as_proxy(route, own))
    page.goto(f"{own}/qa/")
    assert "市体育局" in ask(page, TASK_15).locator(".answer").text_content()
    page.goto(f"{own}/qa/documents/jinan-2024#c3265-3288")
    page.locator("mark#cited").wait_for()
    assert page.locator("#back").get_attribute("href") == f"{own}/qa/"
    # What the page still fetches must not meet a proxy that is gone.
    page.wait_for_load_state("networkidle")
    page.unroute_all(behavior="wait")


def _as_proxy(route: Any, own: str) -> None:
    inside = f"{own}/qa/"
    if not route.request.url.startswith(inside):
        route.fulfill(status=404, body="outside the prefix")
        return
    route.fulfill(response=route.fetch(url=f"{own}/{route.request.url.removeprefix(inside)}"))
