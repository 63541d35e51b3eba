"""Prompt templates: Markdown files with a header that names their purpose and variables."""

import re
from dataclasses import dataclass
from importlib.resources import files

__all__ = ["Prompt", "PromptError", "load"]


class PromptError(Exception):
    """A template is missing or malformed, or is rendered with missing or unknown variables."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template: ``{{name}}`` in ``body`` stands for the variable ``name``; every variable is declared and used."""

    name: str
    purpose: str
    variables: frozenset[str]
    body: str

    def render(self, **values: str) -> str:
        """The body with its variables filled in; raises PromptError for a missing or unknown one."""
        if missing := self.variables - values.keys():
            raise PromptError(f"prompt {self.name}: missing variables {', '.join(sorted(missing))}")
        if unknown := values.keys() - self.variables:
            raise PromptError(f"prompt {self.name}: unknown variables {', '.join(sorted(unknown))}")
        return _VARIABLE.sub(lambda match: values[match[1]], self.body)


# {{question}}
_VARIABLE = re.compile(r"\{\{(\w+)\}\}")
_HEADER = re.compile(r"---\npurpose: (?P<purpose>[^\n]+)\nvariables: (?P<variables>[^\n]*)\n---\n(?P<body>.*)", re.S)


def load(name: str) -> Prompt:
    """The template ``<name>.md`` of this folder; raises PromptError if it is missing or its header is wrong."""
    path = files(__name__).joinpath(f"{name}.md")
    if not path.is_file():
        raise PromptError(f"there is no prompt {name}.md")
    match = _HEADER.fullmatch(path.read_text("utf-8"))
    if match is None:
        raise PromptError(f"prompt {name}.md needs a header with purpose and variables between lines of ---")
    declared = frozenset(part.strip() for part in match["variables"].split(",") if part.strip())
    used = frozenset(_VARIABLE.findall(match["body"]))
    if declared != used:
        raise PromptError(f"prompt {name}.md declares {sorted(declared)} but uses {sorted(used)}")
    return Prompt(name, match["purpose"], declared, match["body"].strip())
