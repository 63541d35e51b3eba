"""Answerers for questions about registers: the evaluation's policies, and a list that tells roles and deadlines.

Both are encoded by a stand-in: what is computed from a register needs no vectors.
"""

from pathlib import Path

from chatbot.answer import Answerer
from eval_sets.corpora import POLICIES, named
from index.hybrid import HybridIndex
from ingest.corpus import bundled
from ingest.model import Document, Format, Source
from ingest.pipeline import Given, ingest
from tests.fakes import FakeEncoder

_ROLES = """滨海市教育改革任务清单（征求意见稿）
一、评价改革
1.强化体育评价。建立体育评价制度。（牵头单位：市教育局；配合单位：市财政局、市体育局；完成时限：2025年12月底前）
2.加强美育工作。配齐美育教师。（牵头单位：市文旅局；配合单位：市教育局；完成时限：2026年6月底前）
3.完善劳动评价。建设劳动基地。（牵头单位：市总工会；完成时限：2027年12月底前）
二、保障机制
4.改进督导。自本清单发布之日起1个月内制定实施方案。（牵头单位：市教育局；配合单位：团市委）
5.加大经费投入。到2024年，生均经费稳步增长。（责任单位：市财政局、市教育局）
6.加强宣传。用好新闻媒体。（责任单位：市委宣传部）
"""


def roles() -> Document:
    """Six tasks in two sections: four with leads, three with deadlines, one with a period, one with a target year."""
    return ingest(Source("binhai.txt", Format.TXT, _ROLES, ""), Given(id="binhai", place="滨海市"))


def policies() -> list[Document]:
    """The twelve documents of the evaluation's corpus of that name."""
    given = {str(given.id): given for _, given in bundled()}
    return [ingest(document.source, given.get(document.id)) for document in named(POLICIES).documents]


def answerer_over(documents: list[Document], cache: Path) -> Answerer:
    """An answerer over ``documents``."""
    return Answerer(HybridIndex.build(documents, FakeEncoder(), cache), FakeEncoder())
