"""The reader's layer in torch, and how it is trained; index/reader.py is the same layer without torch."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from numpy.typing import NDArray
from torch import nn

from eval_sets.reader.data import QuestionSet, ReadPassage
from index.reader import Reader

_HIDDEN = 384
#: Lower than any score.
_MASKED = -1e4


@dataclass(frozen=True, slots=True)
class Plan:
    """How a reader is trained. ``others`` is what the sentences of other passages count in the loss, beside those of
    the question's own: neighbours in the corpus, so of the same article."""

    dimensions: int = 128
    steps: int = 1200
    batch: int = 24
    rate: float = 3e-4
    dropout: float = 0.2
    others: float = 0.5
    seed: int = 0


class LateInteraction(nn.Module):
    """See index/reader.py; ``temperature`` scales scores for the loss only."""

    def __init__(self, dimensions: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(_HIDDEN)
        self.question = nn.Linear(_HIDDEN, dimensions)
        self.passage = nn.Linear(_HIDDEN, dimensions)
        self.weight = nn.Linear(_HIDDEN, 1)
        self.salience = nn.Linear(_HIDDEN, 1)
        self.temperature = nn.Parameter(torch.tensor(20.0))
        self.dropout = nn.Dropout(dropout)
        # From where a token is nearest to itself, every token matters alike, and every word of the question.
        self.question.load_state_dict(self.passage.state_dict())
        for linear in (self.weight, self.salience):
            nn.init.zeros_(linear.weight)
            nn.init.zeros_(linear.bias)

    def forward(self, asked: torch.Tensor, there: torch.Tensor, tokens: torch.Tensor, sentence_of: torch.Tensor,
                sentences: int) -> torch.Tensor:  # fmt: skip
        """Scores (questions, sentences): ``asked`` (questions, m, 384) with ``there`` (questions, m) true for what is
        no padding, of all passages ``tokens`` (n, 384) and ``sentence_of`` (n,)."""
        inputs = self.dropout(self.norm(asked))
        share = self.weight(inputs)[..., 0].masked_fill(~there, _MASKED).softmax(-1)
        vectors = F.normalize(self.question(inputs), dim=-1) * share[..., None]
        inputs = self.dropout(self.norm(tokens))
        said = F.normalize(self.passage(inputs), dim=-1) * (1 + torch.tanh(self.salience(inputs)))
        nearness = vectors.flatten(0, 1) @ said.T
        best = torch.full((len(nearness), sentences), _MASKED).scatter_reduce(
            1, sentence_of[None].expand_as(nearness), nearness, "amax", include_self=False
        )
        return best.view(*asked.shape[:2], sentences).sum(1) * self.temperature

    def reader(self, path: Path) -> Reader:
        """The trained layer as it is shipped, written to ``path``."""

        def with_offset(linear: nn.Linear) -> NDArray[np.float32]:
            return torch.cat([linear.weight.T, linear.bias[None]]).detach().numpy()

        norm = [tensor.detach().numpy() for tensor in (self.norm.weight, self.norm.bias)]
        wide = [with_offset(linear) for linear in (self.question, self.passage)]
        narrow = [with_offset(linear)[:, 0] for linear in (self.weight, self.salience)]
        Reader("", *norm, *wide, *narrow).save(path)
        return Reader.load(path)


def train(
    given: QuestionSet, plan: Plan, told: Callable[[int, float], None] = lambda step, loss: None
) -> LateInteraction:
    """A layer trained on ``given``: listwise (Cao et al. 2007), towards the sentences that hold the answer, over those
    of the passage and over those of its neighbours. ``told`` hears of each step and its loss.

    The same plan and data give the same weights on one machine.
    """
    torch.manual_seed(plan.seed)
    torch.set_num_threads(1)
    drawn = random.Random(plan.seed)
    model = LateInteraction(plan.dimensions, plan.dropout).train()
    optimizer = torch.optim.AdamW(model.parameters(), plan.rate, weight_decay=0.01)
    warm = min(100, plan.steps // 10 + 1)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / warm) * max(0.02, 1 - step / plan.steps)
    )
    readable = [q for q in given.questions if np.isin(q.right, given.passages[q.passage].sentence_of).all()]
    given = QuestionSet(given.passages, tuple(readable))
    batches = _batches(len(readable), plan.batch, drawn)
    for step in range(plan.steps):
        loss = _loss(model, given, next(batches), plan.others)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        told(step, loss.item())
    return model.eval()


def _batches(questions: int, size: int, drawn: random.Random) -> Iterator[range]:
    """Neighbouring questions, for ever: cut anew each round."""
    for _ in count():
        starts = list(range(drawn.randrange(size), questions, size))
        drawn.shuffle(starts)
        yield from (range(start, min(start + size, questions)) for start in starts)


def _loss(model: LateInteraction, given: QuestionSet, batch: Sequence[int], others: float) -> torch.Tensor:
    questions = [given.questions[n] for n in batch]
    first: dict[int, int] = {}
    sentences, passages, sentence_of = 0, list[ReadPassage](), []
    for number in dict.fromkeys(q.passage for q in questions):
        passage = given.passages[number]
        first[number] = sentences
        passages.append(passage)
        sentence_of.append(np.where(passage.sentence_of >= 0, passage.sentence_of + sentences, -1))
        sentences += len(passage.sentences)
    of = torch.from_numpy(np.concatenate(sentence_of))
    tokens = torch.from_numpy(np.concatenate([p.states for p in passages])).float()[of >= 0]
    asked = nn.utils.rnn.pad_sequence([torch.from_numpy(q.states) for q in questions], batch_first=True).float()
    lengths = torch.tensor([len(q.states) for q in questions])
    there = torch.arange(asked.shape[1])[None] < lengths[:, None]
    total = torch.zeros(())
    for scores, q in zip(model(asked, there, tokens, of[of >= 0], sentences), questions, strict=True):
        start = first[q.passage]
        own = scores[start : start + len(given.passages[q.passage].sentences)]
        right = torch.logsumexp(own[list(q.right)], 0)
        total = total + torch.logsumexp(own, 0) - right + others * (torch.logsumexp(scores, 0) - right)
    return total / len(questions)
