"""What a sentence claims besides its numbers: what it negates, demands or leaves open, and who has which role."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from ingest.registry import UnitKey

Translated = Callable[[str], frozenset[str]]


class Role(StrEnum):
    """What a unit does in a task; shared is a duty, too."""

    SHARED = "shared"
    LEAD = "lead"
    SUPPORT = "support"
    DUTY = "duty"


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit and where it stands in a folded text, half-open."""

    key: UnitKey
    start: int
    end: int


@cache
def pattern(name: str) -> re.Pattern[str]:
    """A cue of assertions.toml (``negation``, ``role.lead``) for folded text, compiled."""
    entry = _table()
    for step in name.split("."):
        entry = entry[step]  # type: ignore[assignment]
    chinese = "|".join(f"(?:{p})" for p in entry["zh"])
    english = "|".join(p if p.startswith("^") else rf"\b(?:{p})\b" for p in entry["en"])
    return re.compile(f"{chinese}|{english}")


@cache
def introducing() -> frozenset[str]:
    """Words that introduce what a document says and claim nothing: Chinese words and English stems."""
    row = _table()["introduces"]
    return frozenset(row["zh"]) | frozenset(str(row["en"]).split())


@cache
def _table() -> Mapping[str, Mapping[str, Sequence[str]]]:
    return tomllib.loads(files("chatbot").joinpath("assertions.toml").read_text("utf-8"))


_CLAUSE = re.compile(r"[，,。；;：:、!?！？\n“”]|\.\s")
#: How far a negation reaches, and how much of it must be spoken of.
_SCOPE = 12
_SPOKEN = 0.6


def changed_negation(claim: str, evidence: str, translated: Translated) -> str | None:
    """What the folded claim negates and the folded evidence does not, or the other way round.

    Chinese is compared by what follows the negation; an English claim must not negate where the Chinese does not, nor
    speak of what the Chinese negates without negating. ``translated`` gives the Chinese words an English text may mean.
    """
    own, printed = list(_negated(claim)), list(_negated(evidence))
    if _is_english(claim):
        words = translated(claim)
        if own and not any(_spoken_in_english(scope, words, 0) for scope in printed):
            return next((scope for scope in own if not _may_mean(translated(scope), printed)), None)
        spoken = [scope for scope in printed if not own and _spoken_in_english(scope, words)]
        return spoken[0] if spoken else None
    for scope in own:
        if not any(_alike(scope, other) for other in printed):
            return scope
    rest = _pairs(claim)
    for scope in printed:
        pairs = _pairs(scope)
        if pairs and len(pairs & rest) >= _SPOKEN * len(pairs) and not any(_alike(scope, other) for other in own):
            return scope
    return None


def changed_duty(claim: str, evidence: str) -> str | None:
    """A demand of the claim that its evidence leaves open, or the other way round."""
    duty, leave = pattern("duty"), pattern("leave")
    if (match := duty.search(claim)) and not duty.search(evidence) and leave.search(evidence):
        return match[0]
    demanded = duty.search(evidence) or any(_negated(evidence))
    match = leave.search(claim)
    return match[0] if match and demanded and not leave.search(evidence) else None


def opposed(claim: str, evidence: str) -> str | None:
    """A word of the claim whose opposite the evidence prints instead."""
    rows = _table()["opposites"]
    for row in (*rows["zh"], *rows["en"]):
        a, b = row.split()
        for said, printed in ((a, b), (b, a)):
            if said in claim and said not in evidence and printed in evidence and printed not in claim:
                return said
    return None


def roles_in(text: str) -> list[tuple[Role, int, int]]:
    """The roles that folded ``text`` names, each with its place; 分工负责 is shared and not also a duty."""
    found: list[tuple[Role, int, int]] = []
    for role in Role:
        for match in pattern(f"role.{role}").finditer(text):
            if not any(start < match.end() and match.start() < end for _, start, end in found):
                found.append((role, *match.span()))
    return sorted(found, key=lambda row: row[1])


def changed_role(claim: str, named: Sequence[Placed], evidence: str, printed: Sequence[Placed]) -> str | None:
    """A role that the evidence does not print, or gives to another unit."""
    known = {role for role, _, _ in roles_in(evidence)}
    for role, start, end in roles_in(claim):
        if not _covers(known, role):
            return claim[start:end]
    own, theirs = _assigned(claim, named), _assigned(evidence, printed)
    for key, roles in own.items():
        given = {role for other, others in theirs.items() if key.meets(other) for role in others}
        if given and any(not _covers(given, role) for role in roles):
            return str(key)
    return None


def _covers(known: set[Role], role: Role) -> bool:
    return role in known or (role is Role.DUTY and Role.SHARED in known)


_SENTENCE = re.compile(r"[，,。；;!?！？\n]|\.\s")
# 牵头单位：市教育局 | led by the Education Bureau | 会同市财政局
_ROLE_FIRST = re.compile(r"会同|[一-鿿]{2,4}(?:单位|部门)?[:：]|[a-z]+ by\b")


def _assigned(text: str, units: Sequence[Placed]) -> dict[UnitKey, set[Role]]:
    """The role of each unit: the one after it in its clause, or before it where the text says so that way round."""
    roles = roles_in(text)
    given: dict[UnitKey, set[Role]] = {}
    for unit in units:
        start = max((m.end() for m in _SENTENCE.finditer(text, 0, unit.start)), default=0)
        stop = _SENTENCE.search(text, unit.end)
        end = stop.start() if stop else len(text)
        here = [row for row in roles if start <= row[1] < end]
        first = [row for row in here if row[2] <= unit.start and _ROLE_FIRST.match(text, row[1])]
        after = [row for row in here if row[1] >= unit.end]
        chosen = first[-1] if first else after[0] if after else None
        if chosen:
            given.setdefault(unit.key, set()).add(chosen[0])
    return given


def _negated(text: str) -> Iterator[str]:
    """What stands behind each negation up to the end of its clause; before it, where nothing does (一律禁止)."""
    text = pattern("not_negation").sub(lambda match: " " * len(match[0]), text)
    at = 0
    while match := pattern("negation").search(text, at):
        at = match.end()
        end = _CLAUSE.search(text, at)
        scope = text[at : end.start() if end else len(text)].strip()[:_SCOPE]
        if len(scope) < 2:
            start = max((m.end() for m in _CLAUSE.finditer(text, 0, match.start())), default=0)
            scope = text[start : match.start()].strip()[-_SCOPE:]
        yield scope


def _alike(a: str, b: str) -> bool:
    first, second = _pairs(a), _pairs(b)
    shorter = min(len(first), len(second))
    return a == b if not shorter else len(first & second) >= 0.5 * shorter


def _pairs(text: str) -> set[str]:
    return {run[n : n + 2] for run in re.findall("[一-鿿]+", text) for n in range(len(run) - 1)}


def _spoken_in_english(scope: str, words: frozenset[str], share: float = _SPOKEN / 2) -> bool:
    """Whether more than ``share`` of the scope's pairs are in the words an English text may mean."""
    pairs = _pairs(scope)
    said = {pair for word in words for pair in _pairs(word)}
    return len(pairs & said) > share * len(pairs)


def _may_mean(words: frozenset[str], scopes: Sequence[str]) -> bool:
    """Whether one of the scopes, if there are any, has one of the words; none are known of a word no dictionary has."""
    return bool(scopes) and (not words or any(word in scope for word in words for scope in scopes))


def _is_english(text: str) -> bool:
    return len(re.findall("[a-z]{2,}", text)) > len(re.findall("[一-鿿]", text)) / 2
