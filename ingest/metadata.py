"""What a document is: title, issuer, numbers, dates, status - each with the place that prints it."""

import re
from collections.abc import Iterator

from ingest.model import Field, Metadata, Span, Status

# 成文日期: 2024-05-16 发布日期: 2024-05-16
_LABELS = {
    "index_number": r"索\s*引\s*号",
    "document_number": r"发文字号|文\s*号",
    "written": r"成文日期|生成日期|发文日期",
    "published": r"发布日期|公开日期|发布时间",
    "issuer": r"发布机构|发文机关|发文单位|发布单位",
    "title": r"标\s*题|名\s*称|文件名称",
}
_ANY_LABEL = r"[一-鿿]{2,6}\s*[:：]"
_HEAD_CHARACTERS = 1500
# 2024-05-16 | 2024年5月16日 | 2024/5/16
_DATE = re.compile(r"(\d{4})\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})\s*日?")
# 济南市进一步……
_PLACE = re.compile(
    r"(?:[一-鿿]{2,7}?(?:维吾尔|壮族|回族)?自治区|[一-鿿]{2,3}?省(?!略|级|厅)|[一-鿿x×]{1,5}?市(?!级|县|区|场|域)|[一-鿿]{1,4}?[区县](?!域|级))"
)
# (征求意见稿) | （草案送审稿）
_DRAFT = re.compile(r"[(（]?(征求意见稿|草案|送审稿|讨论稿)[^)）\n]{0,6}[)）]?")
_REPEALED = re.compile(r"(?:有效性|效力状态|状态)\s*[:：]\s*(已?失效|已?废止)|[（(]已(?:失效|废止)[）)]")
_SENTENCE_DONE = re.compile(r"[。！？!?…;；:：”’\"')）》〉〕】\]]\s*$")


def read_metadata(text: str, body: str, fallback_title: str) -> Metadata:
    """Metadata as the source prints it; ``body`` is the clean text, ``fallback_title`` names a document without one.

    The labelled lines that sites print above a document are read first; a title without a label is the first line
    that is no sentence.
    """
    head = text[:_HEAD_CHARACTERS]
    found = {name: field for name, label in _LABELS.items() if (field := _labelled(head, label))}
    title = found.get("title") or _first_line(text) or Field(fallback_title)
    place = next((place for known in (title, found.get("issuer")) if known and (place := _place(known))), None)
    status, status_span = _status(head, title)
    return Metadata(
        title=title,
        issuer=found.get("issuer"),
        place=place,
        document_number=found.get("document_number"),
        index_number=found.get("index_number"),
        written=_date(found.get("written")),
        published=_date(found.get("published")),
        status=status,
        status_span=status_span,
        ends_mid_sentence=ends_mid_sentence(body),
    )


def ends_mid_sentence(body: str) -> bool:
    """Whether the text breaks off: its last line is long, made of sentences, and does not end one."""
    last = body.rstrip().rpartition("\n")[2]
    return len(last) > 40 and "。" in last and not _SENTENCE_DONE.search(last)


def _labelled(head: str, label: str) -> Field | None:
    match = re.search(
        rf"(?P<label>{label})[ \t]*[:：][ \t]*(?P<value>[^\n]*?)(?=\s+{_ANY_LABEL}|[ \t]{{2,}}|\s*\n|\s*$)", head
    )
    if not match or not match["value"].strip():
        return None
    value = Span(*match.span("value"))
    return Field(match["value"], value, Span(match.start("label"), value.end))


# 关于……的通知 | 义务教育法 | 实施方案（试行）
_TITLE_ENDING = re.compile(
    r"(通知|意见|方案|办法|条例|规定|法|细则|清单|计划|纲要|决定|公告|通告|函|批复|指南|指引|要点|措施|规范)"
    r"(?:[（(][^）)]{1,12}[）)])*$"
)


def _first_line(text: str) -> Field | None:
    """The first line that ends like a title, else the first that is no sentence."""
    lines = list(_title_lines(text))
    return next((line for line in lines if _TITLE_ENDING.search(line.value)), lines[0] if lines else None)


def _title_lines(text: str) -> Iterator[Field]:
    for match in re.finditer(r"[^\n]+", text[:_HEAD_CHARACTERS]):
        line = match[0].lstrip("# \t　").strip()  # a Markdown heading without its mark
        if 4 <= len(line) <= 80 and not re.search(r"[。;；]|[:：]\s", line):
            start = match.start() + match[0].index(line)
            yield Field(line, Span(start, start + len(line)))


def _place(field: Field) -> Field | None:
    match = _PLACE.match(field.value)
    return Field(match[0], Span(*match.span()).shifted(field.span.start) if field.span else None) if match else None


def _date(field: Field | None) -> Field | None:
    match = _DATE.search(field.value) if field else None
    if not field or not match:
        return None
    span = Span(*match.span()).shifted(field.span.start) if field.span else None
    return Field(f"{int(match[1]):04}-{int(match[2]):02}-{int(match[3]):02}", span, field.labelled)


def _status(head: str, title: Field) -> tuple[Status | None, Span | None]:
    if match := _DRAFT.search(title.value):
        return Status.DRAFT, Span(*match.span()).shifted(title.span.start) if title.span else None
    if match := _REPEALED.search(head):
        return Status.REPEALED, Span(*match.span())
    return None, None
