"""Increments: what a `Coverage` has measured since the last look goes into a journal."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from pytest_agentorch.agent.live_sets import LiveSets, Value
from pytest_agentorch.storage.coverage_journal import JournalWriter

if TYPE_CHECKING:
    from coverage import Coverage

Files = Mapping[str, Collection[Value]]

_restart_events: Callable[[], None] = getattr(
    getattr(sys, "monitoring", None), "restart_events", lambda: None
)


class Increments:
    """Looks at a `Coverage` that measures in this process.

    A look is quick where its live sets can be relied on, and a flush where they cannot. What
    coverage flushes by itself, between two contexts, say, is noticed, too.

    Args:
        cov: it has been started.
        journal: what is new goes there.
        keeps: whether it still keeps its data itself.
    """

    def __init__(self, cov: Coverage, journal: JournalWriter, *, keeps: bool) -> None:
        self.cov = cov
        self._journal = journal
        self._keeps = keeps
        self._phase = ""
        self._context = str(cov.get_option("run:context") or "")
        self._kind = "arcs" if cov.get_option("run:branch") else "lines"
        self._collector: Any = getattr(cov, "_collector", None)
        self._known: dict[str, set[Value]] = {}
        self._flushed: dict[str, set[Value]] | None = None
        # What plugins measure is known to be theirs when it is flushed.
        self._live = None if cov.get_option("run:plugins") else LiveSets(self._collector)
        data = getattr(self._collector, "covdata", None)
        # It is false as long as it is empty.
        self._listen(_asked(cov) if data is None else data)

    @property
    def is_quick(self) -> bool:
        """Whether looks are quick."""
        return self._live is not None and self._live.is_proved

    def move(self, journal: JournalWriter) -> None:
        """Go on in a fork of the process in which it was made."""
        self._journal = journal
        if hasattr(self._collector, "pid"):
            # Else it is dropped when a test measures something with a `Coverage` of its own.
            self._collector.pid = os.getpid()

    def turn(self, phase: str) -> None:
        """What comes now belongs to another phase, also if it was covered before."""
        self.flush()
        self._phase = phase
        self._known.clear()

    def look(self) -> None:
        """Write down what is new."""
        if self._live is None:
            self.flush()
        elif self._live.is_proved:
            fresh = self._live.fresh()
            if fresh:
                self._note(fresh)
        else:
            self._prove(self._live)

    def flush(self) -> None:
        """Let coverage say what it has, and forget that."""
        flush = getattr(self._collector, "flush_data", partial(_asked, self.cov))
        flush()
        # There is a tracer that sees each line only once.
        _restart_events()

    def _prove(self, live: LiveSets) -> None:
        copy = live.copy()
        if copy:
            self._flushed = {}
            self.flush()
            live.prove(copy, self._flushed)
            self._flushed = None
            if self._keeps:
                live.put_back(copy)
        if live.is_refuted:
            self._live = None
            self.flush()

    def _note(self, files: Files) -> None:
        """Write down what was not known."""
        fresh: dict[str, set[Value]] = {}
        for file, values in files.items():
            known = self._known.setdefault(file, set())
            new = set(values) - known
            if new:
                known |= new
                fresh[file] = new
        if fresh:
            self._journal.add_measured(self._kind, (self._phase, self._context), fresh)

    def _on_flush(self, files: Files) -> None:
        if self._flushed is not None:
            self._flushed.update({file: set(values) for file, values in files.items()})
        if self._live is not None:
            self._live.forget()
        self._note(files)

    def _on_context(self, context: str | None) -> None:
        self._context = context or ""
        self._known.clear()

    def _on_tracers(self, tracers: Mapping[str, str]) -> None:
        if tracers:
            self._journal.add(tracers=tracers)

    def _on_touch(self, files: Collection[str], plugin: str | None = None) -> None:
        self._journal.add(touched=dict.fromkeys(files, plugin or ""))

    def _listen(self, data: Any) -> None:
        """Have a word in what coverage says to its data."""
        heard: dict[str, Callable[..., None]] = {
            "add_lines": self._on_flush,
            "add_arcs": self._on_flush,
            "set_context": self._on_context,
            "add_file_tracers": self._on_tracers,
            "touch_files": self._on_touch,
        }
        for name, note in heard.items():
            goes_on = self._keeps or name == "set_context"
            setattr(data, name, self._both(note, getattr(data, name)) if goes_on else note)
        if not self._keeps:
            data.write = contextlib.nullcontext

    def _both(self, note: Callable[..., None], goes_on: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            note(*args, **kwargs)
            # What is flushed to be compared is put back: else there were a file before the end.
            return goes_on(*args, **kwargs) if self._flushed is None else None

        return call


def _asked(cov: Coverage) -> Any:
    """Ask for all data; what there is to be warned of is told at the end."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return cov.get_data()
