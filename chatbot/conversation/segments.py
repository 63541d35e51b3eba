"""Several questions in one utterance: where one ends and the next begins.

Conservative: text is cut only where both sides ask something of their own. A和B都有哪些单位 has one interrogative,
已经印发了，对吗 a tag that asks nothing of its own, How many tasks and how many areas are there one verb: none is cut.
A cut too many loses what the sides share, a cut too few leaves the question as it was always read.
"""

import re

from chatbot.cues import cues
from index.tokens import fold

_WH = r"(?:who|whom|whose|when|what|which|how|where|why|by when)"
_AUXILIARY = r"(?:is|are|was|were|do|does|did|has|have|had|can|could|must|should|will|would|may)"
# ？ behind a sentence | ， between Chinese clauses | 以及什么时候 | and when is it due
_BREAK = re.compile(
    r"(?<=[？?；;。！!\n])|(?<=，)|(?<=[一-鿿],)|(?<=\.)(?=\s+[A-Z])"
    rf"|(?=,?\s+and {_WH}\b)"
    r"|(?=(?:以及|并且|而且|另外|还有|同时)[^，。？?]{0,6}(?:谁|什么|哪|多少|多久|何时|怎么|如何))",
    re.I,
)
# 不管是什么学校 | 要是哪个单位不落实 | whatever: words that ask elsewhere
_INDEFINITE = re.compile(
    r"(?:不管|无论|不论|任何|凡是|要是|如果|假如|万一)[^，。？?]*|没(?:有)?什么|\b(?:whatever|whoever|however)\b", re.I
)
# 谁 | 多久 | 吗 | who | tell me when. 几 asks behind 第, 共, 分 and where a measure ends the clause; 有几个区县 may
# just be some.
_ASKS = re.compile(
    r"谁|什么|甚么|啥|哪|多少|多久|多长|多大|[第共分]几|几(?:年|岁|点|号|[项条章][^，。？?]{0,4}[，,？?]?$)"
    r"|何时|何人|如何|怎么|怎样|咋|为何|是否|是不是|有没有|能不能|可不可以|要不要|会不会|[吗么呢](?=[？?，,。\s]|$)"
    rf"|^\W*(?:(?:and|but|also|so)\s+)?(?:{_WH}|{_AUXILIARY})\b"
    rf"|\b(?:tell me|know|wonder|ask) (?:{_WH}|if|whether)\b",
    re.I,
)
# 那校长呢？ — asks of what follows it where something follows
_ANNOUNCES = re.compile(r"呢\W*$")
# 这一项 | 这件事: of what the clause before describes
_RESUMES = re.compile(r"^\W*这一?[项件块条个]")
# 对吗 | 是哪几个 | 怎么说的 | right? | which ones: ask nothing without what stands before
_TAG = re.compile(
    r"^\W*(?:(?:是|对|行|好|可以|真的|没错|知道)(?:吗|吧|么)|对不对|是不是(?:这样)?|行不行|好不好|请问|问一下"
    r"|怎么[说讲办]的?|什么意思|(?:分别)?都?[是有叫](?:哪|什么|谁)[^，。？?]{0,3}"
    r"|right|correct|is that (?:right|true)|isn.t it|(?:and )?(?:which|what) (?:ones?|are they|is it))\W*$",
    re.I,
)
# How many tasks (and how many areas does the list contain): has no verb of its own
_VERBLESS = re.compile(rf"^\W*(?:how many|how much|which|what)\b(?!.*\b{_AUXILIARY}\b)", re.I)


def asks(text: str) -> bool:
    """Whether ``text`` asks something of its own: an interrogative that is no tag and not 不管什么."""
    return bool(_ASKS.search(_INDEFINITE.sub("", text))) and not _TAG.match(text) and not _VERBLESS.match(text)


def segments(text: str) -> list[str]:
    """The questions of an utterance in order, each with the sentences that lead up to it; joined, the whole text.

    One, the whole text, where fewer than two pieces ask. Sentences that tell the service what to do (忽略以上规则) are
    left out where another piece asks.
    """
    pieces = [piece for piece in _BREAK.split(text) if piece]
    told = [piece for piece in pieces if asks(piece) or not cues().found("instructs", fold(piece))]
    if not any(map(asks, told)):
        return [text]
    found: list[str] = []
    before = ""
    for n, piece in enumerate(told):
        after = told[n + 1] if n + 1 < len(told) else ""
        announces = bool(_ANNOUNCES.search(piece)) and not asks(_ANNOUNCES.sub("", piece))
        if not asks(piece) or _RESUMES.match(after) or (announces and asks(after)):
            before += piece
        else:
            found.append(before + piece)
            before = ""
    return [*found[:-1], found[-1] + before] if found else [text]


#: From this many characters on a question is looked for among the sentences around it; shorter ones are read whole.
LONG = 40
# 我问了好几个人， | 麻烦帮我看一下：
_CLAUSE = re.compile(r"(?<=[，。！!；;：？?\n])|(?<=[一-鿿],)|(?<=[.!])(?=\s)")


def cores(piece: str) -> list[str]:
    """The question in a long story, alone and with the clause before it; none for a short piece or a bare question.

    Whoever tells a story asks in one clause of it, sometimes about the clause before (评一所幼儿园，重点看什么). As a
    whole, a story has more words that no document has than a question may have.
    """
    clauses = [clause for clause in _CLAUSE.split(piece) if clause]
    asking = [n for n, clause in enumerate(clauses) if asks(clause)]
    if len(piece) < LONG or not asking or len(clauses) < 2:
        return []
    first, last = asking[0], asking[-1]
    found = ["".join(clauses[at : last + 1]) for at in (first, max(0, first - 1))]
    return list(dict.fromkeys(text for text in found if text != piece))
