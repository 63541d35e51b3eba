"""What a document is: title, issuer, numbers, dates, status - each with the place that prints it."""

import re

from ingest.dates import date_in, effective_date, page_date, printed_date
from ingest.frame import LABEL, Frame, placed
from ingest.issuers import Signature, issuer, organs_in, place, signature, title_issuers
from ingest.model import Field, Metadata, Span, Status
from ingest.official_numbers import own_number, promulgation
from ingest.titles import printed_title, tidy

# 成文日期: 2024-05-16 发布日期: 2024-05-16
_LABEL_NAMES = {
    "index_number": r"索\s*引\s*号|信息索引",
    "document_number": r"发文字号|发布文号|文件编号|文\s*号",
    "written": r"成文日期|生成日期|发文日期",
    "printed": r"印发日期",
    "published": r"发布日期|公开日期|发布时间|公布日期",
    "effective": r"实施日期|施行日期|生效日期",
    "issuer": r"发布机构|发布机关|发文机关|发文机构|发文单位|发布单位|制定机关",
    "title": r"标\s*题|名\s*称|文件名称|信息名称",
}
# 发文字号：	 国办发〔2018〕128号	 发布日期：	 2019年01月21日
_LABELS = {
    name: re.compile(
        rf"(?<![一-鿿])(?P<label>{label})[ \t]*[:：]\s{{0,20}}(?P<value>[^\n]*?)(?=\s{{1,20}}{LABEL}|[ \t]{{2}}|$)"
    )
    for name, label in _LABEL_NAMES.items()
}
_SENTENCE_DONE = re.compile(r"[。！？!?…;；:：”’\"')）》〉〕】\]]\s*$")


def read_metadata(text: str, body: str, fallback_title: str) -> Metadata:
    """Metadata as the source prints it; ``body`` is the clean text, ``fallback_title`` names a document without one.

    The labelled lines that sites print above a document are read first, then what the document itself prints.
    """
    frame = Frame(text)
    found = {name: field for name, label in _LABELS.items() if (field := _labelled(frame, label))}
    first = signature(frame, "")
    title = found.get("title") or printed_title(frame, first.line if first else None) or Field(fallback_title)
    signed = signature(frame, title_issuers(title.value) if title.span else "")
    promulgated, promulgator = promulgation(frame, signed.date if signed else None)
    issued = _issuer(found.get("issuer"), issuer(frame, title, signed, promulgator))
    published = date_in(found.get("published")) or promulgated or page_date(frame)
    printed = date_in(found.get("printed")) or printed_date(frame)
    status, status_span = _status(frame, title, signed)
    return Metadata(
        title=title,
        issuer=issued,
        place=place(title, issued),
        document_number=found.get("document_number") or own_number(frame, title),
        index_number=found.get("index_number"),
        written=date_in(found.get("written")) or (signed.date if signed else None),
        printed=printed,
        published=published,
        effective=date_in(found.get("effective")) or effective_date(frame, published, printed),
        status=status,
        status_span=status_span,
        ends_mid_sentence=ends_mid_sentence(body),
    )


def ends_mid_sentence(body: str) -> bool:
    """Whether the text breaks off: its last line is long, made of sentences, and does not end one."""
    last = body.rstrip().rpartition("\n")[2]
    return len(last) > 40 and "。" in last and not _SENTENCE_DONE.search(last)


def _issuer(labelled: Field | None, own: Field | None) -> Field | None:
    """The labelled issuer, unless it is cut short, or but the first of those the document names."""
    if labelled is None or own is None:
        return labelled or own
    names = own.value.split("、")
    cut = not organs_in(labelled.value)
    return own if cut or (len(names) > 1 and labelled.value in names) else labelled


def _labelled(frame: Frame, label: re.Pattern[str]) -> Field | None:
    """The first value that the label has above the body."""
    for line in frame.head:
        match = label.search(line.text)
        if match and match["value"]:
            value = Span(*match.span("value")).shifted(line.span.start)
            return Field(tidy(match["value"]), value, Span(line.span.start + match.start("label"), value.end))
    return None


# (征求意见稿) | 关于公开征求《……办法》意见的公告
_DRAFT = re.compile(
    r"[(（]?[^(（)）\n]{0,6}(?:征求意见稿|讨论稿)[^)）\n]{0,6}[)）]?|(?:公开)?征求[^\n]{0,80}意见(?!.{0,20}(?:采纳|反馈|情况))"
)
# （草案送审稿） | （修订草案）, but not （试行草案）, which applied
_DRAFT_REVIEW = re.compile(
    r"[(（](?!试行)[^(（)）\n]{0,6}(?:草案|送审稿)[^)）\n]{0,6}[)）]?(?!》的(?:说明|报告))|(?<!试行)(?:草案|送审稿)$"
)
_REISSUED = re.compile(r"重新(?:印发|发布|公布)")
# 现将修订后的……重新印发给你们
_REISSUED_NOW = re.compile(r"现[^。；\n]{0,80}重新(?:印发|发布|公布)")
# 有效性：失效 | （已废止）
_REPEALED = re.compile(
    r"(?:有效性|效力状态|时效性|文件状态|状态)\s?[:：][ \t　]*(?:已?失效|已?废止)|[（(【\[]已?(?:失效|废止)[）)】\]]"
)
# 有效性：有效 | 时效性：现行有效
_IN_FORCE = re.compile(r"(?:有效性|效力状态|时效性|文件状态|状态)\s?[:：][ \t　]*(?:现行)?有效")


def _status(frame: Frame, title: Field, signed: Signature | None) -> tuple[Status | None, Span | None]:
    head = frame.head_text
    for status, pattern in ((Status.DRAFT, _DRAFT), (Status.DRAFT_REVIEW, _DRAFT_REVIEW)):
        if match := pattern.search(title.value):
            return status, _within(frame, title, match[0])
    for status, pattern in ((Status.REPEALED, _REPEALED), (Status.IN_FORCE, _IN_FORCE)):
        if match := pattern.search(head):
            return status, Span(*match.span())
    if match := _REISSUED.search(title.value):
        return Status.REISSUED, _within(frame, title, match[0])
    end = signed.date.span.start if signed and signed.date.span else len(head)
    match = _REISSUED_NOW.search(frame.text, len(head), max(end, len(head)))
    return (Status.REISSUED, Span(*match.span())) if match else (None, None)


def _within(frame: Frame, title: Field, words: str) -> Span | None:
    return placed(words, frame.text, title.span).span if title.span else None
