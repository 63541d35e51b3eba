"""Word documents (.docx): the body's text in document order.

The package is read with zipfile and lxml, because python-docx leaves out what counts here (automatic numbers, tracked
insertions, content controls, text boxes, notes) and refuses files that Word opens (a relationship to no part).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from ingest.errors import UnreadableFileError
from ingest.readers.numbering import LEVELS, Counters, Level, NumberedList
from ingest.readers.package import NAMESPACE, Parts, open_parts

_MAX_PATTERN = 255  # characters; a longer lvlText, repeated at every paragraph, is an attack
_MAX_COLUMNS = 63  # where Word stops
_MAX_START = 32_767  # where Word's dialogue stops

_TRANSPARENT = frozenset(("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_NOT_TEXT = frozenset(
    (
        "pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr",
        "del", "moveFrom", "delText", "instrText", "delInstrText", "fldData", "rt",
    )
)  # fmt: skip
_CHARACTERS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_OFF = ("0", "false", "off", "none")


@dataclass(frozen=True, slots=True)
class _Style:
    parent: str | None
    list_id: str | None
    level: int | None


def read_docx(data: bytes, name: str) -> str:
    """Paragraphs, table cells and rendered automatic numbers, joined by newlines; cells of a row by tabs.

    The text of merged cells appears once, at their first place; the places they cover are empty cells. Text boxes,
    footnotes and endnotes follow their paragraph, notes without their mark. Left out: headers and footers (page
    furniture), bullets, comments, deleted and hidden text, pinyin guides. Raises UnreadableFileError for a damaged,
    encrypted or oversized file, and for one with a DTD.
    """
    parts = open_parts(data, name)
    body = parts.document.find(f"{{{NAMESPACE}}}body")
    if body is None:
        raise UnreadableFileError(
            f"{name}: its main part has no body, so it is no Word document; save it as .docx again"
        )
    return "\n".join(_Body(parts).blocks(body))


class _Body:
    """Walks the body once, in document order; numbers and notes are used up on the way."""

    def __init__(self, parts: Parts) -> None:
        self._styles = _styles(parts.styles)
        self._default_style = _default_style(parts.styles)
        self._counters = Counters(_lists(parts.numbering, self._styles))
        self._notes = {
            (kind, _value(note, "id")): note
            for kind, notes in (("footnote", parts.footnotes), ("endnote", parts.endnotes))
            for note in (notes if notes is not None else ())
            if _local(note) == kind
        }

    def blocks(self, container: etree._Element) -> list[str]:
        """One string for each paragraph and each table row."""
        found: list[str] = []
        for child in _children(container):
            if _local(child) == "p":
                found += self._paragraph(child)
            elif _local(child) == "tbl":
                found += [self._row(row) for row in _children(child) if _local(row) == "tr"]
        return found

    def _row(self, row: etree._Element) -> str:
        properties = _child(row, "trPr")
        cells = [""] * _columns(_child(properties, "gridBefore"), 0)
        for cell in _children(row):
            if _local(cell) == "tc":
                covered = _continues(cell, "vMerge") or _continues(cell, "hMerge")
                cells.append("" if covered else "\n".join(self.blocks(cell)).strip("\n"))
                cells += [""] * (_columns(_child(_child(cell, "tcPr"), "gridSpan"), 1) - 1)
        return "\t".join(cells) + "\t" * _columns(_child(properties, "gridAfter"), 0)

    def _paragraph(self, paragraph: etree._Element) -> list[str]:
        number = self._number(paragraph)
        pieces: list[str] = []
        after: list[etree._Element] = []
        self._inline(paragraph, pieces, after)
        text = number + "".join(pieces)
        found = [text if pieces else text.rstrip(" ")]
        for box in after:
            found += self.blocks(box)
        return found

    def _inline(self, element: etree._Element, pieces: list[str], after: list[etree._Element]) -> None:
        for child in _children(element):
            local = _local(child)
            if local == "t":
                pieces.append(child.text or "")
            elif local in _CHARACTERS:
                pieces.append(_CHARACTERS[local])
            elif local == "sym":
                pieces.append(_symbol(child))
            elif local == "txbxContent":
                after.append(child)
            elif local in ("footnoteReference", "endnoteReference"):
                # Taken out, so that a note quoted twice, or by itself, comes once.
                note = self._notes.pop((local.removesuffix("Reference"), _value(child, "id")), None)
                if note is not None:
                    after.append(note)
            elif local not in _NOT_TEXT and not (local == "r" and _is_hidden(child)):
                self._inline(child, pieces, after)

    def _number(self, paragraph: etree._Element) -> str:
        properties = _child(paragraph, "pPr")
        style = _value(_child(properties, "pStyle")) or self._default_style
        direct = _child(properties, "numPr")
        list_id = _value(_child(direct, "numId"))
        level = _integer(_value(_child(direct, "ilvl")), None, LEVELS - 1)
        seen: set[str] = set()
        while style is not None and style in self._styles and style not in seen:
            seen.add(style)
            inherited = self._styles[style]
            if list_id is None and inherited.list_id is not None:
                list_id = inherited.list_id
                if level is None:
                    level = self._counters.level_of_style(list_id, style)
            if level is None and list_id == inherited.list_id:
                level = inherited.level
            style = inherited.parent
        if list_id is None or list_id == "0":
            return ""
        return self._counters.next(list_id, level or 0)


def _styles(styles: etree._Element | None) -> dict[str, _Style]:
    found: dict[str, _Style] = {}
    for style in styles if styles is not None else ():
        identifier = _value(style, "styleId")
        if _local(style) == "style" and identifier is not None:
            numbered = _child(_child(style, "pPr"), "numPr")
            found[identifier] = _Style(
                _value(_child(style, "basedOn")),
                _value(_child(numbered, "numId")),
                _integer(_value(_child(numbered, "ilvl")), None, LEVELS - 1),
            )
    return found


def _default_style(styles: etree._Element | None) -> str | None:
    for style in styles if styles is not None else ():
        if _value(style, "type") == "paragraph" and (_value(style, "default") or "0") not in _OFF:
            return _value(style, "styleId")
    return None


def _lists(numbering: etree._Element | None, styles: dict[str, _Style]) -> dict[str, NumberedList]:
    if numbering is None:
        return {}
    families = {_value(child, "abstractNumId"): child for child in numbering if _local(child) == "abstractNum"}
    numbers = {_value(child, "numId"): child for child in numbering if _local(child) == "num"}
    found: dict[str, NumberedList] = {}
    for identifier, number in numbers.items():
        family = _value(_child(number, "abstractNumId"))
        definition = families.get(family)
        link = _value(_child(definition, "numStyleLink"))
        if link is not None and link in styles:
            # The levels stand in the list that the linked numbering style names.
            family = _value(_child(numbers.get(styles[link].list_id), "abstractNumId"))
            definition = families.get(family)
        if identifier is None or family is None or definition is None:
            continue
        levels = dict(_levels(definition))
        starts: dict[int, int] = {}
        for override in number:
            if _local(override) != "lvlOverride":
                continue
            levels.update(_levels(override))
            index = _integer(_value(override, "ilvl"), None, LEVELS - 1)
            start = _integer(_value(_child(override, "startOverride")), None, _MAX_START)
            if index is not None and start is not None:
                starts[index] = start
        found[identifier] = NumberedList(family, levels, starts)
    return found


def _levels(parent: etree._Element) -> Iterator[tuple[int, Level]]:
    for level in parent:
        index = _integer(_value(level, "ilvl"), None, LEVELS - 1)
        if _local(level) == "lvl" and index is not None:
            legal = _child(level, "isLgl")
            yield (
                index,
                Level(
                    start=_integer(_value(_child(level, "start")), 0, _MAX_START) or 0,
                    format=_value(_child(level, "numFmt")) or "decimal",
                    text=(_value(_child(level, "lvlText")) or "")[:_MAX_PATTERN],
                    suffix=_value(_child(level, "suff")) or "tab",
                    restart=_integer(_value(_child(level, "lvlRestart")), None, LEVELS),
                    legal=legal is not None and (_value(legal) or "1") not in _OFF,
                    style=_value(_child(level, "pStyle")),
                ),
            )


def _children(element: etree._Element) -> Iterator[etree._Element]:
    """Child elements, looking through the wrappers that change nothing (content controls, tracked insertions)."""
    for child in element:
        if not isinstance(child.tag, str):
            continue  # a comment or processing instruction
        local = _local(child)
        if local == "AlternateContent":
            chosen = _child(child, "Choice")
            chosen = chosen if chosen is not None else _child(child, "Fallback")
            if chosen is not None:
                yield from _children(chosen)
        elif local in _TRANSPARENT:
            yield from _children(child)
        else:
            yield child


def _child(element: etree._Element | None, local: str) -> etree._Element | None:
    for child in element if element is not None else ():
        if _local(child) == local:
            return child
    return None


def _local(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _value(element: etree._Element | None, attribute: str = "val") -> str | None:
    value = element.get(f"{{{NAMESPACE}}}{attribute}") if element is not None else None
    return None if value is None else str(value)


def _integer(text: str | None, default: int | None, limit: int) -> int | None:
    """A number from 0 to ``limit``, else the default: what Word does with numbers out of range."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 9:
        return default
    return int(text) if int(text) <= limit else default


def _continues(cell: etree._Element, merge: str) -> bool:
    """Whether a merged cell's text stands in the cell above (vMerge) or to the left (hMerge)."""
    mark = _child(_child(cell, "tcPr"), merge)
    return mark is not None and (_value(mark) or "continue") == "continue"


def _columns(count: etree._Element | None, default: int) -> int:
    return max(_integer(_value(count), default, _MAX_COLUMNS) or default, default)


def _is_hidden(run: etree._Element) -> bool:
    vanish = _child(_child(run, "rPr"), "vanish")
    return vanish is not None and (_value(vanish) or "1") not in _OFF


def _symbol(element: etree._Element) -> str:
    code = _value(element, "char") or ""
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return chr(number) if 0 < number < 0xD800 or 0xE000 <= number < 0x110000 else ""
