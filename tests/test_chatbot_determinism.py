"""Promise 8: the same index, question and history give the same answer, in whatever process."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from chatbot.bootstrap import Services

_SCRIPT = """
import json, sys
from datetime import date
from pathlib import Path
from chatbot.answer import Ask
from chatbot.bootstrap import open_services
from chatbot.conversation import Turn
from chatbot.schemas import AskOut
from chatbot.settings import read_settings
from eval_sets.cases import bundled_files, load_all

answerer = open_services(read_settings()).answerer
cases = [case for case in load_all(bundled_files()) if case.split == "dev" and case.corpus == "bundled"]
if sys.argv[1] == "backwards":
    cases.reverse()
for case in cases[::3]:
    reply = AskOut.of(answerer.reply(Ask(case.question, [Turn(turn) for turn in case.history])), "").model_dump()
    print(json.dumps([case.id, {k: v for k, v in reply.items() if k not in ("id", "timings_ms")}]))
"""


def _answers(data_dir: Path, seed: str, order: str) -> dict[str, object]:
    # Another hash seed shows what depends on the order of a set, another order of questions what is remembered.
    environment = {**os.environ, "REFORMQA_DATA_DIR": str(data_dir), "PYTHONHASHSEED": seed}
    run = subprocess.run([sys.executable, "-c", _SCRIPT, order], env=environment, capture_output=True, check=True)
    return dict(json.loads(line) for line in run.stdout.splitlines())


@pytest.mark.slow
def test_two_processes_give_the_same_answers(services: Services) -> None:
    folder = services.settings.data_dir
    first, second = _answers(folder, "1", "forwards"), _answers(folder, "2", "backwards")
    assert len(first) > 50
    assert first == second
