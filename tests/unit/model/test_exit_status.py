"""How a process ended, in words."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.exit_status import ExitStatus


@pytest.mark.parametrize(
    ("returncode", "name", "words"),
    [
        (0, None, "exit code 0"),
        (3, None, "exit code 3"),
        (-9, "SIGKILL", "SIGKILL (9)"),
        (-11, "SIGSEGV", "SIGSEGV (11)"),
        (-250, "signal 250", "signal 250 (250)"),
        (None, None, "lost contact"),
    ],
)
def test_how_it_is_told(returncode: int | None, name: str | None, words: str) -> None:
    """A code, a signal, or nothing."""
    status = ExitStatus(returncode=returncode)
    assert (status.signal_name, str(status)) == (name, words)


@pytest.mark.parametrize(
    ("returncode", "words"),
    [
        (-9, "it lied"),
        (None, "it lied"),
        (-11, "SIGSEGV (11): it lied"),
        (1, "exit code 1: it lied"),
    ],
)
def test_a_reason_is_told_with_it(returncode: int | None, words: str) -> None:
    """And without it if it was ended here, or never came up; a hint would mislead, too."""
    status = ExitStatus(returncode=returncode, reason="it lied")
    assert (str(status), status.hint) == (words, None)


def test_a_hint_is_given_where_there_is_one() -> None:
    """What usually causes it."""
    assert "out-of-memory" in str(ExitStatus(returncode=-9).hint)
    assert ExitStatus(returncode=1).hint is None
    assert ExitStatus(returncode=None).hint is None
