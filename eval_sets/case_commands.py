"""The commands for people who write golden cases: check, new, to-excel, from-excel."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

_out = Console()
_err = Console(stderr=True)


class Half(StrEnum):
    """The halves of the cases."""

    DEV = "dev"
    TEST = "test"


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
    problems += shared_facts(cases, everything)
    for problem in problems:
        _err.print(problem, markup=False, highlight=False, soft_wrap=True)
    unnamed = sum(case.corpus is None for case in cases)
    note = f"; {unnamed} name no corpus: their evidence is checked when they are run" if unnamed else ""
    _out.print(f"{len(cases)} cases, {len(problems)} problems{note}", highlight=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)


def new(
    to: Annotated[Path, typer.Option(help="Golden file to add the case to; made if there is none.")],
    corpus: Annotated[
        str | None, typer.Option(help="bundled, policies or cities; what is served, if not given.")
    ] = None,
    split: Annotated[Half, typer.Option(help="Which half it belongs to.")] = Half.DEV,
) -> None:
    """Write a case: ask, see what is answered and found, pick the evidence, save."""
    from chatbot.answer import Ask
    from chatbot.bootstrap import open_services
    from chatbot.conversation import Turn
    from chatbot.settings import read_settings
    from eval_sets import authoring
    from eval_sets.cases import bundled_files, dump, load_all, validated
    from eval_sets.corpora import corpora, named, open_corpus

    settings = read_settings()
    written = load_all(dict.fromkeys(path.resolve() for path in (*bundled_files(), to) if path.exists()))
    say = _err.print
    services = open_corpus(named(corpus), settings, say) if corpus else open_services(settings, say)
    answerer = services.answerer
    documents = answerer.index.documents
    prompts = authoring.Prompts(
        lambda message, default: str(typer.prompt(message, default=default, show_default=bool(default))),
        lambda message, default: typer.confirm(message, default=default),
        lambda message: _out.print(message, markup=False, highlight=False, soft_wrap=True),
    )
    question = authoring.asked_for(prompts, "Question")
    history: list[str] = []
    while prompts.yes("Is it a follow-up to something asked before it?", False):
        history.append(authoring.asked_for(prompts, "Asked before (oldest first)"))
    reply = answerer.reply(Ask(question, [Turn(turn) for turn in history]))
    prompts.say(f"\n{reply.outcome}: {reply.answer}")
    searched = question
    while searched:
        hits = answerer.index.search(answerer.index.query(searched, answerer.encoder), 5)
        offered = authoring.choices(hits, documents)
        for choice in offered:
            prompts.say(f"  {choice.address}  {choice.text}  ({choice.document_id})")
        searched = prompts.text("Search again with other words (or leave empty)", "")
    author, today = authoring.signature()
    fields = authoring.judgement(prompts, offered, documents)
    taken = {case.id for case in written}
    while (name := prompts.text("Id", authoring.next_id(written, author))) in taken:
        prompts.say(f"{name} is taken")
    kinds = sorted({case.type for case in written})
    case = validated({
        "id": name,
        "lang": reply.language.value,
        "type": prompts.text(f"Kind ({', '.join(kinds)})", "number"),
        "persona": prompts.text("Who asks? (parent, teacher, …)", "") or None,
        "author": author, "date": today, "split": split.value, "corpus": corpus,
        "question": question, "history": tuple(history), **fields,
    })  # fmt: skip
    texts = {document.id: document.source.text for document in documents}
    for each in corpora().values():
        texts |= each.texts
    if found := authoring.problems(case, written, texts):
        for problem in found:
            _err.print(problem, markup=False, highlight=False, soft_wrap=True)
        _err.print(f"not saved: {dump([case])}", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(1)
    authoring.append(to, case)
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
    from eval_sets.outputs import write_text
    from eval_sets.spreadsheets import read_workbook

    if golden.exists() and not overwrite:
        raise GoldenError(f"{golden} exists; give --overwrite to replace it")
    cases = read_workbook(workbook)
    write_text(golden, dump(cases))
    _out.print(f"{len(cases)} cases in {golden}; 'reformqa eval check {golden}' checks their evidence",
               highlight=False, soft_wrap=True)  # fmt: skip
