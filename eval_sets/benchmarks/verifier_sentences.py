"""Sentences for the verifier, made by construction: faithful ones in other words, and the same damaged in known ways.

Everything starts from sentences of the documents that development cases are about. Faithful: put in a frame, clauses
left out or moved, words and numerals exchanged for their like, who is responsible for a task in English, English by
hand (verifier_english.toml). Damaged: one thing changed that a reader would be misled by, the kind says which.
"""

import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

from chatbot.catalog import Catalog
from chatbot.draft import Ref, Statement
from chatbot.phrasing import clause_heading, document_name, responsibility, task_name, unit_name
from chatbot.question import Language
from eval_sets.cases import GoldenCase
from index.tokens import fold
from ingest.model import Document, Passage, Sentence
from ingest.numerals import to_han, to_int

FAITHFUL = "faithful"
#: Damage by kind.
KINDS = ("number", "unit", "role", "negation", "place", "invented")
_SEED = 7


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as a model might have written it of ``statement``: ``made`` says how, ``kind`` what is wrong with it
    (or that it is faithful). ``half`` 0 is for fitting thresholds, 1 for the figures."""

    text: str
    language: Language
    kind: str
    made: str
    statement: Statement
    half: int


@dataclass(frozen=True, slots=True)
class _Fact:
    """A sentence of a document with its statement, and the parts it is made of."""

    document: Document
    passage: Passage
    sentence: Sentence
    statement: Statement
    half: int

    @property
    def body(self) -> str:
        return self.sentence.text.rstrip("。；;")

    @property
    def clauses(self) -> list[str]:
        return [part for part in re.split("[，,]", self.body) if part]


def sentences(cases: Sequence[GoldenCase], catalog: Catalog) -> list[Written]:
    """All sentences, in a fixed order; no text twice of one kind."""
    facts = [fact for fact in _facts(cases, catalog) if len(fact.body) >= _SHORTEST]
    random = Random(_SEED)
    made = [*_faithful(facts, catalog, random), *_english(facts, catalog)]
    made += [*_damaged_tasks(catalog, random)]
    made += [*_damaged(made, facts, catalog, random)]
    return list({(row.text, row.kind): row for row in made}.values())


def _facts(cases: Sequence[GoldenCase], catalog: Catalog) -> Iterator[_Fact]:
    """Sentences that hold the evidence of a case, each once."""
    seen = set()
    wanted = [(case.document, fold(text)) for case in cases for text in case.evidence]
    for document in catalog.documents:
        own = [text for name, text in wanted if name in (None, document.id)]
        for passage in document.passages:
            for sentence in passage.sentences:
                folded = fold(sentence.text)
                if (document.id, sentence.span) not in seen and any(text in folded for text in own):
                    seen.add((document.id, sentence.span))
                    yield _fact(document, passage, sentence, catalog)


def _fact(document: Document, passage: Passage, sentence: Sentence, catalog: Catalog) -> _Fact:
    clause = catalog.clauses[passage.clause_id]
    name, heading = document_name(document, Language.ZH), clause_heading(clause, Language.ZH)
    body = sentence.text.removeprefix(clause.section.label) or sentence.text
    statement = Statement(f"{name}{heading}：{body}", (Ref(document.id, passage.clause_id, sentence.span),))
    return _Fact(document, passage, sentence, statement, sentence.span.start % 2)


def _pairs(row: str) -> list[tuple[str, str]]:
    return [(old, new) for old, new in (pair.split(":") for pair in row.split())]


_SHORTEST = 10
_SHORTEST_CLAUSE = 6
# Words that stand for each other in these documents.
_LIKE = _pairs(
    "应当:应该 以及:和 教师:老师 确保:保证 提高:提升 制定:制订 严禁:禁止 开展:组织开展 进一步: 积极: "
    "大力: 切实: 建立:设立 不得:不能"
)
_FRAMES = (
    "根据{doc}，{body}。",
    "{doc}规定，{body}。",
    "文件明确，{body}。",
    "{body}。",
    "关于这一问题，文件提出：{body}。",
)
# 5年 | 20所
_DIGITS = re.compile(r"(?<![\d.〔第])(\d{1,3})(?=[年个所名次项])")
_HAN_NUMBER = re.compile(
    r"(?<![第一-鿿])([二三四五六七八九十]{1,3})(?=[年个所名次项])|(?<=每)([两二三四五六七八九十]{1,3})(?=年)"
)


def _faithful(facts: Sequence[_Fact], catalog: Catalog, random: Random) -> Iterator[Written]:
    for n, fact in enumerate(facts):
        doc = document_name(fact.document, Language.ZH)
        label = catalog.clauses[fact.passage.clause_id].section.label
        body = fact.body.removeprefix(label).strip() or fact.body
        yield _written(_FRAMES[n % len(_FRAMES)].format(doc=doc, body=body), FAITHFUL, "frame", fact)
        parts = [part for part in re.split("[，,]", body) if part]
        if len(parts) > 1 and len(parts[0]) >= _SHORTEST_CLAUSE:
            yield _written("，".join(parts[:-1]) + "。", FAITHFUL, "last clause left out", fact)
        if len(parts) > 2 and len(parts[-1]) >= _SHORTEST_CLAUSE:
            yield _written("，".join([parts[-1], *parts[1:-1]]) + "。", FAITHFUL, "clauses moved", fact)
        changed = body if "“" not in body else ""
        for word, like in _LIKE:
            changed = changed.replace(word, like)
        changed = _DIGITS.sub(lambda m: to_han(int(m[1])), changed)
        changed = _HAN_NUMBER.sub(lambda m: str(to_int(m[1] or m[2])), changed)
        if changed not in (body, ""):
            yield _written(f"{changed}。", FAITHFUL, "like words and numerals", fact)


_EN_FRAMES = ("{}", "According to the document, {}", "The document states that {}")


def _english(facts: Sequence[_Fact], catalog: Catalog) -> Iterator[Written]:
    rows = tomllib.loads(files("eval_sets.benchmarks").joinpath("verifier_english.toml").read_text("utf-8"))["claim"]
    for n, row in enumerate(rows):
        fact = next((f for f in facts if fold(row["evidence"]) in fold(f.sentence.text)), None)
        fact = fact or next(_with_text(row["evidence"], catalog))
        for frame in (_EN_FRAMES[0], _EN_FRAMES[1 + n % 2]):
            says = row["says"] if frame == "{}" else row["says"][0].lower() + row["says"][1:]
            yield _written(frame.format(says), FAITHFUL, "English by hand", fact, Language.EN)
    for clause in catalog.tasks():
        task = clause.task
        if task and task.responsible and clause.section.title_en:
            name = task_name(clause.section, True, Language.EN)
            text = f"{name[0].upper()}{name[1:]} is {responsibility(task, catalog, Language.EN)}."
            ref = Ref(clause.document.id, clause.section.id, task.units_span)
            said = f"{document_name(clause.document, Language.ZH)}{clause_heading(clause, Language.ZH)}：" + "、".join(
                r.unit for r in task.responsible
            )
            statement = Statement(f"{said}{task.responsible[0].role}", (ref,))
            yield Written(text, Language.EN, FAITHFUL, "who is responsible", statement, task.units_span.start % 2)


def _with_text(text: str, catalog: Catalog) -> Iterator[_Fact]:
    for document in catalog.documents:
        for passage in document.passages:
            for sentence in passage.sentences:
                if fold(text) in fold(sentence.text):
                    yield _fact(document, passage, sentence, catalog)


def _damaged_tasks(catalog: Catalog, random: Random) -> Iterator[Written]:
    """Who is responsible for a task, with another unit or in another role."""
    units = [unit.name for unit in catalog.units.units if unit.name.isalnum()]
    tasks = [c for c in catalog.tasks() if c.task and c.task.responsible]
    for clause in random.sample(tasks, min(len(tasks), 60)):
        task = clause.task
        assert task is not None
        text = responsibility(task, catalog, Language.ZH)
        name = clause_heading(clause, Language.ZH)
        statement = Statement(
            f"{document_name(clause.document, Language.ZH)}{name}：{text}",
            (Ref(clause.document.id, clause.section.id, task.units_span),),
        )
        half = task.units_span.start % 2

        def row(said: str, kind: str, made: str, statement: Statement = statement, half: int = half) -> Written:
            return Written(said, Language.ZH, kind, made, statement, half)

        yield row(f"{name}{text}。", FAITHFUL, "who is responsible")
        printed = {unit for r in task.responsible for unit in [r.unit]}
        others = [unit for unit in units if not any(unit in p or p in unit for p in printed)]
        others = [unit for unit in others if not _same_unit(unit, text, catalog)]
        own = random.choice(task.responsible).unit
        yield row(f"{name}{text.replace(own, random.choice(others), 1)}。", "unit", "another unit")
        if "牵头" in text and "配合" in text:
            swapped = text.replace("牵头", "\0").replace("配合", "牵头").replace("\0", "配合")
            yield row(f"{name}{swapped}。", "role", "lead and support exchanged")
        elif "负责" in text:
            yield row(f"{name}{text.replace('分工负责', '负责').replace('负责', '牵头')}。", "role", "lead for duty")
        english = responsibility(task, catalog, Language.EN)
        title = clause.section.title_en
        if title and "responsibility of" in english:
            said = f"Task {clause.section.ordinal} “{title}” is {english}."
            led = re.sub(r"the (?:shared )?responsibility of", "led by", said)
            yield Written(led, Language.EN, "role", "lead for duty", statement, half)
            other, own_en = unit_name(random.choice(others), catalog, Language.EN), unit_name(own, catalog, Language.EN)
            yield Written(said.replace(own_en, other), Language.EN, "unit", "another unit", statement, half)


def _same_unit(unit: str, text: str, catalog: Catalog) -> bool:
    named = [n.key for n in (*catalog.units_in(text), *catalog.other_units_in(text))]
    own = [n.key for n in (*catalog.units_in(unit), *catalog.other_units_in(unit))]
    return any(a.meets(b) for a in own for b in named)


def _damaged(made: Sequence[Written], facts: Sequence[_Fact], catalog: Catalog, random: Random) -> Iterator[Written]:
    faithful = [row for row in made if row.kind == FAITHFUL]
    of_kind: dict[str, Callable[[Written], Iterator[tuple[str, str]]]] = {
        "number": lambda row: _other_number(row, random),
        "negation": _other_polarity,
        "place": lambda row: _other_place(row, random),
        "unit": lambda row: _actor(row, random),
        "invented": lambda row: _added(row, catalog, random),
    }
    for kind, damage in of_kind.items():
        for row in faithful:
            for text, how in damage(row):
                if text != row.text:
                    yield Written(text, row.language, kind, how, row.statement, row.half)


_NUMERAL = re.compile(
    r"\d+(?:\.\d+)?|(?<![一-鿿])[二三四五六七八九十]+(?=[年个所名次项])|(?<=每)[两二三四五六七八九十]+(?=[年月])"
)
_EN_NUMERAL = re.compile(r"\b(?:two|three|four|five|six|seven|eight|nine|ten|twenty)\b", re.I)
_OTHER_MEASURE = {
    "年": "个月",
    "个月": "年",
    "名": "所",
    "所": "名",
    "次": "年",
    "小时": "天",
    "公里": "米",
    "元": "万元",
}
_EN_NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve")


def _other_number(row: Written, random: Random) -> Iterator[tuple[str, str]]:
    """A number changed; what it counts changed; the side of a bound changed."""
    text = re.sub("《[^》]*》|“[^”]*”", lambda m: "\0" * len(m[0]), row.text)
    found = list((_EN_NUMERAL if row.language is Language.EN else _NUMERAL).finditer(text))
    found += re.finditer(r"\d[\d,]*", text) if row.language is Language.EN else ()
    if found:
        match = random.choice(found)
        old = match[0]
        if old[0].isdigit():
            new = str(int(float(old.replace(",", ""))) + random.choice((1, 2, 5, 10)))
        elif row.language is Language.EN:
            new = random.choice([n for n in _EN_NUMBERS if n != old.lower()])
        else:
            new = to_han((to_int(old) or 0) + random.choice((1, 2, 3)))
        yield row.text[: match.start()] + new + row.text[match.end() :], "another number"
    for match in re.finditer(r"(?<=\d)(年(?!\d|度)|个月|名|所|次|小时|公里|元)", text):
        if not re.search(r"\d{4}$", text[: match.start()]):
            yield row.text[: match.start()] + _OTHER_MEASURE[match[1]] + row.text[match.end() :], "another measure"
            break
    for old, new in (("不超过", "不少于"), ("不得超过", "不得少于"), ("不低于", "不超过"), ("至少", "至多"),
                     ("以上", "以下"), ("at least", "at most"), ("no more than", "no less than"),
                     ("no less than", "no more than")):  # fmt: skip
        if old in row.text:
            yield row.text.replace(old, new, 1), "the other bound"
            break


_TURNED = _pairs(
    "不得:可以 不能:可以 严禁:允许 禁止:允许 应当:不得 应该:不应 鼓励:禁止 可以:不得 要:不得 "
    "建立:不再建立 开展:停止开展 加强:不再加强 完善:不必完善 推进:不再推进 落实:未落实 提高:降低 "
    "实施:不予实施 健全:取消 培养:不培养"
)
_EN_TURNED = (
    (" must not ", " may "), (" does not ", " does "), (" must ", " need not "), (" are to be ", " are not to be "),
    (" is to ", " is not to "), (" are ", " are never "), (" is ", " is not "), (" may ", " must not "),
)  # fmt: skip


def _other_polarity(row: Written) -> Iterator[tuple[str, str]]:
    pairs = _EN_TURNED if row.language is Language.EN else _TURNED
    for old, new in pairs:
        at = row.text.find(old, 0 if row.language is Language.EN else row.text.find("》") + 1)
        if at >= 0 and not (old == "要" and row.text[at - 1 : at + 2] not in ("，要", "校要") and at):
            yield row.text[:at] + new + row.text[at + len(old) :], f"{new.strip()} for {old.strip()}"
            return


_PLACES = (
    "青岛市",
    "广州市",
    "成都市",
    "湖北省",
    "贵阳市",
    "福建省",
    "杭州市",
    "历下区",
    "长沙市",
    "天河区",
    "西安市",
    "沈阳市",
)
_EN_PLACES = ("Qingdao", "Guangzhou", "Chengdu", "Hubei", "Guiyang", "Fujian", "Hangzhou", "Changsha", "Shenyang")


def _other_place(row: Written, random: Random) -> Iterator[tuple[str, str]]:
    """The place named exchanged, or one put in."""
    near = row.statement.text
    places = _EN_PLACES if row.language is Language.EN else _PLACES
    chinese = {"Qingdao": "青岛", "Guangzhou": "广州", "Hubei": "湖北", "Fujian": "福建"}
    other = random.choice([p for p in places if chinese.get(p, p)[:2] not in near])
    if row.language is Language.EN:
        yield f"In {other}, {row.text[0].lower()}{row.text[1:]}", "a place put in"
        return
    if match := re.search(r"(?:济南|青岛|广州|桂林|南平)市|(?:湖北|浙江|福建)省|天河区", row.text):
        yield row.text.replace(match[0], other, 1), "another place"
    else:
        yield f"{other}{row.text}", "a place put in"


_ACTORS = ("市公安局", "市财政局", "市卫健委", "市审计局", "市水务局", "市交通运输局", "市税务局", "市司法局")
_EN_ACTORS = {
    "公安": "Public Security Bureau",
    "财政": "Finance Bureau",
    "卫健": "Health Commission",
    "体育": "Sports Bureau",
}


def _actor(row: Written, random: Random) -> Iterator[tuple[str, str]]:
    """A unit put in that the evidence does not name."""
    if row.made == "who is responsible":
        return
    if row.language is Language.EN:
        name = random.choice([en for zh, en in _EN_ACTORS.items() if zh not in row.statement.text])
        yield f"{row.text[:-1]}, which the {name} supervises.", "a unit put in"
    else:
        name = random.choice([a for a in _ACTORS if a[1:3] not in row.statement.text])
        yield (
            f"{name}：{row.text}"
            if "：" not in row.text and random.random() < 0.3
            else (f"{row.text[:-1]}，由{name}办理。"),
            "a unit put in",
        )


_EN_ADDED = (
    "and schools that comply receive a special subsidy", "and parents have to pay the costs themselves",
    "and a public hearing is held beforehand", "and violations are reported to the provincial court",
    "and the results decide on teachers' housing", "and foreign experts are invited to take part",
    "and the programme ends after a trial period", "and private companies may buy shares",
)  # fmt: skip


def _added(row: Written, catalog: Catalog, random: Random) -> Iterator[tuple[str, str]]:
    """A clause that another document prints, or that nobody does, put behind the sentence."""
    if row.language is Language.EN:
        yield f"{row.text[:-1]}, {random.choice(_EN_ADDED)}.", "an English clause"
        return
    yield (
        f"{row.text[:-1]}，{random.choice(_foreign_clauses(catalog, row.statement))}。",
        "a clause of another document",
    )


def _foreign_clauses(catalog: Catalog, statement: Statement) -> list[str]:
    own = statement.refs[0].document_id
    return [clause for document_id, clause in _all_clauses(catalog) if document_id != own]


@cache
def _all_clauses(catalog: Catalog) -> tuple[tuple[str, str], ...]:
    """Clauses of eight to twenty Han characters without a number, a unit or a negation, with their document's id."""
    found = []
    for document in catalog.documents:
        for passage in document.passages:
            for part in re.findall(r"(?<=[，,])[一-鿿]{8,20}(?=[，,。；])", passage.text):
                plain = not re.search(r"[一二三四五六七八九十百不未无局委部厅]", part)
                if plain and not catalog.units_in(part):
                    found.append((document.id, part))
    return tuple(found)


def _written(text: str, kind: str, made: str, fact: _Fact, language: Language = Language.ZH) -> Written:
    return Written(text, language, kind, made, fact.statement, fact.half)
