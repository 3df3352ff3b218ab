"""pytest-cov in the controller: what it cannot know of agents, and of runs that are interrupted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from pathlib import Path
from typing import Any

import pytest

from pytest_agentorch.model.ids import AgentId

_SAVED = "cov_worker_node_id"
"""What the pytest-cov of an agent says at the end when it has saved what it has."""


def measures(config: pytest.Config) -> bool:
    """Whether it measures in this run."""
    return _controller(config) is not None


def install(
    config: pytest.Config,
    folder: Path,
    earlier: Path | None,
    with_tests: Callable[[], Collection[AgentId]],
) -> None:
    """Help it, if it measures.

    Args:
        config: where both are registered.
        folder: where agents keep their journals.
        earlier: where those of the run that this one finishes have kept theirs.
        with_tests: finds the agents of which tests have verdicts.
    """
    if measures(config):
        if earlier is not None:
            from pytest_agentorch.storage.coverage_data import take_over

            take_over(earlier, folder)
        lost = LostAgents(_controller(config), folder, with_tests)
        config.pluginmanager.register(lost, "agentorch-cov-lost")
        interrupted = InterruptedRun(config.pluginmanager.getplugin("_cov"))
        config.pluginmanager.register(interrupted, "agentorch-cov-interrupted")


class LostAgents:
    """Saves what agents have covered that did not come to save it themselves."""

    def __init__(
        self, controller: Any, folder: Path, with_tests: Callable[[], Collection[AgentId]]
    ) -> None:
        self._controller = controller
        self._folder = folder
        self._with_tests = with_tests
        self._saved: set[str] = set()

    def pytest_testnodedown(self, node: Any) -> None:
        """Note who has saved what it had."""
        if _SAVED in getattr(node, "workeroutput", {}):
            self._saved.add(node.agent)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """Be inside of pytest-cov, which combines all that was saved when the tests are over."""
        try:
            result = yield
        except BaseException:
            self._save()
            raise
        self._save()
        from pytest_agentorch.storage.coverage_data import empty

        # Nobody will want to finish this run.
        empty(self._folder)
        return result

    def _save(self) -> None:
        from pytest_agentorch.storage.coverage_data import drop_damaged, save_journals
        from pytest_agentorch.storage.coverage_journal import read_journals

        journals = [one for one in read_journals(self._folder) if one.agent not in self._saved]
        if journals:
            data_file = Path(self._controller.combining_cov.config.data_file)
            # A process may have been killed while it saved.
            drop_damaged(data_file)
            save_journals(journals, data_file)
        failed = self._controller.failed_workers
        if failed:
            # What it tells users of others would be wrong: they were lost, or ended before a test.
            journals_of = {journal.agent for journal in journals}
            unmeasured = set(self._with_tests()) - journals_of
            failed[:] = [
                one for one in failed if hasattr(one, "workeroutput") and one.agent in unmeasured
            ]


class InterruptedRun:
    """Lets pytest-cov report also of a run that ends early, say at `-x` or Ctrl-C.

    It combines and reports behind the tests, and is passed by when their loop raises.
    """

    def __init__(self, plugin: Any) -> None:
        self._plugin = plugin

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, object, object]:
        """Be outside of pytest-cov."""
        begun = not session.testsfailed or session.config.option.continue_on_collection_errors
        try:
            return (yield)
        except BaseException:
            controller = self._plugin.cov_controller
            if controller.cov is controller.combining_cov:
                # It has noticed: another version.
                pass
            elif begun:
                _play(self._plugin.pytest_runtestloop(session=session))
            else:
                controller.finish()
            raise


def _play(wrapper: Generator[None, object, object]) -> None:
    """Let a wrapper believe that what it wraps has come to its end."""
    next(wrapper)
    try:
        wrapper.send(True)
    except StopIteration:
        return


def _controller(config: pytest.Config) -> Any:
    plugin: Any = config.pluginmanager.getplugin("_cov")
    return None if plugin is None else plugin.cov_controller
