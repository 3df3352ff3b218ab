"""Run-scoped fixtures have the same names in all processes, and need nothing in most of them."""

from __future__ import annotations

from typing import Any

import pytest

import pytest_agentorch
from pytest_agentorch.agent.fixture_keys import FixtureKeys
from pytest_agentorch.model.errors import SettingsError

LIFTED = ("lifted", "too_narrow")


@pytest.fixture(autouse=True)
def untouched(request: pytest.FixtureRequest) -> None:
    """In an agent these very fixtures are asked for."""
    if hasattr(request.config, "workerinput"):
        pytest.skip("this is an agent, which has changed what is looked at here")


@pytest.fixture(scope="session")
def needed() -> int:
    """What only a run-scoped one needs."""
    return 1


@pytest.fixture(scope="session")
def lifted(needed: int) -> int:
    """One that the configuration names."""
    return needed


@pytest.fixture
def too_narrow() -> int:
    """The configuration names it, and it has no session scope."""
    return 1


@pytest_agentorch.run_fixture(params=["a", pytest.param("b", id="second")])
def each(request: pytest.FixtureRequest, needed: int) -> str:
    """One with parameters."""
    return f"{request.param}{needed}"


@pytest_agentorch.run_fixture(scope="phase")
def above(each: str) -> str:
    """One that needs it."""
    return each


def test_only_session_fixtures_are_lifted(request: pytest.FixtureRequest) -> None:
    """Another one is told with its scope; one that is not known may be elsewhere."""
    FixtureKeys(("lifted", "quite_another")).check(request.session)
    with pytest.raises(SettingsError, match=r'"too_narrow" has the scope function\..*\[bad-run-'):
        FixtureKeys(LIFTED).check(request.session)


def test_parameters_are_named_by_their_position(
    request: pytest.FixtureRequest, above: str, lifted: int, too_narrow: int
) -> None:
    """Those of what a fixture needs count for it."""
    number = {"a1": "0", "b1": "1"}[above]
    found = {one.name: one for one in FixtureKeys(LIFTED).used_by(request.node)}
    assert {name: one.params for name, one in found.items()} == {
        "lifted": "",
        "each": f"each={number}",
        "above": f"each={number}",
    }
    assert [one.name for one in found.values() if one.per_phase] == ["above"]
    assert lifted == too_narrow == 1


@pytest.mark.parametrize("each", ["c", object()], indirect=True, ids=["plain", "object"])
def test_other_parameters_are_named_by_what_they_are(
    request: pytest.FixtureRequest, each: str
) -> None:
    """Or by the function that has them, if they mean nothing elsewhere."""
    (found,) = FixtureKeys(()).used_by(request.node)
    own = f"{request.node.nodeid.partition('[')[0]}#1"
    assert found.params == ("each='c'" if each == "c1" else f"each={own}")


def test_who_is_asked_needs_nothing(request: pytest.FixtureRequest) -> None:
    """What only such fixtures need is not set up for a test, and is still known to be needed."""
    item: Any = next(
        one for one in request.session.items if "named_by_their_position[a" in one.nodeid
    )
    info = item._fixtureinfo
    before, keys = list(info.names_closure), FixtureKeys(LIFTED)
    definitions = [fixturedef for fixturedef, _ in keys.marked(item)]
    argnames = [fixturedef.argnames for fixturedef in definitions]
    try:
        for fixturedef in definitions:
            keys.cut(fixturedef)
        keys.prune(item)
        assert set(before) - set(info.names_closure) == {"needed", "each"}
        assert {one.params for one in keys.used_by(item)} == {"", "each=0"}
    finally:
        info.names_closure[:] = before
        for fixturedef, names in zip(definitions, argnames, strict=True):
            fixturedef.argnames = names


def test_all_that_may_be_asked_for_is_found(request: pytest.FixtureRequest) -> None:
    """Also what the test does not name."""
    found = {fixturedef.argname for fixturedef in FixtureKeys(LIFTED).all_visible(request.node)}
    assert {"lifted", "each", "above", "tmp_path"} <= found
