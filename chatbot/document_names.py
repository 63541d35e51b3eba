"""Which document a question means by a name that is not its title: 校车条例, the vocational education law."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chatbot.terms import everyday_words, words_without_topic
from index.hybrid import HybridIndex
from index.tokens import fold
from ingest.model import Document

#: What a document is, in English, and the kinds its Chinese title may say for it.
_ENGLISH_KINDS: Mapping[str, tuple[str, ...]] = {
    "law": ("法",), "act": ("法",), "regulation": ("条例", "规定"), "rule": ("规定", "规则", "办法", "细则"),
    "provision": ("规定",), "measure": ("办法", "措施"), "notice": ("通知", "公告", "通告"), "plan": ("方案", "计划"),
    "scheme": ("方案",), "opinion": ("意见",), "list": ("清单", "目录"), "guide": ("指引", "指南"),
    "guideline": ("指引", "指南"), "reply": ("复函", "批复"), "decision": ("决定",), "catalogue": ("目录",),
}  # fmt: skip
_KIND = re.compile(
    "实施(?:意见|方案|办法|细则|规划)|清单|方案|条例|办法|意见|通知|规定|细则|措施|计划|规划|纲要|决定|复函|批复|指引|指南|目录|规程|法"
)
#: Kinds that name one document in the plural; several plans are no document.
_PLURAL = ("regulation", "rule", "provision", "measure", "opinion", "guideline")
_ENGLISH_KIND = re.compile(rf"\b(?:({'|'.join(_ENGLISH_KINDS)})|({'|'.join(_PLURAL)})s)\b")
#: Kinds whose names are shortened to characters.
_LAWS = ("法", "条例")
#: What laws of the nation are titled with and nobody says: 教育法 is not 职业教育法.
_NATION = "中华人民共和国"
#: What may stand within a name: 高校美育的意见, 泉州那个方案.
_FILLERS = ("的", "那个", "这个", "那份", "这份", "新")
_ENDS = re.compile(r"[，。！？、；：,.!?;:()（）《》“”\"\s]")
#: Words looked at beside an English kind.
_BESIDE = 6
# the notice on inland Tibet classes
_AFTER = re.compile(r"\s+(?:on|about|of|for|concerning|regarding)\b")
#: Characters beside the kind that a Chinese name must share with the title.
_SHARED = 2


Extent = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Named:
    """A document and the words of the folded question that name it."""

    document_id: str
    words: str


class DocumentNames:
    """Names people make of titles: some of a title's words in its order, then what kind of document it is.

    A title that another one would be named by as well names none: 美育实施意见 among four cities' opinions.
    """

    def __init__(self, documents: Sequence[Document], index: HybridIndex) -> None:
        self._index = index
        self._titles = {d.id: fold(d.metadata.title.value) for d in documents}

    def named_in(self, text: str) -> list[Named]:
        """The documents that folded ``text`` names, each once, in its order."""
        found: dict[str, Named] = {}
        for named in (*self._chinese(text), *self._english(text)):
            found.setdefault(named.document_id, named)
        return list(found.values())

    def unknown_in(self, text: str) -> list[str]:
        """What folded ``text`` calls a document that is none of these: two words or more with a topic, and a kind."""
        found = []
        for kind in _KIND.finditer(text):
            before = _ENDS.split(text[: kind.start()])[-1]
            if any(self._begins(before, kind.group(), title) is not None for title in self._titles.values()):
                continue
            name: list[str] = []
            for word in reversed(self._index.tokens.cut(before)):
                if not self._is_topic(word):
                    break
                name.insert(0, word)
            if len(name) >= _SHARED:
                found.append("".join(name) + kind.group())
        return found

    def _chinese(self, text: str) -> Iterator[Named]:
        for kind in _KIND.finditer(text):
            before = _ENDS.split(text[: kind.start()])[-1]
            starts = {
                document_id: start
                for document_id, title in self._titles.items()
                if (start := self._begins(before, kind.group(), title)) is not None
            }
            longest = min(starts.values(), default=0)
            best = [document_id for document_id, start in starts.items() if start == longest]
            if len(best) == 1:
                yield Named(best[0], before[longest:] + kind.group())

    def _begins(self, before: str, kind: str, title: str) -> int | None:
        """Where the name of a title that ends with ``kind`` begins in what stands before it; None if it is none.

        Every word up to there is the title's, in its order; the word before has no topic, so that
        职业学校教师条例 does not name a 教师条例. A law may go by the first characters of its words: 民促法.
        """
        words = _placed(self._index.tokens.cut(before), before)
        end, at, shared = title.rfind(kind), len(before), 0
        if end < 0:
            return None
        while words:
            start, word = words[-1]
            place = max(title.rfind(form, 0, end) for form in (word, *everyday_words(word)))
            if place < 0 and word not in _FILLERS:
                break
            if place >= 0:
                at, end, shared = start, place, shared + len(word)
            words.pop()
        if kind in _LAWS and (short := self._abbreviated(before, kind, title)) is not None:
            return short
        if shared < _SHARED or (kind == "法" and title.removeprefix(_NATION) != before[at:] + kind):
            return None
        return at if not words or not self._is_topic(words[-1][1]) else None

    def _abbreviated(self, before: str, kind: str, title: str) -> int | None:
        """Where a name begins that has the first characters of a law's words: 职教法, 民促法."""
        name = before[-_SHARED:]
        firsts = iter([word[0] for word in self._index.tokens.cut(title.removesuffix(kind))])
        if len(name) == _SHARED and title.endswith(kind) and all(character in firsts for character in name):
            return len(before) - _SHARED
        return None

    def _is_topic(self, word: str) -> bool:
        return len(word) > 1 and word not in words_without_topic().chinese

    def _english(self, text: str) -> Iterator[Named]:
        for kind in _ENGLISH_KIND.finditer(text):
            after = _AFTER.match(text, kind.end())
            spans = _words(text, after.end(), kind)[:_BESIDE] if after else _words(text, 0, kind)[-_BESIDE:]
            matched = {
                document_id: count
                for document_id, title in self._titles.items()
                if (count := self._matched(text, spans, _ENGLISH_KINDS[kind[1] or kind[2]], title, bool(after)))
            }
            most = max(matched.values(), default=0)
            best = [document_id for document_id, count in matched.items() if count == most]
            if len(best) == 1:
                used = [span for span in (spans[:most] if after else spans[-most:]) if self._stems(text[slice(*span)])]
                yield Named(best[0], text[min(kind.start(), used[0][0]) : max(kind.end(), used[-1][1])])

    def _matched(
        self, text: str, spans: Sequence[tuple[int, int]], kinds: Sequence[str], title: str, after: bool
    ) -> int:
        """How many of the words beside an English kind name a title: all of them are its, in Chinese; 0 if none do."""
        kinds = [kind for kind in kinds if kind in title]
        for count in range(len(spans), 0, -1) if kinds else ():
            start, end = (spans[0][0], spans[count - 1][1]) if after else (spans[-count][0], spans[-1][1])
            stems = self._stems(text[start:end])
            found = self._index.bridge.translate(stems)
            if stems and all(any(form in title for form in word.chinese) for word in found):
                law = "法" in kinds and any(form + "法" in title for word in found for form in word.chinese)
                foreign = not after and count < len(spans) and self._stems(text[slice(*spans[-count - 1])])
                return count if (len(stems) > 1 or law) and not foreign else 0
        return 0

    def _stems(self, text: str) -> list[str]:
        without = words_without_topic().english
        return [stem for stem in self._index.tokens.english(text) if stem not in without]


def _placed(words: Sequence[str], text: str) -> list[tuple[int, str]]:
    """Words with the places where they stand in a text that has them in this order."""
    placed, at = [], 0
    for word in words:
        at = text.index(word, at)
        placed.append((at, word))
        at += len(word)
    return placed


def _words(text: str, start: int, kind: re.Match[str]) -> list[Extent]:
    """Where the words stand that belong to a kind: behind ``start``, or if that is 0 before the kind."""
    part = re.split(r"[^\w\s'-]", text[start:])[0] if start else re.split(r"[^\w\s'-]", text[: kind.start()])[-1]
    offset = start or kind.start() - len(part)
    return [(offset + word.start(), offset + word.end()) for word in re.finditer(r"[a-z][a-z'-]+", part)]
