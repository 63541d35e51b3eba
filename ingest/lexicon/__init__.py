"""Tables that people can edit; every loader reads one file of this folder."""

import tomllib
from functools import cache
from importlib.resources import files


@cache
def table(name: str) -> dict[str, object]:
    """The parsed TOML file ``<name>.toml`` of this folder (do not change what it returns)."""
    return tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))
