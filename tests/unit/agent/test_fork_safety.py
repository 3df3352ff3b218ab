"""Whether agents can be forked from a process that has collected."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from pytest_agentorch.agent import fork_safety
from pytest_agentorch.agent.fork_safety import ForkSafety
from pytest_agentorch.agent.identity import IdentityWatch
from pytest_agentorch.agent.vetted import HARMLESS_ASKERS, SESSION_FINISH
from pytest_agentorch.model.objection import Objection


def a_hook(module: str, path: str = "plugin.py") -> Any:
    """A `pytest_sessionfinish` that was written in a module."""
    space: dict[str, Any] = {"__name__": module}
    exec(compile("def pytest_sessionfinish(): pass", path, "exec"), space)  # noqa: S102
    return SimpleNamespace(function=space["pytest_sessionfinish"], plugin_name=module)


class Process:
    """A process in which nothing speaks against a fork, but for what a test puts there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.hooks: list[Any] = [a_hook("_pytest.runner"), a_hook("_pytest.tmpdir")]
        self.factory = SimpleNamespace(_basetemp=None)
        self.watch = IdentityWatch()
        self._safety = ForkSafety(self.watch)

    def objections(self) -> tuple[Objection, ...]:
        """What is said of it."""
        config = SimpleNamespace(
            rootpath=self.root,
            stash=pytest.Stash(),
            pluginmanager=SimpleNamespace(getplugin=lambda _name: None),
            hook=SimpleNamespace(
                pytest_sessionfinish=SimpleNamespace(get_hookimpls=lambda: self.hooks)
            ),
            _tmp_path_factory=self.factory,
        )
        return self._safety.objections(cast("pytest.Session", SimpleNamespace(config=config)))

    def reasons(self) -> list[str]:
        """The sentences."""
        return [one.reason for one in self.objections()]


@pytest.fixture
def process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Process:
    """A process without threads and children."""
    for name in ("other_threads", "living_children", "live_breakers"):
        monkeypatch.setattr(fork_safety, name, lambda: ())
    return Process(tmp_path)


def test_a_process_with_nothing_special_is_forked(process: Process) -> None:
    """Most are like that."""
    assert process.objections() == ()


@pytest.mark.parametrize(
    ("check", "finding", "reason", "forbids"),
    [
        ("other_threads", 'thread "poller"', 'thread "poller" is running', True),
        ("live_breakers", "MPI is initialised", "MPI is initialised", False),
        ("living_children", "redis", 'process "redis" was started before the tests', False),
    ],
)
def test_findings_of_other_checks_are_told(
    process: Process,
    monkeypatch: pytest.MonkeyPatch,
    check: str,
    finding: str,
    reason: str,
    *,
    forbids: bool,
) -> None:
    """Only threads are no matter of taste."""
    monkeypatch.setattr(fork_safety, check, lambda: (finding,))
    assert process.objections() == (Objection(reason=reason, forbids=forbids),)


def test_hooks_that_may_undo_what_others_still_use_are_named(process: Process) -> None:
    """Those of every conftest, and of every plugin that nobody has looked at."""
    process.hooks += [
        a_hook("conftest", str(process.root / "tests" / "conftest.py")),
        a_hook("some_plugin.hooks"),
        a_hook("elsewhere.conftest", "/elsewhere/conftest.py"),
    ]
    assert process.reasons() == [
        "tests/conftest.py has pytest_sessionfinish",
        "plugin some_plugin.hooks has pytest_sessionfinish",
        "/elsewhere/conftest.py has pytest_sessionfinish",
    ]


@pytest.mark.parametrize("package", SESSION_FINISH)
def test_plugins_that_somebody_has_looked_at_are_no_obstacle(
    process: Process, package: str
) -> None:
    """The table says why."""
    process.hooks.append(a_hook(f"{package}.plugin"))
    assert process.objections() == ()


def test_who_asks_for_the_name_is_told(process: Process) -> None:
    """With the line of code; a second question from there is the same."""
    given = process.watch.watched({"workerid": "gw0"})
    code = "def ask(given):\n    return given['workerid']"
    ask = _from_file(code, "conftest", str(process.root / "conftest.py"))
    assert (ask(given), ask(given)) == ("gw0", "gw0")
    assert process.reasons() == ['conftest.py:2 asks for workerinput["workerid"]']


@pytest.mark.parametrize("package", HARMLESS_ASKERS)
def test_plugins_that_do_no_harm_with_the_name_may_ask(process: Process, package: str) -> None:
    """The table says why."""
    given = process.watch.watched({"workerid": "gw0"})
    ask = _from_file("def ask(given): given.get('workerid')", f"{package}.plugin", "plugin.py")
    ask(given)
    assert process.objections() == ()


def test_a_folder_for_temporary_files_that_is_there_already_is_told(process: Process) -> None:
    """Its paths are in tests by then."""
    process.factory._basetemp = process.root
    assert process.reasons() == ["tmp_path_factory was used before the tests"]


def test_a_file_that_was_opened_is_told(process: Process) -> None:
    """Not when it is closed again."""
    with (process.root / "some.log").open("w"):
        assert process.reasons() == ["some.log is open for writing"]
    assert process.objections() == ()


def _from_file(code: str, module: str, path: str) -> Callable[[dict[str, Any]], object]:
    space: dict[str, Any] = {"__name__": module}
    exec(compile(code, path, "exec"), space)  # noqa: S102 - code of a file that need not exist
    ask: Callable[[dict[str, Any]], object] = space["ask"]
    return ask
