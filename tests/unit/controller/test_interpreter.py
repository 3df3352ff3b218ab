"""Which of an interpreter's arguments are options for another one."""

from __future__ import annotations

import shlex
import sys

import pytest

from pytest_agentorch.controller import interpreter


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("-m pytest -O --agents=2", []),
        ("/usr/bin/pytest -O", []),
        ("-c 'import pytest' -O", []),
        ("- -O", []),
        ("-O -m pytest -W error", ["-O"]),
        ("-OOBm pytest", ["-O", "-O", "-B"]),
        ("-Wpytest -mpytest", ["-Wpytest"]),
        (
            "-W error::UserWarning -X dev -Xutf8=1 run.py",
            ["-Werror::UserWarning", "-Xdev", "-Xutf8=1"],
        ),
        ("-bWerror -sEI run.py", ["-b", "-Werror", "-s", "-E", "-I"]),
        ("-u -i -q -x run.py", []),
        ("--check-hash-based-pycs always -P run.py", ["--check-hash-based-pycs", "always", "-P"]),
        ("-W 'error:a b' run.py", ["-Werror:a b"]),
    ],
)
def test_what_stands_before_the_script_is_for_the_interpreter(
    line: str, expected: list[str]
) -> None:
    """Letters together, values apart."""
    assert list(interpreter.options_of(shlex.split(line))) == expected


def test_the_command_holds_the_executable(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a shell would read it; without options there is nothing to say."""
    monkeypatch.setattr(sys, "executable", "/my programs//python")
    monkeypatch.setattr(sys, "orig_argv", ["python", "-W", "error:a b", "run.py"])
    command = interpreter.command()
    assert command is not None
    assert shlex.split(command) == ["/my programs//python", "-Werror:a b"]
    monkeypatch.setattr(sys, "orig_argv", ["python", "run.py"])
    assert interpreter.command() is None
