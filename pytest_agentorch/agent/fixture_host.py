"""A host: an agent without tests, in which run-scoped fixtures live.

It sets up those that are at home in it, in the session of a whole pytest. Everything else is as it
is in an agent.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from _pytest.compat import NOTSET
from _pytest.fixtures import SubRequest
from _pytest.scope import Scope
from _pytest.warnings import catch_warnings_for_item

from pytest_agentorch.agent.adoption import Adoption
from pytest_agentorch.agent.collection import Collection
from pytest_agentorch.agent.fixture_keys import FixtureKeys, visible
from pytest_agentorch.agent.fixture_outcome import answer_of
from pytest_agentorch.agent.hosted_fixtures import HostedFixtures
from pytest_agentorch.agent.link import Link
from pytest_agentorch.agent.phase_environment import PhaseEnvironment
from pytest_agentorch.agent.report import serialize
from pytest_agentorch.agent.stacks import Stacks
from pytest_agentorch.model.run_fixture import Home, RunFixture
from pytest_agentorch.protocol.fixture_talk import (
    FixtureAnswered,
    FixtureGone,
    FixtureSetUp,
    FixtureTornDown,
    SetUpFixture,
    TearDownFixture,
)
from pytest_agentorch.protocol.to_agent import AdoptTests, FinishSession, ToAgent
from pytest_agentorch.system.native import SimpleQueue

_Task = SetUpFixture | TearDownFixture | None


class FixtureHost:
    """Takes the place of the loop that runs tests, in a process that is a host."""

    def __init__(
        self,
        config: pytest.Config,
        link: Link,
        collection: Collection | Adoption,
        keys: FixtureKeys,
        *,
        home: Callable[[], Home | None],
        record: Callable[[], str],
        environment: PhaseEnvironment,
    ) -> None:
        self._config = config
        self._link = link
        self._collection = collection
        self._keys = keys
        self._home = home
        self._record = record
        self._environment = environment
        self._tasks: SimpleQueue[_Task] = SimpleQueue()
        self._alive: dict[RunFixture, tuple[Any, Any]] = {}
        self._item: pytest.Item | None = None
        self._is_setting_up = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Set up and tear down what is asked for, until the session is to end."""
        home = self._home()
        if home is None:
            return None
        self._fixtures = HostedFixtures(self._config, self._link, self._keys, home)
        self._stacks = Stacks(f"{self._record()}.stacks")
        self._stacks.install()
        self._environment.turn(home.phase)
        with contextlib.suppress(ValueError, OSError):
            signal.signal(signal.SIGINT, self._on_interrupt)
        # Fixtures of the session belong to it; there is no test to set it up.
        root: Any = SimpleNamespace(listchain=lambda: [session])
        session._setupstate.setup(root)  # noqa: SLF001
        self._link.listen(self._take)
        while (task := self._tasks.get()) is not None:
            match task:
                case SetUpFixture():
                    self._set_up(task)
                case TearDownFixture():
                    self._tear_down(task.fixture)
        self._end(session)
        self._environment.turn("")
        return True

    def _take(self, message: ToAgent) -> None:
        """Take in a message, in execnet's thread."""
        match message:
            case SetUpFixture() | TearDownFixture():
                self._tasks.put(message)
            case FixtureAnswered() | FixtureGone():
                self._fixtures.take(message)
            case AdoptTests():
                assert isinstance(self._collection, Adoption)
                self._collection.adopt(message)
            case FinishSession():
                self._tasks.put(None)
            case _:
                raise AssertionError(f"a host has no tests: {message!r:.100}")

    def _set_up(self, task: SetUpFixture) -> None:
        fixtures = self._fixtures
        fixtures.used, fixtures.wanted = [], task.fixture
        found: list[tuple[Any, Any]] = []
        item = self._collection.item(task.item)

        def execute() -> object:
            __tracebackhide__ = True
            self._is_setting_up = True
            try:
                if item is None:
                    raise LookupError("the test that it is set up for is not found here")
                fixtures.begin(task.item, item, self._phase())
                fixturedef = fixtures.find(task.fixture, item)
                request = _request(item, fixturedef)
                found.append((fixturedef, request))
                self._set_up_automatic(item, request)
                fixturedef.execute(request=request)
                return fixtures.values.get(fixturedef)
            finally:
                self._is_setting_up = False

        with self._as_in_test(item, "setup"):
            call = pytest.CallInfo.from_call(execute, when="setup")
        answer = answer_of(call, item, task.fixture)
        used = () if item is None else self._note_used(item, found)
        if call.excinfo is None:
            self._alive[task.fixture] = found[0]
        self._link.send(
            FixtureSetUp(
                fixture=task.fixture,
                answer=answer,
                lives=call.excinfo is None,
                needs=tuple(one for one in used if one != task.fixture),
            )
        )

    def _note_used(self, item: pytest.Item, found: list[tuple[Any, Any]]) -> list[RunFixture]:
        """Take note of what has been set up for another fixture: it is torn down after that."""
        for one in self._fixtures.used:
            fixturedef = self._fixtures.find(one, item)
            result = fixturedef.cached_result
            if one not in self._alive and result is not None and result[2] is None:
                self._alive[one] = fixturedef, found[0][1]
        return [one for one in self._fixtures.used if one in self._alive]

    def _set_up_automatic(self, item: pytest.Item, request: Any) -> None:
        """Set up what a session has in any case before a fixture that somebody asks for."""
        manager: Any = item.session._fixturemanager  # noqa: SLF001
        automatic = set(manager._getautousenames(item))  # noqa: SLF001
        for name in getattr(item, "fixturenames", ()):
            definitions = visible(item, name) if name in automatic else ()
            if definitions and definitions[-1].scope == "session" and name != request.fixturename:
                request._get_active_fixturedef(name)  # noqa: SLF001

    def _tear_down(self, fixture: RunFixture) -> None:
        fixturedef, request = self._alive.pop(fixture, (None, None))
        report = None
        if fixturedef is not None:
            report = self._end_with(request._pyfuncitem, fixturedef.finish, request)  # noqa: SLF001
            self._fixtures.values.pop(fixturedef, None)
        self._link.send(FixtureTornDown(fixture=fixture, report=report))

    def _end(self, session: pytest.Session) -> None:
        """Tear down whatever is left, the latest first."""
        for fixture in reversed(list(self._alive)):
            self._tear_down(fixture)
        if self._item is not None:
            rest: Any = session._setupstate  # noqa: SLF001
            report = self._end_with(self._item, rest.teardown_exact, None)
            if report is not None:
                self._link.send(FixtureTornDown(fixture=None, report=report))

    def _end_with(
        self, item: pytest.Item, end: Callable[[Any], object], argument: object
    ) -> dict[str, Any] | None:
        """Call what tears something down; return the report if that fails."""

        def call_it() -> None:
            __tracebackhide__ = True
            end(argument)

        with self._as_in_test(item, "teardown"):
            call = pytest.CallInfo.from_call(call_it, when="teardown")
        if call.excinfo is None:
            return None
        report = item.ihook.pytest_runtest_makereport(item=item, call=call)
        return serialize(report, self._config)

    def _phase(self) -> str:
        home = self._home()
        return "" if home is None else home.phase

    @contextlib.contextmanager
    def _as_in_test(self, item: pytest.Item | None, when: Any) -> Iterator[None]:
        """Capture what is printed and heed filters of warnings as around a test."""
        if item is None:
            yield
            return
        self._item = item
        config = self._config
        capture: Any = config.pluginmanager.getplugin("capturemanager")
        item._report_sections.clear()  # noqa: SLF001 - nothing else reports of it here
        with contextlib.ExitStack() as stack:
            stack.enter_context(
                catch_warnings_for_item(config, config.hook, when="runtest", item=item)
            )
            if capture is not None:
                stack.enter_context(capture.item_capture(when, item))
            yield

    def _on_interrupt(self, *_args: object) -> None:
        """The run is interrupted: what is set up now is given up; all else is torn down."""
        if self._is_setting_up:
            self._is_setting_up = False
            raise KeyboardInterrupt


def _request(item: Any, fixturedef: Any) -> Any:
    """Make the request of a test for a fixture of the session."""
    item._initrequest()  # noqa: SLF001
    params = getattr(getattr(item, "callspec", None), "params", {})
    name, param, index = fixturedef.argname, NOTSET, 0
    if name in params:
        param, index = params[name], item.callspec.indices[name]
    top = item._request  # noqa: SLF001
    return SubRequest(top, Scope.Session, param, index, fixturedef, _ispytest=True)
