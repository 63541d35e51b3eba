"""The installed command, as people run it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot.bootstrap import Services

COMMAND = Path(sys.executable).with_name("reformqa")
CORPUS = Path(__file__).parent.parent / "ingest" / "corpus"


def run(*arguments: str, data_dir: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("REFORMQA_")}
    environment |= {"REFORMQA_DATA_DIR": str(data_dir), "COLUMNS": "200"}
    return subprocess.run([str(COMMAND), *arguments], env=environment, capture_output=True, text=True, timeout=120)


def test_ask_prints_the_answer_and_its_quote(services: Services, data_dir: Path) -> None:
    done = run("ask", "第15项任务由哪些单位负责？", data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    assert "市教育局(市委教育工委)、市体育局分工负责。[1]" in done.stdout
    assert "〔市教育局(市委教育工委)、市体育局分工负责〕" in done.stdout


def test_ask_prints_the_same_json_as_the_service(services: Services, data_dir: Path) -> None:
    done = run("ask", "Which units are responsible for task 15?", "--json", data_dir=data_dir)
    reply = json.loads(done.stdout)
    assert reply["language"] == "en"
    assert "Sports Bureau (市体育局)" in reply["answer"]


@pytest.mark.parametrize("question", ["", "   ", "长" * 1001])
def test_a_question_that_is_none_is_one_line_on_stderr(question: str, data_dir: Path) -> None:
    done = run("ask", question, data_dir=data_dir)
    assert done.returncode == 1
    assert "question" in done.stderr
    assert "Traceback" not in done.stderr


def test_inspect_shows_tasks_sections_and_an_account_of_every_character(tmp_path: Path) -> None:
    done = run("inspect", str(CORPUS / "jinan-2024.txt"), "--json", data_dir=tmp_path)
    found = json.loads(done.stdout)
    text = (CORPUS / "jinan-2024.txt").read_text("utf-8")
    assert set(found) >= {"metadata", "sections", "tasks", "passages", "receipt"}
    assert len(found["tasks"]) == 20
    for task in found["tasks"]:
        assert set(task) >= {
            "number", "ordinal", "clause_id", "title", "start", "end", "text", "responsible", "deadline", "section",
        }  # fmt: skip
        assert text[task["start"] : task["end"]] == task["text"]
    receipt = found["receipt"]
    assert receipt["indexed"] + sum(d["end"] - d["start"] for d in receipt["dropped"]) == receipt["characters"]
    assert (receipt["unaccounted"], receipt["gaps"]) == (0, [])
    assert not (tmp_path / "indexes").exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("missing.txt", None, "missing.txt"),
        ("empty.txt", b"", "empty.txt"),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(64), "photo.png"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    done = run("inspect", str(tmp_path / name), data_dir=tmp_path / "data")
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_damaged_index_file_is_named_with_the_command_that_repairs_it(
    services: Services, data_dir: Path, tmp_path: Path
) -> None:
    shutil.copytree(data_dir / "indexes", tmp_path / "indexes")
    shutil.copytree(data_dir / "cache", tmp_path / "cache")
    current = json.loads((tmp_path / "indexes" / "CURRENT").read_text())["generation"]
    vectors = tmp_path / "indexes" / current / "vectors.faiss"
    vectors.write_bytes(vectors.read_bytes()[:-1] + b"\x00\x01")
    for command in (["ask", "第15项任务由谁负责？"], ["doctor"], ["serve", "--port", "0"]):
        done = run(*command, data_dir=tmp_path)
        assert done.returncode == 1
        assert "vectors.faiss" in done.stderr
        assert "reformqa rebuild" in done.stderr
        assert "Traceback" not in done.stderr


def test_tasks_are_found_by_any_name_of_a_unit(services: Services, data_dir: Path) -> None:
    rows = json.loads(run("tasks", "--unit", "人社局", "--format", "json", data_dir=data_dir).stdout)
    assert [row["number"] for row in rows] == ["8", "9", "10", "20"]
    sheet = run("tasks", "--number", "15", "--format", "csv", data_dir=data_dir).stdout
    assert sheet.splitlines()[1].startswith("jinan-2024/4/15,15,强化体育评价,")


def test_a_wrong_golden_file_is_one_line_on_stderr(services: Services, data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "wrong.jsonl").write_text("{bad", "utf-8")
    done = run("eval", "--golden", str(tmp_path / "wrong.jsonl"), data_dir=data_dir)
    assert done.returncode == 1
    assert "wrong.jsonl:1" in done.stderr
    assert "Traceback" not in done.stderr


def test_one_bad_file_is_named_before_anything_is_ingested(services: Services, data_dir: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.png"
    good.write_text("关于开展校园阅读的通知\n\n一、各学校每周安排一节阅读课。\n", "utf-8")
    bad.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    done = run("ingest", str(good), str(bad), data_dir=tmp_path / "data")
    assert done.returncode == 1
    assert "bad.png" in done.stderr
    assert "nothing was ingested" in done.stderr
    assert not (tmp_path / "data").exists()


def test_doctor_is_content_with_a_whole_installation(services: Services, data_dir: Path) -> None:
    done = run("doctor", data_dir=data_dir)
    assert done.returncode == 0, done.stderr
    assert "checksums right" in done.stdout


def test_what_is_ingested_answers_and_what_is_removed_is_gone(
    services: Services, data_dir: Path, tmp_path: Path
) -> None:
    shutil.copytree(data_dir / "indexes", tmp_path / "indexes")
    shutil.copytree(data_dir / "cache", tmp_path / "cache")
    policy = tmp_path / "lakeside-2025.txt"
    policy.write_text(
        "湖滨市校园足球工作方案\n\n一、主要任务\n\n"
        "1.建设足球场地。到2027年新建足球场120片。（责任单位：市体育局、市财政局）\n\n"
        "2.培养足球教师。每年培训足球教师300名。（责任单位：市教育局）\n",
        "utf-8",
    )
    assert run("ingest", str(policy), data_dir=tmp_path).returncode == 0
    answer = run("ask", "到2027年新建多少片足球场？", data_dir=tmp_path).stdout
    assert "120片" in answer
    assert "lakeside-2025" in run("documents", data_dir=tmp_path).stdout
    assert run("remove", "lakeside-2025", data_dir=tmp_path).returncode == 0
    assert "120片" not in run("ask", "到2027年新建多少片足球场？", data_dir=tmp_path).stdout
    assert "没有关于" not in run("ask", "第15项任务由哪些单位负责？", data_dir=tmp_path).stdout
    again = run("remove", "lakeside-2025", data_dir=tmp_path)
    assert again.returncode == 1
    assert "lakeside-2025" in again.stderr
