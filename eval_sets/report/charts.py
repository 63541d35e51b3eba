"""Bar charts as SVG to stand inside the page: its colours, its fonts, the same bytes for the same figures."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import east_asian_width

import pygal
from lxml import etree
from markupsafe import Markup
from pygal.style import Style

from eval_sets.legal import legal
from eval_sets.statistics import Estimate

# pygal hooks into every import to find plug-ins of its own, with a method that Python 3.12 no longer calls and 3.11
# warns of at each import that comes after.
sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]

_WIDTH = 400
_FONT = 12
#: Height of a bar with the gap to the next group, and of what stands above and below the bars.
_BAR, _GAP, _FRAME = 13, 9, 40
#: Room for the value printed behind the bars.
_VALUE = 46
#: Labels longer than this are cut; the table under the chart has them whole.
_LABEL = 20
#: pygal reserves this share of the font size for a character; a Chinese one is as wide as high.
_PYGAL_CHARACTER = 0.6
_SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of the chart: an estimate for each series, None where it has none."""

    label: str
    estimates: tuple[Estimate | None, ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """A row of a histogram."""

    label: str
    count: int


def shares(name: str, title: str, series: Sequence[str], bars: Sequence[Bar]) -> Markup:
    """Bars from 0 to 100 % with their intervals; nothing for no bars. ``name`` makes ids: once a page."""
    if not bars:
        return Markup()
    chart = _chart(
        name, len(bars), len(series), [bar.label for bar in bars], lambda value: f"{100 * value:.0f}\N{NO-BREAK SPACE}%"
    )
    chart.range = (0, 1)
    chart.y_labels = [0, 0.5, 1]
    for number, label in enumerate(series):
        chart.add(label, [_point(bar.estimates[number]) for bar in reversed(bars)])
    return _svg(chart, title)


def counts(name: str, title: str, bins: Sequence[Bin]) -> Markup:
    """Bars of whole numbers; nothing for no bins."""
    if not bins:
        return Markup()
    chart = _chart(name, len(bins), 1, [each.label for each in bins], lambda value: f"{value:.0f}")
    chart.range = (0, max(1, *(each.count for each in bins)))
    chart.y_labels = []
    chart.show_x_labels = False
    chart.add(title, [each.count for each in reversed(bins)])
    return _svg(chart, title)


def _point(estimate: Estimate | None) -> dict[str, object] | None:
    if estimate is None or estimate.value is None:
        return None
    return {"value": estimate.value, "ci": {"low": estimate.low, "high": estimate.high}}


def _chart(
    name: str, groups: int, series: int, labels: Sequence[str], written: Callable[[float], str]
) -> "pygal.HorizontalBar":
    shown = [_cut(legal(label)) for label in labels]
    style = Style(
        background="transparent",
        plot_background="transparent",
        foreground="var(--ink)",
        foreground_strong="var(--ink)",
        foreground_subtle="var(--line)",
        guide_stroke_color="var(--line)",
        major_guide_stroke_color="var(--line)",
        guide_stroke_dasharray="none",
        major_guide_stroke_dasharray="none",
        colors=("var(--bar)", "var(--bar-second)"),
        value_colors=("var(--ink)", "var(--ink)"),
        opacity="1",
        stroke_opacity="1",
        transition="0s",
        font_family="inherit",
        label_font_size=_FONT,
        major_label_font_size=_FONT,
        value_font_size=_FONT,
    )
    chart = pygal.HorizontalBar(
        style=style,
        js=[],
        width=_WIDTH,
        height=groups * (series * _BAR + _GAP) + _FRAME,
        margin=4,
        margin_left=4 + round(_FONT * (max(map(_ems, shown)) - _PYGAL_CHARACTER * max(map(len, shown)))),
        margin_right=_VALUE,
        show_legend=False,
        print_values=True,
        truncate_label=-1,
        value_formatter=written,
        disable_xml_declaration=True,
    )
    # pygal draws from the bottom up
    chart.x_labels = shown[::-1]
    chart.uuid = name
    return chart


def _cut(label: str) -> str:
    """The label with its count, which stands in brackets at the end, kept."""
    text, bracket, count = label.rpartition(" (")
    return label if len(text) <= _LABEL else f"{text[: _LABEL - 1]}…{bracket}{count}"


def _ems(label: str) -> float:
    """About how wide a label is, in font sizes; at least what pygal thinks."""
    return sum(1.0 if east_asian_width(character) in "WF" else _PYGAL_CHARACTER for character in label)


def _svg(chart: "pygal.HorizontalBar", title: str) -> Markup:
    """The chart without what pygal adds for scripts, with its date and links gone and the values in a column."""

    def tidy(root: Any) -> Any:
        label = root.find(f"{_SVG}title")
        label = root.find("title") if label is None else label
        label.text = legal(title)
        root.insert(0, label)
        for node in list(root.iter()):
            needless = node.tag in ("script", "desc") or (node.tag == "title" and node is not label)
            if node.tag is etree.Comment or needless or "tooltip-overlay" in node.get("class", ""):
                node.getparent().remove(node)
        width = max(float(node.get("width")) for node in root.iterfind(".//g[@class='plot']/rect"))
        for node in root.iterfind(".//text[@class='value']"):
            node.set("x", f"{width + _VALUE - 6:.1f}")
            node.set("text-anchor", "end")
        root.set("role", "img")
        root.set("aria-label", legal(title))
        etree.cleanup_namespaces(root)
        return root

    chart.add_xml_filter(tidy)
    return Markup(chart.render(is_unicode=True))
