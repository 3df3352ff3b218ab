"""Writes the parts of the documentation that are made from the code: `python docs/generate.py`.

Each part stands in a page between `<!-- generated: NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from packaging.version import Version

from pytest_agentorch import (
    Advance,
    AgentBus,
    AgentEntry,
    ControllerBus,
    Escalation,
    Handoff,
    HeldAgent,
    Message,
    PhaseResults,
    Sent,
    SharedState,
    Subscription,
    Veto,
    command_line,
    hookspecs,
    phase_table,
)
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.settings import PhaseSettings
from pytest_agentorch.orchestration import recovery
from pytest_agentorch.orchestration.agent_record import TRANSITIONS, AgentState

FOLDER = Path(__file__).parent
_OURS = ("settle",)
"""Methods of public classes that only this package calls."""
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
    parts += ["## What they are given and answer", *map(_class, (PhaseResults, Veto, Advance))]
    parts += ["## Hooks of pytest-xdist that are called, too"]
    parts += [_hook(f.__func__) for f in theirs if _is_called(f.__func__.__name__)]
    return "\n\n".join(parts)


def agent_bus() -> str:
    """The fixture for messages, and what it gives."""
    others = (
        *(Message, Handoff, Escalation, Sent, Subscription),
        *(AgentEntry, HeldAgent, ControllerBus),
    )
    return "\n\n".join([*_members(AgentBus, "agent_bus."), *map(_class, others)])


def agent_state() -> str:
    """The fixture for shared documents."""
    return "\n\n".join(_members(SharedState, "agent_state."))


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


def compatibility() -> str:
    """What `python -m tests.compatibility` has found."""
    found = json.loads((FOLDER / "compatibility.json").read_text(encoding="utf-8"))
    return compatibility_table(found["runs"])


def compatibility_table(runs: Sequence[dict[str, Any]]) -> str:
    """A row for each suite over all runs, and one for each run."""
    lines = [
        "| plugins | tests | `-n 2` | agents, forked | agents, spawned |",
        "|---|---|---|---|---|",
    ]
    for name in sorted({name for run in runs for name in run["suites"]}):
        rows = {_place(run): run["suites"][name] for run in runs if name in run["suites"]}
        tests = " or ".join(sorted({str(row["tests"]) for row in rows.values()}))
        ways = (_cell(rows, way) for way in ("xdist", "fork", "spawn"))
        lines.append(f"| {_plugins(name, rows.values())} | {tests} | {' | '.join(ways)} |")
    lines += [
        "",
        "| Python | pytest | pytest-xdist | plugins | suites | run on |",
        "|---|---|---|---|---|---|",
    ]
    for run in runs:
        versions = (run[name] for name in ("python", "pytest", "pytest-xdist", "versions"))
        dates = {row["date"] for row in run["suites"].values()}
        when = " to ".join(sorted({min(dates), max(dates)}))
        lines.append(f"| {' | '.join(versions)} | {len(run['suites'])} | {when} |")
    return "\n".join(lines)


def _place(run: dict[str, Any]) -> str:
    """Where a run is told from the others: 3.12, or 3.13 with newest versions."""
    python = run["python"].rpartition(".")[0]
    return str(python if run["versions"] == "pinned" else f"{python} {run['versions']}")


def _plugins(name: str, rows: Iterable[dict[str, Any]]) -> str:
    """Each plugin with the versions of it that were tried."""
    versions: dict[str, set[str]] = {}
    for row in rows:
        for plugin, version in row["versions"].items():
            versions.setdefault(plugin, set()).add(version)
    tried = (
        f"{plugin} {', '.join(sorted(found, key=Version))}" for plugin, found in versions.items()
    )
    return "; ".join(tried) + (f": {name.removeprefix('own_')}" if "pytest" in versions else "")


def _cell(rows: dict[str, dict[str, Any]], way: str) -> str:
    """Whether a way is like one process; where, if not everywhere."""
    places: dict[str, list[str]] = {}
    for place, row in rows.items():
        places.setdefault("different" if row["ways"][way] else "same", []).append(place)
    if len(places) == 1:
        return next(iter(places))
    return ", ".join(f"{found} ({', '.join(where)})" for found, where in places.items())


PARTS: dict[str, Callable[[], str]] = {
    "options": options,
    "phase-defaults": phase_defaults,
    "hooks": hooks,
    "agent-bus": agent_bus,
    "agent-state": agent_state,
    "agent-states": agent_states,
    "recovery": recovery_rules,
    "compatibility": compatibility,
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


def _class(kind: type) -> str:
    """A class and what can be done with it."""
    text = _as_markdown(inspect.getdoc(kind) or "")
    return "\n\n".join([f"### `{kind.__name__}`\n\n{text}", *_members(kind, ".", level=4)])


def _members(kind: type, prefix: str, level: int = 3) -> Iterator[str]:
    """The public methods and properties of a class, with those that it inherits from ours."""
    names = (name for one in kind.__mro__[-2::-1] for name in vars(one) if one is not Frozen)
    for name in dict.fromkeys(names):
        member = inspect.getattr_static(kind, name)
        function = getattr(member, "fget", getattr(member, "__func__", member))
        if name.startswith("_") or name in _OURS or not inspect.isfunction(function):
            continue
        brackets = "" if isinstance(member, property) else f"({_parameters(function)})"
        text = _as_markdown(inspect.getdoc(function) or "")
        yield f"{'#' * level} `{prefix}{name}{brackets}`\n\n{text}"


def _parameters(function: Callable[..., object]) -> str:
    """What a method is given, without the types."""
    found: list[str] = []
    for name, one in list(inspect.signature(function).parameters.items())[1:]:
        if one.kind is one.KEYWORD_ONLY and "*" not in found:
            found.append("*")
        default = getattr(one.default, "value", one.default)
        shown = "..." if type(default) is object else repr(default)
        found.append(name if default is one.empty else f"{name}={shown}")
    return ", ".join(found)


def _as_markdown(docstring: str) -> str:
    """Turn the sections of a docstring into lists."""
    return "\n".join(_lines(docstring.splitlines()))


def _lines(lines: list[str]) -> Iterator[str]:
    section = ""
    for line in map(str.strip, lines):
        if line in ("Args:", "Attributes:", "Returns:", "Raises:"):
            section = line
            yield line.replace("Args", "Arguments")
            yield ""
        elif section in ("Args:", "Attributes:", "Raises:") and line:
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
