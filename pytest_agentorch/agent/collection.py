"""The collection of an agent: one tells it to the controller, the others match its order."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence

import pytest

from pytest_agentorch.agent import selection
from pytest_agentorch.agent.describe import Families, describe, occurrences
from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.reordering import is_reordered
from pytest_agentorch.agent.report import serialize
from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.objection import Objection
from pytest_agentorch.model.settings import PhaseSettings
from pytest_agentorch.protocol.to_agent import AdoptTests
from pytest_agentorch.protocol.to_controller import (
    CollectorPassed,
    CollectReported,
    FileCollecting,
    StopAsked,
    TestsAdopted,
    TestsCollected,
)


class Collection:
    """Keeps pytest's items by their position in the controller's order."""

    def __init__(
        self,
        config: pytest.Config,
        link: Link,
        phases: tuple[PhaseSettings, ...],
        *,
        collects: bool,
        objections: Callable[[pytest.Session], tuple[Objection, ...]],
    ) -> None:
        self._config = config
        self._link = link
        self._phases = phases
        self._collects = collects
        self._objections = objections
        self._all: list[pytest.Item] = []
        self._deselected: list[str] = []
        self._items: Sequence[pytest.Item | None] = ()

    def item(self, position: int) -> pytest.Item:
        """The item at a position of the controller's order."""
        item = self._items[position]
        assert item is not None, "the controller was told that it is missing"
        return item

    def adopt(self, message: AdoptTests) -> None:
        """Take over the controller's order and say what is missing here."""
        known = {(item.nodeid, n): item for item, n in occurrences(self._all).items()}
        keys = zip(message.node_ids, message.occurrences, strict=True)
        self._items = [known.get(key) for key in keys]
        missing = tuple(n for n, item in enumerate(self._items) if item is None)
        self._link.send(TestsAdopted(missing=missing))

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

    @pytest.hookimpl(tryfirst=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> None:
        """Name the file before its code runs here."""
        if self._collects and isinstance(collector, pytest.File):
            self._link.send(FileCollecting(path=str(collector.nodeid)))

    @pytest.hookimpl(trylast=True)
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Pass on what collectors report."""
        if not self._collects:
            return
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
        return result

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Note what plugins take out."""
        if self._collects:
            self._deselected += [str(item.nodeid) for item in items]

    def _tell(self, session: pytest.Session) -> None:
        if not self._collects:
            return
        numbers = occurrences(self._all)
        self._items = list(session.items)
        families = Families()
        try:
            tests = tuple(
                describe(item, numbers.get(item, 0), self._phases, families)
                for item in session.items
            )
        except SettingsError as error:
            raise pytest.UsageError(str(error)) from None
        self._link.send(
            TestsCollected(
                tests=tests,
                families=families.rows,
                collected=len(self._all),
                deselected=tuple(self._deselected),
                reordered=is_reordered(self._all, session.items),
                selection=selection.learnt(self._config),
                objections=self._objections(session),
            )
        )

    def _tell_stop(self, kind: str, *arguments: str) -> None:
        if self._collects:
            self._link.send(StopAsked(kind=kind, arguments=arguments, returncode=None))
