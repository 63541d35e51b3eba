"""The command reformqa; ``reformqa --help`` lists what it does."""

import json
import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from importlib.metadata import entry_points
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from chatbot import backup_command, keys_command
from chatbot.errors import ChatbotError, SettingsError
from chatbot.security.operators import audit
from chatbot.settings import Settings, read_settings
from index.errors import IndexingError
from ingest.errors import IngestError

if TYPE_CHECKING:
    from chatbot.bootstrap import Services
    from chatbot.server import Address

app = typer.Typer(help="Grounded answers from Chinese education-reform documents.", no_args_is_help=True)
app.add_typer(keys_command.app, name="keys")
app.command()(backup_command.backup)
app.command()(backup_command.restore)
_out = Console()
_err = Console(stderr=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def main() -> None:
    """The command ``reformqa``; expected errors are one line on stderr and exit status 1."""
    for entry in entry_points(group="reformqa.commands"):
        app.add_typer(entry.load(), name=entry.name)
    try:
        app()
    except (ChatbotError, IndexingError, IngestError) as error:
        _fail(str(error))


def _fail(message: str) -> NoReturn:
    _err.print(f"[bold red]error:[/] {escape(message)}", highlight=False, soft_wrap=True)
    raise SystemExit(1)


def _print_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _progress(message: str) -> None:
    with suppress(OSError):  # standard error may be a file on a full disk
        _err.print(message, highlight=False)


@app.command()
def serve(
    host: str = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, envvar="PORT")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64)] = 1,
    root_path: Annotated[str, typer.Option(help="Path prefix behind a proxy, such as /qa.")] = "",
) -> None:
    """Run the service; the first start builds the index."""
    from chatbot.logs import configure_logs
    from chatbot.server import Address, run, run_workers

    settings, at = read_settings(), Address(host, port, root_path)
    configure_logs(settings)
    if workers == 1:
        services = _prepared(settings)
        _say_serving(len(services.answerer.index.documents), at)
        run(services, at)
        return
    # In a process that ends: what it loads stays some 300 MB as long as it runs, and workers load their own.
    with ProcessPoolExecutor(1, get_context("spawn")) as process:
        documents = process.submit(_documents_prepared, settings).result()
    _say_serving(documents, at)
    run_workers(settings, at, workers)


def _prepared(settings: Settings) -> "Services":
    """The services, with an index and a database that are there and up to date."""
    from chatbot.bootstrap import open_services
    from chatbot.storage import StorageUnavailableError, open_storage

    services, storage = open_services(settings, _progress), open_storage(settings)
    try:
        storage.database.prepare()
    except StorageUnavailableError as error:
        _progress(f"{error}; questions are answered all the same")
    storage.database.close()
    return services


def _documents_prepared(settings: Settings) -> int:
    from chatbot.logs import configure_logs

    configure_logs(settings)
    return len(_prepared(settings).answerer.index.documents)


def _say_serving(documents: int, at: "Address") -> None:
    _progress(f"serving {documents} documents on http://{at.host}:{at.port}{at.root_path}/")


@app.command()
def mcp() -> None:
    """Offer ask, search and tasks as tools to an assistant, over standard input and output."""
    from chatbot.bootstrap import open_services
    from chatbot.live import Live

    try:
        from chatbot.mcp_server import server
    except ImportError as error:
        raise SettingsError(
            "reformqa mcp needs a package that is not installed: pip install 'reformqa[mcp]'"
        ) from error
    server(Live(open_services(read_settings(), _progress))).run("stdio")


@app.command()
def ask(question: str, as_json: Json = False) -> None:
    """Answer a question in the terminal, the same as over HTTP."""
    from pydantic import TypeAdapter, ValidationError

    from chatbot.answer import Ask
    from chatbot.bootstrap import open_services
    from chatbot.schemas import AskOut, QuestionText

    try:
        text = TypeAdapter(QuestionText).validate_python(question)
    except ValidationError as error:
        _fail(f"question: {error.errors()[0]['msg']}")
    reply = open_services(read_settings(), _progress).answerer.reply(Ask(text))
    if as_json:
        _print_json(AskOut.of(reply, "").model_dump())
        return
    _out.print(reply.answer, highlight=False, soft_wrap=True, markup=False)
    for citation in reply.citations:
        place = " › ".join((citation.document_title, *citation.section))
        _out.print(
            f"  [{citation.marker}] {place}\n      {citation.quote}", highlight=False, soft_wrap=True, markup=False
        )
    for citation in reply.related:
        _out.print(f"  · {' › '.join(citation.section)}", highlight=False, soft_wrap=True, markup=False)
    for notice in reply.notices:
        _out.print(f"  ! {notice}", highlight=False, soft_wrap=True, markup=False)


@app.command()
def search(query: str, k: Annotated[int, typer.Option("-k", min=1, max=100)] = 10, as_json: Json = False) -> None:
    """Find passages."""
    from chatbot.bootstrap import open_services
    from chatbot.views import hit_view
    from index.reranker import reranked_search

    services = open_services(read_settings(), _progress)
    index = services.answerer.index
    hits = reranked_search(index, index.query(query, services.encoder), k, (), services.answerer.reranker)
    if as_json:
        _print_json([hit_view(hit, index.document(hit.passage.document_id), "") for hit in hits])
        return
    _table(["score", "passage", "text"], ([f"{h.score:.2f}", h.passage.id, h.passage.text] for h in hits))


@app.command()
def inspect(file: Path, as_json: Json = False) -> None:
    """Parse one file and say what was found; nothing is indexed."""
    from chatbot.views import inspect_view
    from ingest.pipeline import ingest as parse
    from ingest.readers import read

    document = parse(read(_bytes(file), file.name))
    if as_json:
        _print_json(inspect_view(document))
        return
    receipt = document.receipt
    _out.print(f"{document.id}: {document.metadata.title.value}", highlight=False, markup=False)
    dropped = sum(len(drop.span) for drop in receipt.dropped)
    _out.print(
        f"{receipt.characters} characters: {receipt.indexed} indexed, {dropped} dropped, {len(receipt.repaired)} "
        f"repairs, {receipt.unaccounted} unaccounted; {len(receipt.gaps)} gaps in the numbering, "
        f"{len(receipt.tables)} tables",
        highlight=False,
    )
    if receipt.unknown_units:
        unknown = "、".join(receipt.unknown_units)
        _out.print(f"units with no other name in the lexicon: {unknown}", highlight=False, markup=False)
    rows = (
        [task.number, task.title, "、".join(f"{r.unit}（{r.role}）" for r in task.responsible)]
        for task in document.tasks
    )
    _table(["task", "title", "responsible"], rows)


@app.command()
def ingest(
    paths: list[Path],
    keep_going: Annotated[bool, typer.Option(help="Ingest what can be, list what failed.")] = False,
) -> None:
    """Add files, or the files of folders, to the index; a document with the same id is replaced."""
    from rich.progress import Progress

    from chatbot.bootstrap import open_collection
    from chatbot.library import Parsed
    from ingest.pipeline import ingest as parse
    from ingest.readers import read

    files = [
        f for path in paths for f in (sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path])
    ]
    parsed, failures = [], []
    taken: dict[str, Path] = {}
    for file in files:
        try:
            data = _bytes(file)
            document = parse(read(data, file.name))
            if (other := taken.setdefault(document.id, file)) is not file:
                raise SettingsError(f"{file}: {other} has the same id, {document.id}; rename one of the files")
            parsed.append(Parsed(document, data))
        except (IngestError, SettingsError) as error:
            failures.append(str(error))
    if failures and not keep_going:
        _fail("\n".join([*failures, "nothing was ingested; leave these out, or give --keep-going to ingest the rest"]))
    if parsed:
        texts = sum(len(p.document.passages) + sum(len(q.sentences) for q in p.document.passages) for p in parsed)
        settings = read_settings()
        collection = open_collection(settings)
        with Progress(console=_err, transient=True, disable=not _err.is_terminal) as bar:
            task = bar.add_task("encoding", total=texts)
            collection.put(parsed, _progress, lambda encoded: bar.advance(task, encoded))
        audit(settings, "document.publish", [each.document.id for each in parsed])
    for each in parsed:
        document = each.document
        _out.print(f"{document.id}: {len(document.passages)} passages, {len(document.tasks)} tasks", highlight=False)
    for failure in failures:
        _err.print(f"[red]failed:[/] {escape(failure)}", highlight=False, soft_wrap=True)
    if failures:
        raise SystemExit(1)


@app.command()
def remove(document_id: str) -> None:
    """Remove a document from the index, its file included."""
    from chatbot.bootstrap import open_collection

    settings = read_settings()
    open_collection(settings).remove(document_id, _progress)
    audit(settings, "document.delete", [document_id])
    _out.print(f"removed {document_id}", highlight=False)


@app.command("rebuild")
def rebuild_index() -> None:
    """Build the index anew from the bundled corpus and every ingested file."""
    from chatbot.bootstrap import open_collection

    generation = open_collection(read_settings()).rebuild(_progress)
    _out.print(f"generation {generation} is current", highlight=False)


@app.command()
def documents(as_json: Json = False) -> None:
    """List the documents of the index."""
    from chatbot.bootstrap import open_services
    from chatbot.views import document_row

    rows = [document_row(d, "") for d in open_services(read_settings(), _progress).answerer.index.documents]
    if as_json:
        _print_json(rows)
        return
    _table(["id", "title", "status", "passages", "tasks"],
           ([r["id"], r["title"], r["status"] or "", str(r["passages"]), str(r["tasks"])] for r in rows))  # fmt: skip


@app.command()
def tasks(
    unit: Annotated[str | None, typer.Option(help="Any name of a unit, such as 体育局 or Sports Bureau.")] = None,
    number: str | None = None,
    document: Annotated[str | None, typer.Option(help="A document's id.")] = None,
    output: Annotated[Literal["table", "json", "csv"], typer.Option("--format")] = "table",
) -> None:
    """Show the task register: who is responsible for what."""
    from chatbot.bootstrap import open_services
    from chatbot.task_table import TaskFilter, as_csv, task_rows

    catalog = open_services(read_settings(), _progress).answerer.catalog
    rows = task_rows(catalog, TaskFilter(document_id=document, number=number, unit=unit))
    if output == "json":
        _print_json(rows)
    elif output == "csv":
        sys.stdout.write(as_csv(rows))
    else:
        responsible = (
            [row["number"], row["title"], "、".join(f"{r['unit']}（{r['role']}）" for r in row["responsible"])]
            for row in rows
        )
        _table(["task", "title", "responsible"], responsible)


@app.command()
def doctor(
    host: Annotated[str, typer.Option(help="What the service is bound to: its --host.")] = "127.0.0.1",
    as_json: Json = False,
) -> None:
    """Check the installation, and say what to do about what is not well; exit status 1 if something is not."""
    from chatbot.doctor import State, findings
    from chatbot.server import Address

    found = list(findings(read_settings(), Address(host, 0, "").loopback))
    if as_json:
        _print_json([asdict(each) for each in found])
    else:
        for each in found:
            line = f"{each.name}: {each.found}" + (f"; {each.remedy}" if each.remedy else "")
            if each.state == State.WELL:
                _out.print(line, highlight=False, soft_wrap=True, markup=False)
            else:
                said = "[red]not well:[/]" if each.state == State.FAULT else "[yellow]advice:[/]"
                _err.print(f"{said} {escape(line)}", highlight=False, soft_wrap=True)
    if any(each.state == State.FAULT for each in found):
        raise SystemExit(1)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}") from error


def _table(columns: list[str], rows: Iterable[list[str]]) -> None:
    table = Table(*columns, show_lines=False)
    for row in rows:
        table.add_row(*row)
    _out.print(table, markup=False)
