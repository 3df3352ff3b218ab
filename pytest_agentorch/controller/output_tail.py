"""What an agent writes past pytest's capturing: followed while it runs, quoted when it has died."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.storage.printed import ENDING

LAST_BYTES = 20_000
_RECORD = ".tests"


class OutputTail:
    """What agents write into: `<agent>.log`, and captured `<agent>.out`, `<agent>.err`."""

    def __init__(self, folder: Path, show: Callable[[AgentId, str], None] | None) -> None:
        self._folder = folder
        self._show = show
        self._positions: dict[AgentId, int] = {}

    def output_file(self, agent: AgentId) -> Path:
        """Where the agent's file descriptors 1 and 2 lead."""
        return self._folder / f"{agent}.log"

    def capture_stem(self, agent: AgentId) -> Path:
        """The path of its capture files without the ending."""
        return self._folder / agent

    def record_file(self, agent: AgentId) -> Path:
        """Where the agent writes down what it has begun and finished."""
        return self._folder / f"{agent}{_RECORD}"

    @property
    def shows(self) -> bool:
        """Whether anything is shown at all."""
        return self._show is not None

    def follow(self, agent: AgentId) -> None:
        """Show what the agent writes from now on."""
        self._positions.setdefault(agent, 0)

    def poll(self, *, whole: bool = False) -> None:
        """Show complete lines that have come; with `whole` also an unfinished last one."""
        if self._show is None:
            return
        for agent in self._positions:
            self._show_more(agent, self._show, whole=whole)

    def end(self, agent: AgentId) -> None:
        """The agent is gone: show what is left, and keep no file with nothing in it."""
        if self._show is not None and agent in self._positions:
            self._show_more(agent, self._show, whole=True)
        self._positions.pop(agent, None)
        for path in self._files(agent):
            with contextlib.suppress(OSError):
                if not path.stat().st_size:
                    path.unlink()

    def close(self) -> None:
        """Remove records, and what passing tests have printed: nobody looks at it any more."""
        with contextlib.suppress(OSError):
            for path in list(self._folder.iterdir()):
                if path.name.endswith((_RECORD, ENDING)) or not path.stat().st_size:
                    path.unlink()

    def last_words(self, agent: AgentId) -> str:
        """The last that an agent wrote: captured by its test, then past capturing."""
        parts = [
            _read_from(path, -LAST_BYTES).decode("utf-8", "replace") for path in self._files(agent)
        ]
        return "\n".join(part.rstrip("\n") for part in parts if part.strip())

    def _files(self, agent: AgentId) -> tuple[Path, ...]:
        stem = self.capture_stem(agent)
        written = Path(f"{stem}.out"), Path(f"{stem}.err"), self.output_file(agent)
        return *written, Path(f"{self.record_file(agent)}.stacks")

    def _show_more(
        self, agent: AgentId, show: Callable[[AgentId, str], None], *, whole: bool
    ) -> None:
        """Show what has come from one agent: complete lines only, or also an unfinished last."""
        position = self._positions[agent]
        text = _read_from(self.output_file(agent), position)
        end = len(text) if whole else text.rfind(b"\n") + 1
        self._positions[agent] = position + end
        for line in text[:end].decode("utf-8", "replace").splitlines():
            show(agent, line)


def _read_from(path: Path, position: int) -> bytes:
    """Read from a position, or the last bytes if it is negative; a missing file is empty."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size + position) if position < 0 else position)
            return file.read()
    except OSError:
        return b""
