"""A question from the inbox becomes a golden case: a line of a file that ``reformqa eval --golden`` reads."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from filelock import FileLock

from chatbot.answer import Reply
from chatbot.drafting import ANSWERS
from index.files import replace_synced

#: Below the data directory.
_FILE = Path("golden", "desk.jsonl")


def golden_file(data_dir: Path) -> Path:
    """Where the cases are; there may be none yet."""
    return data_dir / _FILE


def case_of(case_id: str, reply: Reply, before: Sequence[str], day: date, author: str) -> dict[str, object]:
    """A case that holds the service to what it answers now: its quotes, and what it emphasises; or to a refusal.

    Staff who think otherwise of the answer change it first.
    """
    answerable = reply.outcome in ANSWERS
    case: dict[str, object] = {
        "id": case_id, "lang": str(reply.language), "type": "desk", "question": reply.question,
        "answerable": answerable, "author": author, "date": day.isoformat(), "history": list(before),
    }  # fmt: skip
    if answerable:
        documents = {citation.document_id for citation in reply.citations}
        case["evidence"] = [citation.quote for citation in reply.citations]
        case["must_contain"] = [[span.of(reply.answer)] for span in reply.highlights]
        if len(documents) == 1:
            case["document"] = documents.pop()
    return {name: value for name, value in case.items() if value != []}


def keep(case: Mapping[str, object], data_dir: Path) -> Path:
    """Add a case to the file, in the place of the one with its id; returns the file. Raises OSError."""
    path = golden_file(data_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock")):
        # Not splitlines: questions may hold other ends of lines, such as U+2028.
        lines = path.read_text("utf-8").split("\n") if path.exists() else []
        others = [line for line in lines if line and json.loads(line)["id"] != case["id"]]
        lines = [*others, json.dumps(case, ensure_ascii=False)]
        replace_synced(path, "".join(f"{line}\n" for line in lines).encode())
    return path
