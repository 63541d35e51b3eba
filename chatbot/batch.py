"""Many questions at once: read from JSON or from a table with a column ``question``, answered as a table."""

import csv
import io
from collections.abc import Iterator, Sequence

from chatbot.plain_text import sources
from chatbot.schemas import AskOut, BatchIn
from chatbot.spreadsheet import spreadsheet
from ingest.errors import UnreadableFileError
from ingest.readers.plain import decode


def from_csv(data: bytes) -> BatchIn:
    """The questions of a CSV file; a column ``language`` is read too, empty lines are not.

    Raises ValueError for what is no table or has no column ``question``, pydantic's ValidationError for its questions.
    """
    try:
        text = decode(data, "the body").text
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), strict=True) if any(map(str.strip, line))]
    except (csv.Error, UnreadableFileError) as error:
        raise ValueError(f"the body is not CSV: {error}") from error
    header = [cell.strip().lower() for cell in lines[0]] if lines else []
    if "question" not in header:
        raise ValueError("the first line has no column question")
    rows = [dict(zip(header, line, strict=False)) for line in lines[1:]]
    return BatchIn.model_validate(
        {"questions": [{"question": row.get("question", ""), "language": _language(row)} for row in rows]}
    )


def _language(row: dict[str, str]) -> str:
    return row.get("language", "").strip() or "auto"


def answers_as_csv(answers: Sequence[AskOut]) -> str:
    """One line an answer: question, outcome, answer, sources."""

    def rows() -> Iterator[list[str]]:
        for reply in answers:
            yield [reply.question, reply.outcome, reply.answer, "\n".join(sources(reply))]

    return spreadsheet(["question", "outcome", "answer", "sources"], rows())
