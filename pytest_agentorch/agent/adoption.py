"""The collection of an agent that has not to tell it: it follows the order of the one that has.

Where that is safe it imports a file when it gets the first of its tests. Its hooks for items are
then called with the items of that file. What they deselect or reorder does not matter: the
controller's selection wins.
"""

from __future__ import annotations

import contextlib
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

import pytest
from _pytest.warnings import catch_warnings_for_item

from pytest_agentorch.agent import coverage_plugin
from pytest_agentorch.agent.all_items import AllItems
from pytest_agentorch.agent.import_world import ImportWorld
from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.withheld_files import WithheldFiles
from pytest_agentorch.model.test import file_of
from pytest_agentorch.protocol.to_agent import AdoptTests
from pytest_agentorch.protocol.to_controller import TestsAdopted, TestsMissing

Key = tuple[str, int]
"""A node id, and how many items of that name were collected before."""


class Adoption:
    """Finds pytest's items by their position in the controller's order.

    Args:
        import_path: where the agent that collected for all finds modules; None if this one collects
            all files, too.
        between_tests: around what is imported late: that belongs to no phase.
    """

    _session: pytest.Session

    def __init__(
        self,
        config: pytest.Config,
        link: Link,
        import_path: tuple[str, ...] | None,
        between_tests: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._config = config
        self._link = link
        self._import_path = import_path
        self._between_tests = between_tests
        self._files = WithheldFiles()
        self._counts: Counter[str] = Counter()
        self._known: dict[Key, pytest.Item] = {}
        self._keys: Sequence[Key] = ()
        self._positions: defaultdict[str, list[int]] = defaultdict(list)
        self._late = False
        self._trouble = ""

    def adopt(self, message: AdoptTests) -> None:
        """Take over the controller's order and say what is certainly missing here."""
        self._keys = tuple(zip(message.node_ids, message.occurrences, strict=True))
        for position, (node_id, _) in enumerate(self._keys):
            self._positions[file_of(node_id)].append(position)
        self._session.testscollected = len(self._keys)
        self._link.send(TestsAdopted(missing=self._missing(range(len(self._keys)))))

    def item(self, position: int) -> pytest.Item | None:
        """The item at a position; None if it is missing, which the controller has been told."""
        key = self._keys[position]
        self._collect(file_of(key[0]))
        return self._known.get(key)

    def node(self, position: int) -> pytest.Item | pytest.Collector | None:
        """The same, but nothing is imported for it: a file may stand for its first item."""
        key = self._keys[position]
        return self._known.get(key) or self._files.first(file_of(key[0]))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection(self, session: pytest.Session) -> Generator[None, object, object]:
        """Find all files, and their items if they are not collected one by one."""
        self._session = session
        if self._import_path is None:
            return (yield)
        with self._files.withhold(session):
            result = yield
        self._world = ImportWorld(self._import_path)
        if self._files:
            session.items = AllItems(self._everything)
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(
        self,
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """A file that cannot be collected late is nobody's failure: others could, and run it."""
        report = yield
        if self._late and not report.passed:
            self._trouble = self._trouble or _words(report)
            report.outcome, report.longrepr = "passed", None
            vars(report).pop("call", None)
        return report

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_collection_modifyitems(
        self, items: list[pytest.Item]
    ) -> Generator[None, object, object]:
        """Keep the items from before anybody deselects, with the names that they have after."""
        before = list(items)
        try:
            result = yield
        except Exception:
            if before or not self._files:
                raise
            # All items are still to come. Some hooks cannot do without any.
            return None
        known = set(before)
        for item in (*before, *(item for item in items if item not in known)):
            name = str(item.nodeid)
            self._known[name, self._counts[name]] = item
            self._counts[name] += 1
        return result

    def _collect(self, file: str) -> None:
        """Collect a file, if that is still to be done, and say what is missing in it."""
        if file not in self._files:
            return
        self._late, self._trouble = True, ""
        coverage_plugin.leave_test(self._config)
        try:
            with self._between_tests(), self._world.again(), _as_when_collecting(self._config):
                items = self._files.collect(file)
                self._config.hook.pytest_collection_modifyitems(
                    session=self._session, config=self._config, items=items
                )
        except (Exception, SystemExit) as error:  # noqa: BLE001 - any code of the suite
            self._trouble = self._trouble or f"{type(error).__name__}: {error}"
        finally:
            self._late = False
        missing = self._missing(self._positions[file])
        if missing:
            reason = self._trouble.partition("\n")[0]
            self._link.send(TestsMissing(items=missing, reason=reason))

    def _missing(self, positions: Iterable[int]) -> tuple[int, ...]:
        keys = self._keys
        return tuple(
            position
            for position in positions
            if keys[position] not in self._known and file_of(keys[position][0]) not in self._files
        )

    def _everything(self) -> Iterator[pytest.Item]:
        """Collect all files, since somebody wants to see all items."""
        for file in self._files.node_ids:
            self._collect(file)
        keys = self._keys or self._known
        return (self._known[key] for key in keys if key in self._known)


@contextlib.contextmanager
def _as_when_collecting(config: pytest.Config) -> Iterator[None]:
    """Filter warnings as for all collecting, and let a test that is running keep its output."""
    capture: Any = config.pluginmanager.getplugin("capturemanager")
    with contextlib.ExitStack() as stack:
        if capture is not None:
            with capture.global_and_fixture_disabled():
                kept = capture.read_global_capture()
            stack.callback(_write, *kept)
            stack.enter_context(capture.global_and_fixture_disabled())
        stack.enter_context(catch_warnings_for_item(config, config.hook, "collect", item=None))
        yield


def _write(out: str, err: str) -> None:
    """Write again what a test has written. Where nothing is captured there is nothing."""
    if out:
        sys.stdout.write(out)
    if err:
        sys.stderr.write(err)


def _words(report: pytest.CollectReport) -> str:
    """What went wrong, in one line."""
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2]
    lines = [line for line in str(report.longrepr).splitlines() if line.startswith("E ")]
    lines = lines or str(report.longrepr).splitlines() or [report.outcome]
    return lines[-1].removeprefix("E").strip()
