"""Waiting in tests for what happens elsewhere: long enough for the busiest machine, so that only "never" fails."""

import time
from collections.abc import Callable

#: Seconds in which the busiest machine is done with what an idle one does in one.
PATIENCE = 60.0


def until(happened: Callable[[], object], otherwise: str = "it never happened") -> None:
    """Return when ``happened()`` is true; AssertionError with ``otherwise`` when patience ends."""
    ends = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < ends, otherwise
        time.sleep(0.02)
