"""Verification: what is wrong with a round that is over."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib.resources import files
from pathlib import Path

from jsonschema import Draft202012Validator

from pytest_agentorch.model.event import (
    AgentConnected,
    AgentLost,
    EventRefused,
    PlanMade,
    ReporterFailed,
    RunFinished,
    SlotGivenUp,
    TestFinished,
    TestGivenUp,
    TestTimedOut,
)
from pytest_agentorch.storage.event_log import read_events
from tests.chaos.blow import INTERRUPTS, Kind
from tests.chaos.misdeed import Misdeed
from tests.chaos.random_suite import misplaced_greetings
from tests.chaos.round import Played
from tests.functional.running import Ran

_NOT_RUN = "not run"
_BAD = {"failed", "error"}
_LOGS = (".log", ".out", ".err", ".stacks")
_RECORDS = ("agents", "results", "metrics")
_OK, _TESTS_FAILED, _INTERRUPTED = 0, 1, 2


def complaints(played: Played) -> list[str]:
    """Return everything that is not as it should be; nothing if all is well."""
    if played.ran is None:
        return ["it did not end", *played.stuck]
    try:
        return list(_Verification(played, played.ran).complaints())
    except (OSError, ValueError, LookupError) as error:
        return [f"what it has written cannot be read: {error!r}"]


class _Verification:
    """What a round's run has said, beside what is known of it."""

    def __init__(self, played: Played, ran: Ran) -> None:
        self._played = played
        self._ran = ran
        self._suite = played.round.suite
        self._events = list(read_events(ran.run_directories[-1] / "events.jsonl"))
        self._lost = [event for event in self._events if isinstance(event, AgentLost)]
        plans = (event.tests for event in self._events if isinstance(event, PlanMade))
        self._names = {test.test: test.node_id for tests in plans for test in tests}
        self._report = ran.report
        self._statuses = ran.statuses

    def complaints(self) -> Iterator[str]:
        """Everything that is wrong."""
        yield from self._end()
        yield from self._remains()
        yield from self._reports()
        yield from self._verdicts()
        yield from self._blame()
        yield from self._repetitions()

    @cached_property
    def _stopped(self) -> bool:
        """Whether the run was ended before its time, and had reason to."""
        slots = {event.slot for event in self._events if isinstance(event, SlotGivenUp)}
        struck = {struck.kind for struck in self._played.struck}
        return len(slots) == self._played.round.agents or bool(struck & set(INTERRUPTS))

    def _end(self) -> Iterator[str]:
        """Exit code and last words."""
        ran, bad = self._ran, _BAD & set(self._statuses.values())
        allowed = {_TESTS_FAILED if bad else _OK}
        if self._stopped:
            # It may have been over already when it was to be ended.
            over = _NOT_RUN not in self._statuses.values() and len(self._names) > 0
            allowed = {_INTERRUPTED, *(allowed if over else ())}
        if ran.code not in allowed:
            yield f"the exit code is {ran.code}, not {sorted(allowed)}"
        for word in ("INTERNALERROR", "Traceback (most recent call last)"):
            if word in ran.err or (word == "INTERNALERROR" and word in ran.out):
                yield f"{word} in what it has printed"
        if not ran.lines or " in " not in ran.lines[-1] or not ran.lines[-1].startswith("="):
            yield f"the last line is no summary: {ran.lines[-1:]}"
        for event in self._events:
            if isinstance(event, EventRefused | ReporterFailed):
                yield f"{event.slug}: {event.error}"
        if not isinstance(self._events[-1], RunFinished):
            yield f"the event log ends with {self._events[-1]}"

    def _remains(self) -> Iterator[str]:
        """Processes and files."""
        yield from (f"a process is left: {line}" for line in self._ran.left)
        for path in (self._ran.records / "tmp").iterdir():
            # pytest keeps its own.
            if not path.name.startswith("pytest-of-") and not _is_trial(path):
                yield f"a temporary file is left: {path}"
        run = self._ran.run_directories[-1]
        for path in run.rglob("*"):
            known = {"run.json", "events.jsonl", "progress.json", "report.json"}
            is_log = path.parent.name == "logs" and path.suffix in _LOGS
            is_record = path.parent.name in _RECORDS and path.suffix == ".jsonl"
            if path.is_file() and path.name not in known and not (is_log or is_record):
                yield f"a file is left: {path.relative_to(run)}"
        if json.loads((run / "run.json").read_text("utf-8"))["status"] in (
            "initializing",
            "active",
        ):
            yield "run.json says that it still runs"

    def _reports(self) -> Iterator[str]:
        """Files that are whole, and say the same."""
        schema = files("pytest_agentorch.reporting") / "ctrf.schema.json"
        validator = Draft202012Validator(json.loads(schema.read_text("utf-8")))
        yield from (f"the report: {e.message}" for e in validator.iter_errors(self._report))
        told = {name for name, _ in self._ran.junit}
        ran = {name for name, status in self._statuses.items() if status != _NOT_RUN}
        missing = {_junit_name(name) for name in ran} - told
        if missing:
            yield f"the junit file lacks {sorted(missing)}"
        if not self._stopped and len(told) != len(self._suite.verdicts):
            yield f"the junit file has {len(told)} tests of {len(self._suite.verdicts)}"
        for test in self._report["results"]["tests"]:
            for line in misplaced_greetings(test["name"], "\n".join(test.get("stdout", ()))):
                yield f"{test['name']} has the output of another test: {line}"

    def _verdicts(self) -> Iterator[str]:
        """Each test has one, and it is true."""
        told = Counter(
            event.test for event in self._events if isinstance(event, TestFinished | TestGivenUp)
        )
        yield from (f"{self._names[t]} has {n} verdicts" for t, n in told.items() if n > 1)
        in_report = Counter(test["name"] for test in self._report["results"]["tests"])
        yield from (f"{name} is {n} times in the report" for name, n in in_report.items() if n > 1)
        judged = {self._names[test] for test in told}
        for name, expected in self._suite.verdicts.items():
            status = self._statuses.get(name, "missing")
            if self._stopped and status in (_NOT_RUN, "missing"):
                if name in judged:
                    yield f"the report has no verdict of {name}"
            elif status not in expected | self._excused.get(name, set()):
                yield f"{name}: {status}, not {'/'.join(sorted(expected))}"

    @cached_property
    def _excused(self) -> Mapping[str, set[str]]:
        """Verdicts that tests may have for what others did to their agents."""
        excused: dict[str, set[str]] = {}
        times = Counter(event.test for event in self._lost)
        stopped = {s.pid for s in self._played.struck if s.kind is Kind.STOP_AGENT}
        late = {(e.agent, e.test) for e in self._events if isinstance(e, TestTimedOut)}
        for event in self._lost:
            # Its session did not end as it should: that is told of its last test.
            if event.ending is not None and self._was_touched(event):
                excused.setdefault(self._names[event.ending], set()).add("error")
            if event.test is None or not self._was_touched(event):
                continue
            # It had its time, and was lost before it could say where it was.
            is_late = (event.agent, event.test) in late
            if times[event.test] > 1 or event.pid in stopped or self._stopped or is_late:
                excused.setdefault(self._names[event.test], set()).add("failed")
        for several in self._played.diary.entries.values():
            # As in plain pytest: an interrupt in its teardown is no error of a test.
            if self._stopped and not several[-1].ended:
                excused.setdefault(several[-1].node_id, set()).add("passed")
        return excused

    def _was_touched(self, event: AgentLost) -> bool:
        """Whether an agent was hit from outside, or by what an earlier test has left behind."""
        tainted = any(misdeed.taints for misdeed in self._misdeeds_on(event.pid))
        # It may have been hit before it could say who it is.
        return tainted or bool(
            self._struck & {event.pid} if event.pid else self._struck - self._pids
        )

    def _misdeeds_on(self, pid: int | None) -> list[Misdeed]:
        misdeeds = self._suite.misdeeds
        names = [entry.node_id for entry in self._played.diary.of(pid)]
        return [misdeeds[name] for name in names if name in misdeeds]

    def _is_mute(self, pid: int | None) -> bool:
        return any(misdeed.mutes for misdeed in self._misdeeds_on(pid))

    @cached_property
    def _struck(self) -> set[int]:
        return {struck.pid for struck in self._played.struck}

    @cached_property
    def _pids(self) -> set[int]:
        return {event.pid for event in self._events if isinstance(event, AgentConnected)}

    def _blame(self) -> Iterator[str]:
        """Who is blamed for a lost agent is who ran on it, and nobody else."""
        for event in self._lost:
            blamed = None if event.test is None else self._names[event.test]
            entries = self._played.diary.of(event.pid)
            running = [entry.node_id for entry in entries[-1:] if not entry.ended]
            if running and blamed != running[0] and not self._is_mute(event.pid):
                yield f"{event.agent} died of {running[0]}, and {blamed} was blamed"
            own = blamed is not None and blamed in self._suite.misdeeds
            if not own and not self._was_touched(event) and not self._stopped:
                yield f"{event.agent} was lost without a reason, {event.status}; in {blamed}"

    def _repetitions(self) -> Iterator[str]:
        """What has a verdict is not run again, and agents do not come and go."""
        started = sum(isinstance(event, AgentConnected) for event in self._events)
        # What a lost agent leaves behind may be work for all.
        if started > self._played.round.agents * (1 + len(self._lost)):
            yield f"{started} agents were started, and {len(self._lost)} lost"
        lost = Counter(event.test for event in self._lost)
        entries = self._played.diary.entries
        heard = Counter(
            e.node_id for pid in entries if not self._is_mute(pid) for e in entries[pid]
        )
        for test, name in self._names.items():
            if heard[name] > 1 + lost[test]:
                yield f"{name} was begun {heard[name]} times, and cost {lost[test]} agents"


def _is_trial(path: Path) -> bool:
    """Whether `tempfile` was trying out the folder, in a process that was killed meanwhile."""
    return path.is_file() and path.read_bytes() in (b"", b"blat") and "." not in path.name


def _junit_name(node_id: str) -> str:
    """Return what a test is called in a junit file."""
    path, *classes, name = node_id.split("::")
    return f"{'.'.join([path.removesuffix('.py'), *classes])}::{name}"
