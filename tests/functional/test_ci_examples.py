"""The examples of docs/ci.md: what CI systems read, and what shells, tox and nox run."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.functional.docs_page import blocks
from tests.functional.running import LIMIT_SECONDS, Suite

PAGE = Path(__file__).parents[2] / "docs" / "ci.md"
EXAMPLES = {block.file: block.text for block in blocks(PAGE) if block.file is not None}


def read_yaml(name: str) -> Any:
    """What a parser makes of an example."""
    yaml = pytest.importorskip("yaml")
    return yaml.safe_load(EXAMPLES[name])


def session_calls(function: Any) -> Iterator[tuple[str, ...]]:
    """What a session of nox is told to install and to run."""
    calls: list[tuple[str, ...]] = []
    function(
        SimpleNamespace(
            install=lambda *a: calls.append(a), run=lambda *a: calls.append(a), posargs=["-q"]
        )
    )
    yield from calls


@pytest.fixture
def shell(suite: Suite, tmp_path: Path) -> dict[str, str]:
    """An environment in which `pytest` is the one that runs this test."""
    if sys.platform == "win32":
        pytest.skip("the commands are those of a shell")
    command = tmp_path / "bin" / "pytest"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m pytest "$@"\n', "utf-8")
    command.chmod(0o755)
    environment = suite.environment()
    path = os.pathsep.join([str(command.parent), environment.get("PATH", os.defpath)])
    return {**environment, "PATH": path}


def run(command: list[str], suite: Suite, environment: dict[str, str]) -> str:
    """Run a command in the folder of the suite; return what it prints."""
    ended = subprocess.run(
        command,
        cwd=suite.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    told = ended.stdout.decode()
    assert ended.returncode == 0, told
    return told


def test_github() -> None:
    """A workflow: jobs that run somewhere, of steps that either use an action or run something."""
    workflow = read_yaml(".github/workflows/tests.yml")
    # YAML 1.1 takes the key `on` for a truth.
    assert set(workflow) == {"name", True, "jobs"}
    assert set(workflow[True]) <= {"push", "pull_request"}
    for job in workflow["jobs"].values():
        assert set(job) <= {"runs-on", "timeout-minutes", "steps"}
        for step in job["steps"]:
            assert set(step) <= {"uses", "with", "run", "if", "name"}
            assert ("uses" in step) is not ("run" in step)
            assert re.fullmatch(r"[\w-]+/[\w-]+@v\d+", step.get("uses", "a/b@v1"))
            assert "with" not in step or "uses" in step


def test_gitlab() -> None:
    """A pipeline: jobs with a script, a list of commands."""
    for job in read_yaml(".gitlab-ci.yml").values():
        assert set(job) <= {"image", "timeout", "cache", "script", "artifacts"}
        assert all(isinstance(command, str) for command in job["script"])
        assert set(job["cache"]) <= {"key", "fallback_keys", "paths", "when"}
        assert set(job["artifacts"]) <= {"when", "reports"}
        assert {job["cache"]["when"], job["artifacts"]["when"]} == {"always"}


def test_circleci() -> None:
    """Jobs of known steps, and workflows of known jobs."""
    config = read_yaml(".circleci/config.yml")
    assert set(config) == {"version", "jobs", "workflows"}
    assert config["version"] == 2.1
    known = {"checkout", "restore_cache", "run", "save_cache", "store_test_results"}
    for job in config["jobs"].values():
        assert set(job) <= {"docker", "resource_class", "steps"}
        assert all(set(image) == {"image"} for image in job["docker"])
        for step in job["steps"]:
            assert step == "checkout" or (len(step) == 1 and set(step) <= known)
    for workflow in config["workflows"].values():
        assert set(workflow["jobs"]) <= set(config["jobs"])


def test_azure() -> None:
    """Steps, each a task of a version or a script."""
    pipeline = read_yaml("azure-pipelines.yml")
    assert set(pipeline) == {"trigger", "pool", "steps"}
    for step in pipeline["steps"]:
        assert set(step) <= {"task", "script", "inputs", "condition"}
        assert ("task" in step) is not ("script" in step)
        assert re.fullmatch(r"\w+@\d+", step.get("task", "A@0"))


@pytest.mark.parametrize(("file", "table"), [("tox.ini", "testenv"), ("tox.toml", "env_run_base")])
def test_tox(suite: Suite, shell: dict[str, str], file: str, table: str) -> None:
    """It runs both, without what it would install, and gives pytest what stands behind `--`."""
    pytest.importorskip("tox")
    suite.write_text(file, EXAMPLES[file])
    suite.write(test_it="def test_it(worker_id): assert worker_id == 'gw0'")
    instead = {"skip_install": "true", "deps": "", "allowlist_externals": "pytest"}
    overrides = [f"{table}.{key}={value}" for key, value in instead.items()]
    options = [word for override in overrides for word in ("-x", override)]
    tox = [sys.executable, "-m", "tox"]
    told = run([*tox, "run", "-e", "py", *options, "--", "--co", "-q"], suite, shell)
    assert "pytest --agents=auto --co -q" in told
    assert "test_it.py::test_it" in told
    told = run([*tox, "run", "-e", "py", *options], suite, shell)
    assert "agents: " in told
    assert "1 passed" in told
    assert "GITHUB_*" in run([*tox, "config", "-e", "py", "-k", "pass_env"], suite, shell)


def test_nox(
    suite: Suite, shell: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sessions that install and run; nox itself lists and runs them, where it is installed."""
    path = tmp_path / "noxfile.py"
    path.write_text(EXAMPLES["noxfile.py"], encoding="utf-8")
    with monkeypatch.context() as patch:
        stand_in = SimpleNamespace(session=lambda **_: lambda function: function)
        patch.setitem(sys.modules, "nox", stand_in)
        sessions = runpy.run_path(str(path))
    assert list(session_calls(sessions["tests"]))[-1] == ("pytest", "--agents=auto", "-q")
    pytest.importorskip("nox")
    suite.write_text("noxfile.py", EXAMPLES["noxfile.py"])
    suite.write(test_it="def test_it(worker_id): assert worker_id == 'gw0'")
    nox = [sys.executable, "-m", "nox"]
    assert "tests-3.13" in run([*nox, "--list"], suite, shell)
    told = run([*nox, "--no-venv", "--no-install", "-s", "tests", "--", "-q"], suite, shell)
    assert "1 passed" in told


def github_steps() -> tuple[list[str], list[str]]:
    """The commands, and the files that are taken from there afterwards."""
    (job,) = read_yaml(".github/workflows/tests.yml")["jobs"].values()
    steps = job["steps"]
    return [step["run"] for step in steps if "run" in step], [
        step["with"]["path"] for step in steps if "path" in step.get("with", {})
    ]


def gitlab_steps() -> tuple[list[str], list[str]]:
    """The same of GitLab."""
    (job,) = read_yaml(".gitlab-ci.yml").values()
    return job["script"], [*job["cache"]["paths"], *job["artifacts"]["reports"].values()]


def circleci_steps() -> tuple[list[str], list[str]]:
    """The same of CircleCI."""
    (job,) = read_yaml(".circleci/config.yml")["jobs"].values()
    steps = [step for step in job["steps"] if isinstance(step, dict)]
    taken = [each["save_cache"]["paths"] for each in steps if "save_cache" in each]
    results = [each["store_test_results"]["path"] for each in steps if "store_test_results" in each]
    return [each["run"] for each in steps if "run" in each], [*taken[0], *results]


def azure_steps() -> tuple[list[str], list[str]]:
    """The same of Azure."""
    steps = read_yaml("azure-pipelines.yml")["steps"]
    inputs = [step["inputs"] for step in steps if "inputs" in step]
    return [step["script"] for step in steps if "script" in step], [
        each[key] for each in inputs for key in ("path", "testResultsFiles") if key in each
    ]


@pytest.mark.parametrize("steps", [github_steps, gitlab_steps, circleci_steps, azure_steps])
def test_the_commands_run_and_leave_what_is_taken_from_there(
    suite: Suite, shell: dict[str, str], steps: Callable[[], tuple[list[str], list[str]]]
) -> None:
    """As they stand there, but for pip: a report, results, and the cache for the next run."""
    suite.write(test_it="def test_it(worker_id): assert worker_id == 'gw0'")
    commands, taken = steps()
    install, test = commands
    assert install == "pip install -e .[test] pytest-agentorch"
    told = run(["sh", "-c", test], suite, shell)
    assert "1 passed" in told
    assert len(taken) == 2
    for path in taken:
        place = suite.folder / path
        assert place.is_file() or any(place.iterdir()), f"{path}\n{told}"
