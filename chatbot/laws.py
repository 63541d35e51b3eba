"""Laws and regulations a question names that no document is, or has."""

import re

from chatbot.catalog import Catalog
from chatbot.terms import words_without_topic
from index.tokens import fold

# 《教师法》 | 学前教育法第十条 | 校车条例规定 | 校车安全管理条例有几章
_NAMED = re.compile(
    r"《([^》]{2,40})》|([一-鿿]{2,14}(?:法|条例))(?=第|有几|规定|里|中|讲|说|允许|要求|什么|$|[，,。？?])"
)
# 怎么考法 | 什么办法: ways, not laws
_WAYS = re.compile(r"[怎什哪谁几咋]|(?:[办方做说看想考用写语书魔合违依执立司无设技疗算教打]|怎么\w)法$")
_SHORTEST = 3


def absent_laws(text: str, catalog: Catalog) -> list[str]:
    """The laws that ``text`` names and no document is, is called or mentions, in order."""
    return [
        name
        for name in _named(text, catalog)
        if not catalog.mentions(name) and not catalog.document_names.named_in(name)
    ]


def without_laws(text: str) -> str:
    """The text with the laws it names in plain blanked out: 职教法 is no word."""
    return _NAMED.sub(lambda match: match[0] if match[1] or _WAYS.search(match[2]) else " ", text)


def _named(text: str, catalog: Catalog) -> list[str]:
    names = []
    for quoted, plain in _NAMED.findall(fold(text)):
        if quoted:
            names.append(quoted)
        elif not _WAYS.search(plain) and len(name := _without_beginning(plain, catalog)) >= _SHORTEST:
            names.append(name)
    return list(dict.fromkeys(names))


def _without_beginning(name: str, catalog: Catalog) -> str:
    """The name without the words before it that only ask."""
    words = catalog.index.tokens.cut(name)
    while len(words) > 1 and words[0] in words_without_topic().chinese:
        words = words[1:]
    return "".join(words)
