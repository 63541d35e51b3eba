"""The encoder's own model as sentence-transformers runs it, where that and the model are on this machine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

_MODEL = "intfloat/multilingual-e5-small"


@dataclass(frozen=True, slots=True)
class Compared:
    """``encode`` takes texts with the model's prefixes."""

    name: str
    encode: Callable[[Sequence[str]], object]


def compared() -> Compared | str:
    """The model, never downloaded; or why there is none."""
    if find_spec("sentence_transformers") is None:
        return "sentence-transformers is not installed: pip install 'reformqa[models]'"
    library = import_module("sentence_transformers")
    try:
        model = library.SentenceTransformer(_MODEL, device="cpu", local_files_only=True)
    except OSError as error:
        return f"sentence-transformers has no {_MODEL} on this machine: {str(error).splitlines()[0]}"
    return Compared(
        f"sentence-transformers {library.__version__}, {_MODEL}, float32",
        lambda texts: model.encode(list(texts), batch_size=1, normalize_embeddings=True, show_progress_bar=False),
    )
