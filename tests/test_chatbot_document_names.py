"""Which document a question means by a name made of its title."""

import pytest

from chatbot.catalog import Catalog
from index.hybrid import HybridIndex
from ingest.model import Document, Format, Source
from ingest.pipeline import ingest
from tests.fakes import FakeEncoder

_TITLES = {
    "bus": "校车安全管理条例",
    "sport": "学校体育工作条例",
    "vocational": "中华人民共和国职业教育法",
    "teachers": "中华人民共和国教师法",
    "arts-a": "东山市人民政府关于加强学校美育工作的实施意见",
    "arts-b": "西河市人民政府关于加强学校美育工作的实施意见",
    "plan": "国家职业教育改革实施方案",
}


def _document(document_id: str, title: str) -> Document:
    text = f"{title}\n\n第一条 为了加强学校职业教育、体育、美育和校车安全管理，提高教师素质，依照职业教育法制定。\n"
    return ingest(Source(f"{document_id}.txt", Format.TXT, text, ""))


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    documents = [_document(document_id, title) for document_id, title in _TITLES.items()]
    return Catalog(HybridIndex.build(documents, FakeEncoder(), tmp_path_factory.mktemp("cache")))


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("校车条例规定司机要满多少岁？", ["bus"]),
        ("《校车安全管理条例》有几章", ["bus"]),
        ("体育条例里说每周几节课", ["sport"]),
        ("按职业教育法，学校能收押金吗", ["vocational"]),
        ("新的教师法什么时候施行", ["teachers"]),
        ("职业教育改革方案是谁印发的", ["plan"]),
        ("教师法和校车条例哪个先颁布", ["teachers", "bus"]),
        ("Under the vocational education law, who pays?", ["vocational"]),
        ("What do the school bus regulations say about drivers?", ["bus"]),
        ("the regulations on school sports", ["sport"]),
        ("职教法第几条讲实习", ["vocational"]),
        ("学校体育的条例", ["sport"]),
        # several are called so, or none is
        ("美育实施意见由谁负责", []),
        ("义务教育条例", []),
        ("民办教育促进法有几条", []),
        ("民促法有几条", []),
        ("教育法有几条", []),
        ("老师用什么方法教体育", []),
        ("有什么办法加强美育", []),
        ("plan my holiday", []),
        ("the compulsory education law", []),
    ],
)
def test_a_name_made_of_a_title_names_its_document(question: str, named: list[str], catalog: Catalog) -> None:
    ids = [found.document_id for found in catalog.document_names.named_in(question.casefold())]
    assert [document_id.removesuffix(".txt") for document_id in ids] == named


def test_the_words_of_a_name_stand_in_the_question(catalog: Catalog) -> None:
    for question in ("请问校车条例管哪些车", "what does the teachers law say"):
        for found in catalog.document_names.named_in(question):
            assert found.words in question
