"""Text as people read it: its language, figures and names in words."""

import re

from eval_sets.metrics import Kind, Metric
from eval_sets.statistics import Estimate

_BLANK_LINES = re.compile(r"\s*\n\s*")
_HAN = re.compile(r"[㐀-鿿]")
_TONGUES = {"zh": "Chinese", "en": "English"}
NONE = "–"


def tight(text: str) -> str:
    """The text without blank lines: what stands around a quote need not keep its layout."""
    return _BLANK_LINES.sub("\n", text)


def language(text: str) -> str:
    """``zh`` if there is Chinese in it, for the lang attribute."""
    return "zh" if _HAN.search(text) else "en"


def tongue(code: str) -> str:
    """The language of a question in words."""
    return _TONGUES.get(code, code)


def spoken(name: str) -> str:
    """A metric or outcome as words: evidence_recall@4 → evidence recall at 4."""
    return name.replace("_", " ").replace("@", " at ")


def value(metric: Metric, estimate: Estimate) -> str:
    """84.0 % of a share, 0.985 of a mean, a dash where nothing was measured."""
    if estimate.value is None:
        return NONE
    if metric.kind is Kind.SHARE:
        return f"{100 * estimate.value:.1f}\N{NO-BREAK SPACE}%"
    return f"{estimate.value:.3f}"


def interval(metric: Metric, estimate: Estimate) -> str:
    """79.9–87.4 % of a share, 0.969–0.996 of a mean."""
    if estimate.value is None:
        return NONE
    if metric.kind is Kind.SHARE:
        return f"{100 * estimate.low:.1f}–{100 * estimate.high:.1f}\N{NO-BREAK SPACE}%"
    return f"{estimate.low:.3f}–{estimate.high:.3f}"


def hits(estimate: Estimate) -> str:
    """310 of 369, of a share."""
    return f"{round((estimate.value or 0) * estimate.count)} of {estimate.count}"


def milliseconds(figure: float | None) -> str:
    """0.9 ms, 20 ms, 1.34 s."""
    if figure is None:
        return NONE
    if figure >= 1000:
        return f"{figure / 1000:.2f}\N{NO-BREAK SPACE}s"
    return f"{figure:.0f}\N{NO-BREAK SPACE}ms" if figure >= 10 else f"{figure:.1f}\N{NO-BREAK SPACE}ms"
