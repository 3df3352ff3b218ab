"""Runner: a way to run a suite, as a name, arguments of pytest and what pip has to install.

A new one is a line in `RUNNERS`.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

PYTEST = "pytest"
AGENTORCH = "pytest-agentorch"
XDIST = "pytest-xdist"
ZYGOTE = "pytest-zygote"
# Distribution -> the names under which pytest would load its plugins by itself.
PLUGINS: Mapping[str, tuple[str, ...]] = {
    AGENTORCH: ("agentorch",),
    XDIST: ("xdist", "xdist.looponfail"),
    ZYGOTE: ("zygote",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Runner:
    """One row of each table; `{agents}` in an argument becomes their number."""

    name: str
    arguments: tuple[str, ...] = ()
    distribution: str = PYTEST

    def command(self, agents: int) -> tuple[str, ...]:
        """Arguments of pytest; the other runners' plugins are not even imported."""
        others = (names for name, names in PLUGINS.items() if name != self.distribution)
        off = (part for names in others for name in names for part in ("-p", f"no:{name}"))
        return (*off, *(argument.format(agents=agents) for argument in self.arguments))


SERIAL = Runner(name="serial")
# Measured like a runner, as a part of the limit.
COLLECT = Runner(name="collect", arguments=("--collect-only", "-qq"))
RUNNERS: Mapping[str, Runner] = {
    runner.name: runner
    for runner in (
        SERIAL,
        Runner(name="xdist-load", arguments=("-n{agents}", "--dist=load"), distribution=XDIST),
        Runner(
            name="xdist-worksteal", arguments=("-n{agents}", "--dist=worksteal"), distribution=XDIST
        ),
        Runner(
            name="xdist-loadfile", arguments=("-n{agents}", "--dist=loadfile"), distribution=XDIST
        ),
        Runner(name="zygote", arguments=("--workers={agents}",), distribution=ZYGOTE),
        Runner(name="agentorch", arguments=("--agents={agents}",), distribution=AGENTORCH),
        Runner(
            name="agentorch-spawn",
            arguments=("--agents={agents}", "--agents-start=spawn"),
            distribution=AGENTORCH,
        ),
    )
}


def chosen(names: Iterable[str]) -> tuple[Runner, ...]:
    """The runners of those names in the table's order; serial is always one of them.

    Raises:
        LookupError: there is no such runner.
    """
    wanted = {SERIAL.name, *names}
    unknown = sorted(wanted - set(RUNNERS))
    if unknown:
        message = f"there is no runner {unknown[0]!r}. Known: {', '.join(RUNNERS)}."
        raise LookupError(message)
    return tuple(runner for name, runner in RUNNERS.items() if name in wanted)


def pins(project: Path) -> Mapping[str, str]:
    """Distribution -> requirement, as the extra `bench` of the project pins them."""
    text = (project / "pyproject.toml").read_text(encoding="utf-8")
    extra: list[str] = tomllib.loads(text)["project"]["optional-dependencies"]["bench"]
    return {requirement.partition("==")[0]: requirement for requirement in extra}
