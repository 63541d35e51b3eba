"""Models that sentence-transformers loads, by a folder's path or by their name on the Hugging Face hub."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from index.errors import EncoderError

_LIBRARY = "sentence_transformers"
_EXTRA = "pip install 'reformqa[models]'"
#: What decides a vector: weights, vocabulary, configuration, the code of models that bring their own.
_DECISIVE = frozenset({".bin", ".json", ".model", ".py", ".safetensors", ".txt"})
#: Folders of a model with copies of it for runtimes that are not used here.
_OTHER_RUNTIMES = frozenset({"onnx", "openvino"})


def open_model(kind: str, name: str, threads: int) -> Any:
    """The sentence-transformers model of class ``kind`` (SentenceTransformer, CrossEncoder) that ``name`` names.

    What is on this machine is preferred to the network. ``threads`` are torch's, for the whole process.
    Raises: EncoderError with the remedy when the extra is missing, there is no such folder, or it does not load.
    """
    if find_spec(_LIBRARY) is None:
        raise EncoderError(f"model {name} needs sentence-transformers, which is not installed: {_EXTRA}")
    path = Path(name).expanduser()
    if not path.is_dir() and (path.is_absolute() or name.startswith((".", "~"))):
        raise EncoderError(f"model folder {name} does not exist: give the folder of a model, or a name on the hub")
    import_module("torch").set_num_threads(threads)
    import_module("transformers.utils.logging").disable_progress_bar()
    model_class = getattr(import_module(_LIBRARY), kind)
    # torch, transformers and the hub's client share no exception but Exception; nothing is swallowed.
    try:
        if path.is_dir():
            return model_class(str(path), local_files_only=True)
        try:
            return model_class(name, local_files_only=True)
        except OSError:
            return model_class(name)
    except Exception as error:
        first = (str(error) or type(error).__name__).splitlines()[0]
        remedy = (
            f"is {path} a {kind} with its tokenizer?"
            if path.is_dir()
            else "check the name and the network, or download the model and give its folder"
        )
        raise EncoderError(f"model {name} cannot be loaded by sentence-transformers ({first}): {remedy}") from error


def folder_of(name: str) -> Path:
    """The folder of a model that ``open_model`` has loaded."""
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    return Path(import_module("huggingface_hub").snapshot_download(name, local_files_only=True))


def digest_of(folder: Path) -> str:
    """sha256, hexadecimal, over the names and contents of the files that decide what the model computes."""
    digest = hashlib.sha256()
    for path in _decisive_files(folder):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()}\n{content}\n".encode())
    return digest.hexdigest()


def _decisive_files(folder: Path) -> Iterator[Path]:
    files = [
        path
        for path in sorted(folder.rglob("*"))
        if path.suffix in _DECISIVE
        and path.is_file()
        and not any(part.startswith(".") or part in _OTHER_RUNTIMES for part in path.relative_to(folder).parts)
    ]
    safe = any(path.suffix == ".safetensors" for path in files)
    # Where a model has its weights in both formats, safetensors are what is loaded.
    return (path for path in files if not (safe and path.suffix == ".bin"))
