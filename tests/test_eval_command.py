"""The command `reformqa eval`, as people and CI call it."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from chatbot.bootstrap import Services
from eval_sets.cases import GoldenCase, dump, load
from eval_sets.command import app
from tests.eval_builders import case

EVIDENCE = "〔市教育局(市委教育工委)、市体育局分工负责〕"
CASES = [
    case(id="a", must_contain=[["市体育局"]], evidence=[EVIDENCE], document="jinan-2024"),
    case(id="b", type="refuse_near", question="学校食堂一顿饭多少钱？", answerable=False),
    case(id="c", type="number", question="第15项任务有多少经费？", answerable=False),
]


@pytest.fixture
def environment(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REFORMQA_DATA_DIR", str(services.settings.data_dir))
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def golden(tmp_path: Path) -> Path:
    path = tmp_path / "golden.jsonl"
    path.write_text(dump(CASES), "utf-8")
    return path


def invoke(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(app, list(words), input=typed)


@pytest.mark.usefixtures("environment")
def test_a_run_prints_figures_and_writes_its_report(golden: Path, tmp_path: Path) -> None:
    result = invoke("--golden", str(golden), "--report", str(tmp_path / "out"), "--failures", "5")
    assert result.exit_code == 0, result.output
    assert "refuse_near" in result.output
    assert "verbatim" in result.output
    made = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))
    assert [each["case"]["id"] for each in made["trials"]] == ["a", "b", "c"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "run.json",
        "summary.json",
        "junit.xml",
        "report.html",
    }


@pytest.mark.usefixtures("environment")
def test_the_exit_status_says_whether_floors_hold(golden: Path) -> None:
    assert invoke("--golden", str(golden), "--fail-under", "correct=0.9,refuse_near=1").exit_code == 0
    failed = invoke("--golden", str(golden), "--fail-under", "answer_length=0.1")
    assert failed.exit_code == 1
    assert "answer_length" in failed.output


@pytest.mark.usefixtures("environment")
def test_a_run_over_http_compares_with_one_in_process(golden: Path, live_server: str) -> None:
    assert invoke("--golden", str(golden)).exit_code == 0
    result = invoke("--golden", str(golden), "--url", live_server, "--compare", "last")
    assert result.exit_code == 0, result.output
    assert "fixed: 0" in result.output
    assert "broken: 0" in result.output


@pytest.mark.usefixtures("environment")
def test_what_cannot_be_judged_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "other.jsonl"
    path.write_text(dump([case(evidence=["每四年评一次幼儿园"])]), "utf-8")
    result = invoke("--golden", str(path))
    assert result.exit_code == 1
    assert "每四年评一次幼儿园" in str(result.exception)


@pytest.mark.usefixtures("environment")
def test_no_case_left_to_ask_is_an_error(golden: Path) -> None:
    assert "no case of split 'test'" in str(invoke("--golden", str(golden), "--split", "test").exception)


def test_the_shipped_cases_pass_their_check() -> None:
    result = invoke("check")
    assert result.exit_code == 0, result.output
    assert "0 problems" in result.output


def test_a_case_with_a_fault_fails_the_check(tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(dump([case(corpus="bundled", evidence=["每四年评一次幼儿园"])]), "utf-8")
    result = invoke("check", str(path))
    assert result.exit_code == 1
    assert "每四年评一次幼儿园" in result.output


def test_cases_go_through_excel_and_back(golden: Path, tmp_path: Path) -> None:
    book, back = tmp_path / "cases.xlsx", tmp_path / "back.jsonl"
    assert invoke("to-excel", str(book), str(golden)).exit_code == 0
    assert load_workbook(book).sheetnames[0] == "questions"
    assert invoke("from-excel", str(book), str(back)).exit_code == 0
    assert load(back) == CASES
    assert "--overwrite" in str(invoke("from-excel", str(book), str(back)).exception)


@pytest.mark.usefixtures("environment")
def test_a_case_is_written_by_asking_and_picking(tmp_path: Path) -> None:
    path = tmp_path / "mine.jsonl"
    typed = "\n".join([
        "幼儿园多久评一次？",   # question
        "n",                    # no follow-up
        "",                     # no other search
        "y",                    # the documents answer it
        "9.9",                  # not offered: asked again
        "每五年一轮,全覆盖开展办园质量评价",
        "五年 | 5年",
        "",                     # nothing banned
        "period", "家长",
    ])  # fmt: skip
    # The id is asked first of what follows; an empty line takes the one offered.
    result = invoke("new", "--to", str(path), typed=typed.replace("\nperiod", "\nmine-1\nperiod") + "\n")
    assert result.exit_code == 0, result.output
    assert "每五年一轮" in result.output
    assert "9.9: not offered" in result.output
    written = load(path)
    assert [(each.id, each.document, each.must_contain, each.persona) for each in written] == [
        ("mine-1", "jinan-2024", (("五年", "5年"),), "家长")
    ]
    assert isinstance(written[0], GoldenCase)
    assert written[0].evidence == ("每五年一轮,全覆盖开展办园质量评价",)


@pytest.mark.usefixtures("environment")
def test_runs_are_listed_reported_and_exported(golden: Path, tmp_path: Path) -> None:
    assert invoke("--golden", str(golden)).exit_code == 0
    assert "run" in invoke("runs").output
    assert invoke("report", "last", "--to", str(tmp_path)).exit_code == 0
    assert (tmp_path / "report.html").read_text("utf-8").startswith("<!doctype html>")
    assert invoke("export", "last", "--format", "ragas", str(tmp_path / "r.jsonl")).exit_code == 0
    assert len((tmp_path / "r.jsonl").read_text("utf-8").splitlines()) == 3
    assert "choose ragas or deepeval" in str(invoke("export", "last", "--format", "x", "y").exception)
