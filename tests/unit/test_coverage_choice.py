"""What is to be measured, as the command line says it."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from pytest_agentorch.coverage_choice import read_coverage
from pytest_agentorch.model.coverage_settings import CoverageReport, CoverageSettings, ReportKind
from pytest_agentorch.model.errors import SettingsError


def read(**given: object) -> CoverageSettings | None:
    """Read options of which most are not given."""
    options = {"agents_cov": [True], "agents_cov_report": [], "agents_cov_fail_under": None}
    return read_coverage(Namespace(**{**options, **given}))


@pytest.mark.parametrize(
    ("asked", "sources"),
    [([True], None), (["src"], ("src",)), (["a", "b"], ("a", "b")), (["a", True], None)],
)
def test_sources(asked: list[object], sources: tuple[str, ...] | None) -> None:
    """As with `--cov`: one without a value leaves it to the configuration."""
    found = read(agents_cov=asked)
    assert found is not None
    assert found.sources == sources


def test_nothing_is_measured_unless_it_is_asked_for() -> None:
    """Also if a report is."""
    assert read(agents_cov=[], agents_cov_report=["html"]) is None


@pytest.mark.parametrize(
    ("texts", "reports"),
    [
        ([], [CoverageReport(kind=ReportKind.TERM)]),
        (["none"], []),
        (
            ["term-missing:skip-covered", "html"],
            [
                CoverageReport(kind=ReportKind.TERM_MISSING, skip_covered=True),
                CoverageReport(kind=ReportKind.HTML),
            ],
        ),
        (["json:a:b.json"], [CoverageReport(kind=ReportKind.JSON, where="a:b.json")]),
    ],
)
def test_reports(texts: list[str], reports: list[CoverageReport]) -> None:
    """Of each kind with a place, if it can have one."""
    found = read(agents_cov_report=texts)
    assert found is not None
    assert list(found.reports) == reports


@pytest.mark.parametrize("text", ["pdf", "", "term:x", "xml:", "none:x", "TERM"])
def test_no_such_report(text: str) -> None:
    """The message names what there is."""
    with pytest.raises(SettingsError, match="bad-coverage-report"):
        read(agents_cov_report=[text])


@pytest.mark.parametrize(("text", "number"), [("0", 0.0), ("99.5", 99.5), ("100", 100.0)])
def test_fail_under(text: str, number: float) -> None:
    """A percentage."""
    found = read(agents_cov_fail_under=text)
    assert found is not None
    assert found.fail_under == number


@pytest.mark.parametrize("text", ["", "much", "-1", "100.1", "nan"])
def test_no_percentage(text: str) -> None:
    """It is an error, not a total that can never be reached."""
    with pytest.raises(SettingsError, match="bad-fail-under"):
        read(agents_cov_fail_under=text)


@pytest.mark.parametrize(
    "given",
    [
        {"cov_source": ["src"]},
        {"cov_fail_under": 90.0},
        {"cov_branch": True},
        {"cov_report": {"html": None}},
    ],
    ids=str,
)
def test_pytest_cov_measures_nothing_beside_it(given: dict[str, object]) -> None:
    """What it is told would not be heeded, unless it is switched off anyway."""
    with pytest.raises(SettingsError, match="two-coverages"):
        read(**given, no_cov=False)
    assert read(**given, no_cov=True) is not None
    defaults: dict[str, object] = {
        "cov_source": [],
        "cov_fail_under": None,
        "cov_branch": None,
        "cov_report": {},
    }
    assert read(**defaults, no_cov=False) is not None


def test_no_such_source(tmp_path: Path) -> None:
    """A file is none: somebody has written `--agents-cov test_it.py`."""
    file = tmp_path / "test_it.py"
    file.touch()
    for wrong in ("", str(file)):
        with pytest.raises(SettingsError, match="bad-coverage-source"):
            read(agents_cov=[wrong])
    assert read(agents_cov=[str(tmp_path)]) is not None
