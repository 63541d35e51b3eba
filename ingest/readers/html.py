"""HTML: the text that a browser would show."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ingest.errors import UnreadableFileError
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
_SPACES = re.compile(r"([ \t\n\r\f]+)")

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


def read_html(data: bytes, name: str) -> str:
    """Every visible text node in order.

    Not visible: head, scripts, styles, templates, noscript, comments, ``hidden`` and ``display:none``. Block elements
    and ``<br>`` are separated by a newline, table cells by a tab; white space is collapsed as CSS Text 3, 4.1 says
    (a line break between two Chinese characters is no space). Markers that a browser draws (list numbers) are not
    text nodes. Raises UnreadableFileError for undecodable bytes and for nesting that only an attack has.
    """
    markup = _decode(data, name)
    _reject_bombs(markup, name)
    root = LexborHTMLParser(_NOSCRIPT.sub(r"<\1template", markup)).root
    if root is None:
        return ""
    lines = _Lines()
    _walk(root, lines)
    return lines.text()


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


def _walk(root: LexborNode, lines: "_Lines") -> None:
    """Depth first without recursion: real pages nest deeper than Python's stack."""
    stack: list[tuple[LexborNode, Iterator[LexborNode], bool, bool]] = []
    preformatted = 0

    def enter(node: LexborNode) -> None:
        nonlocal preformatted
        tag = node.tag or ""
        if tag == "-text":
            (lines.verbatim if preformatted else lines.flow)(node.text_content or "")
            return
        if not tag or tag[0] in "-!":
            return  # a processing instruction, a comment, the doctype
        if tag == "br":
            lines.line_break()
            return
        attributes = node.attributes
        display = _display(attributes.get("style"))
        if tag in _INVISIBLE or display == "none" or "hidden" in attributes:
            return
        block = display in _BLOCK_DISPLAYS or (tag in _BLOCKS and not (display or "").startswith("inline"))
        if tag in _CELLS:
            lines.cell(first=not _has_cell_before(node))
        elif tag == "tr":
            lines.row()
        elif block:
            lines.block()
        preformatted += tag in _PREFORMATTED
        stack.append((node, node.iter(include_text=True), block or tag == "tr", tag in _PREFORMATTED))

    enter(root)
    while stack:
        node, children, block, verbatim = stack[-1]
        child = next(children, None)
        if child is not None:
            enter(child)
            continue
        stack.pop()
        preformatted -= verbatim
        if node.tag in ("tr", "table"):
            lines.row()
        elif block:
            lines.block()


def _display(style: str | None) -> str | None:
    found = _DISPLAY.search(style) if style else None
    return found[1].lower() if found else None


def _has_cell_before(node: LexborNode) -> bool:
    before = node.prev
    while before is not None and before.tag not in _CELLS:
        before = before.prev
    return before is not None


def _is_wide(character: str) -> bool:
    """Chinese characters and full-width punctuation, between which a line break in the markup shows nothing."""
    return "\u2e80" <= character <= "\ua4cf" or "\uf900" <= character <= "\ufaff" or "\uff01" <= character <= "\uff60"


class _Lines:
    """Text as it comes to stand on lines: at most one newline for any number of block boundaries."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._gap = ""
        self._newline = False

    def text(self) -> str:
        return "".join(self._parts)

    def flow(self, text: str) -> None:
        """Text whose white space collapses."""
        for index, piece in enumerate(_SPACES.split(text)):
            if index % 2:
                self._gap += piece
            elif piece:
                self._write(piece)

    def verbatim(self, text: str) -> None:
        """Preformatted text."""
        if text:
            self._write(text)

    def line_break(self) -> None:
        self._start_line()
        self._parts.append("\n")

    def block(self) -> None:
        """A block element starts or ends: what follows is not on this line."""
        self._gap = ""
        if self._parts and self._parts[-1] not in ("\n", "\t"):
            self._newline = True

    def row(self) -> None:
        """A table row starts or ends, even after an empty cell."""
        self._gap = ""
        if self._parts and self._parts[-1] != "\n":
            self._newline = True

    def cell(self, first: bool) -> None:
        if first:
            self._start_line()
        else:
            self._newline, self._gap = False, ""
            self._parts.append("\t")

    def _start_line(self) -> None:
        if self._newline:
            self._parts.append("\n")
        self._newline, self._gap = False, ""

    def _write(self, text: str) -> None:
        gap = self._gap
        if self._newline:
            self._start_line()
        elif gap and self._parts and self._parts[-1] not in ("\n", "\t"):
            joined = "\n" in gap and _is_wide(self._parts[-1][-1]) and _is_wide(text[0])
            self._parts.append("" if joined else " ")
        self._gap = ""
        self._parts.append(text)
