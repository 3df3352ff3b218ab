"""The hooks of this plugin, and those of pytest-xdist that suites implement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytest_agentorch.model.advance import Advance
    from pytest_agentorch.model.message import Message
    from pytest_agentorch.model.phase_results import PhaseResults
    from pytest_agentorch.model.veto import Veto
    from pytest_agentorch.protocol.message_bus import ControllerBus


@pytest.hookspec(firstresult=True)
def pytest_agentorch_phase(item: pytest.Item) -> str | None:
    """Name the phase of a test.

    Called in the agent that collects, once per selected test, after all plugins have had the
    chance to change the collection. Works in any conftest.py for the tests below it.

    Args:
        item: the test.

    Returns:
        The name of a phase, or None to let marks, configuration and pytest-agentorch's own rules
        decide. A name that is neither built in (unit, integration, e2e) nor has a table
        `[tool.agentorch.phases.<name>]` in pyproject.toml ends the run with an error.
    """


@pytest.hookspec
def pytest_agentorch_phase_finished(
    phase: str, summary: PhaseResults
) -> Veto | Advance | Sequence[Veto | Advance] | None:
    """Look at the results of a phase that is over, before what waits for it begins.

    Called in the controller, for each phase that has run; not where the run stops before, nor
    without agents. It should not take long: what waits for the phase waits for the answer. Works
    in plugins and in the conftest.py files that pytest reads when it starts.

    Args:
        phase: its name.
        summary: what its tests have led to.

    Returns:
        None, or one of these, or several. With a `pytest_agentorch.Veto` the phases that wait for
        this one, or those that are named, do not run; the exit code of the run is 2 then. With a
        `pytest_agentorch.Advance` tests of later phases run in the next one, before all others.
    """


@pytest.hookspec
def pytest_agentorch_wave_finished(
    phase: str, wave: int, summary: PhaseResults
) -> Veto | Advance | Sequence[Veto | Advance] | None:
    """Look at the results of a wave of a phase, before the next one begins.

    Called in the controller for each wave of a phase that is cut into `waves`, before
    `pytest_agentorch_phase_finished` for the last one.

    Args:
        phase: its name.
        wave: the number of the wave, from 1.
        summary: what its tests have led to.

    Returns:
        None, or one of these, or several. With a `pytest_agentorch.Veto` the rest of the phase, or
        the phases that are named, do not run; the exit code of the run is 2 then. With a
        `pytest_agentorch.Advance` tests are first in the next wave, those of later phases, too.
    """


@pytest.hookspec(firstresult=True)
def pytest_agentorch_message(message: Message, bus: ControllerBus) -> object:
    """Take a message that a test has sent to `controller`, escalations included.

    Called in the controller, between two events of the run: it should not take long. Without
    agents it is called in the one process that there is, as soon as the message is sent.

    Args:
        message: what was sent.
        bus: sends to agents; it may be kept, and used in other hooks of the controller.

    Returns:
        The payload of an answer, if the test has made a request (`agent_bus.request`). None lets
        other plugins have the message; nobody has to answer.
    """


class XdistHooks:
    """Hooks that pytest-xdist declares too: added only where it has not."""

    @staticmethod
    def pytest_xdist_setupnodes(config: pytest.Config, specs: Sequence[Any]) -> None:
        """Agents will start: at most as many as `specs` has. Called in the controller."""

    @staticmethod
    def pytest_xdist_newgateway(gateway: Any) -> None:
        """There is a gateway to a new agent. Called in the controller."""

    @staticmethod
    def pytest_configure_node(node: Any) -> None:
        """Add to `node.workerinput` before an agent starts. Called in the controller."""

    @staticmethod
    def pytest_testnodeready(node: Any) -> None:
        """An agent is up. Called in the controller."""

    @staticmethod
    def pytest_testnodedown(node: Any, error: object | None) -> None:
        """An agent has ended; `error` tells how, if it was lost. Called in the controller.

        `node.workeroutput` is what plugins left in the agent's `config.workeroutput`; a lost agent
        has no such attribute.
        """

    @staticmethod
    def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
        """An agent has collected. Called in the controller."""

    @staticmethod
    @pytest.hookspec(firstresult=True)
    def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
        """Return the number of agents for `--agents=auto`. Called in the controller."""

    @staticmethod
    @pytest.hookspec(firstresult=True)
    def pytest_handlecrashitem(crashitem: str, report: pytest.TestReport, sched: Any) -> object:
        """A test is about to be reported as failed because its agents died."""


class IdleXdistHooks:
    """Hooks of pytest-xdist that nobody calls: a suite that implements them loads nevertheless."""

    @staticmethod
    @pytest.hookspec(firstresult=True)
    def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
        """The scheduler cannot be replaced."""

    @staticmethod
    @pytest.hookspec(firstresult=True)
    def pytest_xdist_getremotemodule() -> Any:
        """What runs in an agent cannot be replaced."""

    @staticmethod
    def pytest_xdist_rsyncstart(source: Any, gateways: Any) -> None:
        """No file is copied."""

    @staticmethod
    def pytest_xdist_rsyncfinish(source: Any, gateways: Any) -> None:
        """No file is copied."""


def add_missing_xdist_hooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare those of xdist's hooks that nobody has declared.

    Adding one twice is an error, and which plugin loads first is not defined: call it late.
    """
    for name, function in (vars(XdistHooks) | vars(IdleXdistHooks)).items():
        if not name.startswith("pytest_"):
            continue
        caller = getattr(pluginmanager.hook, name, None)
        if caller is None or not caller.has_spec():
            only = type(name, (), {name: function})
            pluginmanager.add_hookspecs(only)
