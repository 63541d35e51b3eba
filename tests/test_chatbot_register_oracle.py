"""Random queries over random registers: the answer's tasks are those that brute force over the written list finds."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from chatbot.answer import Answerer, Ask, Reply
from ingest.model import Format, Role, Source
from ingest.pipeline import Given, ingest
from tests.register_corpora import answerer_over, policies

UNITS = ("市教育局", "市财政局", "市体育局", "市卫健委", "市公安局", "市民政局", "团市委", "市总工会")
SUBJECTS = ("体育", "美育", "劳动", "阅读", "科学", "法治", "国防", "安全", "健康", "家庭")


@dataclass(frozen=True)
class Planned:
    """A task as it is written into a list: its number and part, units by role, year and month it is due."""

    number: int
    part: int
    subject: str
    leads: tuple[str, ...]
    supports: tuple[str, ...]
    due: tuple[int, int] | None

    @property
    def units(self) -> tuple[str, ...]:
        """Everybody responsible."""
        return (*self.leads, *self.supports)

    def line(self) -> str:
        """The task as documents print it."""
        support = f"；配合单位：{'、'.join(self.supports)}" if self.supports else ""
        due = f"；完成时限：{self.due[0]}年{self.due[1]}月底前" if self.due else ""
        text = f"{self.number}.推进{self.subject}教育。开展{self.subject}活动。"
        return f"{text}（牵头单位：{'、'.join(self.leads)}{support}{due}）"


@dataclass(frozen=True)
class Register:
    """A list of tasks and the answerer over it."""

    tasks: Sequence[Planned]
    answerer: Answerer

    def ask(self, question: str) -> Reply:
        """The reply to one question."""
        return self.answerer.reply(Ask(question))


def _planned(seed: int) -> list[Planned]:
    rng = random.Random(seed)
    tasks = []
    for number in range(1, 25):
        units = rng.sample(UNITS, rng.randint(1, 4))
        leading = rng.randint(1, len(units))
        due = (rng.randint(2024, 2027), rng.choice((3, 6, 12))) if rng.random() < 0.6 else None
        subject = rng.choice(SUBJECTS)
        tasks.append(
            Planned(number, 1 + (number - 1) // 8, subject, tuple(units[:leading]), tuple(units[leading:]), due)
        )
    return tasks


def _text(tasks: Sequence[Planned]) -> str:
    lines = ["滨海市教育改革重点任务清单"]
    for part, title in ((1, "一、课程改革"), (2, "二、评价改革"), (3, "三、保障机制")):
        lines += [title, *(task.line() for task in tasks if task.part == part)]
    return "\n".join(lines)


@pytest.fixture(scope="module", params=[1, 2, 3])
def register(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Register:
    tasks = _planned(request.param)
    document = ingest(Source("plan.txt", Format.TXT, _text(tasks), ""), Given(id="plan", place="滨海市"))
    return Register(tasks, answerer_over([document], tmp_path_factory.mktemp("jieba")))


def numbers(reply: Reply) -> list[int | None]:
    return [task.ordinal for task in reply.facts]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("role", [None, Role.LEAD, Role.SUPPORT])
def test_the_tasks_of_a_unit_in_a_role(unit: str, role: Role | None, register: Register) -> None:
    verb = {None: "参与", Role.LEAD: "牵头", Role.SUPPORT: "配合"}[role]
    of_role = {None: lambda t: t.units, Role.LEAD: lambda t: t.leads, Role.SUPPORT: lambda t: t.supports}[role]
    expected = [t.number for t in register.tasks if unit in of_role(t)]
    reply = register.ask(f"{unit}{verb}哪些任务？")
    assert numbers(reply) == expected
    assert f"{len(expected)}项" in reply.answer


@pytest.mark.parametrize("part", [1, 2, 3])
@pytest.mark.parametrize("unit", UNITS)
def test_the_tasks_of_a_unit_in_a_part(unit: str, part: int, register: Register) -> None:
    expected = [t.number for t in register.tasks if unit in t.units and t.part == part]
    assert numbers(register.ask(f"第{part}部分{unit}参与几项任务？")) == expected


@pytest.mark.parametrize("seed", range(12))
def test_two_units_together_one_without_the_other_and_neither(seed: int, register: Register) -> None:
    one, other = random.Random(seed).sample(UNITS, 2)
    both = [t.number for t in register.tasks if one in t.units and other in t.units]
    only_one = [t.number for t in register.tasks if one in t.units and other not in t.units]
    without = [t.number for t in register.tasks if other not in t.units]
    assert numbers(register.ask(f"{one}和{other}共同参与的任务有哪些？")) == both
    assert numbers(register.ask(f"{one}参与而{other}没有参与的任务有哪些？")) == only_one
    assert numbers(register.ask(f"哪些任务没有{other}参与？")) == without


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_tasks_by_the_number_of_their_units(count: int, register: Register) -> None:
    assert numbers(register.ask(f"哪些任务有{count}个责任单位？")) == [
        t.number for t in register.tasks if len(t.units) == count
    ]
    assert numbers(register.ask(f"哪些任务有{count}个以上责任单位？")) == [
        t.number for t in register.tasks if len(t.units) >= count
    ]


@pytest.mark.parametrize("year", [2024, 2025, 2026, 2027])
def test_tasks_by_when_they_are_due(year: int, register: Register) -> None:
    due = {t.number: t.due for t in register.tasks if t.due}
    assert numbers(register.ask(f"哪些任务要在{year}年底前完成？")) == [n for n, d in due.items() if d[0] <= year]
    assert numbers(register.ask(f"哪些任务要在{year}年前完成？")) == [n for n, d in due.items() if d[0] < year]
    assert numbers(register.ask(f"哪些任务在{year}年6月底前完成？")) == [n for n, d in due.items() if d <= (year, 6)]
    assert numbers(register.ask(f"Which tasks are due in {year}?")) == [n for n, d in due.items() if d[0] == year]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_tasks_about_a_subject(subject: str, register: Register) -> None:
    expected = [t.number for t in register.tasks if t.subject == subject]
    reply = register.ask(f"哪些任务和{subject}有关？")
    assert numbers(reply) == expected


def test_the_unit_with_most_tasks(register: Register) -> None:
    held = {unit: sum(unit in t.units for t in register.tasks) for unit in UNITS}
    reply = register.ask("哪个单位任务最多？")
    assert f"{max(held.values())}项" in reply.answer
    assert all((unit in reply.answer) is (count == max(held.values())) for unit, count in held.items())


def test_every_unit_is_listed_with_its_number_of_tasks(register: Register) -> None:
    reply = register.ask("一共涉及哪些责任单位？")
    held = {unit: sum(unit in t.units for t in register.tasks) for unit in UNITS}
    assert all(f"{unit}（{count}项）" in reply.answer for unit, count in held.items() if count)


@pytest.mark.parametrize("seed", range(20))
def test_a_claim_holds_if_and_only_if_the_list_says_so(seed: int, register: Register) -> None:
    rng = random.Random(seed)
    task, unit = rng.choice(register.tasks), rng.choice(UNITS)
    for verb, units in (("负责", task.units), ("牵头", task.leads), ("配合", task.supports)):
        reply = register.ask(f"第{task.number}项由{unit}{verb}吗？")
        assert reply.answer.startswith("是的" if unit in units else "不是"), (task, unit, verb)
    denied = register.ask(f"{unit}不负责第{task.number}项，对吗？")
    assert denied.answer.startswith("不是" if unit in task.units else "是的"), (task, unit)
    alone = register.ask(f"第{task.number}项只由{unit}负责吧？")
    assert alone.answer.startswith("是的" if task.units == (unit,) else "不是"), (task, unit)


def test_every_printed_unit_of_real_documents_gets_all_of_its_tasks(tmp_path_factory: pytest.TempPathFactory) -> None:
    documents = policies()
    answerer = answerer_over(documents, tmp_path_factory.mktemp("jieba"))
    wrong = []
    for document in (d for d in documents if d.tasks):
        printed = dict.fromkeys(r.unit for task in document.tasks for r in task.responsible)
        for unit in printed:
            means = answerer.catalog.units.unit(document.id, unit)
            expected = [
                task.clause_id
                for task in document.tasks
                if any(answerer.catalog.units.unit(document.id, r.unit) is means for r in task.responsible)
            ]
            reply = answerer.reply(Ask(f"{unit}负责哪些任务？", document_ids=(document.id,)))
            if [task.clause_id for task in reply.facts] != expected:
                wrong.append((document.id, unit, expected, [task.clause_id for task in reply.facts]))
    assert wrong == []
