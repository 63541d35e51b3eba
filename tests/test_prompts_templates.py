"""Prompt templates declare what they use, and refuse what they do not know."""

from importlib.resources import files

import pytest

from prompts import PromptError, load

NAMES = sorted(path.name.removesuffix(".md") for path in files("prompts").iterdir() if path.name.endswith(".md"))


@pytest.mark.parametrize("name", NAMES)
def test_every_template_has_a_purpose_and_renders_with_its_variables(name: str) -> None:
    prompt = load(name)
    assert prompt.purpose
    rendered = prompt.render(**{variable: f"<{variable}>" for variable in prompt.variables})
    assert all(f"<{variable}>" in rendered for variable in prompt.variables)
    assert "{{" not in rendered


def test_a_missing_and_an_unknown_variable_both_fail() -> None:
    prompt = load("word_material")
    values = dict.fromkeys(prompt.variables, "x")
    with pytest.raises(PromptError, match="unknown variables more"):
        prompt.render(**values, more="x")
    values.popitem()
    with pytest.raises(PromptError, match="missing variables"):
        prompt.render(**values)


def test_what_a_variable_holds_is_not_rendered_again() -> None:
    prompt = load("word_material")
    assert "{{evidence}}" in prompt.render(question="{{evidence}}", evidence="e")


def test_a_template_that_does_not_exist_is_named() -> None:
    with pytest.raises(PromptError, match=r"nothing\.md"):
        load("nothing")
