"""Killed or out of disk at any instant of a change, the next start serves what was before or what was wanted, whole."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def crashes(folder: Path, *arguments: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.crashing", str(folder), *arguments], capture_output=True, text=True, timeout=900
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


BEFORE = {"put": ["bus"], "remove": ["bus", "sport"]}
AFTER = {"put": ["bus", "sport"], "remove": ["bus"]}


def check(lines: list[dict[str, Any]], change: str) -> None:
    for line in lines:
        assert line["documents"] in (BEFORE[change], AFTER[change]), line
        assert line["found"], line
        assert line["building"] == [], line
        # The next start finishes a removal: once the index is without the document, so is every file.
        assert line["secret"] == ("sport" in line["documents"]), line


@pytest.mark.slow
@pytest.mark.parametrize("how", ["kill", "fail"])
@pytest.mark.parametrize("change", ["put", "remove"])
def test_a_change_that_ends_at_any_file_operation_is_whole_or_not_there(change: str, how: str, tmp_path: Path) -> None:
    lines = crashes(tmp_path, change, how)
    assert len(lines) > 30, "operations were seen"
    assert lines[-1]["code"] == 0
    assert lines[-1]["documents"] == AFTER[change]
    check(lines, change)
    assert {tuple(line["documents"]) for line in lines} == {tuple(BEFORE[change]), tuple(AFTER[change])}


@pytest.mark.exhaustive  # the moments between file operations, after those at each of them above
@pytest.mark.parametrize("change", ["put", "remove"])
def test_a_change_killed_at_random_moments_is_whole_or_not_there(change: str, tmp_path: Path) -> None:
    lines = crashes(tmp_path, change, "random", "50")
    assert len(lines) == 50
    assert any(line["code"] == -9 for line in lines), "some were killed"
    check(lines, change)
