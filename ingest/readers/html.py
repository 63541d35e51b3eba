"""HTML: the text that a browser would show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.errors import UnreadableFileError
from ingest.model import Span
from ingest.readers.grid import Allowance, Grid, span
from ingest.readers.lines import Lines
from ingest.readers.page import Box, Link, find_furniture
from ingest.readers.plain import decode, reject_binary

_INVISIBLE = frozenset(("head", "script", "style", "template", "title", "rp", "datalist"))
_PREFORMATTED = frozenset(("pre", "textarea", "listing", "xmp", "plaintext"))
_CELLS = frozenset(("td", "th"))
# Elements on lines of their own (HTML Standard, 15.3 "Non-replaced elements").
_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir",
        "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3", "h4",
        "h5", "h6", "header", "hgroup", "hr", "html", "legend", "li", "listing", "main", "menu", "nav", "ol",
        "optgroup", "option", "p", "plaintext", "pre", "search", "section", "summary", "table", "tbody", "textarea",
        "tfoot", "thead", "tr", "ul", "xmp",
    )
)  # fmt: skip

# WHATWG labels of the encodings that Chinese pages declare; GB18030 reads all that GB 2312 and GBK do.
_CHARSETS = {
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8"), "utf-8"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "chinese", "csgb2312", "cp936"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cn-big5"), "big5hkscs"),
}
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
# <meta charset="gb2312">, <meta http-equiv="Content-Type" content="text/html; charset=gbk">, <?xml encoding="GBK"?>
_DECLARED = re.compile(rb"<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_DECLARATION_WITHIN = 4096

# style="DISPLAY: none"
_DISPLAY = re.compile(r"(?:^|;)\s*display\s*:\s*([a-z-]+)", re.IGNORECASE)
_BLOCK_DISPLAYS = frozenset(("block", "flex", "grid", "list-item", "table", "table-row"))
# Lexbor parses as if scripts were off and lets noscript's text out of the head; a template keeps its text in.
_NOSCRIPT = re.compile(r"<(/?)noscript(?=[\s/>])", re.IGNORECASE)
# <meta name="ArticleTitle" content="关于印发方案的通知">, as the sites of governments name it
_TITLE_NAMES = frozenset(("articletitle", "title", "og:title", "dc.title"))
# href="./P020190130.docx", href="/down?file=附件1.pdf"
_FILE = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|wps|et|ofd|rtf|zip|rar|7z)(?:[?#&]|$)", re.IGNORECASE)

_MAX_DEPTH = 10_000
_MAX_REBUILT = 500_000
# <div class="TRS_Editor">, </b>; a script's i<n is no tag
_TAG = re.compile(r"<(script|style)\b.*?(?:</\1|\Z)|<(/?)([a-zA-Z][^\s/>]*)", re.IGNORECASE | re.DOTALL)
# Elements that HTML reopens in every following block until they are closed (HTML Standard, 13.2.4.3).
_FORMATTING = frozenset(
    ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
)
# Tags that take no end tag, or that the next of their kind closes: they do not nest.
_NOT_NESTING = frozenset(
    (
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
        "p", "li", "td", "th", "tr", "dd", "dt", "option", "tbody", "thead",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """The visible text of a page, and the spans of it that its structure says are the site's, not the document's."""

    text: str
    furniture: tuple[Span, ...]


def read_html(data: bytes, name: str) -> Page:
    """Every visible text node in order.

    Not visible: head, scripts, styles, templates, noscript, comments, ``hidden`` and ``display:none``. Block elements
    and ``<br>`` are separated by a newline, table cells by a tab, also for positions that a spanning cell covers; white
    space is collapsed as CSS Text 3, 4.1 says (a line break between two Chinese characters is no space). Markers that
    a browser draws (list numbers) are not text nodes. Raises UnreadableFileError for undecodable bytes and for nesting
    that only an attack has.
    """
    markup = _decode(data, name)
    _reject_bombs(markup, name)
    parser = LexborHTMLParser(_NOSCRIPT.sub(r"<\1template", markup))
    if parser.root is None:
        return Page("", ())
    walk = _Walk()
    walk.over(parser.root)
    text = walk.lines.text()
    return Page(text, find_furniture(text, walk.boxes, walk.links, _titles(parser)))


def _titles(parser: LexborHTMLParser) -> list[str]:
    """What the page's head says the document is called."""
    named = [node.attributes for node in parser.css("head meta")]
    return [node.text() for node in parser.css("head title")] + [
        meta.get("content") or "" for meta in named if (meta.get("name") or "").lower() in _TITLE_NAMES
    ]


def _decode(data: bytes, name: str) -> str:
    declared = _DECLARED.search(data, 0, _DECLARATION_WITHIN)
    if declared and not data.startswith(_BOMS):
        encoding = _CHARSETS.get(declared[1].decode("ascii", errors="replace").lower())
        if encoding is not None:
            try:
                markup = data.decode(encoding)
            except UnicodeDecodeError:
                pass  # Pages lie about their encoding; detection below reads them or names the bad byte.
            else:
                reject_binary(markup, name)
                return markup
    return decode(data, name).text


def _reject_bombs(markup: str, name: str) -> None:
    # Lexbor takes time quadratic in the nesting (0.3 s for 10,000 levels, seven minutes for 200,000), and formatting
    # left open is rebuilt in every block: 18 kB of it became 550 MB.
    depth = formatting = rebuilt = 0
    for _, closing, written in _TAG.findall(markup):
        tag = written.lower()
        step = -1 if closing else 1
        if tag in _FORMATTING:
            formatting = max(0, formatting + step)
        else:
            rebuilt += formatting
        if tag and tag not in _NOT_NESTING:
            depth = max(0, depth + step)
        if depth > _MAX_DEPTH or rebuilt > _MAX_REBUILT:
            raise UnreadableFileError(
                f"{name}: too many elements stand open at once (more than {_MAX_DEPTH} nested, or formatting to be "
                f"rebuilt more than {_MAX_REBUILT} times); open it in a browser, save its text as .txt and ingest that"
            )


@dataclass(frozen=True, slots=True)
class _Open:
    """An element whose children are being read; ``covered`` positions follow its cell."""

    node: LexborNode
    children: Iterator[LexborNode]
    box: Box
    block: bool
    covered: int


class _Walk:
    """Depth first without recursion: real pages nest deeper than Python's stack."""

    def __init__(self) -> None:
        self.lines = Lines()
        self.boxes: list[Box] = []
        self.links: list[Link] = []
        self._open: list[_Open] = []
        self._allowance = Allowance()
        self._grids = [Grid(self._allowance)]
        self._preformatted = 0

    def over(self, root: LexborNode) -> None:
        self._enter(root)
        while self._open:
            child = next(self._open[-1].children, None)
            if child is not None:
                self._enter(child)
            else:
                self._leave(self._open.pop())

    def _enter(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag == "-text":
            (self.lines.verbatim if self._preformatted else self.lines.flow)(node.text_content or "")
            return
        if not tag or tag[0] in "-!":
            return  # a processing instruction, a comment, the doctype
        if tag == "br":
            self.lines.line_break()
            return
        attributes = node.attributes
        display = _display(attributes.get("style"))
        if tag in _INVISIBLE or display == "none" or "hidden" in attributes:
            return
        block = display in _BLOCK_DISPLAYS or (tag in _BLOCKS and not (display or "").startswith("inline"))
        covered = 0
        if tag in _CELLS:
            covered = self._cell(span(attributes.get("rowspan")), span(attributes.get("colspan")))
        elif tag == "tr":
            self.lines.row()
            self._grids[-1].start_row()
        elif block:
            self.lines.block()
        if tag == "table":
            self._grids.append(Grid(self._allowance))
        self._preformatted += tag in _PREFORMATTED
        named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        box = Box(tag, named, self._open[-1].box if self._open else None, self.lines.length)
        self.boxes.append(box)
        self._open.append(_Open(node, node.iter(include_text=True), box, block or tag == "tr", covered))

    def _cell(self, rows: int, columns: int) -> int:
        """Start a cell, behind empty ones where cells above reach down; how many positions it covers to its right."""
        grid = self._grids[-1]
        at = grid.column
        skipped = grid.place(rows, columns)
        for column in range(at, at + skipped + 1):
            self.lines.cell(first=column == 0)
        return grid.column - at - skipped - 1

    def _leave(self, element: _Open) -> None:
        tag, box = element.box.tag, element.box
        box.end = self.lines.length
        if tag == "a" and box.end > box.start:
            href = element.node.attributes.get("href") or ""
            self.links.append(Link(Span(box.start, box.end), _FILE.search(href) is not None))
        self._preformatted -= tag in _PREFORMATTED
        for _ in range(element.covered):
            self.lines.cell(first=False)
        if tag == "tr":
            grid = self._grids[-1]
            at = grid.column
            for column in range(at, at + grid.end_row()):
                self.lines.cell(first=column == 0)
        elif tag == "table":
            self._grids.pop()
        if tag in ("tr", "table"):
            self.lines.row()
        elif element.block:
            self.lines.block()


def _display(style: str | None) -> str | None:
    found = _DISPLAY.search(style) if style else None
    return found[1].lower() if found else None
