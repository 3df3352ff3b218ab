"""Which phase a test belongs to, and why."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.frozen import replace
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.settings import PhaseSettings
from pytest_agentorch.model.test import Classification, Rule
from pytest_agentorch.orchestration import classify as rules
from tests.unit.orchestration.plans import a_phase

PHASES = [a_phase(name) for name in ("unit", "integration", "e2e", "load")]
NOTHING = rules.TestFacts(
    node_id="test_shop.py::test_buy",
    hook=None,
    marked=None,
    markers=(),
    fixtures=(),
    path="test_shop.py",
)


def classified(*phases: PhaseSettings, **facts: object) -> Classification:
    """Classify a test of which only these facts are known."""
    changed = replace(NOTHING, **facts)
    return rules.classify(changed, phases or PHASES)


@pytest.mark.parametrize(
    ("facts", "phase", "rule", "reason"),
    [
        ({"hook": "load"}, "load", Rule.HOOK, "pytest_agentorch_phase"),
        ({"marked": "load"}, "load", Rule.MARKER, "@pytest.mark.phase"),
        ({"markers": ("slow", "e2e")}, "e2e", Rule.MARKER, "@pytest.mark.e2e"),
        (
            {"path": "tests/integration/test_db.py"},
            "integration",
            Rule.PATH,
            "path part integration/",
        ),
        ({"path": "tests/functional/a.py"}, "integration", Rule.PATH, "path part functional/"),
        ({"path": "e2e/unit/a.py"}, "unit", Rule.PATH, "path part unit/"),
        ({"path": "acceptance/a.py"}, "e2e", Rule.PATH, "path part acceptance/"),
        ({"fixtures": ("tmp_path", "page")}, "e2e", Rule.FIXTURE, "fixture page"),
        ({"fixtures": ("db",)}, "integration", Rule.FIXTURE, "fixture db"),
        ({"imports": ("redis", "playwright")}, "integration", Rule.IMPORT, "imports redis"),
        ({"imports": ("selenium",)}, "e2e", Rule.IMPORT, "imports selenium"),
        ({"path": "e2e.py"}, "unit", Rule.DEFAULT, "nothing says otherwise"),
        ({}, "unit", Rule.DEFAULT, "nothing says otherwise"),
    ],
    ids=str,
)
def test_each_rule(facts: dict[str, object], phase: str, rule: Rule, reason: str) -> None:
    """What is known of a test, and what follows."""
    assert classified(**facts) == Classification(phase=PhaseName(phase), rule=rule, reason=reason)


def test_the_first_rule_that_matches_decides() -> None:
    """Hook, marker, configuration, path, fixture, import: without one the next one decides."""
    phases = (*PHASES[:3], a_phase("load", paths=("system",)))
    facts: dict[str, object] = {
        "hook": "unit",
        "marked": "integration",
        "path": "system/test_a.py",
        "fixtures": ("db",),
        "imports": ("playwright",),
    }
    found = []
    for known in ("hook", "marked", "path", "fixtures", "imports", None):
        found.append(classified(*phases, **facts).rule)
        facts.pop(known or "", None)
    inferred = [Rule.FIXTURE, Rule.IMPORT, Rule.DEFAULT]
    assert found == [Rule.HOOK, Rule.MARKER, Rule.CONFIGURATION, *inferred]
    assert found == sorted(found, key=[*Rule].index)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ({"paths": ("tests/slow",)}, "paths tests/slow"),
        ({"paths": ("./tests/slow/",)}, "paths ./tests/slow/"),
        ({"paths": ("tests/slow/test_a.py",)}, "paths tests/slow/test_a.py"),
        ({"paths": ("*/test_a*",)}, "paths */test_a*"),
        ({"markers": ("heavy",)}, "markers heavy"),
        ({"fixtures": ("cluster",)}, "fixtures cluster"),
        ({"keywords": ("BUY",)}, "keywords BUY"),
    ],
    ids=str,
)
def test_the_rules_of_a_project(rule: dict[str, object], reason: str) -> None:
    """Each of them alone is enough."""
    found = classified(
        a_phase("unit"),
        a_phase("load", **rule),
        path="tests/slow/test_a.py",
        markers=("heavy",),
        fixtures=("cluster",),
    )
    assert (found.phase, found.rule, found.reason) == ("load", Rule.CONFIGURATION, reason)


def test_a_rule_that_does_not_match_is_passed_over() -> None:
    """Part of a name is not a path; another marker is another marker."""
    load = a_phase(
        "load", paths=("tests/slo",), markers=("heav",), fixtures=("clust",), keywords=("sell",)
    )
    found = classified(a_phase("unit"), load, path="tests/slow/test_a.py", markers=("heavy",))
    assert found.rule is Rule.DEFAULT


@pytest.mark.parametrize(
    ("facts", "who"),
    [({"hook": "lod"}, "pytest_agentorch_phase"), ({"marked": "lod"}, "@pytest.mark.phase")],
)
def test_a_phase_that_does_not_exist_is_an_error(facts: dict[str, object], who: str) -> None:
    """It names the test, who said so, and what to do."""
    with pytest.raises(SettingsError) as raised:
        classified(**facts)
    message = str(raised.value)
    assert message.startswith(f'test_shop.py::test_buy: {who} names the phase "lod"')
    assert "unit, integration, e2e, load" in message
    assert "[tool.agentorch.phases.lod]" in message


def test_an_inferred_phase_that_was_taken_away_is_passed_over() -> None:
    """A path part is only a hint."""
    assert classified(a_phase("unit"), path="e2e/test_a.py").rule is Rule.DEFAULT
