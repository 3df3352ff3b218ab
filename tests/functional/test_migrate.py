"""`python -m pytest_agentorch migrate`: projects that use xdist move over, and back."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.functional.running import LIMIT_SECONDS, Suite

PATCH = ".agentorch-migration.patch"
TEST = """
    def test_worker(worker_id): assert worker_id.startswith("gw")
"""
CONFIGURATIONS = {
    "pytest.ini": ("[pytest]\naddopts = {} -ra\n", "-n 2 --dist=loadfile"),
    ".pytest.ini": ("[pytest]\naddopts =\n    -ra\n    {}\n", "-n2"),
    "pyproject.toml": (
        '[tool.pytest.ini_options]\naddopts = "-ra {}"  # why\n',
        "-n 2 --dist load",
    ),
    "tox.ini": ("[tox]\nenv_list = x\n[pytest]\naddopts = {}\n", "--numprocesses=2"),
    "setup.cfg": ("[metadata]\nname = x\n[tool:pytest]\naddopts = {}\r\n", "-n 3 --maxprocesses=2"),
}


def migrate(suite: Suite, *args: str, code: int = 0) -> list[str]:
    """The lines that the command prints, errors included."""
    ended = subprocess.run(
        [sys.executable, "-m", "pytest_agentorch", "migrate", *args],
        cwd=suite.folder,
        env=suite.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    output = ended.stdout.decode()
    assert ended.returncode == code, output
    return output.splitlines()


def contents(folder: Path) -> dict[str, bytes]:
    """All files of a project, but for those of its caches."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "cache" not in str(path.relative_to(folder))
    }


@pytest.mark.lenient
@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_configuration_moves_over_and_back(suite: Suite, name: str) -> None:
    """The same command runs on workers of xdist, then on agents, then on workers again."""
    pytest.importorskip("xdist")
    text, options = CONFIGURATIONS[name]
    (suite.folder / name).write_bytes(text.format(options).encode())
    suite.write(test_it=TEST)
    before = contents(suite.folder)
    assert "2 workers [1 item]" in suite.run().out

    told = migrate(suite)
    assert contents(suite.folder) == before
    assert migrate(suite, "--apply")[1:4] == told[1:4]
    assert set(contents(suite.folder)) == {*before, PATCH}
    on_agents = suite.run()
    assert "agents: up to 2" in on_agents.out, str(on_agents)
    assert on_agents.counts == {"passed": 1}

    applied = contents(suite.folder)
    assert migrate(suite, "--apply")[0] == "Nothing has to be written."
    assert contents(suite.folder) == applied
    assert migrate(suite, "--undo") == [f"{name}: as it was before"]
    assert contents(suite.folder) == before


COMMANDS = {
    ".github/workflows/ci.yml": (
        """
        jobs:
          test:
            strategy:
              matrix:
                workers: [2, auto]  # -n
            steps:
              - run: pip install -r requirements.txt pytest-xdist
              - run: pytest -n ${{ matrix.workers }} --dist loadscope | tee log
              - name: slow
                run: |
                  pytest \\
                    -m slow \\
                    -n 2 \\
                    --dist worksteal
        """,
        {
            "pytest-xdist": "pytest-agentorch",
            "-n ${{": "--agents=${{",
            "--dist loadscope": "--agents-dist=scope",
            "-n 2 \\\n            --dist worksteal": "--agents=2",
        },
    ),
    ".gitlab-ci.yml": (
        """
        test:
          variables:
            PYTEST_ADDOPTS: -n auto
          script:
            - pytest -q  # -n 4
        """,
        {"-n auto": "--agents=auto"},
    ),
    ".circleci/config.yml": (
        """
        jobs:
          test:
            steps:
              - run: {command: "pytest -n 4 -k 'a or b'"}
        """,
        {"-n 4": "--agents=4"},
    ),
    "azure-pipelines.yml": (
        """
        steps:
        - script: python -m pytest --numprocesses auto --junitxml=junit.xml
        """,
        {"--numprocesses auto": "--agents=auto"},
    ),
    "tox.ini": (
        """
        [testenv]
        deps =
            pytest
            pytest-xdist>=3
        commands =
            # pytest -n 4
            pytest -n {env:N:auto} {posargs:--dist loadfile tests}
        """,
        {
            "pytest-xdist>=3": "pytest-agentorch",
            "-n {": "--agents={",
            "--dist loadfile": "--agents-dist=file",
        },
    ),
    "noxfile.py": (
        """
        import nox

        @nox.session
        def tests(session):
            session.install("pytest", "pytest-xdist", ".")
            session.run("pytest", "-n", "auto", *session.posargs)  # -n 4
        """,
        {"pytest-xdist": "pytest-agentorch", '"-n", "auto"': '"--agents=auto"'},
    ),
    "pyproject.toml": (
        """
        [project.optional-dependencies]
        test = ["pytest", "pytest-xdist[psutil]>=3,<4"]  # why

        [tool.hatch.envs.default.scripts]
        test = "pytest -n 4 {args:tests}"

        [tool.poetry.group.dev.dependencies]
        pytest-xdist = "^3.5"

        [tool.tox.env_run_base]
        commands = [["pytest", "-n", "4", "--dist", "load"]]
        """,
        {
            "pytest-xdist[psutil]>=3,<4": "pytest-agentorch",
            "-n 4": "--agents=4",
            'pytest-xdist = "^3.5"': 'pytest-agentorch = "*"',
            '"-n", "4", "--dist", "load"': '"--agents=4"',
        },
    ),
    "Makefile": ("test:\n\t@$(PY) -m pytest -n $(JOBS) -q\n", {"-n ": "--agents="}),
    "GNUmakefile": (
        "PYTEST ?= python -m pytest\ntest:\n\t$(PYTEST) -n $(JOBS) -q\n\thead -n 3 log\n",
        {"-n $": "--agents=$"},
    ),
    "scripts/test.ps1": ("& ${PYTEST} -n 4\n", {"-n ": "--agents="}),
    "justfile": ("test *args:\n    uv run pytest -n auto {{ args }}\n", {"-n ": "--agents="}),
    "Dockerfile": (
        'FROM python\nCMD ["pytest", "-n", "auto"]\n',
        {'"-n", "auto"': '"--agents=auto"'},
    ),
    "requirements-dev.txt": (
        "pytest\npytest-xdist==3.5.0  # why\n",
        {"pytest-xdist==3.5.0": "pytest-agentorch"},
    ),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_and_dependencies_move_over_and_back(suite: Suite, name: str) -> None:
    """Comments, quotes and all that is not xdist's stay as they are."""
    text, instead = COMMANDS[name]
    suite.write_text(name, text)
    path = suite.folder / name
    before = after = path.read_text("utf-8")
    for old, new in instead.items():
        assert after.count(old) == 1, old
        after = after.replace(old, new)
    migrate(suite, "--apply")
    assert path.read_text("utf-8") == after
    migrate(suite, "--apply")
    assert path.read_text("utf-8") == after
    migrate(suite, "--undo")
    assert path.read_text("utf-8") == before


def test_the_plan_names_places_and_what_is_to_be_known(suite: Suite) -> None:
    """What cannot be carried over is left, and told with its line; what works is told, too."""
    suite.write(
        conftest="""
        import pytest

        @pytest.hookimpl(optionalhook=True)
        def pytest_configure_node(node): node.workerinput["x"] = 1
        """,
        test_it=TEST,
    )
    suite.write_text("Makefile", "watch:\n\tpytest --looponfail\nremote:\n\tpytest --tx ssh=x -d\n")
    suite.write_text(".git/hooks/conftest.py", "import xdist\n")
    told = "\n".join(migrate(suite)).replace("\n    ", " ")
    left = "left as it is, to pytest-xdist"
    machine = "agents are processes of this machine and this interpreter"
    assert told.splitlines()[:6] == [
        "Nothing has to be written.",
        "What cannot be carried over",
        f"  Makefile:2: --looponfail: no test runs again because a file has changed; {left}",
        f"  Makefile:4: --tx ssh=x: {machine}; {left}",
        "What stays as it is",
        "  conftest.py:4: pytest_configure_node: works as with xdist",
    ]
    assert told.endswith("keep pytest-xdist: Makefile:2, Makefile:4 cannot do without it")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_can_take_a_migration_back(suite: Suite) -> None:
    """The patch is one that git understands, also of a file whose last line has no end."""
    (suite.folder / "pytest.ini").write_text("[pytest]\naddopts = -n 2")
    suite.write_text("requirements.txt", "pytest-xdist\n")
    before = contents(suite.folder)
    migrate(suite, "--apply")
    assert contents(suite.folder) != before
    git = shutil.which("git") or "git"
    subprocess.run([git, "apply", "--reverse", PATCH], cwd=suite.folder, check=True)
    (suite.folder / PATCH).unlink()
    assert contents(suite.folder) == before


def test_what_was_changed_since_is_not_overwritten(suite: Suite) -> None:
    """All other files are taken back, and the patch is kept for those that are not."""
    suite.write_text("pytest.ini", "[pytest]\naddopts = -n 2\n")
    suite.write_text("Makefile", "t:\n\tpytest -n 2\n")
    suite.write_text("run.sh", "pytest -n 2\n")
    suite.write_text("tox.ini", "[testenv]\ncommands = pytest -n 2\n")
    migrate(suite, "--apply")
    suite.write_text("tox.ini", "[testenv]\ncommands = pytest --agents=3\n")
    (suite.folder / "Makefile").unlink()
    (suite.folder / "run.sh").write_bytes(b"pytest --agents=2\n\xff")
    assert migrate(suite, "--undo", code=1) == [
        f"run.sh: has changed since, and is left as it is: see {PATCH}",
        f"Makefile: has changed since, and is left as it is: see {PATCH}",
        f"tox.ini: has changed since, and is left as it is: see {PATCH}",
        "pytest.ini: as it was before",
    ]
    found = contents(suite.folder)
    assert found["pytest.ini"] == b"[pytest]\naddopts = -n 2\n"
    assert found["tox.ini"] == b"[testenv]\ncommands = pytest --agents=3\n"
    assert PATCH in found


@pytest.mark.lenient
@pytest.mark.parametrize("applied", [False, True])
def test_a_check_compares_both_runners(suite: Suite, *, applied: bool) -> None:
    """Before and after: with what the project asks for, whatever its configuration says."""
    pytest.importorskip("xdist")
    suite.write_text("pytest.ini", "[pytest]\naddopts = -n 2 --dist loadfile\n")
    suite.write(
        test_it="""
        import pytest

        def test_passes(): pass
        def test_fails(): assert 0
        @pytest.mark.skip
        def test_skipped(): pass
        @pytest.mark.xfail
        def test_xfails(): assert 0
        @pytest.fixture
        def torn():
            yield
            assert 0
        def test_is_torn(torn): pass
        """
    )
    if applied:
        migrate(suite, "--apply")
    lines = migrate(suite, "--check", "--", "-k", "not nothing")
    assert lines[:2] == [
        "xdist: pytest -n2 --dist=loadfile --agents=0 -k 'not nothing'",
        "agents: pytest -n0 --agents=2 --agents-dist=file -k 'not nothing'",
    ]
    told = "exit code 1  1 error, 1 failed, 2 passed, 1 skipped, 1 xfailed"
    assert [line.split(" s  ")[1] for line in lines[2:4]] == [told, told]
    assert lines[4:] == ["The same outcomes, test by test."]


@pytest.mark.lenient
def test_a_check_finds_what_differs(suite: Suite) -> None:
    """Test by test, with the words of both; the exit code says it, too."""
    pytest.importorskip("xdist")
    suite.write(
        test_it="""
        import sys

        def on_agent(): return "pytest_agentorch.agent.process" in sys.modules
        def test_same(): pass
        def test_other(): assert not on_agent()
        if not on_agent():
            def test_missing(): pass
        """
    )
    lines = migrate(suite, "--check", code=1)
    assert lines[0].startswith("xdist: pytest -nauto")
    assert lines[4:] == [
        "2 tests differ:",
        "  xdist   agents  test",
        "  passed  -       test_it.py::test_missing",
        "  passed  failed  test_it.py::test_other",
    ]


@pytest.mark.lenient
def test_a_check_that_cannot_be_made_says_why(suite: Suite) -> None:
    """With the last lines of the run."""
    pytest.importorskip("xdist")
    suite.write(conftest="raise RuntimeError('broken')", test_it=TEST)
    lines = migrate(suite, "--check", code=2)
    assert lines[1].startswith("ERROR: the run with xdist had no outcomes that can be compared")
    assert any("RuntimeError: broken" in line for line in lines)
    assert lines[-1] == "[migrate-no-outcomes]"


@pytest.mark.lenient
def test_a_check_of_no_test_says_what_pytest_has_said(suite: Suite) -> None:
    """Nothing was compared, whatever the exit codes are."""
    pytest.importorskip("xdist")
    suite.write(test_it=TEST)
    lines = migrate(suite, "--check", "--", "test_missing.py", code=2)
    assert any("no tests ran" in line for line in lines)
    assert lines[-1] == "[migrate-no-outcomes]"


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["nowhere"], "ERROR: nowhere is no folder: name that of a project. [migrate-no-folder]"),
        (["--undo"], "[migrate-nothing-to-undo]"),
        (["bad", "--undo"], f"bad/{PATCH} is no patch of this command. [migrate-bad-patch]"),
        (["--apply", "--undo"], "argument --undo: not allowed with argument --apply"),
        (["--", "-k", "x"], "what stands behind -- is for the tests that --check runs"),
    ],
)
def test_bad_input_has_one_message(suite: Suite, args: list[str], message: str) -> None:
    """It says what to do, and nothing is written."""
    suite.write_text(f"bad/{PATCH}", "hello\n")
    before = contents(suite.folder)
    lines = migrate(suite, *args, code=2)
    assert message in lines[-1]
    assert contents(suite.folder) == before


def test_what_cannot_be_written_is_named(suite: Suite) -> None:
    """One line, no traceback, and nothing is changed."""
    suite.write_text("pytest.ini", "[pytest]\naddopts = -n 2\n")
    (suite.folder / PATCH).mkdir()
    (line,) = migrate(suite, "--apply", code=2)
    assert line.startswith("ERROR: ")
    assert line.endswith("[migrate-cannot-access]")
    assert contents(suite.folder) == {"pytest.ini": b"[pytest]\naddopts = -n 2\n"}


def test_a_console_may_know_few_letters(suite: Suite) -> None:
    """What it cannot show is escaped; files keep what they have."""
    suite.write_text("Makefile", "t:\n\tpytest -n 2 -k ü\n")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest_agentorch", "migrate", "--apply"],
        cwd=suite.folder,
        env={**suite.environment(), "PYTHONIOENCODING": "ascii"},
        stdout=subprocess.PIPE,
        check=True,
    )
    assert b"    + pytest --agents=2 -k \\xfc\n" in ended.stdout
    assert contents(suite.folder)["Makefile"].decode() == "t:\n\tpytest --agents=2 -k ü\n"


def test_without_a_command_there_is_help(suite: Suite) -> None:
    """It names the one that there is."""
    ended = subprocess.run(
        [sys.executable, "-m", "pytest_agentorch"],
        cwd=suite.folder,
        stderr=subprocess.PIPE,
        check=False,
    )
    assert ended.returncode == 2
    assert b"COMMAND" in ended.stderr
