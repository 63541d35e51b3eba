"""Whether a sentence that a language model wrote says no more and nothing else than the evidence it names.

Everything that decides is read from both texts and compared; the encoder only has the last word on what is left. A
sentence that fails is not shown, whatever else may be said for it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from chatbot.assertions import (
    Placed,
    changed_duty,
    changed_negation,
    changed_role,
    introducing,
    opposed,
    pattern,
)
from chatbot.catalog import Catalog
from chatbot.draft import Statement
from chatbot.gazetteer import places
from chatbot.quantities import quantities, unprinted, without_numbers
from chatbot.question import Language, detect_language
from chatbot.terms import everyday_words, topic_words
from index.encoders import Encoder
from index.tokens import fold


class Reason(StrEnum):
    """Why a sentence is not shown."""

    HANDLE = "handle"
    FORM = "form"
    LANGUAGE = "language"
    QUOTE = "quote"
    NUMBER = "number"
    UNIT = "unit"
    PLACE = "place"
    ROLE = "role"
    NEGATION = "negation"
    INVENTED = "invented"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a sentence is not shown, and the words that gave it away."""

    reason: Reason
    words: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a sentence may rest on: the wording shown to the model, the printed quotes, and what frames them (titles,
    place and headings)."""

    text: str
    printed: str
    frame: str


@dataclass(frozen=True, slots=True)
class _Pair:
    """A sentence and its evidence: as they are, and folded."""

    claim: str
    evidence: str
    folded_claim: str
    folded_evidence: str
    texts: tuple[str, ...]
    language: Language


#: Share of the topic words of a clause, and of the sentence, that the evidence must have, and the cosine of the
#: sentence with its evidence. Chosen on half of the sentences of `reformqa bench verifier`, which gives the other's.
#: The cosine says little of one changed word and much of a sentence about something else.
CLAUSE_SHARE = {Language.ZH: 0.6, Language.EN: 0.5}
SENTENCE_SHARE = {Language.ZH: 0.7, Language.EN: 0.5}
COSINE = {Language.ZH: 0.88, Language.EN: 0.74}

# 《学前教育法》 | “五育融合” | "five educations"
_TITLE = re.compile(r"《[^》]+》")
_QUOTED = re.compile(r"“([^”]{2,})”|\"([^\"]{2,})\"|「([^」]{2,})」")
# [1] | **bold** | <b> | https://… | a@b.cn
_NOT_PLAIN = re.compile(r"[\[\]<>＜＞`*#|{}\x00-\x08\x0b-\x1f]|\n")
_ADDRESS = re.compile(
    r"https?://[^\s）)。，；]+|www\.[^\s）)。，；]+|\S+@\S+\.\w+|\b[\w-]+\.(?:com|cn|net|org|top|info)\b"
)
_CLAUSES = re.compile(r"[，,。；;：:、!?！？]|\.\s")
# 水务局 | 市林业和草原局
_ORGAN = re.compile(r"(?:局|厅|委员会|部门|办公室|管委会|政府|法院|检察院)$")
_DISTRICT = re.compile(r".{2,}[省市区县镇乡州]$")


class Verifier:
    """Holds sentences to their evidence; as free of state as the index it reads."""

    def __init__(self, catalog: Catalog, encoder: Encoder) -> None:
        self._catalog = catalog
        self._encoder = encoder

    def evidence(self, statement: Statement) -> Evidence:
        """A statement with what its places print and what they stand under."""
        index = self._catalog.index
        printed, frame = [], []
        for ref in statement.refs:
            document = index.document(ref.document_id)
            printed.append(ref.span.of(document.source.text))
            meta = document.metadata
            frame += [meta.title.value, meta.title_en or "", meta.place.value if meta.place else ""]
            sections = document.path(ref.clause_id) if ref.clause_id else []
            frame += [text for section in sections for text in (section.label, section.title_en or "")]
        return Evidence(statement.text, "\n".join(printed), "\n".join(dict.fromkeys(frame)))

    def fault(self, sentence: str, evidence: Sequence[Evidence], language: Language) -> Fault | None:
        """What is wrong with a sentence, first by what it says, last by its meaning as a whole; None if nothing is."""
        texts = tuple(text for row in evidence for text in (row.text, row.printed))
        whole = "\n".join(part for row in evidence for part in (row.text, row.printed, row.frame))
        pair = _Pair(sentence, whole, fold(sentence), fold(whole), texts, language)
        for reason, check in self._checks():
            words = check(pair)
            if words is not None:
                return Fault(reason, words)
        return None

    def _checks(self) -> tuple[tuple[Reason, Callable[[_Pair], str | None]], ...]:
        return (
            (Reason.FORM, _form),
            (Reason.LANGUAGE, _language),
            (Reason.QUOTE, _quote),
            (Reason.NUMBER, _number),
            (Reason.UNIT, self._unit),
            (Reason.PLACE, self._place),
            (Reason.ROLE, self._role),
            (Reason.NEGATION, self._negation),
            (Reason.INVENTED, self._invented),
            (Reason.UNSUPPORTED, self._unsupported),
        )

    def _unit(self, pair: _Pair) -> str | None:
        printed = [unit.key for unit in self._units(pair.folded_evidence)]
        for unit in self._units(pair.folded_claim):
            if not any(unit.key.meets(other) for other in printed):
                return str(unit.key)
        words = self._catalog.index.tokens.cut(pair.folded_claim)
        return next((w for w in words if len(w) > 1 and _ORGAN.search(w) and w not in pair.folded_evidence), None)

    def _units(self, folded: str) -> list[Placed]:
        """Every unit that folded text names, whether or not documents make it responsible for something."""
        named = [*self._catalog.units_in(folded), *self._catalog.other_units_in(folded)]
        return [Placed(unit.key, unit.start, unit.end) for unit in named]

    def _place(self, pair: _Pair) -> str | None:
        claim, evidence = pair.folded_claim, pair.folded_evidence
        for names in places():
            said = next((name for name in names if _names(name, claim)), None)
            if said and not any(_names(name, evidence) for name in names) and not self._abbreviated(said, pair):
                return said
        words = self._catalog.index.tokens.cut(claim)
        return next((word for word in words if _DISTRICT.match(word) and word not in evidence), None)

    def _abbreviated(self, name: str, pair: _Pair) -> bool:
        """Whether the evidence has an English name within a phrase: Hong Kong and Macao as 港澳."""
        index = self._catalog.index
        stems = " ".join(index.tokens.english(name))
        rows = index.bridge.translate(index.tokens.english(pair.folded_claim)) if name.isascii() else ()
        return any(stems in row.english and any(word in pair.folded_evidence for word in row.chinese) for row in rows)

    def _role(self, pair: _Pair) -> str | None:
        claim, evidence = pair.folded_claim, pair.folded_evidence
        return changed_role(claim, self._units(claim), evidence, self._units(evidence))

    def _negation(self, pair: _Pair) -> str | None:
        claim, evidence = pair.folded_claim, pair.folded_evidence
        if match := pattern("assent").search(claim):
            return match[0]  # yes and no are said of the question, which is not evidence
        return (
            changed_negation(claim, evidence, self._translated)
            or changed_duty(claim, evidence)
            or opposed(claim, evidence)
        )

    def _invented(self, pair: _Pair) -> str | None:
        shares = self.shares(pair.claim, pair.folded_evidence)
        if shares.of == 0:
            return None if quantities(pair.folded_claim) else pair.claim
        if shares.clause < CLAUSE_SHARE[pair.language] or shares.sentence < SENTENCE_SHARE[pair.language]:
            return shares.words
        return None

    def _unsupported(self, pair: _Pair) -> str | None:
        cosine = self.support(pair.claim, pair.texts)
        return f"cosine {cosine:.3f}" if cosine < COSINE[pair.language] else None

    def shares(self, claim: str, folded_evidence: str) -> "Shares":
        """How much of the claim's topic words the evidence has, in its worst clause and as a whole, 0 to 1."""
        worst, unknown, known_words, all_words = 1.0, [], 0, 0
        for clause in _CLAUSES.split(claim):
            known = {word: self._knows(word, folded_evidence) for word in self._topic(clause)}
            all_words, known_words = all_words + len(known), known_words + sum(known.values())
            unknown += [word for word, is_known in known.items() if not is_known]
            worst = min(worst, sum(known.values()) / len(known)) if known else worst
        return Shares(worst, known_words / all_words if all_words else 1.0, all_words, " ".join(unknown))

    def _topic(self, clause: str) -> list[str]:
        """Chinese words of two characters and more, and English phrases of the dictionary, that claim something."""
        index = self._catalog.index
        words = topic_words(without_numbers(clause), index)
        stems = [w for w in words if w.isascii() and w not in introducing()]
        english = [row.english for row in index.bridge.translate(stems)]
        return [w for w in words if not w.isascii() and len(w) > 1 and w not in introducing()] + english

    def _knows(self, word: str, folded: str) -> bool:
        if not word.isascii():
            return any(form in folded for form in (word, *everyday_words(word)))
        return any(_prints(form, folded) for form in self._meanings(word)) or word.split()[0] in folded

    def _meanings(self, stems: str) -> Sequence[str]:
        return [w for row in self._catalog.index.bridge.translate(stems.split()) for w in row.chinese if len(w) > 1]

    def _translated(self, text: str) -> frozenset[str]:
        """The Chinese words that an English text may mean."""
        index = self._catalog.index
        return frozenset(w for row in index.bridge.translate(index.tokens.english(text)) for w in row.chinese)

    def support(self, claim: str, texts: Sequence[str]) -> float:
        """The cosine of the sentence with the nearest of the evidence's texts."""
        vectors = self._encoder.encode_passages([claim, *texts])
        return float((vectors[1:] @ vectors[0]).max())


@dataclass(frozen=True, slots=True)
class Shares:
    """Of a sentence's topic words, ``of`` in number, those the evidence has: in the worst clause, in the sentence; and
    the words it lacks."""

    clause: float
    sentence: float
    of: int
    words: str


def _form(pair: _Pair) -> str | None:
    if match := _NOT_PLAIN.search(pair.claim):
        return match[0]
    addresses = (match[0] for match in _ADDRESS.finditer(pair.folded_claim))
    return next((address for address in addresses if address not in pair.folded_evidence), None)


def _language(pair: _Pair) -> str | None:
    return None if detect_language(pair.claim) is pair.language else pair.claim


def _quote(pair: _Pair) -> str | None:
    quoted = [match[0] for match in _TITLE.finditer(pair.claim)]
    quoted += ["".join(match.groups(default="")) for match in _QUOTED.finditer(pair.claim)]
    return next((text for text in quoted if fold(text).rstrip("，,。.；;") not in pair.folded_evidence), None)


def _number(pair: _Pair) -> str | None:
    quantity = unprinted(pair.folded_claim, pair.folded_evidence)
    return f"{quantity.value}{quantity.measure}" if quantity else None


def _prints(word: str, folded: str) -> bool:
    """Whether the evidence has a Chinese word, or one it is built from or shortened to (现代化: 现代, 许可证: 许可)."""
    return any(word[n : n + 2] in folded for n in range(len(word) - 1))


def _names(name: str, folded: str) -> bool:
    return bool(re.search(rf"\b{re.escape(name)}\b", folded)) if name.isascii() else name in folded
