"""What tests depend on besides the code of the project."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from pytest_agentorch.agent.project_files import ProjectFiles
from pytest_agentorch.agent.run_conditions import conditions
from pytest_agentorch.model.reuse import ReuseSettings


def digest(
    config: pytest.Config, *, began: float = 10.0, **settings: tuple[str, ...]
) -> str | None:
    """A digest of them now; files that are written since then are not sure."""
    files = ProjectFiles(config.rootpath, time.time() + began)
    return conditions(config, ReuseSettings(**settings), files)


@pytest.mark.parametrize(
    ("name", "value", "counts"),
    [
        ("runxfail", True, True),
        ("pythonwarnings", ["error"], True),
        ("plugins", [object()], True),
        ("of_a_plugin", {1: "a", "b": 2}, True),
        ("durations", 3, False),
        ("keyword", "not slow", False),
        ("agents_retries", 3, False),
        ("agents_timeout", 3, True),
        ("agents_memory_hard", 3, True),
        ("randomly_seed", 4711, False),
    ],
)
def test_options(
    pytestconfig: pytest.Config,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: object,
    *,
    counts: bool,
) -> None:
    """Those that choose tests, or say what is shown, are nothing to them."""
    before = digest(pytestconfig)
    assert before == digest(pytestconfig) is not None
    monkeypatch.setattr(pytestconfig.option, name, value, raising=False)
    assert (digest(pytestconfig) != before) is counts


def test_variables_count_that_somebody_has_named(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also if they are not set."""
    seen = []
    for value in ("", "north", "south"):
        monkeypatch.setenv("REGION", value)
        seen.append(digest(pytestconfig, env=("REGION",)))
        assert digest(pytestconfig) == digest(pytestconfig, env=())
    monkeypatch.delenv("REGION")
    assert len({*seen, digest(pytestconfig, env=("REGION",))}) == 4


def test_files_count_that_somebody_has_named(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By patterns and with all of a folder; what is written now is not sure."""
    monkeypatch.setattr(type(pytestconfig), "rootpath", tmp_path)
    (tmp_path / "data/deep").mkdir(parents=True)
    seen = [digest(pytestconfig, paths=("data", "*.sql"))]
    for name in ("data/deep/one.csv", "two.sql", "pyproject.toml"):
        (tmp_path / name).write_text("1", "utf-8")
        seen.append(digest(pytestconfig, paths=("data", "*.sql")))
    (tmp_path / "three.txt").write_text("1", "utf-8")
    assert digest(pytestconfig, paths=("data", "*.sql")) == seen[-1]
    assert len(set(seen)) == 4
    assert digest(pytestconfig, began=-10.0, paths=("data",)) is None


def test_installed_packages_count(
    pytestconfig: pytest.Config, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """By name, version and contents, wherever they are; what is not there does not."""
    before = digest(pytestconfig)
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path), str(tmp_path / "none")])
    assert digest(pytestconfig) == before
    (tmp_path / "shop-1.0.dist-info").mkdir()
    assert digest(pytestconfig) != before
    seen = {digest(pytestconfig)}
    for line in ("shop.py,sha256=1,9\n", "shop.py,sha256=2,9\n"):
        for script in ("", "../../../bin/shop,sha256=3,9\n", "../../../bin/shop,sha256=4,9\n"):
            (tmp_path / "shop-1.0.dist-info/RECORD").write_text(script + line, "utf-8")
            seen.add(digest(pytestconfig))
    assert len(seen) == 3, "a script names the folder of its interpreter"
