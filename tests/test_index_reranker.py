"""A second look at the first hits: order, bounds, and a real cross-encoder."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from chatbot.answer import Answerer, Ask
from chatbot.bootstrap import Services
from index.errors import EncoderError
from index.hybrid import Query
from index.reranker import DEPTH, CrossEncoderReranker, Reranker, reranked_search

QUESTION = "体育评价由谁负责？"


class ByLength:
    """Prefers long passages; remembers what it was given."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Sequence[str]]] = []

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        self.asked.append((question, passages))
        return np.array([len(passage) for passage in passages], np.float32)


class Indifferent:
    """Finds all passages alike."""

    def scores(self, question: str, passages: Sequence[str]) -> NDArray[np.float32]:
        return np.zeros(len(passages), np.float32)


@pytest.fixture(scope="module")
def query(services: Services) -> Query:
    return services.answerer.index.query(QUESTION, services.encoder)


@pytest.mark.parametrize("k", [1, 5, DEPTH, DEPTH + 3])
def test_the_first_hits_are_in_the_order_of_the_reranker_and_the_rest_as_found(
    services: Services, query: Query, k: int
) -> None:
    index = services.answerer.index
    plain = index.search(query, DEPTH + 3)
    by_length = sorted(plain[:DEPTH], key=lambda hit: -len("\n".join((*hit.passage.headings, hit.passage.text))))
    assert reranked_search(index, query, k, (), ByLength()) == [*by_length, *plain[DEPTH:]][:k]


@pytest.mark.parametrize("reranker", [None, Indifferent()])
@pytest.mark.parametrize("k", [1, 12, 30])
def test_without_a_reranker_or_a_preference_the_order_is_that_of_the_search(
    services: Services, query: Query, k: int, reranker: Reranker | None
) -> None:
    index = services.answerer.index
    assert reranked_search(index, query, k, (), reranker) == index.search(query, k)


def test_only_the_documents_asked_for_are_read(services: Services, query: Query) -> None:
    found = reranked_search(services.answerer.index, query, 5, ["xx-reform-plan"], ByLength())
    assert {hit.passage.document_id for hit in found} == {"xx-reform-plan"}
    assert reranked_search(services.answerer.index, query, 5, ["unknown"], ByLength()) == []


def test_answers_are_chosen_from_what_was_reranked(services: Services) -> None:
    reranker = ByLength()
    answerer = Answerer(services.answerer.index, services.encoder, reranker=reranker)
    question = "学生每天要锻炼多长时间？"
    answerer.reply(Ask(question))
    assert [(asked, len(passages)) for asked, passages in reranker.asked] == [(question, DEPTH)]


@pytest.fixture(scope="module")
def cross_encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real BERT cross-encoder, small and untrained: 2 layers over single characters, random weights."""
    reason = "the extra models is not installed: pip install 'reformqa[models]'"
    transformers = pytest.importorskip("transformers", reason=reason)
    torch = pytest.importorskip("torch", reason=reason)
    pytest.importorskip("sentence_transformers", reason=reason)
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *(chr(n) for n in range(0x4E00, 0x9FA6))]
    tokenizer = Tokenizer(models.WordLevel({piece: n for n, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    config = transformers.BertConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        num_labels=1, initializer_range=0.5,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("cross-encoder")
    torch.manual_seed(0)
    transformers.BertForSequenceClassification(config).eval().save_pretrained(folder)
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        model_max_length=512,
    ).save_pretrained(folder)  # fmt: skip
    return folder


def test_a_cross_encoder_scores_each_pair_alone(cross_encoder: Path) -> None:
    reranker = CrossEncoderReranker.load(str(cross_encoder), threads=1)
    passages = ["市体育局负责体育评价。", "加强校外培训监管" * 40, "", "落实教师待遇\ud800。"]
    scores = reranker.scores(QUESTION, passages)
    assert (scores.dtype, scores.shape) == (np.float32, (4,))
    assert len(set(scores.tolist())) == 4
    np.testing.assert_array_equal(scores, [reranker.scores(QUESTION, [passage])[0] for passage in passages])
    np.testing.assert_array_equal(scores[::-1], reranker.scores(QUESTION, passages[::-1]))
    assert reranker.scores(QUESTION, []).shape == (0,)


def test_a_cross_encoder_orders_hits_the_same_every_time(services: Services, query: Query, cross_encoder: Path) -> None:
    index = services.answerer.index
    orders = [
        reranked_search(index, query, 12, (), CrossEncoderReranker.load(str(cross_encoder), threads=1))
        for _ in range(2)
    ]
    assert orders[0] == orders[1] != index.search(query, 12)


def test_a_reranker_that_is_not_there_is_named_with_the_remedy(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="the extra models is not installed")
    with pytest.raises(EncoderError, match=r"model folder .*missing does not exist"):
        CrossEncoderReranker.load(str(tmp_path / "missing"))
    with pytest.raises(EncoderError, match=r"cannot be loaded by sentence-transformers .*is .* a CrossEncoder"):
        CrossEncoderReranker.load(str(tmp_path))
