"""The commands for people who write golden cases: check, new, to-excel, from-excel."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

_out = Console()
_err = Console(stderr=True)

Golden = Annotated[list[Path] | None, typer.Argument(help="Golden files; the bundled ones by default.")]


def check(golden: Golden = None) -> None:
    """Validate golden files: fields, ids, evidence in the documents, no fact in both halves."""
    from eval_sets.cases import bundled_files, load_all
    from eval_sets.corpora import corpora, shared_facts, unfounded

    cases = load_all(golden or bundled_files())
    known = corpora()
    everything = {name: text for corpus in known.values() for name, text in corpus.texts.items()}
    problems = [f"{case.id}: corpus {case.corpus} is unknown" for case in cases if case.corpus not in (None, *known)]
    for name, corpus in known.items():
        problems += unfounded([case for case in cases if case.corpus == name], corpus.texts)
    problems += shared_facts([case for case in cases if case.corpus], everything)
    for problem in problems:
        _err.print(problem, markup=False, highlight=False, soft_wrap=True)
    unnamed = sum(case.corpus is None for case in cases)
    note = f"; {unnamed} name no corpus: their evidence is checked when they are run" if unnamed else ""
    _out.print(f"{len(cases)} cases, {len(problems)} problems{note}", highlight=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)


def new(
    to: Annotated[Path, typer.Option(help="Golden file to add the case to; made if there is none.")],
    corpus: Annotated[str | None, typer.Option(help="bundled or policies; what is served, if not given.")] = None,
    split: Annotated[str, typer.Option(help="dev or test.")] = "dev",
) -> None:
    """Write a case: ask, see what is answered and found, pick the evidence, save."""
    from chatbot.answer import Ask
    from chatbot.bootstrap import open_services
    from chatbot.conversation import Turn
    from chatbot.settings import read_settings
    from eval_sets import authoring
    from eval_sets.cases import bundled_files, load_all, validated
    from eval_sets.corpora import corpora, named, open_corpus

    settings = read_settings()
    say = _err.print
    services = open_corpus(named(corpus), settings, say) if corpus else open_services(settings, say)
    answerer = services.answerer
    documents = answerer.index.documents
    prompts = authoring.Prompts(
        lambda message, default: str(typer.prompt(message, default=default, show_default=bool(default))),
        lambda message, default: typer.confirm(message, default=default),
        lambda message: _out.print(message, markup=False, highlight=False, soft_wrap=True),
    )
    history: list[str] = []
    question = prompts.text("Question", "")
    while question and prompts.yes("Is it a follow-up to what you would have asked before?", False):
        history.append(prompts.text("Asked before (oldest first)", ""))
    reply = answerer.reply(Ask(question, [Turn(turn) for turn in history]))
    prompts.say(f"\n{reply.outcome}: {reply.answer}")
    searched = question
    while True:
        offered = authoring.choices(
            answerer.index.search(answerer.index.query(searched, answerer.encoder), 5), documents
        )
        for choice in offered:
            prompts.say(f"  {choice.address}  {choice.text}  ({choice.document_id})")
        searched = prompts.text("Search again with other words (or leave empty)", "")
        if not searched:
            break
    written = load_all(dict.fromkeys(path.resolve() for path in (*bundled_files(), to) if path.exists()))
    kinds = sorted({case.type for case in written})
    author, today = authoring.signature()
    fields = authoring.judgement(prompts, offered, documents)
    case = validated({
        "id": prompts.text("Id", authoring.next_id(to, author)),
        "lang": reply.language.value,
        "type": prompts.text(f"Kind ({', '.join(kinds)})", "number"),
        "persona": prompts.text("Who asks? (parent, teacher, …)", "") or None,
        "author": author, "date": today, "split": split, "corpus": corpus,
        "question": question, "history": tuple(history), **fields,
    })  # fmt: skip
    texts = {document.id: document.source.text for document in documents}
    for each in corpora().values():
        texts |= each.texts
    authoring.append(to, case, written, texts)
    _out.print(f"saved {case.id} in {to}", highlight=False, soft_wrap=True)


def to_excel(workbook: Annotated[Path, typer.Argument(help="The .xlsx file to write.")], golden: Golden = None) -> None:
    """Write golden cases into an Excel workbook, one row a case."""
    from eval_sets.cases import bundled_files, load_all
    from eval_sets.spreadsheets import write_workbook

    cases = load_all(golden or bundled_files())
    write_workbook(cases, workbook)
    _out.print(f"{len(cases)} cases in {workbook}", highlight=False, soft_wrap=True)


def from_excel(
    workbook: Annotated[Path, typer.Argument(help="The .xlsx file to read.")],
    golden: Annotated[Path, typer.Argument(help="The golden file to write.")],
    overwrite: Annotated[bool, typer.Option(help="Replace the golden file if it exists.")] = False,
) -> None:
    """Read golden cases from an Excel workbook; nothing is written if a row is wrong."""
    from eval_sets.cases import dump
    from eval_sets.errors import GoldenError
    from eval_sets.spreadsheets import read_workbook

    if golden.exists() and not overwrite:
        raise GoldenError(f"{golden} exists; give --overwrite to replace it")
    cases = read_workbook(workbook)
    golden.write_text(dump(cases), "utf-8")
    _out.print(f"{len(cases)} cases in {golden}; 'reformqa eval check {golden}' checks their evidence",
               highlight=False, soft_wrap=True)  # fmt: skip
