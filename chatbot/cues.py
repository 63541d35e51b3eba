"""Cues (cues.toml) as compiled patterns, and the patterns for numbers that address a task or a section."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ingest.numerals import ARABIC, ENGLISH, HAN

# [^，。？?] | respons\w* | \b | .?: what is no letter of a word, or cuts one short
_NOT_LITERAL = re.compile(r"\[[^\]]*\]|\w*\\w[*+]?|\\.|[a-z]+\?|[^\w\s]", re.I)
_NUMERAL = f"(?:{HAN}|{ARABIC})"

#: Patterns for task numbers; the numeral is the group that matched.
TASK_NUMBERS = (
    # 第十五项 | 第15个任务 | 第 15 条 | 第(三)项
    re.compile(rf"第\s*[(（]?({_NUMERAL})[)）]?\s*(?:项|条|个(?:任务|工作|事项)|号任务|任务|款)"),
    # 任务15 | 任务十五
    re.compile(rf"任务\s*({_NUMERAL})(?![项大个])"),
    # 15号任务
    re.compile(rf"({_NUMERAL})\s*号(?:任务|工作|项)"),
    # 第15由谁负责
    re.compile(rf"第\s*({ARABIC})(?![0-9０-９\s]*[部章届次年个大期类项条款])"),
    # task 15 | item no. 15 | task number fifteen
    re.compile(rf"\b(?:tasks?|items?)\s*(?:number|no\.?|#)?\s*(\d+|{ENGLISH})\b", re.I),
    # the fifteenth task
    re.compile(rf"\b({ENGLISH}|\d+(?:st|nd|rd|th))\s+(?:task|item)\b", re.I),
    # number 15 | #15
    re.compile(r"(?:\bnumber|\bno\.|#)\s*(\d+)", re.I),
)
# 第1到第5项 | 第1-5项 | tasks 1 to 5
NUMBER_RANGES = (
    re.compile(rf"第\s*({_NUMERAL})\s*项?\s*(?:到|至|-|–|—|~|～)\s*第?\s*({_NUMERAL})\s*(?:项|条|个任务)"),
    re.compile(r"\b(?:tasks?|items?)\s*(\d+)\s*(?:to|through|-|–)\s*(?:tasks?\s*)?(\d+)\b", re.I),
)
# 前三项任务 | 最后两项任务 | 倒数第二项 | the last task | the first five tasks
COUNTED_ENDS = re.compile(
    rf"(?<![之以目此的项])(?:前\s*(?P<first>{_NUMERAL})|最后\s*(?P<last>{_NUMERAL})|倒数第\s*(?P<nth>{_NUMERAL}))\s*[项个条]"
    rf"(?:任务|工作)?|(?P<whole>\blast(?= (?:task|item)\b))"
    rf"|\b(?:(?P<en_first>first)|last)\s+(?P<en_n>\d+|{ENGLISH})\s+(?:tasks|items)\b",
    re.I,
)
# 第1、2、3项
NUMBER_LISTS = re.compile(rf"第\s*((?:{_NUMERAL}\s*[、,，和与及]\s*第?\s*)+{_NUMERAL})\s*(?:项|条|个任务)")
# tasks 15 and 16
MORE_NUMBERS = re.compile(r"\s*(?:,|and|&|or)\s*(?:tasks?\s*)?(\d+)\b", re.I)
#: Patterns for the number of an outermost section.
SECTION_NUMBERS = (
    # 第四部分 | 第四个行动 | 第三大任务 | 第二章
    re.compile(rf"第\s*({_NUMERAL})\s*(?:个|项|大)*\s*(?:大任务|专项行动|行动|部分|章|方面|板块|大类|大项)"),
    # action 4 | part two
    re.compile(rf"\b(?:actions?|sections?|parts?|chapters?)\s*(?:number|no\.?)?\s*(\d+|{ENGLISH})\b", re.I),
    # the fourth action
    re.compile(rf"\b({ENGLISH})\s+(?:special\s+)?(?:action|section|part|chapter)\b", re.I),
)


@dataclass(frozen=True, slots=True)
class Cues:
    """Compiled cues by name (``asks_units``, ``about.title`` …)."""

    patterns: Mapping[str, re.Pattern[str]]

    def found(self, name: str, text: str) -> bool:
        """Whether the folded text has the cue."""
        return bool(self.patterns[name].search(text))

    def first(self, prefix: str, text: str) -> str | None:
        """The first cue of a family (``wants``) that the text has, in the order of the file."""
        return next(iter(self.all(prefix, text)), None)

    def all(self, prefix: str, text: str) -> list[str]:
        """Every cue of a family that the text has, without the prefix."""
        names = [name for name in self.patterns if name.startswith(f"{prefix}.")]
        return [name.removeprefix(f"{prefix}.") for name in names if self.found(name, text)]


@cache
def cues() -> Cues:
    """The cues of cues.toml."""
    return Cues({name: _compiled(row) for name, row in _rows().items()})


def words_of_cues() -> list[str]:
    """The patterns' literal text, without what stands for characters (哪[一些], respons\\w*)."""
    patterns = (pattern for row in _rows().values() for pattern in (*row["zh"], *row["en"]))
    return [_NOT_LITERAL.sub(" ", pattern) for pattern in patterns]


def _rows() -> Mapping[str, Mapping[str, Sequence[str]]]:
    data = tomllib.loads(files("chatbot").joinpath("cues.toml").read_text("utf-8"))
    rows: dict[str, Mapping[str, Sequence[str]]] = {}
    for name, entry in data.items():
        if "zh" in entry:
            rows[name] = entry
        else:
            rows |= {
                f"{name}.{child}": data[row["same_as"]] if "same_as" in row else row for child, row in entry.items()
            }
    return rows


def _compiled(row: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    english = [rf"(?:{p})" if p.startswith("^") or p.endswith("$") else rf"\b(?:{p})\b" for p in row["en"]]
    return re.compile("|".join([*(f"(?:{p})" for p in row["zh"]), *english]), re.I)
