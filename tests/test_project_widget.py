"""The widget's committed build is that of its sources."""

import gzip
import hashlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import chatbot.widget

WIDGET = Path(chatbot.widget.__path__[0])


def test_the_built_file_is_that_of_its_sources_and_small() -> None:
    built = (WIDGET / "widget.js").read_text("utf-8")
    found = re.match(r"/\* reform-chat, MIT\. Built by build\.mjs from (.+) sha256:([0-9a-f]{64}) \*/", built)
    assert found, 'widget.js does not say what it was made of: run "make widget"'
    digest = hashlib.sha256()
    for source in found[1].split():
        digest.update(f"{source}\n".encode())
        digest.update((WIDGET / source).read_bytes())
    assert digest.hexdigest() == found[2], 'widget.js is older than its sources: run "make widget"'
    assert set(found[1].split()) >= {f"src/{each.name}" for each in (WIDGET / "src").glob("[!c]*.ts")}
    assert len(gzip.compress(built.encode(), 9)) <= 40_000


@pytest.mark.slow
def test_a_build_from_the_sources_gives_the_same_bytes_and_types_hold(tmp_path: Path) -> None:
    npm = shutil.which("npm") or pytest.skip("needs Node and npm")
    shutil.copytree(WIDGET, tmp_path / "widget", ignore=shutil.ignore_patterns("node_modules"))
    for command in (["ci", "--no-audit", "--no-fund"], ["run", "check"]):
        done = subprocess.run([npm, *command], cwd=tmp_path / "widget", capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stdout + done.stderr
