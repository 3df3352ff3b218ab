"""A run that is a step of a workflow on GitHub tells it there, too."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.functional.running import Suite

PLUGIN = "pytest_github_actions_annotate_failures"
TESTS = """
    def test_good(): pass
    def test_bad():
        value = 3
        assert value == 4
"""


def on_github(suite: Suite, *, actions: str = "true") -> dict[str, str]:
    """The environment of a step whose repository is above the project."""
    return {
        "GITHUB_ACTIONS": actions,
        "GITHUB_WORKSPACE": str(suite.folder.parent),
        "GITHUB_STEP_SUMMARY": str(suite.folder / "summary.md"),
    }


def commands(lines: list[str]) -> list[str]:
    """What GitHub makes annotations of."""
    return [line for line in lines if line.startswith("::")]


def test_failures_are_annotated_and_summed_up(suite: Suite) -> None:
    """With their place in the repository; what others have written in the summary stays."""
    suite.write(tests__test_it=TESTS).write_text("pytest.ini", "[pytest]\n")
    suite.write_text("summary.md", "# Lint\n")
    ran = suite.agents(2, "--color=yes", env=on_github(suite))
    assert commands(ran.lines) == [
        (
            f"::error file={suite.folder.name}/tests/test_it.py,line=4,"
            "title=tests/test_it.py%3A%3Atest_bad::assert 3 == 4"
        )
    ]
    summary = (suite.folder / "summary.md").read_text("utf-8")
    assert summary.startswith("# Lint\n### pytest: 1 failed, 1 passed in ")
    assert "<code>tests/test_it.py::test_bad</code> assert 3 == 4</summary>" in summary
    assert ">       assert value == 4" in summary
    assert ran.counts == {"failed": 1, "passed": 1}


def test_a_file_that_cannot_be_imported_is_told(suite: Suite) -> None:
    """Also if no test runs for it."""
    suite.write(test_it=TESTS, test_broken="import nothing_of_this_name")
    ran = suite.agents(1, env=on_github(suite))
    (line,) = commands(ran.lines)
    assert line.startswith(f"::error file={suite.folder.name}/test_broken.py,title=")
    assert "::ModuleNotFoundError: No module named 'nothing_of_this_name'" in line
    assert (suite.folder / "summary.md").read_text("utf-8").startswith("### pytest: 1 error in ")


@pytest.mark.parametrize(
    ("choice", "annotated", "summed_up"),
    [("annotations", True, False), ("summary", False, True), ("off", False, False)],
)
@pytest.mark.parametrize("configured", [False, True])
def test_each_can_be_had_alone(
    suite: Suite, choice: str, *, annotated: bool, summed_up: bool, configured: bool
) -> None:
    """By an option or in the configuration."""
    suite.write(test_it=TESTS)
    if configured:
        suite.write_text("pyproject.toml", f'[tool.agentorch]\ngithub = "{choice}"\n')
    options = () if configured else (f"--agents-github={choice}",)
    ran = suite.agents(1, *options, env=on_github(suite))
    assert bool(commands(ran.lines)) is annotated
    assert (suite.folder / "summary.md").exists() is summed_up


def test_elsewhere_nothing_is_told(suite: Suite) -> None:
    """Whatever is asked for: nobody would read it."""
    suite.write(test_it=TESTS)
    ran = suite.agents(1, "--agents-github=annotations", env=on_github(suite, actions=""))
    assert commands(ran.lines) == []
    assert not (suite.folder / "summary.md").exists()


def test_nothing_is_annotated_twice(suite: Suite) -> None:
    """Another plugin that does it is left to it."""
    suite.write(**{PLUGIN: "", "test_it": TESTS})
    plugin = ("-p", PLUGIN)
    env = {**on_github(suite), "PYTHONPATH": str(suite.folder)}
    assert commands(suite.agents(1, *plugin, env=env).lines) == []
    assert "1 failed, 1 passed" in Path(env["GITHUB_STEP_SUMMARY"]).read_text("utf-8")
    wanted = suite.agents(1, *plugin, "--agents-github=annotations", env=env)
    assert len(commands(wanted.lines)) == 1


def test_a_summary_that_cannot_be_written_is_told(suite: Suite) -> None:
    """The run ends as it would."""
    suite.write(test_it=TESTS)
    env = {**on_github(suite), "GITHUB_STEP_SUMMARY": str(suite.folder / "none" / "summary.md")}
    ran = suite.agents(1, env=env)
    assert ran.code == 1
    (line,) = (line for line in ran.lines if line.startswith("! reporter github failed: "))
    assert line.endswith("summary.md: No such file or directory  [reporter-failed]")
