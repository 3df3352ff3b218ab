"""How far a run is, as lines: below the output of a terminal, or now and then in a log. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.reporting.terminal_text import seconds
from pytest_agentorch.results.progress import Progress
from pytest_agentorch.results.standing import AgentStanding, PhaseStanding

_LEAST_COLUMNS = 30
_LONGEST_BAR = 24
_SHORTEST_BAR = 6
_SHORTEST_NAME = 10
_MOST_TOLD = 4
_EIGHTHS = " ▏▎▍▌▋▊▉█"


class Space(Frozen):
    """What there is to write in: at most so many lines, each with at most so many columns.

    Attributes:
        ascii: whether nothing else can be written.
    """

    columns: int
    lines: int
    ascii: bool = False


def live_lines(progress: Progress, space: Space) -> list[str]:
    """Return a line for each phase that is not over, active ones first, and one for agents.

    None where there is no space for anything that helps.
    """
    if space.columns < _LEAST_COLUMNS or space.lines < 2:
        return []
    rest = [phase for phase in progress.phases if not phase.is_over]
    rest.sort(key=lambda phase: not phase.began)
    width = max((len(phase.phase) for phase in rest), default=0)
    lines = [_phase_line(phase, width, space) for phase in rest[: space.lines - 1]]
    return [line[: space.columns] for line in [*lines, *_agents_line(progress, space)]]


def still_running(progress: Progress, took: float) -> str:
    """Say what has been running for so long that nothing was shown."""
    minutes, rest = divmod(int(took), 60)
    hours, minutes = divmod(minutes, 60)
    running = [
        f"{agent.view.agent} {_printable(agent.node_id)} ({progress.at - agent.view.since:.0f} s)"
        for agent in _longest_first(progress)
    ]
    if len(running) > _MOST_TOLD:
        running[_MOST_TOLD:] = [f"and {len(running) - _MOST_TOLD} more"]
    left = progress.standing.tally.not_run
    what = f"still running: {', '.join(running)}" if running else f"no test runs, {left} are left"
    return f"[{hours:02}:{minutes:02}:{rest:02}] {what}"


def _phase_line(phase: PhaseStanding, width: int, space: Space) -> str:
    name = f"{phase.phase:<{width}}"
    if not phase.began and phase.waits_for:
        return f"{name}  waits for {', '.join(phase.waits_for)}"
    standing = phase.standing
    total = str(standing.tally.total)
    done = f"{standing.finished:>{len(total)}}/{total}"
    agents = f"{phase.busy} agent{'' if phase.busy == 1 else 's'}"
    parts = [f"{int(standing.percent):>3} %", agents]
    if standing.tally.bad:
        parts.append(f"{standing.tally.bad} failed")
    room = space.columns - len("  ".join([name, done, *parts])) - 2
    bar = _bar(standing.percent / 100, min(_LONGEST_BAR, room), ascii_only=space.ascii)
    return "  ".join([name, done, *bar, *parts])


def _bar(share: float, width: int, *, ascii_only: bool) -> list[str]:
    if width < _SHORTEST_BAR:
        return []
    whole, eighths = divmod(int(share * width * 8), 8)
    if ascii_only:
        return [f"{'#' * whole:-<{width}}"]
    last = _EIGHTHS[eighths] if eighths else ""
    return [f"{'█' * whole + last:<{width}}"]


def _agents_line(progress: Progress, space: Space) -> Iterator[str]:
    separator, running = " - " if space.ascii else " · ", _longest_first(progress)
    ahead = []
    if len(progress.phases) > 1:
        standing = progress.standing
        ahead.append(f"{standing.finished}/{standing.tally.total}")
    if progress.seconds_left is not None:
        ahead.append(f"about {_whole(progress.seconds_left)} left")
    room = space.columns - _width(separator.join([*ahead, "", f"+{len(running) - 1}"]))
    cut = "~" if space.ascii else "…"
    parts = [_running(agent, progress.at, room, cut) for agent in running]
    if ahead or parts:
        yield _fitted(ahead, parts, space.columns, separator)


def _running(agent: AgentStanding, at: float, room: int, cut: str) -> str:
    """Say what it runs, in so many columns if that is enough for the end of a name."""
    name, took = _short(agent.node_id), seconds(at - agent.view.since)
    room -= len(f"{agent.view.agent}  {took}")
    if _SHORTEST_NAME <= room < _width(name):
        name = name[-room:]
        while _width(name) >= room:
            name = name[1:]
        name = cut + name
    return f"{agent.view.agent} {name} {took}"


def _fitted(ahead: list[str], parts: list[str], columns: int, separator: str) -> str:
    """Join as many as there is space for behind what is in front, and count the others."""
    for shown in range(len(parts), 0, -1):
        more = [f"+{len(parts) - shown}"] if shown < len(parts) else []
        line = separator.join([*ahead, *parts[:shown], *more])
        if _width(line) <= columns:
            return line
    return separator.join([*ahead, *([f"+{len(parts)}"] if parts else [])])


def _width(text: str) -> int:
    """How many columns it takes: letters of some scripts are twice as wide."""
    return len(text) + sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)


def _longest_first(progress: Progress) -> list[AgentStanding]:
    running = [agent for agent in progress.agents if agent.node_id]
    return sorted(running, key=lambda agent: agent.view.since)


def _short(node_id: str) -> str:
    """A node id without the folders."""
    file, colons, name = node_id.partition("::")
    return _printable(file.rpartition("/")[2] + colons + name)


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _whole(value: float) -> str:
    """Whole seconds: nobody knows it better."""
    minutes, rest = divmod(round(value), 60)
    return f"{minutes}m{rest:02}s" if minutes else f"{rest}s"
