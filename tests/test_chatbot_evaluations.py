"""Evaluation runs as staff see them: what reformqa eval left, and nothing else of the disk."""

import json
import shutil
from pathlib import Path

import pytest

from chatbot.bootstrap import Services
from chatbot.staff.evaluations import evaluations, report
from tests.commands import reformqa, with_index


@pytest.fixture(scope="module")
def data(services: Services, data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory in which two questions were judged, one of them answered wrongly."""
    folder = with_index(data_dir, tmp_path_factory.mktemp("evaluations") / "data")
    about = {"lang": "zh", "type": "units", "answerable": True}
    cases = [
        {"id": "t-1", "question": "第15项任务由哪些单位负责？", "must_contain": [["市体育局"]], **about},
        {"id": "t-2", "question": "第7项任务由哪些单位负责？", "must_contain": [["没有这个单位"]], **about},
    ]
    (folder / "two.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases), "utf-8")
    ran = reformqa(folder, "eval", "--golden", "two.jsonl")
    assert ran.returncode == 0, ran.stderr
    return folder


def test_a_run_is_told_with_its_figures_and_its_report(data: Path) -> None:
    (run,) = evaluations(data, 10)
    correct = run.all.metrics["correct"]
    assert (run.all.cases, correct.value, correct.count) == (2, 0.5, 2)
    assert correct.low < 0.5 < correct.high
    assert [group.group for group in run.by_kind] == ["units"]
    path = report(data, run.manifest.id)
    assert path is not None
    assert "第15项任务" in path.read_text("utf-8")


def test_newest_first_and_what_cannot_be_read_is_left_out(
    data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (run,) = evaluations(data, 10)
    runs = tmp_path / "eval" / "runs"
    for name in ("2026-01-01T00-00-00", "2026-01-02T00-00-00", "2026-01-03T00-00-00", "2026-01-04T00-00-00"):
        folder = Path(shutil.copytree(data / "eval" / "runs" / run.manifest.id, runs / name))
        summary = json.loads((folder / "summary.json").read_text("utf-8"))
        summary["manifest"]["id"] = name
        (folder / "summary.json").write_text(json.dumps(summary), "utf-8")
    (runs / "2026-01-04T00-00-00" / "summary.json").write_text("{", "utf-8")
    (runs / "2026-01-03T00-00-00" / "summary.json").unlink()
    assert [each.manifest.id for each in evaluations(tmp_path, 10)] == ["2026-01-02T00-00-00", "2026-01-01T00-00-00"]
    assert [each.manifest.id for each in evaluations(tmp_path, 1)] == ["2026-01-02T00-00-00"]
    assert "2026-01-04T00-00-00" in caplog.text


@pytest.mark.parametrize("run_id", ["..", "../runs", "nobody", "", "../../two.jsonl", "/etc"])
def test_no_name_leads_out_of_the_runs(data: Path, run_id: str) -> None:
    assert report(data, run_id) is None
