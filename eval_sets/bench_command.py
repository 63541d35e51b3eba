"""reformqa bench: peers, retrieval, places, growth, reading, verifier, encoder, speed, load, desk, pages."""

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from eval_sets.cases import GoldenCase

app = typer.Typer(help="Measure speed, search and load, beside named baselines.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Golden = Annotated[list[Path] | None, typer.Option(help="Golden files; the bundled ones by default.")]


class Split(StrEnum):
    """Which half of the golden cases to ask."""

    DEV = "dev"
    TEST = "test"
    ALL = "all"


class Mode(StrEnum):
    """Who sets the pace."""

    CLOSED = "closed"
    OPEN = "open"


@app.command()
def peers(golden: Golden = None, split: Split = Split.DEV, as_json: Json = False) -> None:
    """Compare retrieval with other pipelines over the bundled documents; wants pip install 'reformqa[peers]'."""
    from dataclasses import asdict

    from eval_sets.benchmarks.peers import PEERS, originals
    from eval_sets.benchmarks.side_by_side import compare, eligible
    from eval_sets.benchmarks.tables import show_peers
    from eval_sets.errors import GoldenError

    documents = [str(document.given.id) for document in originals()]
    cases = eligible(_cases(golden), documents, None if split is Split.ALL else split.value)
    if not cases:
        raise GoldenError(f"no case of split {split.value} has evidence in the bundled documents; try --split all")
    rows = compare(PEERS, cases, _progress)
    if as_json:
        _print_json({"cases": len(cases), "split": split.value, "pipelines": [asdict(row) for row in rows]})
        return
    show_peers(rows, len(cases), Console())


@app.command()
def retrieval(
    corpus: Annotated[Path, typer.Option(help="JSON lines of pid, title, text; a row is a passage.")],
    questions: Annotated[Path, typer.Option(help="JSON lines of id, question, gold_pids.")],
    ablations: Annotated[
        bool, typer.Option("--ablations", help="Also with parts of search changed or left out.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Measure search on any set of passages and questions: by words, by meaning, and both."""
    from rich.progress import Progress

    from chatbot.bootstrap import open_encoder
    from chatbot.settings import read_settings
    from eval_sets.benchmarks import ablations as without
    from eval_sets.benchmarks import retrieval as bench
    from eval_sets.benchmarks.tables import show_retrieval

    given = bench.load(corpus, questions)
    encoder = open_encoder(read_settings())
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("encoding", total=bench.texts_to_encode(given.passages))
        index = bench.build(given.passages, encoder, lambda texts: bar.advance(task, texts))
        task = bar.add_task("asking", total=len(given.questions))
        channels = bench.run(given, index, encoder, lambda: bar.advance(task))
        task = bar.add_task("asking variants", total=len(given.questions), visible=ablations)
        ablated = without.run(given, index, encoder, lambda: bar.advance(task)) if ablations else []
    if as_json:
        _print_json(bench.as_json(given, channels, ablated))
        return
    show_retrieval(channels, Console())
    if ablated:
        show_retrieval(ablated, Console(), "parts changed or left out; ms of scoring alone")


@app.command()
def growth(
    passages: Annotated[int, typer.Option(min=1, help="How many passages the index shall have.")] = 100_000,
    as_json: Json = False,
) -> None:
    """Measure an index of many passages on one core: real documents copied, their vectors jittered; takes minutes."""
    from dataclasses import asdict

    from chatbot.settings import read_settings
    from eval_sets.benchmarks.growth import measure
    from eval_sets.benchmarks.tables import show_growth
    from eval_sets.corpora import POLICIES, named
    from index.encoders import BundledEncoder
    from ingest.pipeline import ingest

    questions = [case.question for case in _cases(None) if case.split == "dev" and not case.history]
    documents = [ingest(document.source) for document in named(POLICIES).documents]
    encoder = BundledEncoder.load(read_settings().encoder_threads)
    found = measure(documents, questions, passages, encoder, _progress)
    if as_json:
        _print_json(asdict(found))
        return
    show_growth(found, Console())


@app.command()
def places(
    documents: Annotated[Path, typer.Option(help="Folder of policy documents; one format a document is read.")],
    keep: Annotated[
        Path | None, typer.Option(help="Keep passage vectors in this folder; encoding takes minutes, once.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure search among near twins: questions that name a place, made from the documents' own headings."""
    from dataclasses import asdict

    from rich.progress import Progress

    from chatbot.settings import read_settings
    from eval_sets.benchmarks import places as bench
    from eval_sets.benchmarks.kept_vectors import KeptVectors
    from eval_sets.benchmarks.place_questions import questions
    from eval_sets.benchmarks.tables import show_places
    from index.encoders import BundledEncoder

    given = bench.read_folder(documents)
    for line in given.skipped:
        _progress(f"skipped: {line}")
    _progress("making questions")
    asked = questions(given.documents)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("encoding", total=sum(1 + len(p.sentences) for d in given.documents for p in d.passages))
        encoder = KeptVectors(BundledEncoder.load(read_settings().encoder_threads), keep, lambda: bar.advance(task))
        index = bench.build(given.documents, encoder)
        encoder.save()
        task = bar.add_task("asking", total=len(asked))
        lines = bench.lines(bench.run(asked, index, encoder, lambda: bar.advance(task)))
    if as_json:
        documents_read = {"documents": len(given.documents), "skipped": given.skipped, "questions": len(asked)}
        _print_json({**documents_read, "lines": [asdict(line) for line in lines]})
        return
    show_places(lines, Console())


@app.command()
def reading(
    policies: Annotated[
        Path | None, typer.Option(help="Folder of policy documents with html/, for furniture and metadata.")
    ] = None,
    tasks: Annotated[
        Path | None, typer.Option(help="Folder of task gold with an _index.json; wants --policies.")
    ] = None,
    details: Annotated[bool, typer.Option(help="Every document, and everything that is wrong.")] = False,
    speed: Annotated[bool, typer.Option(help="Instead: how fast one and five million characters are read.")] = False,
    as_json: Json = False,
) -> None:
    """Measure how documents are read: outline, noise; with folders of documents furniture, metadata and tasks too."""
    from dataclasses import asdict

    from eval_sets.benchmarks.tables import show_reading, show_reading_speed
    from eval_sets.reading import table

    if speed:
        from eval_sets.corpora import POLICIES, named
        from eval_sets.reading.speed import reading_speed

        measured = reading_speed(list(named(POLICIES).texts.values()))
        if as_json:
            _print_json({**asdict(measured), "growth": measured.growth})
            return
        show_reading_speed(measured, Console())
        return
    lines = [*table.outlines(), *table.noise()]
    if policies is not None:
        lines += [*table.furniture(policies), *table.metadata(policies)]
        lines += table.tasks(policies, tasks) if tasks is not None else []
    lines = table.with_total(lines)
    if as_json:
        _print_json([asdict(line) for line in lines])
        return
    show_reading([line for line in lines if details or line.document == "all"], details, Console())


@app.command()
def verifier(
    llm: Annotated[
        str | None, typer.Option(help="Instead: base URL of an OpenAI-compatible endpoint to word answers.")
    ] = None,
    llm_model: Annotated[str, typer.Option(help="The model asked for there.")] = "default",
    cases: Annotated[int, typer.Option(min=1, help="With --llm: ask one development case of so many.")] = 1,
    seconds: Annotated[float, typer.Option(min=0.1, help="With --llm: the time an answer may take.")] = 60.0,
    details: Annotated[bool, typer.Option(help="Both halves, and every sentence it is wrong about.")] = False,
    as_json: Json = False,
) -> None:
    """Measure what the verifier of worded answers stops: damaged and faithful sentences, or a model's."""
    from dataclasses import asdict

    from rich.progress import Progress

    from chatbot.settings import read_settings
    from chatbot.verification import Verifier
    from eval_sets.benchmarks import verifier as bench
    from eval_sets.benchmarks.tables import show_model, show_verifier
    from eval_sets.benchmarks.verifier_sentences import sentences
    from eval_sets.corpora import POLICIES, named, open_corpus

    services = open_corpus(named(POLICIES), read_settings(), _progress)
    asked = [case for case in _cases(None) if case.split == "dev"]
    with Progress(console=Console(stderr=True), transient=True) as bar:
        if llm is not None:
            from chatbot.generators import chat_model

            asked = asked[::cases]
            task = bar.add_task("asking", total=len(asked))
            worded = bench.ask(
                asked, services, lambda told: chat_model(f"openai:{llm_model}", llm, None, seconds, told),
                lambda: bar.advance(task),
            )  # fmt: skip
        else:
            written = sentences(asked, services.answerer.catalog)
            task = bar.add_task("verifying", total=len(written))
            found = bench.run(written, Verifier(services.answerer.catalog, services.encoder), lambda: bar.advance(task))
    if as_json:
        _print_json(asdict(worded if llm is not None else found))
    elif llm is not None:
        show_model(worded, Console())
    else:
        show_verifier(found, details, Console())


@app.command()
def encoder(
    baselines: Annotated[Path, typer.Option(help="Folder made by python -m index.encoder_model.build_baselines.")],
    threads: Annotated[list[int] | None, typer.Option(min=1, max=64, help="May be given again; 1 and 2.")] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="For questions, and as long for passages.")] = 60.0,
    as_json: Json = False,
) -> None:
    """Time the bundled encoder beside the same weights in sentence-transformers; wants the extra models."""
    from dataclasses import asdict

    from eval_sets.benchmarks import encoder as bench
    from eval_sets.benchmarks.peers import originals
    from eval_sets.benchmarks.tables import show_encoder
    from ingest.pipeline import ingest

    documents = [ingest(original.source, original.given) for original in originals()]
    passages = ["\n".join((*p.headings, p.text)) for document in documents for p in document.passages]
    questions = [case.question for case in _dev(_cases(None)) if not case.history]
    chosen = (questions[:: len(questions) // 10][:10], passages[:: len(passages) // 8][:8])
    costs = []
    for count in threads or [1, 2]:
        _progress(f"threads: {count}")
        costs += bench.run(bench.engines(baselines, count), count, *chosen, seconds)
    if as_json:
        _print_json({"engines": [asdict(cost) for cost in costs]})
        return
    show_encoder(costs, Console())


@app.command()
def speed(as_json: Json = False) -> None:
    """Time the stages of the product beside named baselines, under a minute."""
    from dataclasses import asdict

    from chatbot.bootstrap import open_services
    from chatbot.settings import read_settings
    from eval_sets.benchmarks.speed import run
    from eval_sets.benchmarks.tables import show_speed

    results = run(open_services(read_settings(), _progress), _dev(_cases(None)), progress=_progress)
    if as_json:
        _print_json({"stages": [asdict(result) for result in results]})
        return
    show_speed(results, Console())


@app.command()
def load(
    url: Annotated[
        str | None, typer.Option(help="Base URL of a running service; without it one is started, and looked at.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Of the service that is started.")] = 1,
    mode: Annotated[
        Mode, typer.Option(help="Clients that wait for answers, or arrivals at a fixed rate.")
    ] = Mode.CLOSED,
    clients: Annotated[int, typer.Option(min=1, max=1000, help="Of the closed loop.")] = 8,
    rate: Annotated[
        float,
        typer.Option(min=0.1, max=10_000, help="Questions a second, open loop; rising, the first."),
    ] = 20.0,
    rising: Annotated[bool, typer.Option("--rising", help="Instead: rates that rise past it.")] = False,
    step: Annotated[float, typer.Option(min=0.1, max=1000, help="By how much rates rise.")] = 5.0,
    soak: Annotated[float | None, typer.Option(min=0.01, help="Instead: so many minutes at --rate.")] = None,
    seconds: Annotated[float, typer.Option(min=0.1, max=3600, help="Of each load.")] = 20.0,
    golden: Golden = None,
    as_json: Json = False,
) -> None:
    """Put a service under load with questions that are all different: made of its documents, and development cases."""
    from contextlib import nullcontext
    from dataclasses import asdict

    from eval_sets.benchmarks import load_series as series
    from eval_sets.benchmarks.load import Closed, Open, Questions
    from eval_sets.benchmarks.load_questions import requests, served
    from eval_sets.benchmarks.load_service import Service, started
    from eval_sets.benchmarks.tables import show_load, show_loads

    with nullcontext(Service(url)) if url else started(workers) as service:
        questions = Questions(requests(served(service.url), _dev(_cases(golden))))
        _progress(f"{questions.different} different questions")
        if not rising and soak is None:
            plan = Open(rate) if mode is Mode.OPEN else Closed(clients)
            done = series.load(service, questions, plan, seconds)
            if as_json:
                _print_json({"mode": mode.value, **asdict(done)})
            else:
                show_load(done.report, Console())
            return
        if rising:
            found = series.rising(service, questions, rate, step, seconds, lambda done: _progress(series.line(done)))
        else:
            found = series.soak(service, questions, rate, soak or 0.0, lambda done: _progress(series.line(done)))
    if as_json:
        _print_json(asdict(found))
        return
    show_loads(found, Console())


@app.command()
def desk(
    questions: Annotated[int, typer.Option(min=100, help="Answers the database shall have.")] = 100_000,
    database_url: Annotated[
        str | None, typer.Option(help="An empty PostgreSQL database; a new SQLite file by default.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Measure the staff desk over many answers: the database's size, and how long staff wait; takes minutes."""
    from dataclasses import asdict
    from tempfile import TemporaryDirectory

    from chatbot.bootstrap import open_services
    from chatbot.settings import read_settings
    from eval_sets.benchmarks.desk import measure
    from eval_sets.benchmarks.tables import show_desk

    services = open_services(read_settings(), _progress)
    asked = [case.question for case in _dev(_cases(None)) if not case.history]
    with TemporaryDirectory() as folder:
        found = measure(services, asked, questions, Path(folder), database_url, _progress)
    if as_json:
        _print_json(asdict(found))
        return
    show_desk(found, Console())


@app.command()
def pages(
    slowdown: Annotated[int, typer.Option(min=1, max=20, help="How many times slower the processor shall be.")] = 4,
    rounds: Annotated[int, typer.Option(min=1, help="Times that each page is opened, cache empty.")] = 7,
    as_json: Json = False,
) -> None:
    """Measure how long a phone waits for the first page, an answer and the longest document; needs Chromium."""
    from dataclasses import asdict

    from chatbot.bootstrap import open_services
    from chatbot.settings import read_settings
    from eval_sets.benchmarks.pages import measure
    from eval_sets.benchmarks.tables import show_pages

    services = open_services(read_settings(), _progress)
    found = measure(services, _dev(_cases(None))[0].question, slowdown, rounds)
    if as_json:
        _print_json(asdict(found))
        return
    show_pages(found, Console())


def _cases(golden: list[Path] | None) -> "list[GoldenCase]":
    from eval_sets.cases import bundled_files, load_all

    return load_all(golden or bundled_files())


def _dev(cases: "list[GoldenCase]") -> "list[GoldenCase]":
    """The cases that may be looked at, those of no split included, about what a fresh installation serves."""
    return [case for case in cases if case.split in ("dev", None) and case.corpus in (None, "bundled")]


def _progress(message: str) -> None:
    Console(stderr=True).print(message, markup=False, highlight=False)


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")
