"""The documents that golden cases are about: named sets, each file checked by sha256, each indexed on its own."""

import shutil
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from chatbot.bootstrap import Services, open_services
from chatbot.library import Library
from chatbot.settings import Settings
from eval_sets.cases import GoldenCase
from eval_sets.errors import GoldenError
from eval_sets.judge import fold
from ingest.corpus import bundled
from ingest.model import Source
from ingest.pipeline import ingest
from ingest.readers import read

BUNDLED = "bundled"
POLICIES = "policies"
_ROW_KEYS = {"corpus", "id", "file", "sha256", "title", "issuer", "date", "split", "source"}
#: Evidence of two cases that overlaps by this many characters states the same fact.
_SAME_FACT = 4
#: Questions without evidence that share this much of their character pairs are the same question.
_SAME_QUESTION = 0.6


@dataclass(frozen=True, slots=True)
class CorpusDocument:
    """A document by the id it is indexed under; ``data`` are the file's bytes, None where the product ships it."""

    id: str
    source: Source
    data: bytes | None
    split: str | None = None


@dataclass(frozen=True, slots=True)
class Corpus:
    """Documents that are indexed together."""

    name: str
    documents: tuple[CorpusDocument, ...]

    @property
    def texts(self) -> dict[str, str]:
        """Source texts by document id."""
        return {document.id: document.source.text for document in self.documents}


def corpora() -> dict[str, Corpus]:
    """``bundled``: what ships with the product; others: that and their part of documents/, policies kept for tests.

    Raises GoldenError if a file is not as documents.toml lists it.
    """
    shipped = tuple(CorpusDocument(str(given.id), source, None) for source, given in bundled())
    found = {BUNDLED: Corpus(BUNDLED, shipped)}
    for name, document in _kept():
        before = found.get(name, found[BUNDLED])
        found[name] = Corpus(name, (*before.documents, document))
    return found


def named(name: str) -> Corpus:
    """The corpus of that name; raises GoldenError if there is none."""
    known = corpora()
    if name not in known:
        raise GoldenError(f"corpus {name!r} is unknown; known: {', '.join(known)}, or none for what is served")
    return known[name]


def _kept() -> Iterable[tuple[str, CorpusDocument]]:
    """The documents of documents/, each with the name of its corpus."""
    folder = files("eval_sets").joinpath("documents")
    for row in tomllib.loads(folder.joinpath("documents.toml").read_text("utf-8"))["document"]:
        if unknown := set(row) ^ _ROW_KEYS:
            raise GoldenError(f"documents.toml, {row.get('id')}: keys missing or unknown: {sorted(unknown)}")
        data = folder.joinpath(row["file"]).read_bytes()
        if (digest := sha256(data).hexdigest()) != row["sha256"]:
            raise GoldenError(
                f"documents.toml lists {row['file']} with sha256 {row['sha256']}, the file has {digest}: its cases "
                "were written for the listed text; restore the file, or check them and list the new sha256"
            )
        yield row["corpus"], CorpusDocument(row["id"], read(data, row["file"]), data, row["split"])


def open_corpus(corpus: Corpus, settings: Settings, progress: Callable[[str], None]) -> Services:
    """Services over exactly this corpus, indexed under the data directory and kept until code or documents change."""
    folder = settings.data_dir / "eval" / "corpora"
    own = folder / f"{corpus.name}-{_fingerprint(corpus)}"
    for old in folder.glob(f"{corpus.name}-*"):
        if old != own:
            shutil.rmtree(old)
    library = Library(own / "sources")
    for document in corpus.documents:
        if document.data is not None:
            library.put(ingest(document.source), document.data)
    services = open_services(settings.model_copy(update={"data_dir": own, "bundled_corpus": True}), progress)
    indexed = {document.id for document in services.answerer.index.documents}
    if indexed != set(corpus.texts):
        raise GoldenError(f"corpus {corpus.name}: indexed {sorted(indexed)}, listed {sorted(corpus.texts)}")
    return services


def _fingerprint(corpus: Corpus) -> str:
    """Eight hex digits that change when an index of the corpus could: with its files, and the code that reads them."""
    digest = sha256()
    for document in corpus.documents:
        digest.update(document.source.sha256.encode())
    for package in ("ingest", "index"):
        root = Path(str(files(package)))
        for path in sorted(p for p in root.rglob("*") if p.suffix in (".py", ".toml", ".json")):
            digest.update(path.relative_to(root).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def unfounded(cases: Sequence[GoldenCase], texts: Mapping[str, str]) -> list[str]:
    """What is wrong with the evidence of ``cases`` for an index of ``texts`` (by document id), a line a case.

    A case that names no document may have its evidence in any; width and white space do not matter.
    """
    folded = {document_id: fold(text) for document_id, text in texts.items()}
    problems = []
    for case in cases:
        if case.document and case.document not in folded:
            known = ", ".join(folded) or "none"
            problems.append(f"{case.id}: document {case.document} is not indexed (indexed: {known})")
            continue
        searched = [folded[case.document]] if case.document else list(folded.values())
        problems += (
            f"{case.id}: evidence is not in {case.document or 'any document'}: {evidence}"
            for evidence in case.evidence
            if not any(fold(evidence) in text for text in searched)
        )
    return problems


def shared_facts(cases: Sequence[GoldenCase], texts: Mapping[str, str]) -> list[str]:
    """Pairs of cases of different splits that state the same fact or refuse the same question, a line a pair.

    The fact of a case is where its evidence stands, in every place it occurs; of a case without evidence, its
    question (and history) by Jaccard similarity of character pairs (Broder 1997).
    """
    found = []
    folded = {name: fold(text) for name, text in texts.items()}
    dev = [(case, _places(case, folded), _pairs(case)) for case in cases if case.split == "dev"]
    for test in (case for case in cases if case.split == "test"):
        places, pairs = _places(test, folded), _pairs(test)
        for case, other_places, other_pairs in dev:
            if places and other_places:
                same = any(_overlap(a, b) for a in places for b in other_places)
            else:
                same = len(pairs & other_pairs) >= _SAME_QUESTION * len(pairs | other_pairs)
            if same:
                found.append(f"{test.id} (test) and {case.id} (dev) share a fact: {case.question}")
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    document: str
    start: int
    end: int


def _places(case: GoldenCase, texts: Mapping[str, str]) -> list[_Place]:
    """Where the evidence of ``case`` stands, in offsets of the folded ``texts``."""
    found = []
    for document, text in texts.items():
        if case.document not in (None, "", document):
            continue
        for evidence in case.evidence:
            wanted = fold(evidence)
            at = text.find(wanted)
            while at >= 0:
                found.append(_Place(document, at, at + len(wanted)))
                at = text.find(wanted, at + 1)
    return found


def _overlap(a: _Place, b: _Place) -> bool:
    return a.document == b.document and min(a.end, b.end) - max(a.start, b.start) >= _SAME_FACT


def _pairs(case: GoldenCase) -> set[str]:
    text = fold(" ".join((*case.history, case.question)))
    return {text[n : n + 2] for n in range(len(text) - 1)} or {text}
