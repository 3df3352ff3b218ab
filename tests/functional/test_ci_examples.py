"""The examples of docs/ci.md are what CI systems, tox and nox read; pytest knows their options."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Iterator
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


@pytest.mark.parametrize(("file", "env"), [("tox.ini", "py313"), ("tox.toml", "3.13")])
def test_tox(tmp_path: Path, file: str, env: str) -> None:
    """It understands both, and gives pytest what stands behind `--`."""
    pytest.importorskip("tox")
    (tmp_path / file).write_text(EXAMPLES[file], encoding="utf-8")
    ended = subprocess.run(
        [
            sys.executable,
            "-m",
            "tox",
            "config",
            "-e",
            env,
            "-k",
            "commands",
            "pass_env",
            "--",
            "-q",
        ],
        cwd=tmp_path,
        capture_output=True,
        timeout=LIMIT_SECONDS,
        check=False,
    )
    told = ended.stdout.decode()
    assert ended.returncode == 0, told + ended.stderr.decode()
    assert "commands = pytest --agents=auto -q\n" in told
    assert "GITHUB_*" in told


def test_nox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions that install and run; nox itself lists them, where it is installed."""
    path = tmp_path / "noxfile.py"
    path.write_text(EXAMPLES["noxfile.py"], encoding="utf-8")
    with monkeypatch.context() as patch:
        stand_in = SimpleNamespace(session=lambda **_: lambda function: function)
        patch.setitem(sys.modules, "nox", stand_in)
        sessions = runpy.run_path(str(path))
    assert list(session_calls(sessions["tests"]))[-1] == ("pytest", "--agents=auto", "-q")
    pytest.importorskip("nox")
    listed = subprocess.run(
        [sys.executable, "-m", "nox", "--list", "--noxfile", str(path)],
        cwd=tmp_path,
        capture_output=True,
        timeout=LIMIT_SECONDS,
        check=True,
    )
    assert b"tests-3.13" in listed.stdout


def test_pytest_knows_the_options(suite: Suite) -> None:
    """Each command that is in an example, as it stands there; it plans, and runs nothing."""
    suite.write(test_it="def test_it(): pass")
    text = "\n".join(EXAMPLES.values()).replace("{env:AGENTS:auto} {posargs}", "auto")
    commands = set(
        re.findall(r"(?:- run: |- script: |- |commands = )pytest (.*)$", text, re.MULTILINE)
    )
    assert len(commands) >= 4
    for command in commands:
        ran = suite.run(*shlex.split(command), "--agents-plan")
        assert ran.code == 0, str(ran)
        assert "plan for 1 test" in ran.out
