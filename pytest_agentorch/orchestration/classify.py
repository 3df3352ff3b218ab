"""Which phase a test belongs to, and why. First match wins, in the order of `Rule`."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.settings import PhaseSettings
from pytest_agentorch.model.test import Classification, Rule

UNIT = PhaseName("unit")
INTEGRATION = PhaseName("integration")
E2E = PhaseName("e2e")

_PATH_PARTS = {
    "unit": UNIT,
    "integration": INTEGRATION,
    "functional": INTEGRATION,
    "e2e": E2E,
    "system": E2E,
    "acceptance": E2E,
}
_FIXTURES = {
    **dict.fromkeys(("page", "browser", "selenium", "live_server"), E2E),
    **dict.fromkeys(
        (
            "db",
            "transactional_db",
            "django_db_setup",
            "postgresql",
            "postgresql_proc",
            "mysql",
            "redisdb",
            "mongodb",
            "docker_services",
            "docker_compose",
        ),
        INTEGRATION,
    ),
}
IMPORTS = {
    **dict.fromkeys(
        ("playwright", "selenium", "seleniumbase", "appium", "splinter", "pyppeteer"), E2E
    ),
    **dict.fromkeys(
        (
            *("testcontainers", "docker"),
            *("psycopg", "psycopg2", "asyncpg", "pg8000"),
            *("pymysql", "MySQLdb", "mysql", "aiomysql", "oracledb", "pyodbc"),
            *("sqlalchemy.create_engine", "sqlalchemy.create_async_engine"),
            *("pymongo", "motor", "redis", "valkey", "cassandra"),
            *("elasticsearch", "opensearchpy"),
            *("kafka", "aiokafka", "confluent_kafka", "pika", "aio_pika"),
        ),
        INTEGRATION,
    ),
}
"""Of a library that has many uses, only what opens a connection."""


class TestFacts(Frozen):
    """What the rules look at.

    Attributes:
        hook: the answer of `pytest_agentorch_phase`, None if nobody answered.
        marked: the argument of `@pytest.mark.phase`, None without that mark.
        markers, fixtures: names, the closest first.
        imports: which of `IMPORTS` its module has.
        path: relative to rootdir, with forward slashes.
    """

    __test__ = False

    node_id: str
    hook: str | None
    marked: str | None
    markers: tuple[str, ...]
    fixtures: tuple[str, ...]
    path: str
    imports: tuple[str, ...] = ()


def classify(facts: TestFacts, phases: Sequence[PhaseSettings]) -> Classification:
    """Return the phase of a test.

    Raises:
        SettingsError: the hook or a mark names a phase that does not exist.
    """
    known = {phase.name for phase in phases}
    for rule, name, reason in _candidates(facts, phases):
        if name in known:
            return Classification(phase=PhaseName(name), rule=rule, reason=reason)
        if rule in (Rule.HOOK, Rule.MARKER):
            raise SettingsError(
                f'{facts.node_id}: {reason} names the phase "{name}", which does not exist. Known '
                f"phases: {', '.join(p.name for p in phases)}. A new one is made with a table "
                f"[tool.agentorch.phases.{name}] in pyproject.toml. [unknown-phase]"
            )
    return Classification(phase=UNIT, rule=Rule.DEFAULT, reason="nothing says otherwise")


def path_matches(path: str, pattern: str) -> bool:
    """Whether a file is the one named, lies below the folder named, or matches the glob."""
    pattern = pattern.removeprefix("./").rstrip("/")
    return path == pattern or path.startswith(pattern + "/") or fnmatch.fnmatchcase(path, pattern)


def _candidates(facts: TestFacts, phases: Sequence[PhaseSettings]) -> list[tuple[Rule, str, str]]:
    found: list[tuple[Rule, str, str]] = []
    if facts.hook is not None:
        found.append((Rule.HOOK, facts.hook, "pytest_agentorch_phase"))
    if facts.marked is not None:
        found.append((Rule.MARKER, facts.marked, "@pytest.mark.phase"))
    names = {phase.name: phase for phase in phases}
    found += [(Rule.MARKER, m, f"@pytest.mark.{m}") for m in facts.markers if m in names]
    found += [
        (Rule.CONFIGURATION, phase.name, reason)
        for phase in phases
        if (reason := _project_rule(facts, phase))
    ]
    found += [
        (Rule.PATH, _PATH_PARTS[part], f"path part {part}/")
        for part in reversed(facts.path.split("/")[:-1])
        if part in _PATH_PARTS
    ]
    found += [
        (Rule.FIXTURE, _FIXTURES[fixture], f"fixture {fixture}")
        for fixture in facts.fixtures
        if fixture in _FIXTURES
    ]
    found += [(Rule.IMPORT, IMPORTS[name], f"imports {name}") for name in facts.imports]
    return found


def _project_rule(facts: TestFacts, phase: PhaseSettings) -> str | None:
    """Return which of the project's own rules for this phase matches, None if none does."""
    for pattern in phase.paths:
        if path_matches(facts.path, pattern):
            return f"paths {pattern}"
    for marker in phase.markers:
        if marker in facts.markers:
            return f"markers {marker}"
    for fixture in phase.fixtures:
        if fixture in facts.fixtures:
            return f"fixtures {fixture}"
    for keyword in phase.keywords:
        if keyword.lower() in facts.node_id.lower():
            return f"keywords {keyword}"
    return None
