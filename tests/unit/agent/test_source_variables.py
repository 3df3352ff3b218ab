"""Which environment variables a file asks for, by its text."""

from __future__ import annotations

import pytest

from pytest_agentorch.agent.source_variables import variables_asked_for, variables_set


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("os.environ['REGION']", {"REGION"}),
        ('environ.get("REGION", "north")', {"REGION"}),
        ("os.getenv(\n    'REGION'\n)", {"REGION"}),
        ("if 'CI' in os.environ or 'TOX' not in environ: pass", {"CI", "TOX"}),
        ("os.environ['REGION'] == 'north'", {"REGION"}),
        ("os.environ['PYTEST_CURRENT_TEST'], os.getenv('AGENTORCH_CAPABILITIES')", set()),
        ("os.environ[name], settings['REGION'], monkeypatch.setenv('REGION', '')", set()),
    ],
)
def test_what_is_asked_for(text: str, expected: set[str]) -> None:
    """Where the name is written down."""
    assert variables_asked_for(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("os.environ.setdefault('RUN', uuid4().hex)", {"RUN"}),
        ("os.environ['RUN'] = '1'", {"RUN"}),
        ("os.environ['RUN'] == '1', os.environ.get('RUN')", set()),
    ],
)
def test_what_is_set(text: str, expected: set[str]) -> None:
    """It may have another value in each run."""
    assert variables_set(text) == expected
