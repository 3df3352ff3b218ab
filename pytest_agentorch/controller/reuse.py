"""Verdicts that tests need not be run for: they have passed, and nothing has changed since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.controller import coverage_plugin
from pytest_agentorch.controller.run import cache_folder
from pytest_agentorch.model.event import TestKept
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import AgentId, RunId, TestId
from pytest_agentorch.model.outcome import Outcome
from pytest_agentorch.model.reuse import BY_NAME, SEEN, Pass, ReuseSettings, ReuseTask
from pytest_agentorch.model.settings import Dist, Settings
from pytest_agentorch.model.test import TestDescriptor
from pytest_agentorch.reporting.plan_text import reuse_lines
from pytest_agentorch.results.result import TestResult
from pytest_agentorch.results.run_summary import RunSummary
from pytest_agentorch.storage.digest import digest_of_file
from pytest_agentorch.storage.passes import NOTHING, Finding, Passes, PassesError, PassFile

_CHANGED = "changed"


class Reuse:
    """Registered as a plugin: it hears the last words of agents.

    Args:
        wish: what is asked for.
        file: where passes are remembered; None for nowhere.
        passes: those that may count in this run.
        off: why none does; empty if that is not so.
    """

    def __init__(self, task: ReuseTask, file: PassFile | None, passes: Passes, off: str) -> None:
        self._task = task
        self._file = file
        self._passes = passes
        self._off = off
        self._tests: Sequence[TestDescriptor] = ()
        self._heard: set[AgentId] = set()
        self._by_name: set[str] = set()
        self._seen: dict[str, str] = {}
        self._kept: dict[TestId, Pass] = {}

    @classmethod
    def install(
        cls, config: pytest.Config, settings: Settings, wish: ReuseSettings, now: float
    ) -> Reuse:
        """Find out what is known of earlier runs."""
        folder = cache_folder(config)
        file = None if folder is None else PassFile(folder / "passes.json")
        passes, off = NOTHING, ""
        if file is None:
            off = "there is no cache that knows what has passed"
        elif settings.dist is Dist.EACH:
            file, off = None, "with --agents-dist=each every agent runs every test"
        else:
            try:
                passes = file.read(now)
            except PassesError as error:
                off = str(error)
        if settings.coverage is not None or coverage_plugin.measures(config):
            off = "a test that does not run covers nothing"
        by_name = any((config.rootpath / name).exists() for name in passes.by_name)
        task = ReuseTask(settings=wish, by_name=by_name, began=now)
        reuse = cls(task, file, _as_seen(passes, config.rootpath), off)
        config.pluginmanager.register(reuse, "agentorch-reuse")
        return reuse

    @property
    def task(self) -> ReuseTask | None:
        """What the agent that collects needs to know."""
        return None if self._file is None else self._task

    def find(
        self, tests: Sequence[TestDescriptor], taken: Collection[TestId]
    ) -> Mapping[TestId, Pass]:
        """Choose the tests that need not run; those that belong together do so together.

        Args:
            tests: of the run.
            taken: those that have a verdict already.
        """
        self._tests = tests
        together: defaultdict[object, list[TestId]] = defaultdict(list)
        for position, test in () if self._off else enumerate(tests):
            bound = test.chain or test.group or (test.unit if test.whole else "")
            together[bound or position].append(TestId(position))
        for some in together.values():
            found = {test: one for test in some if (one := self._pass_of(tests[test]))}
            if len(found) == len(some):
                self._kept |= {test: one for test, one in found.items() if test not in taken}
        return self._kept

    def lines(self, left: int) -> list[str]:
        """What is told before the tests.

        Args:
            left: how many tests are to run.
        """
        return reuse_lines(len(self._kept), left, self._off)

    def events(self, at: float) -> list[TestKept]:
        """What is to be told of tests that do not run."""
        return [
            TestKept(
                run=one.run,
                test=test,
                outcome=Outcome.PASSED,
                failed_in=(),
                started=None,
                seconds=0.0,
                message="",
                trace="",
                stdout="",
                stderr="",
                vain=(),
                flaky=False,
                at=at,
                reused=True,
            )
            for test, one in self._kept.items()
        ]

    def pytest_testnodedown(self, node: Any) -> None:
        """Hear what an agent has loaded; one that was lost has not said so."""
        said = getattr(node, "workeroutput", {})
        if SEEN in said:
            self._heard.add(node.agent)
            self._by_name.update(said[BY_NAME])
            for name, digest in said[SEEN].items():
                # What agents have found different counts for none of them.
                is_same = self._seen.setdefault(name, digest) == digest
                self._seen[name] = digest if is_same else _CHANGED

    def remember(self, summary: RunSummary, now: float) -> None:
        """Keep what has passed here, and forget what has not."""
        ran = [
            (test, result)
            # A run that did not come to its tests has no results.
            for test, result in zip(self._tests, summary.tests, strict=False)
            if result.outcome is not None and result.kept is None
        ]
        if self._file is None or not ran:
            return
        passed = {test.key: test.fingerprint for test, result in ran if self._counts(test, result)}
        finding = Finding(
            run=summary.run,
            passed=passed,
            others={test.key for test, _ in ran if test.key not in passed},
            seen=self._seen,
            by_name=frozenset(self._by_name),
        )
        self._file.add(finding, now)

    def _counts(self, test: TestDescriptor, result: TestResult) -> bool:
        """Whether a result is a pass that may be reused."""
        is_plain = result.outcome is Outcome.PASSED and not result.vain and not result.is_flaky
        return is_plain and test.fingerprint != "" and result.agent in self._heard

    def _pass_of(self, test: TestDescriptor) -> Pass | None:
        found = self._passes.tests.get(test.key)
        if found is None or not test.fingerprint or found.fingerprint != test.fingerprint:
            return None
        return found


def _as_seen(passes: Passes, root: Path) -> Passes:
    """Those of runs that have read and loaded nothing else than what is there now."""
    digests: dict[str, str] = {}

    def is_same(run: RunId) -> bool:
        for name, digest in passes.seen[run].items():
            if name not in digests:
                digests[name] = digest_of_file(root / name)
            if digests[name] != digest:
                return False
        return True

    same = {run for run in passes.seen if is_same(run)}
    return replace(passes, tests={key: one for key, one in passes.tests.items() if one.run in same})
