"""Questions for a service under load: thousands, no two the same, from what it serves and the development cases.

A question asked twice is remembered, so a load test that repeats a few measures the memory. Here headings, sentences,
tasks and units of the documents meet wordings of a question (load_questions.toml). How dear a question is depends on
how it is answered: the register needs no encoder, a quotation needs it once or twice. So the kinds come in the shares
that they have among the development cases about the bundled documents (493: register 37 %, quoted 48 %, refused 15 %),
which people wrote to ask as they would; what really came back is counted by the run.
"""

import random
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import chain, product, zip_longest
from string import Formatter
from typing import Any

import httpx

from eval_sets.cases import GoldenCase
from eval_sets.errors import TargetError

#: How often each kind is asked, of a hundred.
MIX: Mapping[str, int] = {"register": 37, "quoted": 48, "refused": 15}
#: Of things of one kind so many are asked about at most, so that pairs of them stay countable.
MOST = 300
_SEED = 2026
#: A stretch of a sentence that can be asked about: 健全义务教育评价机制
_STRETCH = re.compile(r"(?<![一-鿿])[一-鿿]{4,16}(?![一-鿿])")

Request = dict[str, object]
#: What a wording names, and the values it may have.
Things = dict[str, list[str]]


def requests(things: Sequence[Things], cases: Sequence[GoldenCase]) -> list[Request]:
    """Bodies of POST /api/ask, all different, in an order that depends on nothing but what is given.

    ``things`` in Chinese and in English, as ``served`` gives them; as many questions as the shares of kinds allow.
    """
    chance = random.Random(_SEED)
    wordings = tomllib.loads(files("eval_sets.benchmarks").joinpath("load_questions.toml").read_text("utf-8"))
    decks = []
    for kind in MIX:
        piles = [
            chance.sample(pile, len(pile))
            for language, about in zip(("zh", "en"), things, strict=True)
            for template in wordings[kind][language]
            if (pile := sorted(worded(template, about | wordings["things"])))
        ]
        decks.append([question for row in zip_longest(*piles) for question in row if question])
    rounds = min(len(deck) // share for deck, share in zip(decks, MIX.values(), strict=True))
    made = (question for deck, share in zip(decks, MIX.values(), strict=True) for question in deck[: rounds * share])
    asked = sorted({(case.question, tuple(case.history)) for case in cases} | {(question, ()) for question in made})
    chance.shuffle(asked)
    return [{"question": question, "history": [{"question": turn} for turn in history]} for question, history in asked]


def worded(template: str, things: Things) -> Iterator[str]:
    """``template`` with every choice of what it names; none where there is nothing of that name."""
    names = [name for _, name, _, _ in Formatter().parse(template) if name]
    for choice in product(*(things.get(name, ()) for name in names)):
        if len(set(choice)) == len(choice):
            yield template.format(**dict(zip(names, choice, strict=True)))


def served(url: str) -> tuple[Things, Things]:
    """What a service's documents can be asked about, in Chinese and in English; raises TargetError."""
    with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
        documents = _get(client, "/api/documents")["documents"]
        ids = [document["id"] for document in documents]
        sections = [s for id_ in ids for s in _get(client, f"/api/documents/{id_}")["sections"] if s["title"]]
        texts = [_get(client, f"/api/documents/{id_}/text")["text"] for id_ in ids]
        tasks = _get(client, "/api/tasks")["tasks"]
    numbers = {task["number"] for task in tasks}
    units = _some(unit["unit"] for task in tasks for unit in task["responsible"])
    beyond = [str(n) for n in range(1, 1000) if str(n) not in numbers][:100]
    return (
        {
            "topic": _some(chain((s["title"] for s in sections), *(_STRETCH.findall(text) for text in texts))),
            "title": _some(task["title"] for task in tasks),
            "number": _some(numbers),
            "beyond": beyond,
            "unit": units,
            "other": units,
            "home": _some(document["place"] or "" for document in documents),
        },
        {"topic": _some((s["title_en"] or "").lower() for s in sections), "number": _some(numbers)},
    )


def _some(values: Iterable[str]) -> list[str]:
    """At most MOST of the values, each once."""
    found = sorted({value for value in values if value})
    return random.Random(_SEED).sample(found, min(MOST, len(found)))


def _get(client: httpx.Client, path: str) -> Any:
    try:
        return client.get(path).raise_for_status().json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise TargetError(f"{client.base_url}{path} cannot be read ({error}); is a reformqa service there?") from error
