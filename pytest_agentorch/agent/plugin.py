"""The pytest plugin of an agent: it collects, tells, and runs what it is given."""

from __future__ import annotations

import contextlib
import copy
import warnings
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_agentorch import xdist_marks
from pytest_agentorch.agent import (
    capture_file,
    coverage_plugin,
    junit_recorder,
    log_sender,
    silent_terminal,
)
from pytest_agentorch.agent.adoption import Adoption
from pytest_agentorch.agent.collection import Collection
from pytest_agentorch.agent.cost_meter import CostMeter
from pytest_agentorch.agent.failure import WRITER, FailureWriter
from pytest_agentorch.agent.fixture_host import FixtureHost
from pytest_agentorch.agent.fixture_keys import FixtureKeys
from pytest_agentorch.agent.fork_warning import ForkWarning
from pytest_agentorch.agent.interrupt_place import interrupt_place
from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.mail_door import MailDoor
from pytest_agentorch.agent.measurement import Measurement
from pytest_agentorch.agent.phase_environment import PhaseEnvironment
from pytest_agentorch.agent.provisions import Provisions
from pytest_agentorch.agent.run_fixtures import RunFixtures
from pytest_agentorch.agent.shared import DOOR, STATE
from pytest_agentorch.agent.task import AgentTask, Beginning
from pytest_agentorch.agent.test_loop import TestLoop
from pytest_agentorch.agent.test_memory import TestMemory
from pytest_agentorch.agent.warning_classes import names_of
from pytest_agentorch.model.objection import Objection
from pytest_agentorch.protocol.to_controller import StopAsked, WarningRecorded
from pytest_agentorch.role import AGENT_PLUGIN

if TYPE_CHECKING:
    from pytest_agentorch.agent.fingerprints import Fingerprints

_NOT_DISTRIBUTED: dict[str, object] = {
    "numprocesses": None,
    "dist": "no",
    "distload": False,
    "tx": [],
}


class AgentPlugin:
    """Registered before every other plugin, so that all of them see a worker from the start.

    Args:
        begin: waits for what this agent begins with; called before any conftest is imported.
        objections: what speaks against forking this process once it has collected.
    """

    _task: AgentTask
    _fingerprints: Fingerprints | None = None
    _given: dict[str, Any]

    def __init__(
        self,
        link: Link,
        begin: Callable[[], Beginning],
        objections: Callable[[pytest.Session], tuple[Objection, ...]] = lambda _session: (),
    ) -> None:
        # The name under which pytest registers a plugin object: it makes this process an agent.
        self.__name__ = AGENT_PLUGIN
        self._link = link
        self._begin = begin
        self._objections = objections
        self.workeroutput: dict[str, Any] = {}
        self.costs = CostMeter()
        self.measurement = Measurement()

    def take_identity(self, config: pytest.Config, start: dict[str, Any]) -> None:
        """Be another agent from now on: this process was forked from one that had collected."""
        beginning = Beginning.of(start)
        self._task = beginning.task
        # Plugins may have kept the one from before the fork, and have written to it.
        kept: dict[str, Any] = config.workerinput  # type: ignore[attr-defined]
        added = {k: v for k, v in kept.items() if k not in self._given or v != self._given[k]}
        kept.clear()
        kept.update({**beginning.workerinput, **added})
        config.workerinput = dict(kept)  # type: ignore[attr-defined]
        config.option.basetemp = self._task.basetemp
        _renew_basetemp(config, self._task.basetemp)
        capture_file.separate(config, self._task.captured)
        self.measurement.move(self._task.coverage)
        log_sender.send_live_logs(config, self._link, self._task.slot)

    # From the first line on, this process is what xdist calls a worker.

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_load_initial_conftests(
        self, early_config: pytest.Config
    ) -> Generator[None, object, object]:
        """Make this process a worker before any conftest is imported."""
        beginning = self._begin()
        self._task = beginning.task
        early_config.workerinput = beginning.workerinput  # type: ignore[attr-defined]
        early_config.workeroutput = self.workeroutput  # type: ignore[attr-defined]
        # Past the dictionary's own methods, which note who asks.
        self._given = copy.deepcopy(dict(dict.items(beginning.workerinput)))
        options = early_config.known_args_namespace
        vars(options).update(_NOT_DISTRIBUTED)
        self._neutralise(options)
        self.measurement.begin(self._task.coverage)
        if self._task.reuse is not None:
            from pytest_agentorch.agent.fingerprints import Fingerprints

            self._fingerprints = Fingerprints(early_config, self._task.reuse)
        result = yield
        capture_file.install(early_config, self._task.captured)
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_cmdline_main(self, config: pytest.Config) -> Generator[None, object, object]:
        """Take pytest's loop over, once all options are known."""
        xdist_marks.complete_options(config)
        xdist_marks.set_options(config, **_NOT_DISTRIBUTED)
        self._neutralise(config.option)
        config.option.basetemp = self._task.basetemp
        config.stash[WRITER] = FailureWriter(self._task.screen)
        log_sender.share_log_file(config)
        ForkWarning.install(config)
        # Registered late, so that all other reporters have had a report before it is sent.
        xdist_marks.stand_in_for_xdist(config)
        keys = FixtureKeys(self._task.run_fixtures)
        environment = PhaseEnvironment(self._task.phases)
        collection = self._collection(config, keys, environment)
        config.stash[STATE] = Path(self._task.state)
        door = config.stash[DOOR] = MailDoor(self._link)
        loop = TestLoop(
            config,
            self._link,
            collection,
            hold=self._task.hold,
            record=lambda: self._task.record,
            costs=self.costs,
            provisions=Provisions(lambda: self._task.allotment, self._complain),
            memory=TestMemory(self._task.share),
            measurement=self.measurement,
            mail=door.take,
            fixtures=RunFixtures(config, self._link, keys),
            environment=environment,
        )
        self.measurement.install(config)
        host = self._host(config, collection, keys, environment)
        config.pluginmanager.register(collection, "agentorch-collection")
        config.pluginmanager.register(loop, "agentorch-loop")
        # The later one is asked first.
        config.pluginmanager.register(host, "agentorch-host")
        return (yield)

    def _host(
        self,
        config: pytest.Config,
        collection: Collection | Adoption,
        keys: FixtureKeys,
        environment: PhaseEnvironment,
    ) -> FixtureHost:
        return FixtureHost(
            config,
            self._link,
            collection,
            keys,
            home=lambda: self._task.home,
            record=lambda: self._task.record,
            environment=environment,
        )

    def _collection(
        self, config: pytest.Config, keys: FixtureKeys, environment: PhaseEnvironment
    ) -> Collection | Adoption:
        task, link = self._task, self._link
        if self._fingerprints is not None:
            config.pluginmanager.register(self._fingerprints, "agentorch-fingerprints")
        if task.collects:
            return Collection(
                config,
                link,
                task.phases,
                task.selection,
                self._objections,
                run_fixtures=keys,
                fingerprints=self._fingerprints,
            )

        @contextlib.contextmanager
        def between_tests() -> Iterator[None]:
            with self.measurement.between_tests(), environment.between_tests():
                yield

        return Adoption(config, self._link, self._task.import_path, between_tests)

    def _complain(self, message: str) -> None:
        """Warn of what is not as somebody wanted it."""
        self._link.post(
            WarningRecorded(
                message=message,
                classes=names_of(pytest.PytestWarning),
                filename="pyproject.toml",
                line=0,
                when="runtest",
                node_id="",
                location=None,
            )
        )

    def _neutralise(self, options: Any) -> None:
        """Switch off what the controller does for all, or has done."""
        options.usepdb = False
        # The run directory is in the cache.
        options.cacheclear = False
        coverage_plugin.keep_data(options)

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Silence the terminal and send live logs."""
        silent_terminal.install(config)
        junit_recorder.install(config)
        log_sender.send_live_logs(config, self._link, self._task.slot)

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionfinish(
        self, session: pytest.Session, exitstatus: int
    ) -> Generator[None, object, object]:
        """Tell how this session ends, where plugins look for it in a worker of xdist."""
        self.workeroutput.update(
            exitstatus=int(exitstatus),
            shouldfail=session.shouldfail,
            shouldstop=session.shouldstop,
        )
        return (yield)

    @pytest.hookimpl(trylast=True)
    def pytest_warning_recorded(
        self,
        warning_message: warnings.WarningMessage,
        when: str,
        nodeid: str,
        location: tuple[Any, ...] | None,
    ) -> None:
        """Send a warning as text."""
        self._link.post(
            WarningRecorded(
                message=str(warning_message.message),
                classes=names_of(warning_message.category),
                filename=str(warning_message.filename),
                line=int(warning_message.lineno),
                when=when,
                node_id=str(nodeid),
                location=location,
            )
        )

    @pytest.hookimpl(trylast=True)
    def pytest_internalerror(self, excrepr: object) -> None:
        """Tell what pytest or a plugin could not bear."""
        self._link.send(StopAsked(kind="internal", arguments=(str(excrepr),), returncode=None))

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Tell that `pytest.exit` or an interrupt has ended this session."""
        error = excinfo.value
        if isinstance(error, pytest.exit.Exception):
            self._link.send(
                StopAsked(kind="exit", arguments=(str(error.msg),), returncode=error.returncode)
            )
        else:
            place = interrupt_place(excinfo)
            arguments = (place,) if place else ()
            self._link.send(StopAsked(kind="interrupt", arguments=arguments, returncode=None))


def _renew_basetemp(config: pytest.Config, basetemp: str | None) -> None:
    """Give this process a folder of its own for temporary files, as its start says."""
    factory: Any = getattr(config, "_tmp_path_factory", None)
    if factory is None or basetemp is None:
        return
    if factory._basetemp != Path(basetemp).resolve():  # noqa: SLF001 - made before the fork
        factory._given_basetemp = Path(basetemp)  # noqa: SLF001 - made before the fork
        factory._basetemp = None  # noqa: SLF001
