"""Suites of popular plugins: every test ends on agents as it does in one process."""

from __future__ import annotations

import pytest

from tests.functional.canary import STARTS, Canary, temporary_files
from tests.functional.running import Suite

CANARIES = (
    Canary(name="allure", plugins=("allure-pytest",), args=("--alluredir=allure",)),
    Canary(name="anyio", plugins=("anyio", "trio")),
    Canary(name="asyncio", plugins=("pytest-asyncio",)),
    Canary(name="bdd", plugins=("pytest-bdd",)),
    Canary(name="benchmark", plugins=("pytest-benchmark",), serial=("--benchmark-disable",)),
    Canary(name="cov", plugins=("pytest-cov",), args=("--cov",)),
    Canary(name="dependency", plugins=("pytest-dependency",)),
    Canary(name="django", plugins=("pytest-django", "django")),
    Canary(name="env", plugins=("pytest-env",)),
    Canary(name="html", plugins=("pytest-html", "pytest-metadata"), args=("--html=report.html",)),
    Canary(name="httpserver", plugins=("pytest_httpserver",)),
    Canary(name="hypothesis", plugins=("hypothesis",)),
    Canary(name="instafail", plugins=("pytest-instafail",), args=("--instafail",)),
    Canary(
        name="json_report",
        plugins=("pytest-json-report", "pytest-metadata"),
        args=("--json-report",),
    ),
    Canary(name="metadata", plugins=("pytest-metadata",)),
    Canary(name="mock", plugins=("pytest-mock",)),
    Canary(name="order", plugins=("pytest-order",)),
    Canary(name="randomly", plugins=("pytest-randomly",), args=("--randomly-seed=1234",)),
    Canary(name="repeat", plugins=("pytest-repeat",), args=("--count=2",)),
    Canary(name="rerunfailures", plugins=("pytest-rerunfailures",), args=("--reruns=1", "-rR")),
    Canary(name="subtests", plugins=("pytest-subtests",)),
    Canary(name="sugar", plugins=("pytest-sugar",), args=("--force-sugar",)),
    Canary(name="syrupy", plugins=("syrupy",), args=("--snapshot-update",)),
    Canary(name="timeout", plugins=("pytest-timeout",), args=("--timeout-method=signal",)),
    Canary(name="xprocess", plugins=("pytest-xprocess",)),
)
OWN_NAMES = {"allure", "cov", "html", "json_report"}
"""Their files have names, or contents, that differ from run to run: there are tests for them."""

NO_XDIST = ("-p", "no:xdist", "-p", "no:xdist.looponfail")


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.parametrize("canary", CANARIES, ids=lambda canary: canary.name)
def test_every_test_ends_as_in_one_process(suite: Suite, canary: Canary, start: str) -> None:
    """The same verdicts, texts, exit code and files, and nothing else."""
    canary.needed()
    serial = canary.run_serial(suite)
    agents = canary.run_agents(suite, start)
    assert agents.ran.ours["start"] == start
    assert agents.agents == {"gw0", "gw1"}
    assert agents.ran.incidents == []
    assert agents.cases == serial.cases, str(agents.ran)
    assert agents.ran.junit_counts == serial.ran.junit_counts
    assert agents.ran.counts == serial.ran.counts
    assert agents.ran.code == serial.ran.code
    assert temporary_files(agents.ran) == set()
    if canary.name not in OWN_NAMES:
        assert agents.files.keys() == serial.files.keys()


@pytest.mark.parametrize("xdist", ["with xdist", "without xdist"])
@pytest.mark.parametrize("canary", CANARIES, ids=lambda canary: canary.name)
def test_agents_are_forked(suite: Suite, canary: Canary, xdist: str) -> None:
    """Nothing that a popular plugin does speaks against it, whether xdist is there or not."""
    canary.needed()
    agents = canary.run_agents(suite, "auto", *(NO_XDIST if xdist == "without xdist" else ()))
    assert agents.ran.ours["start_reasons"] == [], str(agents.ran)
    assert agents.ran.ours["start"] == "fork"
    assert "INTERNALERROR" not in agents.ran.out + agents.ran.err
