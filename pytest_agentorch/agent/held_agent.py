"""An agent that is held for a task. Public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self


class HeldAgent:
    """An agent that nobody else acquires before it is released, best by a `with`."""

    def __init__(self, agent: str, task: str, release: Callable[[], object]) -> None:
        self._agent = agent
        self._task = task
        self._release = release
        self._is_released = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.release()

    def __repr__(self) -> str:
        return f"<{self._agent}, {'released' if self._is_released else f'held for {self._task!r}'}>"

    @property
    def agent(self) -> str:
        """The name of the agent."""
        return self._agent

    @property
    def task(self) -> str:
        """What it is held for."""
        return self._task

    def release(self) -> None:
        """Let others have it. Once is enough, and twice does no harm."""
        if not self._is_released:
            self._is_released = True
            self._release()
