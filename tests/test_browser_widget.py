"""The chat widget on other sites' pages, in a real browser against a running service."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from chatbot.api import create_app
from chatbot.bootstrap import Services
from eval_sets.benchmarks.served import serving_app
from tests.browsing import BROWSER, ask, pages
from tests.school import School, school

pytestmark = BROWSER

Visit = Callable[..., Any]

TASK_15 = "第15项任务由哪些单位负责？"
UNANSWERABLE = "学校食堂午餐多少钱？"
RED = "#c8102e"
INLINE = '<reform-chat mode="inline"></reform-chat>'
SCRIPTED = '<reform-chat mode="inline" endpoint="/scripted"></reform-chat>'
MARKUP = "<img src=x onerror=alert(1)><script>alert(1)</script>"
#: One that nothing is remarkable about.
REPLY = {
    "id": "a", "question": "问", "language": "zh", "outcome": "answered", "answer": "由市体育局负责。",
    "highlights": [], "citations": [], "notices": [], "related": [], "suggestions": [], "method": "extractive",
}  # fmt: skip
#: What older WebViews do not have.
OLD = """
  delete Document.prototype.adoptedStyleSheets;
  delete ShadowRoot.prototype.adoptedStyleSheets;
  window.CSSStyleSheet = function () { throw new TypeError('Illegal constructor'); };
  for (const kind of [Element, Document, DocumentFragment]) delete kind.prototype.replaceChildren;
  for (const kind of [Array, String]) { delete kind.prototype.at; delete kind.prototype.replaceAll; }
  delete Object.hasOwn;
  delete window.structuredClone;
  delete window.visualViewport;
  delete MediaQueryList.prototype.addEventListener;
  Object.defineProperty(navigator, 'clipboard', { value: undefined });
"""


@pytest.fixture(scope="module")
def site(services: Services) -> Iterator[School]:
    """A school's site, and a service that it may ask."""
    with school() as site:
        told = {"allowed_origins": site.origin, "rate_limit": "off", "contact": "市教育局 0531-66608000"}
        allowing = replace(services, settings=services.settings.model_copy(update=told))
        with serving_app(create_app(allowing)) as url:
            site.service = url.rstrip("/")
            yield site


@pytest.fixture
def visit(chromium: Any, site: School, live_server: str) -> Iterator[Visit]:
    """Opens the school's page with ``body`` on it, as ``open_page`` does."""
    with pages(chromium, site.origin, site.service, live_server) as open_page:

        def opened(body: str = INLINE, **options: Any) -> Any:
            site.body = body
            for name in ("policy", "script", "text", "answering"):
                setattr(site, name, options.pop(name, getattr(School, name, None)))
            site.asked.clear()
            return open_page("/", **options)

        yield opened


def test_one_tag_answers_on_another_sites_page_under_a_policy_that_allows_nothing_else(visit: Visit) -> None:
    page = visit("<reform-chat></reform-chat>")
    page.locator("#launcher").click()
    turn = ask(page, TASK_15)
    assert "市体育局" in turn.locator(".answer").text_content()
    assert colour(page.locator("#send"), "background-color") == "rgb(31, 95, 91)"
    link = turn.locator(".open-source")
    assert link.get_attribute("target") == "_blank"
    assert "市教育局 0531-66608000" in page.locator("#fine-print").text_content()


def test_a_site_that_is_not_allowed_is_told_so_and_keeps_the_question(visit: Visit, live_server: str) -> None:
    page = visit(f'<reform-chat mode="inline" endpoint="{live_server}"></reform-chat>', policy="", troubled=True)
    page.fill("#question", TASK_15)
    page.press("#question", "Enter")
    page.locator("#problem").wait_for()
    assert "没有获准" in page.locator("#problem").text_content()
    assert page.locator("#problem button").count() == 0
    assert page.input_value("#question") == TASK_15


@pytest.mark.parametrize(("policy", "script"), [
    ("default-src 'none'; script-src {service} 'nonce-r4nd0m'; style-src 'nonce-r4nd0m'; connect-src {service}",
     '<script src="{service}/widget.js" nonce="r4nd0m" defer></script>'),
    ("", School.script),
], ids=["a policy with a nonce", "no policy"])  # fmt: skip
def test_a_webview_of_2019_shows_the_same(visit: Visit, policy: str, script: str) -> None:
    page = visit(policy=policy, script=script, prepare=lambda page: page.add_init_script(OLD))
    assert page.evaluate("'adoptedStyleSheets' in document || 'hasOwn' in Object") is False
    turn = ask(page, TASK_15)
    assert "市体育局" in turn.locator(".answer").text_content()
    assert colour(page.locator("#send"), "background-color") == "rgb(31, 95, 91)"
    turn.locator(".copy").click()
    page.locator(".copy", has_text="已复制").wait_for()
    page.locator("#question").press("Control+v")
    assert "出处" in page.input_value("#question")


def test_both_languages_are_answered_and_the_switch_keeps_what_is_typed(visit: Visit) -> None:
    page = visit(locale="en-US")
    assert page.locator("#send").text_content() == "Send"
    answer = ask(page, "Which units are responsible for task 15?").locator(".answer").text_content()
    assert "Sports Bureau (市体育局)" in answer
    page.fill("#question", "half")
    page.locator("#switch-language").click()
    assert page.locator("#send").text_content() == "发送"
    assert page.locator(".sources h3").text_content() == "原文依据"
    assert page.input_value("#question") == "half"
    page.reload()
    assert page.locator("#send").text_content() == "发送"
    assert page.input_value("#question") == "half"


def test_an_answer_is_shown_while_it_arrives_with_its_label_and_can_be_stopped(visit: Visit) -> None:
    more = threading.Event()

    def answering(write: Callable[[str], None]) -> None:
        write(event("meta", {"id": "a", "language": "zh", "method": "generated"}))
        write(event("delta", {"text": "第15项由市体育局"}))
        more.wait(20)

    page = visit(SCRIPTED, policy="", answering=answering)
    page.fill("#question", TASK_15)
    page.press("#question", "Enter")
    page.locator(".answer", has_text="第15项由市体育局").wait_for()
    assert page.locator(".generated").text_content() == "由人工智能生成，请以所附原文为准。"
    page.locator("#send", has_text="停止").click()
    more.set()
    page.locator("#send", has_text="发送").wait_for()
    assert page.locator(".turn").count() == 0
    assert page.input_value("#question") == TASK_15
    assert "已停止" in page.locator("#spoken").text_content()


def test_a_slow_answer_is_spoken_of(visit: Visit) -> None:
    answer = threading.Event()

    def answering(write: Callable[[str], None]) -> None:
        answer.wait(20)
        write(event("done", REPLY))

    page = visit(SCRIPTED, policy="", answering=answering, prepare=lambda page: page.clock.install())
    page.fill("#question", TASK_15)
    page.press("#question", "Enter")
    page.locator(".searching").wait_for()
    assert page.locator(".turn .hint").count() == 0
    page.clock.run_for(6_100)
    assert "比平时慢" in page.locator(".turn .hint").text_content()
    assert "比平时慢" in page.locator("#spoken").text_content()
    answer.set()
    page.locator(".reply .answer").wait_for()


def test_a_follow_up_and_a_reload_go_on_with_the_conversation_and_clearing_ends_it_on_the_service_too(
    visit: Visit,
) -> None:
    page = visit()
    ask(page, TASK_15)
    page.reload()
    page.locator(".turn .reply").wait_for()
    with page.expect_request("**/api/ask") as sent:
        assert "第16项" in ask(page, "那第16项呢？").locator(".answer").text_content()
    assert [turn["question"] for turn in sent.value.post_data_json["history"]] == [TASK_15]
    session = sent.value.post_data_json["session_id"]
    with page.expect_response(f"**/api/sessions/{session}") as erased:
        page.locator("#clear").click()
    assert erased.value.json() == {"erased": 2}
    page.locator("#spoken", has_text="已清空").wait_for()
    assert page.locator(".turn").count() == 0
    page.reload()
    page.locator("#starters .chip").first.wait_for()
    assert page.locator(".turn").count() == 0


def test_two_widgets_on_a_page_have_two_conversations_in_two_languages(visit: Visit) -> None:
    page = visit('<reform-chat id="one" mode="inline" language="zh"></reform-chat>'
                 '<reform-chat id="two" mode="inline" language="en"></reform-chat>')  # fmt: skip
    one, two = page.locator("#one"), page.locator("#two")
    assert (one.locator("#send").text_content(), two.locator("#send").text_content()) == ("发送", "Send")
    two.locator("#question").fill(TASK_15)
    two.locator("#question").press("Enter")
    two.locator(".turn .reply").wait_for()
    assert one.locator(".turn").count() == 0
    one.locator("#question").fill(UNANSWERABLE)
    one.locator("#question").press("Enter")
    assert one.locator(".outcome").text_content() == "文件里没有找到"
    page.reload()
    two.locator(".turn .reply").wait_for()
    assert one.locator(".asked-text").all_text_contents() == [UNANSWERABLE]
    assert two.locator(".asked-text").all_text_contents() == [TASK_15]


def test_the_keyboard_reaches_everything_and_gets_out_again(visit: Visit) -> None:
    page = visit("<reform-chat></reform-chat>")
    page.locator("#launcher").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "question"
    page.keyboard.type(TASK_15)
    page.keyboard.press("Enter")
    page.locator(".reply-actions").wait_for()
    seen = []
    while focused(page) != "marker":
        page.keyboard.press("Shift+Tab")
        seen.append(focused(page))
    assert {"open-source", "chip", "quiet copy", "quiet thumb"} <= set(seen)
    peek = page.locator(".peek")
    assert "市体育局分工负责" in peek.text_content()
    assert "15.强化体育评价" in peek.text_content()
    assert "征求意见稿" in peek.text_content()
    assert page.locator(".marker").get_attribute("aria-describedby") == peek.get_attribute("id")
    page.keyboard.press("Escape")
    assert peek.count() == 0
    assert page.locator("#panel").is_visible()
    page.keyboard.press("Enter")
    assert page.locator(".card:focus .card-marker").text_content() == "[1]"
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_hidden()
    assert focused(page) == "launcher"


def test_pointing_at_a_marker_shows_its_quote_until_one_points_elsewhere(visit: Visit) -> None:
    page = visit()
    turn = ask(page, TASK_15)
    turn.locator(".marker").hover()
    peek = page.locator(".peek")
    peek.wait_for()
    assert turn.locator(".sources .quote").text_content() == peek.locator(".quote").text_content()
    peek.hover()
    page.wait_for_timeout(400)
    assert peek.count() == 1
    page.locator("h1").hover()
    peek.wait_for(state="detached")


def test_thumbs_are_stored_with_the_reason(visit: Visit) -> None:
    page = visit()
    turn = ask(page, TASK_15)
    with page.expect_response("**/api/feedback") as rated:
        turn.locator(".thumb", has_text="没帮助").click()
    assert rated.value.json()["rating"] == "down"
    turn.get_by_label("不完整").check()
    turn.locator(".note").fill("缺少联系方式")
    with page.expect_response("**/api/feedback") as told:
        turn.locator(".reasons .primary").click()
    assert told.value.ok
    assert told.value.request.post_data_json["comment"] == "不完整；缺少联系方式"
    turn.locator("[role=status]", has_text="谢谢").wait_for()
    assert turn.locator(".thumb[aria-pressed=true]").text_content() == "没帮助"


def test_feedback_that_fails_says_so_and_keeps_the_reason(visit: Visit) -> None:
    page = visit(troubled=True)
    turn = ask(page, TASK_15)
    turn.locator(".thumb", has_text="没帮助").click()
    turn.locator(".note").fill("缺少联系方式")
    page.route("**/api/feedback", lambda route: route.abort())
    turn.locator(".reasons .primary").click()
    turn.locator("[role=status]", has_text="没有发送成功").wait_for()
    assert turn.locator(".note").input_value() == "缺少联系方式"


def test_a_copy_carries_its_sources_and_notices(visit: Visit) -> None:
    page = visit()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = ask(page, TASK_15)
    turn.locator(".copy").click()
    page.locator(".copy", has_text="已复制").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert turn.locator(".sources .quote").text_content() in copied
    assert turn.locator(".notice").text_content() in copied
    assert re.search(r"出处：\n\[1\] 《济南市.*（征求意见稿） 四、.* 15.强化体育评价：〔.*〕\nhttp.*#c\d+-\d+", copied)


def test_offline_is_said_and_nothing_typed_is_lost(visit: Visit) -> None:
    page = visit(troubled=True)
    page.context.set_offline(True)
    page.locator("#offline").wait_for()
    page.fill("#question", TASK_15)
    page.press("#question", "Enter")
    page.locator("#problem", has_text="网络好像断开了").wait_for()
    assert page.input_value("#question") == TASK_15
    page.context.set_offline(False)
    page.locator("#offline").wait_for(state="hidden")
    page.locator("#problem button", has_text="重试").click()
    page.locator(".turn .reply").wait_for()
    assert page.input_value("#question") == ""


def test_too_many_questions_count_down_to_the_next(visit: Visit) -> None:
    page = visit(troubled=True)
    told = {"Retry-After": "2", "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
    page.route("**/api/ask", lambda route: route.fulfill(status=429, headers=told, json={}))
    page.fill("#question", TASK_15)
    page.press("#question", "Enter")
    page.locator("#problem", has_text="请2秒后再试").wait_for()
    page.locator("#problem", has_text="请1秒后再试").wait_for()
    page.locator("#problem", has_text="现在可以再试了").wait_for()
    page.unroute("**/api/ask")
    page.locator("#problem button").click()
    page.locator(".turn .reply").wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_can_be_held_whatever_the_reader_prefers(visit: Visit, theme: str) -> None:
    other = "light" if theme == "dark" else "dark"
    page = visit(f'<reform-chat mode="inline" theme="{theme}"></reform-chat>', color_scheme=other)
    ink = int(re.findall(r"\d+", colour(page.locator(".widget"), "color"))[0])
    assert (ink > 200) == (theme == "dark")


def test_attributes_are_followed_when_they_change(visit: Visit) -> None:
    page = visit('<reform-chat mode="inline" title="问政策" greeting="您好。" questions="甲？|乙？"></reform-chat>')
    shown = page.locator("reform-chat")
    assert shown.locator("#heading").text_content() == "问政策"
    assert shown.get_attribute("title") is None  # no tooltip over all of it
    assert shown.locator("#greeting").text_content() == "您好。"
    assert shown.locator("#starters .chip").all_text_contents() == ["甲？", "乙？"]
    shown.evaluate(
        "e => { for (const [k, v] of [['greeting', ''], ['language', 'en'], ['color', 'gold'], ['title', 'Ask']])"
        " e.setAttribute(k, v); e.removeAttribute('mode'); document.body.append(e); }"
    )
    assert shown.locator("#greeting").is_hidden()
    assert shown.locator("#heading").text_content() == "Ask"
    assert shown.locator("#launcher").text_content() == "Policy Q&A"
    assert colour(shown.locator("#launcher"), "background-color") != "rgb(31, 95, 91)"


@pytest.mark.parametrize("size", [100, 10])
def test_the_pages_own_type_and_units_do_not_reach_in(visit: Visit, size: int) -> None:
    css = f"html {{ font-size: {size}px }} * {{ letter-spacing: 9px; text-transform: uppercase; line-height: 9 }}"
    page = visit(f"<style>{css}</style>{INLINE}", policy="")
    box = page.locator("#question")
    assert colour(box, "font-size") == "16px"
    assert colour(box, "letter-spacing") == "normal"


def test_text_at_twice_the_size_still_fits_a_phone(visit: Visit) -> None:
    def enlarge(page: Any) -> None:
        page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32}})

    page = visit(width=390, height=844, prepare=enlarge)
    ask(page, "市教育局负责哪些任务？")
    assert colour(page.locator("#question"), "font-size") == "32px"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("body", ["<reform-chat></reform-chat>", INLINE], ids=["launcher", "inline"])
def test_nothing_scrolls_sideways_at_320_pixels(visit: Visit, body: str) -> None:
    page = visit(body, width=320, height=640, locale="en-US")
    if page.locator("#launcher").is_visible():
        page.locator("#launcher").click()
    turn = ask(page, "Which tasks does the Sports Bureau share?")
    turn.locator(".thumb").last.click()
    turn.locator(".reasons").wait_for()
    turn.locator(".marker").first.focus()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.locator(".view").evaluate("view => view.scrollWidth <= view.clientWidth")


def test_print_has_the_answer_and_its_sources_alone(visit: Visit) -> None:
    page = visit()
    turn = ask(page, TASK_15)
    page.emulate_media(media="print")
    assert turn.locator(".sources .quote").is_visible()
    for gone in ("#question", ".copy", ".thumb", "#switch-language", ".suggestions"):
        assert page.locator(gone).first.is_hidden(), gone


def test_forced_colours_leave_edges_to_what_is_tapped(visit: Visit) -> None:
    page = visit(forced_colors="active")
    turn = ask(page, TASK_15)
    assert colour(turn.locator(".marker"), "border-top-style") == "solid"
    assert colour(turn.locator(".asked-text"), "border-top-style") == "solid"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("color", [None, "#ffd700", RED])
@pytest.mark.parametrize("width", [1000, 320])
def test_axe_finds_nothing_wrong(visit: Visit, scheme: str, color: str | None, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python").Axe()
    page = visit(f'<reform-chat {f"color={color}" if color else ""}></reform-chat>', color_scheme=scheme, width=width,
                 policy="")  # fmt: skip
    found = {"closed": axe.run(page)}
    page.locator("#launcher").click()
    found["open"] = axe.run(page)
    turn = ask(page, TASK_15)
    turn.locator(".thumb").last.click()
    turn.locator(".reasons").wait_for()
    found["feedback"] = axe.run(page)
    turn.locator(".marker").focus()
    found["answered"] = axe.run(page)
    ask(page, UNANSWERABLE)
    page.route("**/api/ask", lambda route: route.fulfill(status=503, json={}))
    page.fill("#question", "长" * 1001)
    page.press("#question", "Enter")
    page.locator("#problem").wait_for()
    found["refused"] = axe.run(page)
    wrong = {state: results.generate_report() for state, results in found.items() if results.violations_count}
    assert not wrong, "\n".join(f"{state}: {report}" for state, report in wrong.items())


def test_hostile_words_are_only_words(visit: Visit) -> None:
    long, bidi = "长" * 100_000, "\u202e\u2066txt.exe\u200b\u200d"
    quoted = {"marker": 1, "document_id": "x", "document_title": MARKUP, "document_status": MARKUP,
              "section": [MARKUP, bidi], "quote": f"{MARKUP}{long}", "url": "javascript:alert(1)"}  # fmt: skip
    reply = {**REPLY, "answer": f"{MARKUP}**{bidi}** [x](javascript:alert(1))[1]", "citations": [quoted],
             "notices": [MARKUP], "suggestions": [MARKUP], "outcome": MARKUP, "method": "constructor",
             "highlights": [{"start": 0, "end": 9e9}, {"start": -5, "end": 3}, {"start": 2, "end": 4}]}  # fmt: skip
    said = f"title='{MARKUP}' greeting='{MARKUP}' questions='{MARKUP}' color='red;}}*{{display:none'"
    said += " language=__proto__ theme=__proto__"
    page = visit(f"<reform-chat mode=inline endpoint=/scripted {said}></reform-chat>", policy="",
                 answering=lambda write: write(event("done", reply)), width=390)  # fmt: skip
    assert page.locator("#greeting").text_content() == MARKUP
    turn = ask(page, MARKUP)
    assert turn.locator(".asked-text").text_content() == MARKUP
    assert turn.locator(".answer").text_content() == reply["answer"]
    assert turn.locator(".sources .quote").text_content() == quoted["quote"]
    turn.locator(".marker").focus()
    assert page.locator(".peek .quote").text_content() == quoted["quote"]
    inside = "document.querySelector('reform-chat').shadowRoot.querySelectorAll('img, script, b, a[href^=javascript]')"
    assert page.evaluate(f"{inside}.length") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_script_that_another_script_adds_still_finds_its_service(visit: Visit, site: School) -> None:
    page = visit(script="", policy="")
    add = "url => document.head.append(Object.assign(document.createElement('script'), { src: url, type: 'module' }))"
    page.evaluate(add, f"{site.service}/widget.js")
    assert "市体育局" in ask(page, TASK_15).locator(".answer").text_content()


def test_the_launcher_leaves_the_page_as_it_was(visit: Visit) -> None:
    page = visit("<reform-chat></reform-chat>" + "<p>内容</p>" * 200, script=School.script * 2)
    before = page.evaluate("document.documentElement.scrollHeight")
    page.locator("#launcher").click()
    ask(page, TASK_15)
    assert page.evaluate("[document.documentElement.scrollHeight, scrollY]") == [before, 0]
    page.locator("#close").click()
    assert focused(page) == "launcher"


def event(name: str, data: dict[str, Any]) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def colour(where: Any, of: str) -> str:
    """A computed style."""
    return str(where.evaluate("(element, name) => getComputedStyle(element)[name]", of))


def focused(page: Any) -> str:
    """The id, or else the class, of what has the focus in the widget."""
    inside = page.evaluate_handle("document.querySelector('reform-chat').shadowRoot.activeElement")
    return str(inside.evaluate("element => element?.id || element?.className"))
