"""What a test needs of the machine itself, which no package brings."""

from typing import NoReturn

import pytest

_CANNOT = "this machine cannot: "


def cannot(what: str) -> NoReturn:
    """Skip a test, also where skips are forbidden: nothing that could be installed is missing."""
    pytest.skip(_CANNOT + what)


def may_skip(report: pytest.TestReport) -> bool:
    """Whether a skip is of that kind."""
    return isinstance(report.longrepr, tuple) and _CANNOT in report.longrepr[2]
