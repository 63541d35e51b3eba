"""The reading scores of all gold, document by document: what `reformqa bench reading` prints."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pydantic import TypeAdapter

from eval_sets.errors import GoldenError
from eval_sets.reading.scores import (
    FIELDS,
    GoldFurniture,
    GoldHeading,
    GoldMetadata,
    GoldNoise,
    GoldTask,
    Tally,
    furniture_score,
    metadata_score,
    noise_score,
    outline_score,
    task_score,
)
from ingest.model import Document, Source
from ingest.pipeline import ingest
from ingest.readers import read


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: ``measure`` over ``document`` (``all`` for the sum), and what is wrong, a line each."""

    measure: str
    document: str
    tally: Tally
    misses: tuple[str, ...] = ()


def with_total(lines: Sequence[Line]) -> list[Line]:
    """The lines of each measure, followed by their sum."""
    found: list[Line] = []
    for measure in dict.fromkeys(line.measure for line in lines):
        mine = [line for line in lines if line.measure == measure]
        total = Tally(0, 0, 0)
        for line in mine:
            total += line.tally
        found += [*mine, Line(measure, "all", total)]
    return found


def outlines() -> Iterator[Line]:
    """Headings, headings with their parent, and titles of the documents that ship."""
    for path in _gold("outline"):
        rows = TypeAdapter(list[GoldHeading]).validate_json(path.read_bytes())
        score = outline_score(_shipped(path.stem), rows)
        missed = tuple(f"missed {row.start} {row.number} {row.title}" for row in score.missed)
        extra = tuple(f"extra {section.heading.start} {section.number} {section.title}" for section in score.extra)
        yield Line("headings", path.stem, score.headings, missed + extra)
        yield Line("headings and parents", path.stem, score.parents)
        yield Line("titles", path.stem, score.titles)


def noise() -> Iterator[Line]:
    """Copy noise and page artefacts of the noisy copy that ships."""
    rows = (Path(str(files(__package__))) / "gold" / "noise.jsonl").read_text("utf-8").splitlines()
    score = noise_score(_shipped("xx-reform-plan"), [GoldNoise.model_validate_json(row) for row in rows])
    yield Line("copy noise", "xx-reform-plan", score.swaps, score.misses)
    yield Line("page artefacts", "xx-reform-plan", score.artefacts)


def furniture(policies: Path) -> Iterator[Line]:
    """Site furniture of saved pages in ``policies``/html."""
    for path in _gold("furniture"):
        gold = GoldFurniture.model_validate_json(path.read_bytes())
        yield Line("furniture", path.stem, furniture_score(_read(policies / "html" / gold.file), gold))


def metadata(policies: Path) -> Iterator[Line]:
    """Each field over the documents in ``policies`` that were marked."""
    path = Path(str(files(__package__))) / "gold" / "metadata.jsonl"
    for row in path.read_text("utf-8").splitlines():
        gold = GoldMetadata.model_validate_json(row)
        right = metadata_score(_read(policies / gold.file), gold)
        for name in FIELDS:
            tally = Tally(int(right[name]), 1, 1)
            yield Line(f"metadata {name}", gold.file, tally, () if right[name] else (f"want {getattr(gold, name)}",))


def tasks(policies: Path, gold: Path) -> Iterator[Line]:
    """Tasks, exact unit sets, roles and deadlines against the task gold of a folder with an _index.json.

    A document that is there as a saved page too is read both ways.
    """
    for row in json.loads(_bytes(gold / "_index.json")):
        wanted = TypeAdapter(list[GoldTask]).validate_json(_bytes(gold / row["gold"]))
        file = policies / row["policy"]
        name = row["gold"].removesuffix(".json")
        page = policies / "html" / f"{file.stem}.html"
        for read_as, path in ((name, file), (f"{name} (html)", page)):
            if path == file or path.exists():
                score = task_score(_read(path), wanted)
                yield Line("tasks", read_as, score.tasks, score.misses)
                yield Line("unit sets", read_as, score.units)
                yield Line("roles", read_as, score.roles)
                yield Line("deadlines", read_as, score.deadlines)


def _gold(folder: str) -> list[Path]:
    return sorted((Path(str(files(__package__))) / "gold" / folder).glob("*.json"))


def _shipped(name: str) -> Document:
    """A document that ships, read as a stranger's file is."""
    for package, folder in (("ingest.corpus", ""), ("eval_sets", "documents")):
        path = Path(str(files(package))) / folder / f"{name}.txt"
        if path.exists():
            return _read(path)
    raise GoldenError(f"no document {name}.txt ships; its gold is out of date")


def _read(path: Path) -> Document:
    source: Source = read(_bytes(path), path.name)
    return ingest(source)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise GoldenError(f"{path} cannot be read ({error.strerror}); name the folder it is in") from error
