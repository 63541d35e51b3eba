"""An answer as plain text with all that must travel with it: notices, the label of generated text, the sources."""

from chatbot.draft import Method
from chatbot.question import Language
from chatbot.schemas import AskOut, RelatedOut

_GENERATED = {
    Language.ZH: "由人工智能生成，请以所附原文为准。",
    Language.EN: "AI-generated; the quoted originals decide.",
}
_SOURCES = {Language.ZH: "来源：", Language.EN: "Sources:"}


def sources(reply: AskOut) -> list[str]:
    """A line for each citation, which begins with its marker, or else for each related clause."""
    if reply.citations:
        return [f"[{citation.marker}] {_place(citation)}" for citation in reply.citations]
    return [f"· {_place(related)}" for related in reply.related]


def plain_text(reply: AskOut) -> str:
    """The answer first, unchanged, so that its markers stand where ``reply.answer`` has them."""
    language = Language(reply.language)
    notes = [_GENERATED[language]] if reply.method == Method.GENERATED else []
    notes += reply.notices
    suggested = [f"- {suggestion}" for suggestion in reply.suggestions] if reply.outcome == "clarify" else []
    listed = sources(reply)
    titled = [_SOURCES[language], *listed] if reply.citations else listed
    return "\n\n".join("\n".join(part) for part in ([reply.answer], suggested, notes, titled) if part)


def _place(quoted: RelatedOut) -> str:
    where = " › ".join((f"《{quoted.document_title}》", *quoted.section))
    return f"{where}：“{quoted.quote}” {quoted.url}"
