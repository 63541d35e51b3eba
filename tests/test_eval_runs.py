"""Runs: fixed order, resumable after a crash, the same in parallel and over HTTP; comparison, floors and outputs."""

import json
from contextlib import closing
from importlib.resources import files
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from fastapi import Request, Response
from starlette.middleware.base import RequestResponseEndpoint

from chatbot.api import create_app
from chatbot.bootstrap import Services
from eval_sets import outputs
from eval_sets.answers import Answer
from eval_sets.benchmarks.served import serving_app
from eval_sets.cases import GoldenCase, bundled_files, load_all
from eval_sets.comparison import compare
from eval_sets.corpora import corpora, open_corpus
from eval_sets.errors import FloorError, GoldenError, RunError, TargetError
from eval_sets.exports import Framework, export
from eval_sets.floors import breaches, parse, read, wanted
from eval_sets.junit import junit
from eval_sets.noise import Noise
from eval_sets.runner import run
from eval_sets.runs import Manifest, SavedRun, find, saved
from eval_sets.selection import SERVED, plan
from eval_sets.targets import AtUrl, InProcess
from tests.eval_builders import UNITS, FakeTarget, answer, case, quote, refusal, trial

CASES = [
    case(id="a", question="体育评价由谁负责？", must_contain=[["体育局"]], evidence=[UNITS]),
    case(id="b", type="number", question="评选多少所？", must_contain=[["20"]]),
    case(id="c", type="refuse_near", question="学费多少？", answerable=False),
]
KINDS = {each.type for each in CASES}
ANSWERS = {CASES[0].question: answer("由市体育局负责。[1]", quote(UNITS)), CASES[1].question: answer("20所。")}


def manifest(name: str = "run") -> Manifest:
    return Manifest(id=name, started="2026-11-22T10:00:00+08:00", plan="0", questions=3, machine="here")


def done(folder: Path, answers: dict[str, Answer], name: str = "run", cases: list[GoldenCase] = CASES) -> SavedRun:
    kept = SavedRun.start(folder, manifest(name))
    list(run(plan(cases), {SERVED: FakeTarget(answers)}, kept))
    kept.finish()
    return kept


def test_a_run_answers_every_case_once_in_order(tmp_path: Path) -> None:
    target = FakeTarget(ANSWERS)
    lines = list(run(plan(CASES), {SERVED: target}, SavedRun.start(tmp_path, manifest())))
    assert target.asked == [line.asked.case.id for line in lines] == ["a", "b", "c"]


def test_a_run_cut_short_goes_on_where_it_stopped(tmp_path: Path) -> None:
    kept = SavedRun.start(tmp_path, manifest())
    with pytest.raises(RuntimeError, match="cut short"):
        list(run(plan(CASES), {SERVED: FakeTarget(ANSWERS, fails_on="c")}, kept))
    with (kept.folder / "answers.jsonl").open("ab") as file:
        file.write(b'{"asked": {"case"')  # a line that the crash left unfinished
    again = FakeTarget(ANSWERS)
    resumed = SavedRun(kept.folder)
    list(run(plan(CASES), {SERVED: again}, resumed))
    assert again.asked == ["c"]
    assert [each.case.id for each in SavedRun(kept.folder).trials()] == ["a", "b", "c"]


def test_a_run_is_not_resumed_on_another_index(tmp_path: Path) -> None:
    kept = SavedRun.start(tmp_path, manifest())
    with pytest.raises(RuntimeError):
        list(run(plan(CASES), {SERVED: FakeTarget(ANSWERS, fails_on="b")}, kept))
    with pytest.raises(RunError, match="generation changed"):
        list(run(plan(CASES), {SERVED: FakeTarget(ANSWERS, generation="000002")}, SavedRun(kept.folder)))


def test_an_answer_kept_twice_counts_once_and_a_run_is_filled_by_one_process(tmp_path: Path) -> None:
    kept = done(tmp_path, ANSWERS)
    kept.append(kept.lines()[0])
    assert [each.asked.case.id for each in kept.lines()] == ["a", "b", "c"]
    with kept.locked(), pytest.raises(RunError, match="another process"), SavedRun(kept.folder).locked():
        pass


def test_a_damaged_run_says_which_line(tmp_path: Path) -> None:
    kept = done(tmp_path, ANSWERS)
    path = kept.folder / "answers.jsonl"
    path.write_bytes(b"{}\n" + path.read_bytes())
    with pytest.raises(RunError, match=r"answers.jsonl:1 is damaged"):
        kept.lines()
    (kept.folder / "manifest.json").write_text("{}")
    with pytest.raises(RunError, match="damaged"):
        SavedRun(kept.folder)


def test_many_at_a_time_give_the_same_answers(services: Services, tmp_path: Path) -> None:
    cases = [each for each in load_all(bundled_files()) if each.split == "dev" and each.corpus == "bundled"][:40]
    one, four = SavedRun.start(tmp_path, manifest("one")), SavedRun.start(tmp_path, manifest("four"))
    list(run(plan(cases), {"bundled": InProcess(services)}, one))
    list(run(plan(cases), {"bundled": InProcess(services)}, four, jobs=4))
    times = {"milliseconds": 0.0}
    assert [t.answer.model_copy(update=times) for t in one.trials()] == [
        t.answer.model_copy(update=times) for t in four.trials()
    ]


def test_a_url_is_judged_as_the_process_behind_it(services: Services, live_server: str) -> None:
    cases = [each for each in load_all(bundled_files()) if each.split == "dev" and each.corpus == "bundled"][:25]
    cases.append(case(id="long", question="长" * 1001, answerable=False))
    here = InProcess(services)
    with closing(AtUrl(live_server)) as there:
        assert here.texts == there.texts
        assert here.subject().documents == there.subject().documents
        for each in cases:
            same = {"milliseconds": 0.0, "error": None}
            assert here.ask(each).model_copy(update=same) == there.ask(each).model_copy(update=same), each.id


def test_what_is_no_service_is_named() -> None:
    with pytest.raises(TargetError, match="cannot be read"):
        AtUrl("http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("url", "said"),
    [("http://127.0.0.1:port", "no URL"), ("http://user:s3cret@127.0.0.1:9", "127.0.0.1:9/api/documents")],
)
def test_a_url_that_cannot_be_asked_is_named_without_its_password(url: str, said: str) -> None:
    with pytest.raises(TargetError, match=said) as caught:
        AtUrl(url)
    assert "s3cret" not in str(caught.value)


def test_a_service_that_fails_is_recorded_and_one_that_wants_a_login_ends_the_run(services: Services) -> None:
    app = create_app(services)
    status = {"now": 500}

    @app.middleware("http")
    async def failing(request: Request, call_next: RequestResponseEndpoint) -> Response:
        if request.url.path == "/api/ask":
            return Response(b'["not an answer"]', status["now"], media_type="application/json")
        return await call_next(request)

    with serving_app(app) as url, closing(AtUrl(url)) as target:
        assert target.ask(CASES[0]).status == 500
        status["now"] = 200
        assert target.ask(CASES[0]).status == 599
        status["now"] = 401
        with pytest.raises(TargetError, match="login"):
            target.ask(CASES[0])


def test_noisy_forms_follow_their_question_and_follow_ups_have_none() -> None:
    asked = plan([CASES[0], case(id="f", history=["体育"], question="谁负责？")], list(Noise))
    assert asked[0].case.id == "a"
    assert {each.case.variant_of for each in asked if each.noise} == {"a"}
    assert asked[-1].case.id == "f"
    assert plan([CASES[0]], list(Noise)) == plan([CASES[0]], list(Noise))


def test_runs_are_found_by_id_by_path_and_as_the_last(tmp_path: Path) -> None:
    first, second = done(tmp_path, ANSWERS, "1"), done(tmp_path, ANSWERS, "2")
    SavedRun.start(tmp_path, manifest("3"))
    assert find(tmp_path, "last").folder == second.folder
    assert find(tmp_path, "1").folder == find(tmp_path, str(first.folder)).folder == first.folder
    assert [each.manifest.id for each in saved(tmp_path)] == ["1", "2", "3"]
    with pytest.raises(RunError, match="no run 'x'"):
        find(tmp_path, "x")


def test_two_runs_of_one_second_do_not_share_a_folder(tmp_path: Path) -> None:
    assert SavedRun.start(tmp_path, manifest()).manifest.id == "run"
    assert SavedRun.start(tmp_path, manifest()).manifest.id == "run-2"


def test_a_comparison_names_the_questions_that_changed_sides_both_ways(tmp_path: Path) -> None:
    worse = {CASES[0].question: refusal(), CASES[2].question: refusal(), CASES[1].question: answer("20所。")}
    first = done(tmp_path, worse, "first")
    second = done(tmp_path, {CASES[0].question: ANSWERS[CASES[0].question]}, "second")
    result = compare(first, second)
    assert [change.first.case.id for change in result.fixed] == ["a"]
    assert [change.first.case.id for change in result.broken] == ["b"]
    correct = next(row for row in result.paired if row.metric.name == "correct")
    assert (correct.gained, correct.lost, correct.p) == (1, 1, 1.0)
    assert correct.difference.value == 0.0


def test_a_metric_of_what_was_refused_is_compared_unpaired(tmp_path: Path) -> None:
    first = done(tmp_path, ANSWERS, "first")
    second = done(tmp_path, {CASES[0].question: refusal()}, "second")
    precision = next(row for row in compare(first, second).paired if row.metric.name == "refusal_precision")
    assert (precision.first.value, precision.second.value) == (1.0, pytest.approx(1 / 3))
    assert precision.difference is None


def test_reworded_questions_are_not_paired(tmp_path: Path) -> None:
    first = done(tmp_path, ANSWERS, "first")
    reworded = [CASES[0].model_copy(update={"question": "体育归谁？"}), *CASES[1:]]
    result = compare(first, done(tmp_path, ANSWERS, "second", reworded))
    assert result.unpaired == ("a",)
    with pytest.raises(RunError, match="share no question"):
        compare(first, done(tmp_path, ANSWERS, "third", [case(id="z")]))


def test_floors_are_metrics_kinds_or_metrics_of_kinds() -> None:
    trials = [trial(each, ANSWERS.get(each.question, refusal())) for each in CASES]
    floors = parse("correct=1.0, number=0.5, cited:units_forward=1", KINDS)
    assert [(floor.metric.name, floor.kind, floor.value) for floor in floors] == [
        ("correct", None, 1.0), ("correct", "number", 0.5), ("cited", "units_forward", 1.0),
    ]  # fmt: skip
    assert breaches(floors, trials) == []
    wrong = [trial(each, refusal()) for each in CASES]
    assert [(b.floor.name, b.reached) for b in breaches(floors, wrong)] == [
        ("correct", pytest.approx(1 / 3)), ("number", 0.0), ("cited:units_forward", 0.0),
    ]  # fmt: skip


def test_a_floor_of_what_should_be_low_is_a_ceiling_and_nothing_measured_is_a_breach() -> None:
    trials = [trial(CASES[2], answer("一年三千元。"))]
    assert breaches(parse("false_answers=0.5", KINDS), trials)[0].reached == 1.0
    assert breaches(parse("follow_ups=0.1", KINDS), trials)[0].reached is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("corect=1", "corect"),
        ("correct=high", "no number"),
        ("a:b=1", "a:b"),
        ("correct=nan", "finite"),
        ("correct", "no number"),
    ],
)
def test_a_floor_that_means_nothing_is_an_error(text: str, said: str) -> None:
    with pytest.raises(FloorError, match=said):
        parse(text, KINDS)


def test_the_shipped_floors_can_be_read() -> None:
    kinds = {each.type for each in load_all(bundled_files()) if each.split == "dev"}
    shipped = str(files("eval_sets").joinpath("floors.toml"))
    assert len(wanted(shipped, "dev", kinds)) >= 5
    with pytest.raises(FloorError, match="no floors for 'test'"):
        wanted(shipped, "test", kinds)
    with pytest.raises(FloorError, match="--split"):
        wanted(shipped, None, kinds)


def test_a_floors_file_that_is_no_toml_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "floors.toml"
    path.write_text("= 1")
    with pytest.raises(FloorError, match="cannot be read"):
        read(path, "dev", [])


def test_outputs_hold_every_question(tmp_path: Path) -> None:
    kept = done(tmp_path, ANSWERS)
    paths = {path.name: path for path in outputs.write(kept, tmp_path / "out")}
    assert set(paths) == {"run.json", "summary.json", "junit.xml", "report.html"}
    made = json.loads(paths["run.json"].read_text("utf-8"))
    assert [each["case"]["id"] for each in made["trials"]] == ["a", "b", "c"]
    assert made["all"]["metrics"]["correct"]["value"] == 1.0
    assert sum(made["funnel"].values()) == 1
    tests = fromstring(paths["junit.xml"].read_text("utf-8")).findall(".//testcase")
    assert [test.get("name") for test in tests] == ["b", "c", "a"]


def test_junit_says_why_and_survives_what_xml_cannot_hold() -> None:
    hostile = case(id="<&>", question="\x00谁\x1b负责？", must_contain=[["体育局"]])
    root = fromstring(junit([trial(hostile, answer("\x0b财政局]]>"))]).decode())
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.text is not None
    assert "lacks: 体育局" in failure.text
    assert root.get("failures") == "1"
    down = fromstring(junit([trial(hostile, refusal("", status=503))]).decode())
    assert (down.get("failures"), down.get("errors")) == ("0", "1")


def test_exports_have_the_fields_of_their_framework() -> None:
    trials = [trial(each, ANSWERS.get(each.question, refusal())) for each in CASES]
    rows = [json.loads(line) for line in export(trials, Framework.RAGAS).splitlines()]
    assert rows[0] == {
        "user_input": "体育评价由谁负责？", "response": "由市体育局负责。[1]", "reference": "体育局",
        "retrieved_contexts": [UNITS], "reference_contexts": [UNITS],
    }  # fmt: skip
    assert rows[2]["reference"] == "文件没有说明。"
    assert {"input", "actual_output", "expected_output", "retrieval_context", "context"} == set(
        json.loads(export(trials, Framework.DEEPEVAL))[0]
    )


@pytest.mark.slow
def test_a_corpus_is_indexed_by_itself_and_once(services: Services, tmp_path: Path) -> None:
    settings = services.settings.model_copy(update={"data_dir": tmp_path})
    said: list[str] = []
    corpus = corpora()["bundled"]
    opened = open_corpus(corpus, settings, said.append)
    assert {d.id for d in opened.answerer.index.documents} == set(corpus.texts)
    open_corpus(corpus, settings, said.append)
    assert len(said) == 1, "the second opening builds nothing"


@pytest.mark.parametrize(("name", "count"), [("policies", 12), ("cities", 10)])
def test_a_corpus_is_what_its_list_says(name: str, count: int) -> None:
    documents = corpora()[name].documents
    assert len(documents) == count
    assert all(each.data is None or each.source.name == f"{each.id}.txt" for each in documents)


def test_an_unknown_corpus_is_named() -> None:
    from eval_sets.corpora import named

    with pytest.raises(GoldenError, match="unknown; known: bundled, policies, cities"):
        named("nothing")
