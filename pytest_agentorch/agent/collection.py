"""The collection of the agent that collects for all: it tells it to the controller."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING

import pytest

from pytest_agentorch.agent import selection
from pytest_agentorch.agent.describe import Describer, occurrences
from pytest_agentorch.agent.divisible import is_divisible
from pytest_agentorch.agent.fixture_keys import FixtureKeys
from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.reordering import is_reordered
from pytest_agentorch.agent.report import serialize
from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.history import key_of
from pytest_agentorch.model.objection import Objection
from pytest_agentorch.model.selection import Selection
from pytest_agentorch.model.settings import PhaseSettings
from pytest_agentorch.protocol.descriptor_table import dump_tests
from pytest_agentorch.protocol.to_controller import (
    CollectorPassed,
    CollectReported,
    FileCollecting,
    StopAsked,
    TestsCollected,
)
from pytest_agentorch.system import collector

if TYPE_CHECKING:
    from pytest_agentorch.agent.fingerprints import Fingerprints


class Collection:
    """Keeps pytest's items by their position in the controller's order."""

    def __init__(
        self,
        config: pytest.Config,
        link: Link,
        phases: tuple[PhaseSettings, ...],
        selection: Selection | None,
        objections: Callable[[pytest.Session], tuple[Objection, ...]],
        *,
        run_fixtures: FixtureKeys,
        fingerprints: Fingerprints | None,
    ) -> None:
        self._config = config
        self._link = link
        self._phases = phases
        self._selection = selection
        self._objections = objections
        self._run_fixtures = run_fixtures
        self._fingerprints = fingerprints
        self._all: list[pytest.Item] = []
        self._deselected: list[str] = []
        self._items: Sequence[pytest.Item] = ()
        self._in_file = self._plugs = False

    def item(self, position: int) -> pytest.Item:
        """The item at a position of the controller's order, which is that of this collection."""
        return self._items[position]

    node = item

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> Generator[None, object, object]:
        """Tell what was collected, or why that failed."""
        try:
            result = yield
            self._tell(session)
        except pytest.UsageError as error:
            self._tell_stop("usage", *map(str, error.args))
            raise
        except (pytest.Session.Failed, pytest.Session.Interrupted) as error:
            failed = isinstance(error, pytest.Session.Failed)
            self._tell_stop("shouldfail" if failed else "shouldstop", str(error))
            raise
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Name the file before its code runs here."""
        self._in_file = isinstance(collector, pytest.File)
        if self._in_file:
            self._link.send(FileCollecting(path=str(collector.nodeid)))
        try:
            return (yield)
        finally:
            self._in_file = False

    def pytest_plugin_registered(self) -> None:
        """Note that a file of tests is more than that: others may need what it brings."""
        self._plugs = self._plugs or self._in_file

    @pytest.hookimpl(trylast=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Pass on what collectors report."""
        if report.passed:
            self._link.post(CollectorPassed(node_id=str(report.nodeid)))
        else:
            self._link.post(CollectReported(report=serialize(report, self._config)))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, items: list[pytest.Item]
    ) -> Generator[None, object, object]:
        """Keep the items from before anybody deselects: the controller's selection wins."""
        self._all = list(items)
        result = yield
        known = set(self._all)
        self._all += [item for item in items if item not in known]
        if self._selection is not None:
            self._select(items, self._selection)
        return result

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Note what plugins take out."""
        self._deselected += [str(item.nodeid) for item in items]

    def _select(self, items: list[pytest.Item], selection: Selection) -> None:
        """Take out what shall not run, after everybody else has."""
        numbers, named = occurrences(self._all), frozenset(selection.tests)
        chosen: dict[bool, list[pytest.Item]] = {True: [], False: []}
        for item in items:
            is_named = key_of(str(item.nodeid), numbers[item]) in named
            chosen[is_named is not selection.others].append(item)
        if chosen[False]:
            self._config.hook.pytest_deselected(items=chosen[False])
            items[:] = chosen[True]

    def _tell(self, session: pytest.Session) -> None:
        with collector.paused():
            self._describe(session)

    def _describe(self, session: pytest.Session) -> None:
        numbers = occurrences(self._all)
        self._items = list(session.items)
        describer = Describer(
            self._config,
            self._items,
            self._phases,
            self._run_fixtures,
            fingerprints=self._fingerprints,
        )
        try:
            self._run_fixtures.check(session)
            tests = [describer.describe(item, numbers.get(item, 0)) for item in self._items]
        except SettingsError as error:
            raise pytest.UsageError(str(error)) from None
        self._link.send(
            TestsCollected(
                tests=dump_tests(tests),
                families=describer.families.rows,
                collected=len(self._all),
                deselected=tuple(self._deselected),
                reordered=is_reordered(self._all, session.items),
                selection=selection.learnt(self._config),
                import_path=self._import_path(session),
                objections=self._objections(session),
            )
        )

    def _tell_stop(self, kind: str, *arguments: str) -> None:
        self._link.send(StopAsked(kind=kind, arguments=arguments, returncode=None))

    def _import_path(self, session: pytest.Session) -> tuple[str, ...] | None:
        if self._plugs or not is_divisible(session, self._all):
            return None
        return tuple(map(str, sys.path))
