"""What cannot be is refused before anything starts: one clear paragraph, exit code 4."""

from __future__ import annotations

import os

import pytest

from tests.functional.running import Ran, Suite

TEST = "def test_it(): open('ran.txt', 'w').close()"


def refused(ran: Ran) -> str:
    """Check that nothing was started and return what was said, on one line."""
    assert ran.code == 4, str(ran)
    assert not (ran.suite / "ran.txt").exists()
    assert ran.run_directories == []
    assert "collected" not in ran.out
    assert "INTERNALERROR" not in ran.out + ran.err
    assert "Traceback" not in ran.out + ran.err
    paragraphs = [part for part in ran.err.strip().split("\n\n") if part.strip()]
    assert len(paragraphs) == 1, ran.err
    assert paragraphs[0].startswith("ERROR: ")
    return " ".join(paragraphs[0].split())


@pytest.mark.parametrize("value", ["-1", "100000", "abc", "1.5", "2x", " ", "٣", "1_0", "+2"])
def test_a_number_of_agents_that_cannot_be(suite: Suite, value: str) -> None:
    """The message shows the value and says what is possible."""
    suite.write(test_it=TEST)
    said = refused(suite.run(f"--agents={value}"))
    assert value.strip() in said
    assert "auto" in said
    assert "[bad-agents]" in said


def test_a_number_of_agents_in_the_environment_that_cannot_be(suite: Suite) -> None:
    """The message names the variable: that is where the user has to look."""
    suite.write(test_it=TEST)
    said = refused(suite.run(env={"PYTEST_AGENTS": "many"}))
    assert "PYTEST_AGENTS" in said
    assert "many" in said


def test_a_number_of_agents_in_the_configuration_that_cannot_be(suite: Suite) -> None:
    """The message names the file or the table."""
    suite.write(test_it=TEST).write_text("pyproject.toml", "[tool.agentorch]\nagents = -3\n")
    said = refused(suite.run())
    assert "-3" in said
    assert "[tool.agentorch]" in said


def test_an_unknown_phase_in_after(suite: Suite) -> None:
    """The phases that exist are named, and the one that was probably meant."""
    suite.write(test_it=TEST).write_text(
        "pyproject.toml", '[tool.agentorch.phases.e2e]\nafter = ["integraton"]\n'
    )
    said = refused(suite.run("--agents=2"))
    assert "[tool.agentorch.phases.e2e]" in said
    assert 'no phase "integraton"' in said
    assert "unit, integration, e2e" in said
    assert 'Did you mean "integration"?' in said
    assert "[unknown-phase]" in said


def test_phases_that_wait_for_each_other(suite: Suite) -> None:
    """The phases of the cycle are named."""
    suite.write(test_it=TEST).write_text(
        "pyproject.toml",
        """
        [tool.agentorch.phases.one]
        after = ["two"]
        [tool.agentorch.phases.two]
        after = ["one"]
        """,
    )
    said = refused(suite.run("--agents=2"))
    assert "one" in said
    assert "two" in said
    assert "[phase-cycle]" in said


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("[tool.agentorch]\nagens = 2\n", ['"agens"', 'Did you mean "agents"?', "[unknown-key]"]),
        ("[tool.agentorch]\nresource_limit = 7\n", ["resource_limit", "0.01", "[bad-value]"]),
        ('[tool.agentorch]\ndist = "fast"\n', ["dist", "balanced", "[bad-value]"]),
        ('[tool.agentorch]\nkeep_runs = "all"\n', ["keep_runs", "[bad-value]"]),
        (
            "[tool.agentorch.phases.unit]\nmax_agent = 1\n",
            ["phases.unit", '"max_agent"', 'Did you mean "max_agents"?', "[unknown-key]"],
        ),
        (
            '[tool.agentorch.phases.unit]\nparallelism = "some"\n',
            ["parallelism", "maximum", "[bad-value]"],
        ),
        ("[tool.agentorch.phases.unit]\nmax_agents = 0\n", ["max_agents", "[bad-value]"]),
        ("[tool.agentorch]\nphases = 3\n", ["phases", "[bad-value]"]),
        ("[tool]\nagentorch = 3\n", ["[tool.agentorch]", "table"]),
    ],
)
def test_a_wrong_key_or_value_in_the_configuration(
    suite: Suite, table: str, expected: list[str]
) -> None:
    """The message names table, key and what is possible."""
    suite.write(test_it=TEST).write_text("pyproject.toml", table)
    said = refused(suite.run("--agents=2"))
    for words in expected:
        assert words in said


def test_a_pyproject_that_is_no_toml(suite: Suite) -> None:
    """The message names the file and the line."""
    suite.write(test_it=TEST).write_text("pyproject.toml", "[tool.agentorch\nagents = 2\n")
    ran = suite.run("--agents=2")
    said = refused(ran)
    assert "pyproject.toml" in said
    assert "line 1" in said


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("missing/report.json", "directory does not exist"),
        ("folder", "it is a directory"),
        ("test_it.py/report.json", "no directory"),
        ("sealed/report.json", "cannot be written"),
    ],
)
def test_a_report_that_could_not_be_written(suite: Suite, path: str, reason: str) -> None:
    """It is refused before the first test, not after the last."""
    if path.startswith("sealed"):
        if os.geteuid() == 0:
            pytest.skip("root may write everywhere")
        (suite.folder / "sealed").mkdir(mode=0o500)
    (suite.folder / "folder").mkdir()
    suite.write(test_it=TEST)
    said = refused(suite.run("--agents=2", f"--agents-report={path}"))
    assert path in said
    assert reason in said
    assert "[bad-report-path]" in said


def test_agents_and_xdist_at_once(suite: Suite) -> None:
    """The message says which to drop; where `-n` is in addopts it says so."""
    pytest.importorskip("xdist")
    suite.write(test_it=TEST)
    said = refused(suite.run("--agents=2", "-n", "2"))
    assert "[agents-and-xdist]" in said
    assert "addopts" not in said
    suite.write_text("pytest.ini", "[pytest]\naddopts = -n 2\n")
    said = refused(suite.run("--agents=2"))
    assert "addopts in pytest.ini" in said


def test_n_0_on_the_command_line_beats_n_in_addopts(suite: Suite) -> None:
    """What the message recommends works."""
    pytest.importorskip("xdist")
    suite.write(test_it=TEST).write_text("pytest.ini", "[pytest]\naddopts = -n 2\n")
    ran = suite.agents(2, "-n", "0")
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 1}


def test_an_unknown_distribution(suite: Suite) -> None:
    """Refused by the parser of the command line."""
    suite.write(test_it=TEST)
    ran = suite.run("--agents=2", "--agents-dist=fast")
    assert ran.code == 4
    assert "invalid choice: 'fast'" in ran.err
    assert ran.run_directories == []


def test_a_missing_node_id_and_a_missing_file(suite: Suite) -> None:
    """Exit code 4 and pytest's own words, as plain pytest has it."""
    suite.write(test_it=TEST)
    for name in ("test_it.py::test_missing", "nowhere.py"):
        serial = suite.serial(name)
        agents = suite.agents(2, name)
        assert agents.code == serial.code == 4, str(agents)
        expected = [line for line in serial.err.splitlines() if line.strip()]
        assert [line for line in agents.err.splitlines() if line.strip()] == expected
        assert not (suite.folder / "ran.txt").exists()


def test_a_mark_that_names_no_phase(suite: Suite) -> None:
    """The test is named, and how to make a phase."""
    suite.write(
        test_it="""
        import pytest

        @pytest.mark.phase("smoke")
        def test_it(): pass
        """
    )
    ran = suite.agents(2)
    assert ran.code == 4, str(ran)
    said = " ".join((ran.out + ran.err).split())
    assert "test_it.py::test_it" in said
    assert '"smoke"' in said
    assert "[tool.agentorch.phases.smoke]" in said
    assert "INTERNALERROR" not in said
    assert "passed" not in ran.counts


NEEDY = """
    import pytest

    @pytest.mark.parametrize("n", range(3))
    @pytest.mark.needs({needs})
    def test_it(n): open("ran.txt", "w").close()
"""


@pytest.mark.parametrize("start", ["fork", "spawn"])
@pytest.mark.parametrize(
    ("needs", "said"),
    [
        ('"postgress"', 'test_it.py::test_it[0] (and 2 more) needs "postgress", and there is no'),
        ("postgres=2", 'needs 2 of "postgres", and there are 1. Let it need less'),
        ("cpus=3", "needs 3 CPUs, and tests may use 2 (80 % of 2)"),
        ('memory="2GiB"', "needs 2 GiB of memory, and the whole run may have 1 GiB"),
        ('cpus="3"', "test_it.py::test_it[0]: @pytest.mark.needs: cpus = '3': it must be a number"),
    ],
)
def test_needs_that_can_never_be_met(suite: Suite, start: str, needs: str, said: str) -> None:
    """Nothing runs, and no process is left: also where only the plan is asked for."""
    suite.write(test_it=NEEDY.format(needs=needs)).write_text(
        "pyproject.toml", "[tool.agentorch.resources]\npostgres = 1\n"
    )
    options = ["--agents=2", f"--agents-start={start}", "--agents-memory=1GiB"]
    for more in ([], ["--agents-plan"]):
        ran = suite.run(*options, *more, env={"PYTHON_CPU_COUNT": "2"})
        assert ran.code == 4, str(ran)
        assert not (ran.suite / "ran.txt").exists()
        assert said in " ".join(ran.err.split()), str(ran)
        assert ran.err.count("ERROR: ") == 1
        assert "Traceback" not in ran.out + ran.err
