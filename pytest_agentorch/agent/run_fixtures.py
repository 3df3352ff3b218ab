"""Run-scoped fixtures as an agent has them: it asks for them instead of setting them up.

What such a fixture needs is not set up here either. A host, which sets up some of them, asks for
the others like any agent.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Generator
from typing import Any

import pytest

from pytest_agentorch.agent.connecting import Connecting
from pytest_agentorch.agent.fixture_keys import FixtureKeys
from pytest_agentorch.agent.fixture_value import decode
from pytest_agentorch.agent.link import Link
from pytest_agentorch.model.run_fixture import (
    MARK,
    Answer,
    AnswerKind,
    FixtureKey,
    RunFixture,
    RunFixtureMark,
)
from pytest_agentorch.protocol.fixture_talk import (
    FixtureAnswered,
    FixtureAsked,
    FixtureGone,
    FixtureNews,
    ToHost,
)
from pytest_agentorch.system.native import SimpleQueue


class RunFixtureError(Exception):
    """A run-scoped fixture could not be set up; the text says why."""


class RunFixtures:
    """Asks for them. A plugin of pytest from the first test on that may use one."""

    def __init__(self, config: pytest.Config, link: Link, keys: FixtureKeys) -> None:
        self._config = config
        self._link = link
        self._keys = keys
        self._answers: SimpleQueue[FixtureAnswered] = SimpleQueue()
        self._asked = self._position = 0
        self._phase = ""
        self._installed = False
        # A value is good as long as its fixture has the same one of these.
        self._versions: dict[FixtureKey, object] = {}
        self._told: set[tuple[FixtureKey, str]] = set()
        # What is used by fixtures that may end after the last test that uses those.
        self._lasting: set[str] = set()
        self._known: set[Any] = set()
        self._parents: set[object] = set()

    def begin(self, position: int, item: pytest.Item, phase: str) -> None:
        """A test is about to run here, or a fixture is about to be set up for it."""
        if not self._keys.needed:
            return
        self._position, self._phase = position, phase
        if not self._installed:
            self._installed = True
            self._config.pluginmanager.register(self, "agentorch-run-fixtures")
            self._config.pluginmanager.register(Connecting(self.keep))
        if item.parent not in self._parents:
            self._parents.add(item.parent)
            for fixturedef in self._keys.all_visible(item):
                mark = self._keys.mark(fixturedef)
                if mark is not None:
                    self._meet(fixturedef, mark, item)
                elif fixturedef.scope != "function":
                    self._lasting.update(fixturedef.argnames)
        if any(self._keys.marked(item)):
            self._keys.prune(item)

    def take(self, news: FixtureNews | ToHost) -> None:
        """Take in what the controller says, in execnet's thread."""
        match news:
            case FixtureAnswered():
                self._answers.put(news)
            case FixtureGone():
                self._versions.pop(FixtureKey(fixture=news.fixture, phase=news.phase), None)
            case _:
                raise AssertionError(f"this is no host: {news!r:.100}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> None:
        """Meet fixtures that nobody knew of before."""
        mark = self._keys.mark(fixturedef)
        if mark is not None:
            self._meet(fixturedef, mark, _item_of(request))

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Tell the failure of a fixture as it was told where it happened."""
        report = yield
        error = None if call.excinfo is None else call.excinfo.value
        told: Any = getattr(error, "longrepr", None)
        if call.when == "setup" and told is not None:
            report.longrepr = told
        return report

    def keep(self, fixturedef: Any, value: object) -> bool:
        """Take note of what a fixture has made; say whether that is to be connected to."""
        del fixturedef, value
        return True

    def adopt(self, fixturedef: Any, fixture: RunFixture) -> bool:
        """Say whether a fixture is set up in this process."""
        del fixturedef, fixture
        return False

    def check_scope(self, fixture: RunFixture) -> None:
        """Object to what cannot use a fixture: any test can."""

    def _meet(self, fixturedef: Any, mark: RunFixtureMark, item: pytest.Item) -> None:
        """Let a fixture be asked for from now on, if this process does not set it up."""
        if fixturedef in self._known:
            return
        self._known.add(fixturedef)
        if self.adopt(fixturedef, self._keys.of(fixturedef, mark, item)):
            return
        self._keys.cut(fixturedef)

        def holds() -> bool:
            if inspect.isgeneratorfunction(mark.connect):
                return True
            # A phase does not wait for agents, which go on to the next one with what they have.
            return fixturedef.argname in self._lasting and not mark.per_phase

        def asked(request: Any) -> object:
            __tracebackhide__ = _is_hidden
            item = _item_of(request)
            return self._ask(self._keys.of(fixturedef, mark, item), item, holds=holds())

        setattr(asked, MARK, mark)
        asked.__module__ = str(getattr(fixturedef.func, "__module__", ""))
        fixturedef.func = asked
        fixturedef.cache_key = lambda request: self._version(
            self._keys.of(fixturedef, mark, _item_of(request)), _item_of(request), holds=holds()
        )

    def _version(self, fixture: RunFixture, item: pytest.Item, *, holds: bool) -> object:
        """What tells whether a value is still good; a new one is asked for if it is not."""
        key = self._key(fixture)
        news = {(key, "dynamic")} if _is_dynamic(fixture, item) else set()
        if holds:
            news.add((key, "holds"))
        if not news <= self._told:
            # The controller must know who uses it of whom it does not know, and for how long.
            self._told |= news
            self._versions.pop(key, None)
        return self._versions.setdefault(key, object())

    def _key(self, fixture: RunFixture) -> FixtureKey:
        return FixtureKey(fixture=fixture, phase=self._phase if fixture.per_phase else "")

    def _ask(self, fixture: RunFixture, item: pytest.Item, *, holds: bool) -> object:
        """Ask for a fixture, wait, and return its value or raise what it has raised."""
        __tracebackhide__ = _is_hidden
        self.check_scope(fixture)
        if self._link.is_forked:
            raise RuntimeError(f"a child of an agent cannot ask for run-scoped {fixture}")
        self._asked += 1
        asked = FixtureAsked(
            number=self._asked,
            item=self._position,
            fixture=fixture,
            dynamic=_is_dynamic(fixture, item),
            holds=holds,
        )
        self._link.send(asked)
        try:
            answer = self._wait()
        except pytest.fail.Exception as late:
            # The next test may wait longer.
            self._versions.pop(self._key(fixture), None)
            words = f"{late.msg}\nIt waited for the run-scoped fixture '{fixture}'."
            raise pytest.fail.Exception(f"{words} [run-fixture-late]", pytrace=False) from None
        return _taken(answer)

    def _wait(self) -> Answer:
        while (news := self._answers.get()).number != self._asked:
            # Whoever has asked for that has given up.
            pass
        return news.answer


def _is_hidden(error: pytest.ExceptionInfo[BaseException]) -> bool:
    """Our own frames say nothing; what is told without any must not have hidden ones either."""
    return not error.errisinstance(pytest.fail.Exception)


def _item_of(request: Any) -> pytest.Item:
    item: pytest.Item = request._pyfuncitem  # noqa: SLF001 - `node` is that of the scope
    return item


def _is_dynamic(fixture: RunFixture, item: pytest.Item) -> bool:
    """Whether nobody could know that the test uses the fixture."""
    return fixture.name not in getattr(item, "fixturenames", ())


def _taken(answer: Answer) -> object:
    """Take an answer as what it is."""
    __tracebackhide__ = _is_hidden
    sys.stdout.write(answer.out)
    sys.stderr.write(answer.err)
    match answer.kind:
        case AnswerKind.VALUE:
            return decode(answer.value)
        case AnswerKind.SKIPPED:
            error: BaseException = pytest.skip.Exception(answer.text)
        case AnswerKind.XFAILED:
            error = pytest.xfail.Exception(answer.text)
        case AnswerKind.EXIT:
            error = pytest.exit.Exception(answer.text, answer.returncode)
        case AnswerKind.FAILED if answer.report is None:
            error = pytest.fail.Exception(answer.text, pytrace=False)
        case AnswerKind.FAILED:
            error = RunFixtureError(answer.text)
    if answer.report is not None:
        # Once: pytest makes its objects in the place of the data.
        report = pytest.TestReport._from_json(answer.report)  # noqa: SLF001 - as pytest's own hook
        vars(error)["longrepr"] = report.longrepr
    raise error
