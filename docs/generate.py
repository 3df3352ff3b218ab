"""Writes the parts of the documentation that are made from the code: `python docs/generate.py`.

Each part stands in a page between `<!-- generated: NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pytest_agentorch import command_line, hookspecs, phase_table
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.settings import PhaseSettings
from pytest_agentorch.orchestration import recovery
from pytest_agentorch.orchestration.agent_record import TRANSITIONS, AgentState

FOLDER = Path(__file__).parent
_PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def renewed(text: str) -> str:
    """Return a page with its generated parts made anew."""
    return _PART.sub(lambda found: f"{found[1]}{PARTS[found[2]]()}\n{found[3]}", text)


def options() -> str:
    """The command line, from the plugin's own declaration."""
    recorder = _Options()
    command_line.declare(recorder)  # type: ignore[arg-type]
    rows = ["| option | what it does |", "|---|---|"]
    for name, keywords in recorder.found:
        value = keywords.get("metavar") or "\\|".join(keywords.get("choices") or ())
        given = f"[={value}]" if keywords.get("nargs") == "?" else f"={value}"
        shown = f"{name}{given}" if value else name
        rows.append(f"| `{shown}` | {keywords['help']} |")
    return "\n".join(rows)


def phase_defaults() -> str:
    """The values of the built-in phases, and of one that a project makes."""
    own = PhaseSettings(name=PhaseName("your own"))
    phases = (*phase_table._BUILT_IN, own)  # noqa: SLF001 - what is to be shown
    rows = [
        "| key | " + " | ".join(phase.name for phase in phases) + " |",
        "|---|" + "---|" * len(phases),
        _row("after", phases, lambda phase: ", ".join(phase.after) or "nothing"),
        _row("parallelism", phases, lambda phase: phase.parallelism.value),
        _row("max_agents", phases, lambda phase: f"none: {phase.default_cap}, or `cpu_share`"),
        _row("tests_per_agent", phases, lambda phase: str(phase.tests_per_agent)),
        _row("cpu_share", phases, lambda phase: f"{phase.cpu_share:g}"),
        _row("memory_per_agent", phases, lambda phase: f"{phase.memory_per_agent >> 20} MiB"),
    ]
    return "\n".join(rows)


def hooks() -> str:
    """Every hook with its documentation."""
    ours = [f for name, f in vars(hookspecs).items() if name.startswith("pytest_")]
    theirs = [f for name, f in vars(hookspecs.XdistHooks).items() if name.startswith("pytest_")]
    parts = ["## Hooks of pytest-agentorch", *map(_hook, ours)]
    parts += ["## Hooks of pytest-xdist that are called, too"]
    parts += [_hook(f.__func__) for f in theirs if _is_called(f.__func__.__name__)]
    return "\n\n".join(parts)


def agent_states() -> str:
    """The life of an agent, as the orchestrator sees it."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {AgentState.STARTING.value}"]
    for (before, step), after in TRANSITIONS.items():
        cause = getattr(step.value, "__name__", step.value)
        lines.append(f"    {before.value} --> {after.value}: {cause}")
    lines += [f"    {state.value} --> [*]" for state in AgentState if not state.is_live]
    return "\n".join([*lines, "```"])


def recovery_rules() -> str:
    """What becomes of tests, slots and the run when an agent is lost."""
    text = recovery.__doc__ or ""
    return text[text.index("|") :].strip()


PARTS: dict[str, Callable[[], str]] = {
    "options": options,
    "phase-defaults": phase_defaults,
    "hooks": hooks,
    "agent-states": agent_states,
    "recovery": recovery_rules,
}


class _Options:
    """Looks like pytest's parser and keeps what is declared."""

    def __init__(self) -> None:
        self.found: list[tuple[str, dict[str, Any]]] = []

    def getgroup(self, *_names: str) -> _Options:
        return self

    def addoption(self, name: str, **keywords: Any) -> None:
        self.found.append((name, keywords))


def _row(key: str, phases: tuple[PhaseSettings, ...], value: Callable[[PhaseSettings], str]) -> str:
    return f"| `{key}` | " + " | ".join(map(value, phases)) + " |"


def _is_called(hook: str) -> bool:
    """Whether any other module names the hook: some are declared for suites that implement them."""
    package = Path(hookspecs.__file__).parent
    others = (path for path in package.rglob("*.py") if path.name != "hookspecs.py")
    return any(hook in path.read_text(encoding="utf-8") for path in others)


def _hook(function: Callable[..., object]) -> str:
    names = ", ".join(inspect.signature(function).parameters)
    first = getattr(function, "pytest_spec", {}).get("firstresult")
    text = _as_markdown(inspect.getdoc(function) or "")
    note = "\n\nThe first answer that is not None counts." if first else ""
    return f"### `{function.__name__}({names})`\n\n{text}{note}"


def _as_markdown(docstring: str) -> str:
    """Turn the sections of a docstring into lists."""
    return "\n".join(_lines(docstring.splitlines()))


def _lines(lines: list[str]) -> Iterator[str]:
    section = ""
    for line in map(str.strip, lines):
        if line in ("Args:", "Returns:", "Raises:"):
            section = line
            yield line.replace("Args", "Arguments")
            yield ""
        elif section == "Args:" and line:
            name, colon, rest = line.partition(": ")
            yield f"* `{name}`: {rest}" if colon else f"  {line}"
        else:
            yield line


def main() -> None:
    """Write every page anew."""
    for page in sorted(FOLDER.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        new = renewed(text)
        if new != text:
            page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
