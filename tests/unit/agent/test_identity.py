"""Who asks which agent this is."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pytest_agentorch.agent.identity import IdentityWatch

VARIABLE = "PYTEST_XDIST_WORKER"


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityWatch]:
    """A watch over the environment of a process that is `gw7`."""
    monkeypatch.setenv(VARIABLE, "gw7")
    watch = IdentityWatch()
    watch.watch_environment()
    yield watch
    watch.end()


def given(watch: IdentityWatch) -> dict[str, Any]:
    """What a plugin finds in `config.workerinput`."""
    return watch.watched({"workerid": "gw7", "workercount": 2})


ASKING: dict[str, Callable[[], object]] = {
    "by name": lambda: os.environ[VARIABLE],
    "get": lambda: os.environ.get(VARIABLE, "master"),
    "getenv": lambda: os.getenv(VARIABLE),
    "bytes": lambda: str(os.environb[VARIABLE.encode()], "utf-8"),
    "in a path": lambda: os.path.expandvars(f"${VARIABLE}"),
}


@pytest.mark.parametrize("how", ASKING)
def test_who_asks_for_the_variable_is_known_and_answered(watch: IdentityWatch, how: str) -> None:
    """By the line of code that is not the standard library's."""
    assert ASKING[how]() == "gw7"
    (asker,) = watch.askers
    assert (asker.module, asker.path, asker.what) == (__name__, __file__, VARIABLE)
    assert asker.line in range(30, 60)


def test_copies_of_the_environment_are_made_for_other_reasons(watch: IdentityWatch) -> None:
    """The variable is in none of them, so that no wrong one is kept."""
    for copy in ({**os.environ}, os.environ.copy(), dict(os.environ.items())):
        assert VARIABLE not in copy
        assert copy == dict(os.environ)
    assert VARIABLE not in list(os.environ)
    assert f"'{VARIABLE}'" not in repr(os.environ)
    assert watch.askers == ()


def test_whether_there_is_a_name_is_no_secret(watch: IdentityWatch) -> None:
    """It is the same for all agents."""
    assert VARIABLE in os.environ
    assert "workerid" in given(watch)
    assert watch.askers == ()


def test_other_variables_are_what_they_are(watch: IdentityWatch) -> None:
    """Found, not found, set, taken out."""
    assert os.environ.get("NO_SUCH_VARIABLE") is None
    with pytest.raises(KeyError):
        os.environ["NO_SUCH_VARIABLE"]
    os.environ["NO_SUCH_VARIABLE"] = "1"
    assert os.environ.pop("NO_SUCH_VARIABLE") == "1"
    with pytest.raises(KeyError):
        del os.environ["NO_SUCH_VARIABLE"]
    assert watch.askers == ()


def test_a_suite_may_set_the_variable_itself(watch: IdentityWatch) -> None:
    """Then it is its own, and nobody is told."""
    os.environ[VARIABLE] = "mine"
    assert os.environ[VARIABLE] == dict(os.environ)[VARIABLE] == "mine"
    assert watch.askers == ()
    del os.environ[VARIABLE]
    assert VARIABLE not in os.environ


def test_a_suite_may_take_the_variable_out(watch: IdentityWatch) -> None:
    """It stays out."""
    del os.environ[VARIABLE]
    assert VARIABLE not in os.environ
    watch.end()
    assert VARIABLE not in os.environ


def test_in_the_end_everything_is_plain(watch: IdentityWatch) -> None:
    """The variable is there again, for programs that are started, too."""
    watch.end()
    assert os.environ[VARIABLE] == dict(os.environ)[VARIABLE] == "gw7"
    assert type(os.environ._data) is dict  # type: ignore[attr-defined]
    assert os.environ._data is os.environb._data  # type: ignore[attr-defined]
    assert watch.askers == ()


READING: dict[str, Callable[[dict[str, Any]], object]] = {
    "by name": lambda given: given["workerid"],
    "get": lambda given: given.get("workerid"),
    "pop": lambda given: given.pop("workerid"),
    "items": lambda given: dict(given.items())["workerid"],
    "values": lambda given: next(iter(given.values())),
    "dict": lambda given: dict(given)["workerid"],
    "unpacked": lambda given: {**given}["workerid"],
    "copy": lambda given: given.copy()["workerid"],
    "json": lambda given: json.loads(json.dumps(given))["workerid"],
    "pickle": lambda given: pickle.loads(pickle.dumps(given))["workerid"],  # noqa: S301
}


@pytest.mark.parametrize("how", READING)
def test_who_reads_the_input_is_known_and_answered(how: str) -> None:
    """Copies of the whole count: they have the name."""
    watch = IdentityWatch()
    assert READING[how](given(watch)) == "gw7"
    (asker,) = {(one.module, one.what) for one in watch.askers}
    assert asker == (__name__, 'workerinput["workerid"]')


def test_what_the_controller_has_given_to_each_agent_is_as_its_name() -> None:
    """It may be another one in each."""
    watch = IdentityWatch()
    found = watch.watched({"workerid": "gw7", "database": "test_gw7"})
    assert found["database"] == found.get("database") == found.pop("database") == "test_gw7"
    assert {one.what for one in watch.askers} == {'workerinput["database"]'}


def test_the_rest_of_the_input_is_for_everybody() -> None:
    """It is a dictionary like any other."""
    watch = IdentityWatch()
    found = given(watch)
    assert isinstance(found, dict)
    assert (found["workercount"], found.get("no"), found.get("no", 3)) == (2, None, 3)
    assert list(found) == list(found.keys()) == ["workerid", "workercount"]
    found["more"] = 1
    assert found.pop("more") == 1
    assert found.pop("more", None) is None
    assert watch.askers == ()


def test_nobody_is_noted_in_the_end() -> None:
    """An agent may be asked for its name."""
    watch = IdentityWatch()
    found = given(watch)
    watch.end()
    assert found["workerid"] == "gw7"
    assert watch.askers == ()
