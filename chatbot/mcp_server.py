"""The answers, the search and the task register as tools of an assistant (Model Context Protocol)."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated, Literal

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field

from chatbot.errors import ChatbotError
from chatbot.live import Live
from chatbot.schemas import AskIn, AskOut, QuestionText, Text, TurnIn, asked
from chatbot.task_table import TaskFilter, task_rows
from chatbot.views import HitView, TaskView, hit_view
from index.errors import IndexingError
from index.reranker import reranked_search

_INSTRUCTIONS = """Questions about Chinese education-reform documents, answered from the documents alone.
Give answers as they are, with their markers and quotes: each quote is verbatim. Outcome not_found means that the
documents do not say; do not answer from elsewhere then."""
_READS = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


class Hits(BaseModel):
    """Passages by falling score."""

    results: list[HitView]


class Tasks(BaseModel):
    """Rows of the task register; all there are, not the first few."""

    tasks: list[TaskView]


def server(live: Live) -> MCPServer:
    """The server over what ``live`` serves; its tools change nothing."""
    tools = MCPServer("reformqa", instructions=_INSTRUCTIONS, version=version("reformqa"), log_level="WARNING")

    @tools.tool(annotations=_READS)
    def ask(
        question: QuestionText,
        history: Sequence[TurnIn] = (),
        language: Literal["auto", "zh", "en"] = "auto",
        document_ids: Sequence[Text] = (),
    ) -> AskOut:
        """Answer a question in Chinese or English, with verbatim citations; history is the earlier turns."""
        try:
            answerer = live.current().answerer
            for document_id in document_ids:
                answerer.index.document(document_id)
            body = AskIn(question=question, history=list(history), language=language)
            return AskOut.of(answerer.reply(asked(body, document_ids)), "")
        except (ChatbotError, IndexingError) as error:
            raise ToolError(str(error)) from error

    @tools.tool(annotations=_READS)
    def search(query: QuestionText, k: Annotated[int, Field(ge=1, le=100)] = 10, document_id: Text = "") -> Hits:
        """Find passages by meaning and words, in the original and the repaired wording; "" means every document."""
        try:
            services = live.current()
            index, within = services.answerer.index, [document_id] if document_id else []
            for named in within:
                index.document(named)
            hits = reranked_search(index, index.query(query, services.encoder), k, within, services.answerer.reranker)
            return Hits(results=[hit_view(hit, index.document(hit.passage.document_id), "") for hit in hits])
        except (ChatbotError, IndexingError) as error:
            raise ToolError(str(error)) from error

    @tools.tool(annotations=_READS)
    def tasks(
        document_id: Text | None = None,
        number: Text | None = None,
        unit: Text | None = None,
        role: Text | None = None,
        section: Text | None = None,
        words: Text | None = None,
    ) -> Tasks:
        """Who is responsible for what: every task that has all of what is given; unit may be any name of a unit."""
        try:
            wanted = TaskFilter(document_id, number, unit, role, section, words)
            return Tasks(tasks=task_rows(live.current().answerer.catalog, wanted))
        except (ChatbotError, IndexingError) as error:
            raise ToolError(str(error)) from error

    return tools
