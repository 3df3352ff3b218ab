"""Our schema fits every report, and nothing else."""

from __future__ import annotations

import copy
import json
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker, ValidationError

from pytest_agentorch.model.frozen import fields
from pytest_agentorch.reporting.ctrf import Environment, ctrf_document
from tests.unit.event_builders import a_plan, a_run, planned, summary_of
from tests.unit.reporting.ctrf_runs import RERUN, RUNS, document_of


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """The schema as it is in the package."""
    text = (files("pytest_agentorch.reporting") / "ctrf.schema.json").read_text(encoding="utf-8")
    data: dict[str, Any] = json.loads(text)
    return data


def check(document: dict[str, Any], schema: dict[str, Any]) -> None:
    """Validate with all formats."""
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(document)


def test_the_schema_is_a_schema_and_leaves_no_object_open(schema: dict[str, Any]) -> None:
    """Every object forbids what it does not name, as CTRF does."""
    Draft202012Validator.check_schema(schema)

    def objects(node: object) -> list[dict[str, Any]]:
        if isinstance(node, list):
            return [one for item in node for one in objects(item)]
        if not isinstance(node, dict):
            return []
        here = [node] if node.get("type") == "object" else []
        return here + [one for item in node.values() for one in objects(item)]

    assert all(node.get("additionalProperties") is False for node in objects(schema))


@pytest.mark.parametrize("name", RUNS)
def test_every_document_fits_the_schema(name: str, schema: dict[str, Any]) -> None:
    """Whatever happened in the run."""
    check(document_of(RUNS[name]), schema)
    check(document_of(RUNS[name], exit_code=2), schema)


def test_every_field_of_the_schema_is_used_by_some_document(schema: dict[str, Any]) -> None:
    """What is not written is not promised."""
    everything = Environment(**dict.fromkeys(fields(Environment), "x"))
    test = planned(0, keywords=("slow",))
    rich = ctrf_document(summary_of(a_run(), a_plan(test), *RERUN), everything)
    seen = " ".join(
        json.dumps(one) for one in [rich, *(document_of(summary) for summary in RUNS.values())]
    )

    def names(node: object) -> set[str]:
        if isinstance(node, list):
            return {name for item in node for name in names(item)}
        if not isinstance(node, dict):
            return set()
        return set(node.get("properties", {})) | {n for item in node.values() for n in names(item)}

    assert {name for name in names(schema) if f'"{name}": ' not in seen} == set()


@pytest.mark.parametrize(
    "path",
    [
        (),
        ("results",),
        ("results", "tool"),
        ("results", "summary"),
        ("results", "environment"),
        ("results", "tests", 0),
        ("results", "tests", 0, "retryAttempts", 0),
        ("extra", "pytest-agentorch"),
        ("extra", "pytest-agentorch", "performance"),
    ],
)
def test_a_field_that_nobody_knows_is_refused(
    path: tuple[Any, ...], schema: dict[str, Any]
) -> None:
    """The schema is strict where CTRF is, and about our part."""
    document = copy.deepcopy(document_of(RUNS["rerun"]))
    place: Any = document
    for step in path:
        place = place[step]
    place["more"] = 1
    with pytest.raises(ValidationError):
        check(document, schema)
