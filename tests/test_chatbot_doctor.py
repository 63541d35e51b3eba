"""What doctor says of an installation, and how it ends."""

import json
import os
from pathlib import Path

import httpx
import pytest

from chatbot.bootstrap import Services
from tests.commands import reformqa, with_index
from tests.machine import cannot


@pytest.fixture
def folder(services: Services, data_dir: Path, tmp_path: Path) -> Path:
    return with_index(data_dir, tmp_path / "data")


def findings(folder: Path, *arguments: str, **settings: str) -> tuple[int, dict[str, dict[str, str]]]:
    done = reformqa(folder, "doctor", "--json", *arguments, **settings)
    return done.returncode, {each["name"]: each for each in json.loads(done.stdout)}


def test_a_whole_installation_is_well(folder: Path) -> None:
    status, found = findings(folder, contact="教育局 12345", api_keys=f"clerk:write:{'w' * 40}")
    assert status == 0
    assert {each["state"] for each in found.values()} == {"well"}
    assert {"version", "extra llm", "data folder", "encoder", "index", "database"} <= found.keys()


def test_settings_that_do_not_fit_the_exposure_are_advice_and_no_fault(folder: Path) -> None:
    status, found = findings(folder, "--host", "0.0.0.0", rate_limit="off", allowed_origins="*")
    advice = {name for name, each in found.items() if each["state"] == "advice"}
    assert (status, advice) == (0, {"rate limit", "origins", "contact", "keys"})
    assert all(found[name]["remedy"] for name in advice)
    _, at_home = findings(folder, rate_limit="off", allowed_origins="*")
    assert not {"rate limit", "origins"} & at_home.keys()


def test_every_fault_is_told_at_once_each_with_its_remedy(folder: Path) -> None:
    generation = json.loads((folder / "indexes" / "CURRENT").read_text())["generation"]
    (folder / "indexes" / generation / "bridge.json").write_bytes(b"{}")
    (folder / "reformqa.sqlite3").write_bytes(b"no database" * 1000)
    status, found = findings(folder, llm="openai:x", llm_base_url="http://127.0.0.1:9/v1", llm_api_key="k")
    faults = {name: each["found"] + each["remedy"] for name, each in found.items() if each["state"] == "fault"}
    assert status == 1
    assert "bridge.json is damaged" in faults["index"]
    assert "reformqa rebuild" in faults["index"]
    assert "REFORMQA_DATABASE_URL" in faults["database"]
    assert "REFORMQA_LLM_BASE_URL" in faults["language model"]


def test_a_folder_that_cannot_be_written_is_a_fault(folder: Path) -> None:
    folder.chmod(0o500)
    if os.access(folder, os.W_OK):
        cannot("keep its administrator out of a folder")
    status, found = findings(folder)
    assert (status, found["data folder"]["state"]) == (1, "fault")


def test_an_endpoint_that_answers_is_well(live_server: str, folder: Path) -> None:
    assert httpx.get(f"{live_server}/v1/models").status_code == 200
    _, found = findings(folder, llm="openai:x", llm_base_url=f"{live_server}/v1")
    assert found["language model"]["state"] == "well"
