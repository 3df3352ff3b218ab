"""The names of run-scoped fixtures."""

from __future__ import annotations

from pytest_agentorch.model.run_fixture import FixtureKey, Home, RunFixture


def test_a_fixture_is_called_as_tests_call_it() -> None:
    """With its parameters, if it has any."""
    server = RunFixture(name="server", where="", params="", per_phase=False)
    assert str(server) == "server"
    assert str(RunFixture(name="db", where="", params="db=1", per_phase=False)) == "db[db=1]"


def test_what_has_the_same_parameters_is_at_home_in_one_process() -> None:
    """And of the same phase, if of any."""
    server = RunFixture(name="server", where="", params="", per_phase=False)
    client = RunFixture(name="client", where="", params="", per_phase=True)
    assert FixtureKey(fixture=server, phase="").home == Home(params="", phase="")
    assert FixtureKey(fixture=client, phase="unit").home == Home(params="", phase="unit")
