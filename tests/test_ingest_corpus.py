"""The bundled corpus: byte for byte what corpus.toml lists, or a loud refusal."""

import shutil
import subprocess
import sys
import tomllib
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path

import pytest

import ingest.corpus
from ingest.corpus import bundled, given
from ingest.errors import MetadataError
from ingest.model import Status

# Runs the loader of a copied package: the installed one stays as it is.
LIST_THE_COPY = """
import sys
sys.path.insert(0, sys.argv[1])
import copied_corpus
try:
    print(*(given.id for _, given in copied_corpus.bundled()))
except Exception as error:
    print(type(error).__name__, error)
"""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the corpus package that a test may damage."""
    with as_file(files(ingest.corpus)) as folder:
        shutil.copytree(folder, tmp_path / "copied_corpus", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "copied_corpus"


def outcome(copied: Path) -> str:
    command = [sys.executable, "-c", LIST_THE_COPY, str(copied.parent)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_the_bundled_documents_come_in_the_order_of_the_list() -> None:
    assert [g.id for _, g in bundled()] == ["jinan-2024", "xx-reform-plan"]


def test_a_bundled_text_is_the_bytes_of_its_file() -> None:
    for source, _ in bundled():
        data = files(ingest.corpus).joinpath(source.name).read_bytes()
        assert (source.text.encode("utf-8"), source.sha256) == (data, sha256(data).hexdigest())


def test_an_intact_copy_loads(copied: Path) -> None:
    assert outcome(copied) == "jinan-2024 xx-reform-plan"


@pytest.mark.parametrize("name", ["jinan-2024.txt", "xx-reform-plan.txt"])
def test_an_altered_file_is_refused_by_name_with_both_digests_and_a_remedy(copied: Path, name: str) -> None:
    path = copied / name
    listed = sha256(path.read_bytes()).hexdigest()
    path.write_bytes(path.read_bytes() + b" ")
    found = sha256(path.read_bytes()).hexdigest()
    assert outcome(copied) == (
        f"MetadataError corpus.toml lists {name} with sha256 {listed}, the file has {found}; "
        "reinstall reformqa, or correct corpus.toml if you meant to change the file"
    )


def test_an_unknown_key_is_refused_by_name(copied: Path) -> None:
    table = copied / "corpus.toml"
    table.write_text(table.read_text("utf-8").replace("issuer =", "isuer ="), "utf-8")
    assert outcome(copied) == "MetadataError corpus.toml, jinan-2024: unknown keys ['isuer']"


def test_a_row_becomes_what_is_given_without_its_file() -> None:
    row = tomllib.loads('id = "d"\nfile = "d.txt"\nsha256 = "0"\nstatus = "in_force"\ntitle = "T"')
    read = given(row)
    assert (read.id, read.title, read.status, read.issuer) == ("d", "T", Status.IN_FORCE, None)


def test_a_status_that_does_not_exist_is_refused() -> None:
    with pytest.raises((MetadataError, ValueError), match="final"):
        given({"id": "d", "status": "final"})
