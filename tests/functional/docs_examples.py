"""The examples of the documentation: run, and compared with what their page shows."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from pytest_agentorch.orchestration.allot import THREAD_VARIABLES
from tests.functional.docs_page import Block, blocks
from tests.functional.strict import EVERYWHERE

LIMIT_SECONDS = 120.0
# Under tox pytest has its cache in the environment of tox, and shares it with those that it starts.
HIDDEN = ("PYTEST_", "COV_", "TOX_", "GITHUB_")
_ELISION = re.compile(r"(\n\.\.\.(?=\n))|(?<!\.)\.\.\.(?!\.)")
_VARIES = (
    (re.compile(r"\d+(\.\d+)?(?= ?s\b)"), "0"),
    # An agent that comes late finds nothing to do.
    (re.compile(r"agents: \d+, efficiency \d+ %"), "agents: 2, efficiency 0 %"),
    (re.compile(r"\d+ agents?, 0 lost;"), "2 agents, 0 lost;"),
    (re.compile(r"efficiency \d+ % of \d+ agents?"), "efficiency 0 % of 2 agents"),
    (re.compile(r"^(\w+(?: +\d+){4,5}(?: +0s){2}) +\d+$", re.MULTILINE), r"\1 2"),
    (re.compile(r"\d+(\.\d+)? [GM]iB of memory"), "1 GiB of memory"),
    (re.compile(r"\d{8}T\d{6}Z-[0-9a-f]+"), "RUN"),
    (re.compile(r"\b\d\d-\d\d \d\d:\d\d\b"), "MOMENT"),
    (re.compile(r"([=_!-])\1{3,}"), r"\1\1\1\1"),
    (re.compile(r"[ \t]+"), " "),
    (re.compile(r" $", re.MULTILINE), ""),
)


def run_page(page: Path, parent: Path) -> None:
    """Do what a page says, in new folders below `parent`; fail where something else comes out."""
    folder = parent / "0"
    folder.mkdir()
    for block in blocks(page):
        if not block.language:
            folder = parent / str(block.line)
            folder.mkdir()
        elif block.file is not None:
            target = folder / block.file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.text, encoding="utf-8")
        elif block.language == "console":
            _run_block(block, folder, f"{page.name}, line {block.line}")


def _run_block(block: Block, folder: Path, where: str) -> None:
    code = 0
    for command, expected in block.commands:
        code, output = _run(command, folder, where)
        assert matches(expected, output), (
            f"{where}: $ {command}\nshould print\n{expected}\nand prints\n{output}"
        )
    assert code == block.exit_code, f"{where}: exit code {code}\n{output}"


def _run(command: str, folder: Path, where: str) -> tuple[int, str]:
    words = shlex.split(command)
    # What else runs on this machine is nothing to it.
    own_host = {"PYTEST_AGENTORCH_HOST": str(folder.parent / "host")}
    # Python warns of files that an example does not close.
    env = _environment() | own_host | (dict.fromkeys(EVERYWHERE, "") if "start.md" in where else {})
    while "=" in words[0]:
        name, _, env[name] = words.pop(0).partition("=")
    ours = {"pytest": [sys.executable, "-m", "pytest"], "python": [sys.executable]}
    ended = subprocess.run(
        [*ours.get(words[0], words[:1]), *words[1:]],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    return ended.returncode, ended.stdout.decode("utf-8", "replace")


def _environment() -> dict[str, str]:
    """The environment of a user who has set nothing up, on a machine with two CPUs."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(HIDDEN)}
    # The last ones are set if this is an agent itself.
    for name in ("CI", "BUILD_NUMBER", "PY_COLORS", "FORCE_COLOR", "NO_COLOR", *THREAD_VARIABLES):
        kept.pop(name, None)
    # Plugins that happen to be here: hypothesis costs half a second in every process.
    own = {"PYTEST_ADDOPTS": "-p no:xdist -p no:hypothesispytest"}
    return {**kept, **own, **EVERYWHERE, "COLUMNS": "80", "PYTHON_CPU_COUNT": "2"}


def matches(expected: str, output: str) -> bool:
    """Whether an output is the expected one, but for what is elided or may differ."""
    pattern, after = "", 0
    text = _settled(expected)
    for elision in _ELISION.finditer(text):
        # A line of its own stands for any number of lines, also for none.
        anything = r"(?:\n.*)?" if elision[1] else ".*"
        pattern += re.escape(text[after : elision.start()]) + anything
        after = elision.end()
    pattern += re.escape(text[after:])
    return re.fullmatch(pattern, _settled(output), re.DOTALL) is not None


def _settled(text: str) -> str:
    for pattern, instead in _VARIES:
        text = pattern.sub(instead, text)
    return text.strip()
