"""The wheel has everything: installed in a fresh environment, one data file of each package can be read."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
READ = """
from importlib.resources import files
for package, name in [("chatbot", "cues.toml"), ("chatbot.widget", "index.html"), ("chatbot.desk_page", "index.html"),
                      ("chatbot", "storage/migrations/versions/v0001_first_schema.py"),
                      ("ingest.lexicon", "units.toml"), ("ingest.corpus", "jinan-2024.txt"),
                      ("index.encoder_model", "tokenizer.json"), ("prompts", "word_material.md"),
                      ("eval_sets", "golden/bundled.jsonl")]:
    path = files(package).joinpath(name)
    assert "site-packages" in str(path), path
    assert len(path.read_bytes()) > 100, path
print("read")
"""


@pytest.mark.slow
def test_the_wheel_ships_the_data_files_of_every_package(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "build", "--wheel", "--outdir", str(tmp_path), str(ROOT)],
                   check=True, capture_output=True)  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    environment = tmp_path / "fresh"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)], check=True, capture_output=True
    )
    done = subprocess.run([python, "-c", READ], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.strip() == "read", done.stderr
