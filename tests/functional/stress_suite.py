"""Suites whose agents do something at the same time, and note in what order."""

from __future__ import annotations

import textwrap

from tests.functional.running import Suite

_HEAD = """
import os, pathlib, pytest, random, subprocess, sys, time

def note(request):
    with open(f"notes/{os.getpid()}.txt", "a") as file:
        file.write(f"{request.node.nodeid}\\n")

def meet(processes):
    folder = pathlib.Path("met")
    (folder / f"{os.environ['PYTEST_XDIST_TESTRUNUID']}-{os.getpid()}").touch()
    while len(os.listdir(folder)) < processes:
        time.sleep(0.01)
"""


def write(suite: Suite, **files: str) -> None:
    """Write files of tests, with what all of them use."""
    for folder in ("notes", "met"):
        (suite.folder / folder).mkdir()
    suite.write(stress=_HEAD)
    for name, text in files.items():
        suite.write_text(f"{name}.py", f"from stress import *\n\n{textwrap.dedent(text)}")


def together(tests: int, processes: int, body: str = "pass") -> str:
    """A file of tests; the first one waits until so many processes have come that far."""
    return f"""
@pytest.mark.parametrize("n", range({tests}))
def test_it(n, request):
    note(request)
    if n == 0:
        meet({processes})
{textwrap.indent(textwrap.dedent(body).strip(), "    ")}
"""


def files(number: int, tests: int, body: str = "pass") -> dict[str, str]:
    """Files that begin together, so that each has an agent of its own."""
    return {f"test_{n:02}": together(tests, number, body) for n in range(number)}
