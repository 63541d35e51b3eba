"""The staff desk in a real browser: the journey of one question, two people in two browser contexts."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from chatbot.api import create_app
from chatbot.bootstrap import Services, open_services
from chatbot.settings import Settings
from eval_sets.benchmarks.served import serving_app
from eval_sets.cases import load
from tests.browsing import BROWSER, OpenPage, ask, pages
from tests.commands import reformqa
from tests.uploading import Staff

pytestmark = BROWSER

ADMIN, WRITER = "a" * 40, "w" * 40
#: Nothing of it is in the bundled documents.
BUS = "校车司机每年参加几次安全培训？"
POLICY = """校车安全工作通知
1.校车司机培训。校车司机每年参加两次安全培训。〔市教育局负责〕
2.校车检查。校车每日检查一次。〔市公安局负责〕
4.校车线路。校车线路每学期公布。〔市交通局负责〕
"""
TASK_15 = "第15项任务由哪些单位负责？"
MARKUP = "<img src=x onerror=alert(1)><script>alert(1)</script>"
HOSTILE = f"{MARKUP}食堂几点开门？"


@pytest.fixture(scope="module")
def own(services: Services, tmp_path_factory: pytest.TempPathFactory) -> Services:
    """Services over a data directory of this module's own."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(services.settings.data_dir / "indexes", folder / "indexes")
    shutil.copytree(services.settings.data_dir / "cache", folder / "cache")
    keys = f"head:admin:{ADMIN},clerk:write:{WRITER}"
    return open_services(Settings(data_dir=folder, api_keys=keys, rate_limit="off", _env_file=None))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def url(own: Services) -> Iterator[str]:
    with serving_app(create_app(own)) as base:
        yield base


@pytest.fixture(scope="module")
def head(url: str) -> Iterator[Staff]:
    """Somebody with a key of scope admin, at the API."""
    client = Staff(url, ADMIN)
    yield client
    client.http.close()


@pytest.fixture
def open_page(chromium: Any, url: str) -> Iterator[OpenPage]:
    with pages(chromium, url) as visit:
        yield visit


def sign_in(page: Any, key: str = ADMIN) -> Any:
    page.fill("#key", key)
    page.press("#key", "Enter")
    return page


def go(page: Any, place: str) -> None:
    """To a view, by the keyboard."""
    link = page.locator(f"#places a[data-word={place}]")
    link.wait_for()
    link.press("Enter")
    page.locator(f"h2[data-word={place}]").wait_for()


def topic_id(head: Staff, question: str) -> str:
    topics = head.http.get("/api/admin/unanswered").json()["topics"]
    return str(next(topic["id"] for topic in topics if topic["question"] == question))


def test_a_refused_question_is_answered_by_a_document_staff_publish_and_becomes_a_golden_case(
    open_page: OpenPage, own: Services, url: str, tmp_path: Path
) -> None:
    parent = open_page("/")
    assert ask(parent, BUS).locator(".outcome").text_content() == "文件里没有找到"

    staff = sign_in(open_page("/admin"))
    go(staff, "inbox")
    staff.locator(".topics .row", has_text=BUS).locator("a").click()
    staff.locator("h2", has_text=BUS).wait_for()
    assert "没有" in staff.locator(".was-told").text_content()

    go(staff, "documents")
    staff.set_input_files("#file", {"name": "bus.txt", "mimeType": "text/plain", "buffer": POLICY.encode()})
    staff.locator(".upload button").click()
    staff.locator("h2", has_text="校车安全工作通知").wait_for()
    figures = dict(zip(*(staff.locator(f".figure {tag}").all_text_contents() for tag in ("dt", "dd")), strict=True))
    assert figures["总字数"] == str(len(POLICY))
    assert (figures["去向不明"], figures["识别出的任务"]) == ("0", "3")
    assert staff.get_by_text("2之后是4").count() == 1
    assert staff.locator(".findings strong").all_text_contents() == ["1 校车司机培训", "2 校车检查", "4 校车线路"]
    assert ask(parent, BUS).locator(".outcome").text_content() == "文件里没有找到", "a preview answers nothing"
    staff.get_by_role("button", name="发布", exact=True).click()
    staff.locator(".version-published").wait_for()

    go(staff, "inbox")
    staff.locator(".topics .row", has_text=BUS).locator("a").click()
    staff.get_by_role("button", name="重新提问").click()
    staff.locator("#result .answer", has_text="两次").wait_for()
    staff.locator(".topic-answered").wait_for()
    assert "两次" in ask(parent, BUS).locator(".answer").text_content()

    staff.get_by_role("button", name="存为评测用例").click()
    staff.locator(".topic-golden").wait_for()
    go(staff, "inbox")
    with staff.expect_download() as sent:
        staff.get_by_role("button", name="下载评测用例").click()
    golden = tmp_path / "desk.jsonl"
    sent.value.save_as(golden)
    (case,) = load(golden)
    assert (case.question, case.document, case.answerable) == (BUS, "bus", True)
    ran = reformqa(own.settings.data_dir, "eval", "--golden", str(golden), "--url", url, "--fail-under", "correct=1")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    go(staff, "evaluations")
    assert "1个问题" in staff.locator(".row").text_content()
    assert "100%" in staff.locator(".figure", has_text="答对").text_content()
    with staff.expect_download() as sent:
        staff.get_by_role("button", name="下载完整报告").click()
    assert BUS in Path(sent.value.path()).read_text("utf-8")


def test_a_disliked_answer_is_curated_from_picked_evidence_and_withdrawn(
    open_page: OpenPage, head: Staff, url: str
) -> None:
    given = head.ask(TASK_15)
    rated = {"answer_id": given["id"], "rating": "down", "comment": "没说谁牵头"}
    assert httpx.post(f"{url}/api/feedback", json=rated).status_code == 200
    staff = open_page(f"/admin#topic/{topic_id(head, TASK_15)}")
    sign_in(staff)
    staff.locator("q", has_text="没说谁牵头").wait_for()
    # A sentence of a passage that was found, then any characters of the whole text; the first is dropped again.
    staff.fill("#search-words", "强化体育评价")
    staff.press("#search-words", "Enter")
    staff.locator(".sentence", has_text="体育局").first.press("Enter")
    assert "体育局" in staff.locator(".quotes .quote").text_content()
    staff.locator(".quotes").get_by_role("button", name="去掉").click()
    staff.locator(".whole summary").click()
    staff.locator("#whole-document option[value=jinan-2024]").wait_for(state="attached")
    staff.select_option("#whole-document", "jinan-2024")
    quote = "〔市教育局(市委教育工委)、市体育局分工负责〕"
    staff.wait_for_function("quote => document.getElementById('whole-text').value.includes(quote)", arg=quote)
    staff.evaluate(
        """quote => {
          const box = document.getElementById('whole-text');
          box.setSelectionRange(box.value.indexOf(quote), box.value.indexOf(quote) + quote.length);
        }""",
        quote,
    )
    staff.get_by_role("button", name="选为依据").click()
    assert staff.locator(".quotes .quote").all_text_contents() == [quote]
    staff.get_by_role("button", name="保存答复").click()
    staff.locator(".answer-form .problem").wait_for()  # evidence without words
    said = "这一项没有规定牵头单位，由两家分工负责。"
    staff.fill("#statement-1", said)
    staff.get_by_role("button", name="保存答复").click()
    staff.locator("#result .good").wait_for()
    now = ask(open_page("/"), TASK_15)
    assert now.locator(".answer").text_content() == f"{said}[1]"
    assert now.locator(".sources .quote").all_text_contents() == [quote]

    go(staff, "curated")
    row = staff.locator(".row", has_text=said)
    assert row.locator(".stands-standing").count() == 1
    row.get_by_role("button", name="删除").click()
    staff.keyboard.press("Escape")
    assert row.count() == 1
    row.get_by_role("button", name="删除").click()
    staff.locator("dialog").get_by_role("button", name="删除").click()
    row.wait_for(state="detached")
    assert head.ask(TASK_15)["method"] == "register"
    go(staff, "audit")
    actions = staff.locator(".row .badge").all_text_contents()
    assert actions[:3] == ["删除人工答复", "问题已人工答复", "写人工答复"]


def test_selected_characters_are_counted_as_the_service_counts_them(open_page: OpenPage, url: str) -> None:
    """Line ends that a text box shortens, and characters beyond the basic plane."""
    page = open_page("/admin")
    places = page.evaluate(
        """async () => {
          const { boxed, sentences } = await import('/static/desk/evidence.js');
          const text = '𠮷甲。\\r\\n乙𠮷\\r\\n\\r\\n“丙！”丁';
          const { value, point } = boxed(text);
          const found = (words) => [value.indexOf(words), value.indexOf(words) + words.length].map(point);
          const picked = [found('𠮷甲'), found('乙𠮷\\n\\n“丙'), found('丁')];
          return { value, picked, sentences: sentences('𠮷甲。 乙\\r\\n“丙！”丁', 5) };
        }"""
    )
    text = "𠮷甲。\r\n乙𠮷\r\n\r\n“丙！”丁"
    assert places["value"] == text.replace("\r\n", "\n")
    assert [text[start:end] for start, end in places["picked"]] == ["𠮷甲", "乙𠮷\r\n\r\n“丙", "丁"]
    assert [(s["start"] - 5, s["quote"]) for s in places["sentences"]] == [
        (0, "𠮷甲。"),
        (4, "乙"),
        (7, "“丙！”"),
        (11, "丁"),
    ]


@pytest.mark.parametrize(
    ("key", "said"),
    [("x" * 40, "密钥无效或已被撤销"), (WRITER, "需要权限为 admin 的密钥"), ("密钥", "密钥无效或已被撤销")],
    ids=["unknown", "of a lesser scope", "not a key"],
)
def test_a_key_that_does_not_open_the_desk_says_what_to_do_and_is_forgotten(
    open_page: OpenPage, key: str, said: str
) -> None:
    page = sign_in(open_page("/admin", troubled=True), key)
    page.locator(".problem").wait_for()
    assert said in page.locator(".problem").text_content()
    assert page.evaluate("Object.values(sessionStorage).concat(Object.values(localStorage))") == []


def test_the_key_stays_in_the_tab_and_signing_out_forgets_it(open_page: OpenPage) -> None:
    page = sign_in(open_page("/admin"))
    page.locator(".volume").wait_for()
    assert page.evaluate("Object.values(sessionStorage)") == [ADMIN]
    assert page.evaluate("JSON.stringify(localStorage) + document.cookie + location.href").count(ADMIN) == 0
    page.reload()
    page.locator(".volume").wait_for()
    page.locator("#sign-out").click()
    page.locator("#key").wait_for()
    assert page.evaluate("Object.values(sessionStorage)") == []
    assert page.locator(".volume").count() == 0


def test_a_key_revoked_meanwhile_leads_back_to_signing_in(open_page: OpenPage) -> None:
    page = sign_in(open_page("/admin", troubled=True))
    page.locator(".volume").wait_for()
    page.route("**/api/**", lambda route: route.fulfill(status=401, json={"error": {"message": "revoked"}}))
    page.locator("#places a[data-word=audit]").click()
    page.locator("#key").wait_for()
    assert page.evaluate("Object.values(sessionStorage)") == []


def test_a_hostile_question_and_document_are_shown_as_they_were_written(
    open_page: OpenPage, head: Staff, own: Services
) -> None:
    head.ask(HOSTILE)
    policy = f"关于食堂的通知\n1.{MARKUP}开门。食堂七点开门。〔市教育局负责〕\n"
    assert head.wait(head.send(policy, "hostile.txt"))["state"] == "done"
    page = sign_in(open_page("/admin"))
    go(page, "inbox")
    link = page.locator(".topics a", has_text="食堂几点开门")
    assert link.text_content() == HOSTILE
    link.click()
    page.locator("h2", has_text="食堂").wait_for()
    assert page.locator("h2").text_content() == HOSTILE
    go(page, "documents")
    page.locator("a[href='#preview/hostile']").click()
    page.locator(".text").wait_for(state="attached")
    assert policy in page.locator(".text").text_content()
    assert page.locator("#view img, #view script, #view b").count() == 0
    page.get_by_role("button", name="删除预览").click()
    page.locator("dialog").get_by_role("button", name="删除").click()
    page.locator("h2[data-word=documents]").wait_for()
    assert "hostile" not in head.rows()


def test_text_set_as_html_is_an_error_of_the_browser_and_nobody_frames_the_desk(open_page: OpenPage, url: str) -> None:
    page = open_page("/admin", troubled=True)
    assert (
        page.evaluate("() => { try { document.body.innerHTML = '<p>'; return 'set'; } catch (e) { return e.name; } }")
        == "TypeError"
    )
    headers = httpx.get(f"{url}/admin").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert "frame-ancestors 'self'" in httpx.get(url).headers["content-security-policy"]


WORDLESS = "[...document.querySelectorAll('[data-word]')].filter((e) => !e.textContent).map((e) => e.dataset.word)"
SHOW = """address => new Promise((done) => {
  addEventListener('hashchange', done, { once: true });
  location.hash = address;
})"""
VIEWS = ["overview", "inbox", "documents", "curated", "evaluations", "audit", "topic", "document/jinan-2024"]


def visited(page: Any, head: Staff) -> Iterator[str]:
    """The views of the desk one after the other, each shown with data when it is given."""
    head.ask("学校游泳池收费多少？")
    for view in VIEWS:
        address = f"topic/{topic_id(head, '学校游泳池收费多少？')}" if view == "topic" else view
        page.evaluate(SHOW, address)
        page.locator("#view:not([aria-busy]) h2").wait_for()
        page.wait_for_load_state("networkidle")
        for closed in page.locator("details:not([open]) > summary").all():
            closed.click()
        yield view


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_every_view_fits_320_pixels_and_has_all_its_words(open_page: OpenPage, head: Staff, locale: str) -> None:
    page = open_page("/admin", width=320, height=640, locale=locale)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    sign_in(page).locator(".volume").wait_for()
    for view in visited(page, head):
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, view
        assert page.evaluate(WORDLESS) == [], view


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(open_page: OpenPage, head: Staff, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="pip install axe-playwright-python").Axe()
    page = open_page("/admin", color_scheme=scheme)
    page.locator("#key").wait_for()
    found = {"sign-in": axe.run(page)}
    sign_in(page).locator(".volume").wait_for()
    found |= {view: axe.run(page) for view in visited(page, head)}
    wrong = {view: results.generate_report() for view, results in found.items() if results.violations_count}
    assert not wrong, "\n".join(f"{view}: {report}" for view, report in wrong.items())


def test_the_language_is_switched_without_losing_what_was_typed(open_page: OpenPage, head: Staff) -> None:
    head.ask("学校有几台打印机？")
    page = open_page(f"/admin#topic/{topic_id(head, '学校有几台打印机？')}", locale="en-US")
    sign_in(page)
    page.fill("#statement-1", "half written")
    page.locator("#language").click()
    assert page.locator("#places a").first.text_content() == "概况"
    assert page.get_by_role("button", name="保存答复").count() == 1
    page.locator("#language").click()
    assert page.get_by_role("button", name="Save the answer").count() == 1
    assert page.input_value("#statement-1") == "half written"


@pytest.mark.parametrize("words", ["{zh: {onlyHere: '1'}, en: {}}", "{zh: {send: '1'}, en: {send: '1'}}"])
def test_words_are_taught_in_both_languages_and_once(open_page: OpenPage, words: str) -> None:
    teach = f"import('/static/words.js').then(({{ teach }}) => teach({words})).then(() => 'taught', (e) => e.message)"
    assert "is there" in open_page("/admin").evaluate(teach)


def test_the_desk_works_under_a_path_prefix(own: Services, chromium: Any) -> None:
    with serving_app(create_app(own), "/qa") as base, pages(chromium, base) as visit:
        page = sign_in(visit("/qa/admin"))
        page.locator(".volume").wait_for()
        go(page, "documents")
        page.locator("a", has_text="济南").first.click()
        page.locator(".receipt, .figures").first.wait_for()
        assert page.get_by_role("link", name="查看原文").get_attribute("href").startswith("/qa/documents/")
