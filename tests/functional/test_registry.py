"""The registry: the life of a run, of its agents and of its tests, as files tell it."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from typing import Any

import pytest

from pytest_agentorch.storage.run_directory import is_run_name
from tests.functional import processes
from tests.functional.running import Running, Suite

WAITS = """
    import os, pathlib, time

    def wait(name):
        while not pathlib.Path(name).exists():
            time.sleep(0.01)
"""
PHASES = """
    [tool.agentorch.phases.unit]
    tests_per_agent = 1

    [tool.agentorch.phases.late]
    after = ["unit"]
    paths = ["late/*"]
    tests_per_agent = 1
"""
UNIT = """
    def test_long(): wait("long")
    def test_other():
        if not pathlib.Path("died").exists():
            pathlib.Path("died").touch()
            os._exit(3)
    def test_fails(): assert 0
"""
FLAKY = """
    def test_long(): wait("long")
    def test_flaky():
        there = pathlib.Path("there").exists()
        pathlib.Path("there").touch()
        assert there
"""
LATE = """
    import pytest

    @pytest.mark.parametrize("n", range(4))
    def test_late(n): pass
"""


def document(suite: Suite, name: str) -> dict[str, Any]:
    """What a file in the newest run directory says; nothing if it is not there yet."""
    runs = (suite.folder / ".pytest_cache/d/agentorch/runs").glob(f"*/{name}")
    newest = max(runs, key=lambda path: path.stat().st_mtime_ns, default=None)
    return {} if newest is None else json.loads(newest.read_text("utf-8"))


def wait_until(suite: Suite, running: Running, sight: Callable[[dict[str, Any]], object]) -> Any:
    """Return `progress.json` as soon as it is as expected."""
    seen: list[dict[str, Any]] = []

    def there() -> bool:
        seen.append(document(suite, "progress.json"))
        return bool(seen[-1] and sight(seen[-1]))

    assert processes.wait_until(there), f"{seen[-1]}\n{running.printed}"
    return seen[-1]


def statuses(data: dict[str, Any]) -> dict[str, str]:
    """The status of each agent."""
    return {agent["id"]: agent["status"] for agent in data["agents"]}


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_what_is_known_of_each_agent(suite: Suite, start: str) -> None:
    """While it starts, works, waits, and after its end; the numbers of all together."""
    suite.write_text("pyproject.toml", PHASES)
    suite.write(unit__test_unit=WAITS + UNIT, late__test_late=LATE)
    with suite.start_agents(2, f"--agents-start={start}") as running:
        data = wait_until(suite, running, lambda d: d["statistics"]["lost"])
        busy = [agent for agent in data["agents"] if agent["test"]]
        assert [agent["test"] for agent in busy] == ["unit/test_unit.py::test_long"], data
        assert busy[0]["status"] == "active"
        assert busy[0]["since"] <= data["updated"]
        wait_until(suite, running, lambda d: d["tests"]["finished"] == 2)
        data = wait_until(suite, running, lambda d: d["statistics"]["available"] == 1)
        numbers = {key: data["statistics"][key] for key in ("total", "busy", "lost")}
        assert numbers == {"total": 3, "busy": 1, "lost": 1}
        assert data["statistics"]["success_rate"] == 50.0
        suite.write_text("long", "")
        ran = running.finish()
    assert ran.code == 1, str(ran)
    run = document(suite, "run.json")
    assert run["statistics"] == {
        "total": 3,
        "lost": 1,
        "completion_rate": 100.0,
        "success_rate": 85.71,
    }
    agents = {agent["id"]: agent for agent in run["agents"]}
    (lost,) = [agent for agent in agents.values() if agent["status"] == "failed"]
    assert lost["ended_how"] == "exit code 3"
    assert agents.keys() == {"gw0", "gw1", f"{lost['slot']}.2"}
    assert statuses(run) == {**dict.fromkeys(agents, "terminated"), lost["id"]: "failed"}
    assert sum(agent["tests"] for agent in agents.values()) == 7
    assert sum(agent["failed"] for agent in agents.values()) == 1
    for agent in agents.values():
        assert agent["registered"] <= agent["updated"] == agent["terminated"]
        assert (agent["host"], agent["pid"] > 0) == (run["host"], True)
        if agent["tests"]:
            mean = agent["busy_seconds"] / agent["tests"]
            assert agent["mean_seconds"] == pytest.approx(mean, abs=1e-5)
            assert set(agent["type"]) <= {"unit", "late"}


def test_an_agent_in_the_place_of_a_lost_one_recovers(suite: Suite) -> None:
    """Until it takes part; then it is as any other."""
    suite.write(
        test_it=WAITS + UNIT,
        conftest=WAITS
        + """
    def pytest_sessionstart(session):
        if pathlib.Path("died").exists() and hasattr(session.config, "workerinput"):
            wait("up")
    """,
    )
    with suite.start_agents(2, "--agents-start=spawn") as running:
        data = wait_until(suite, running, lambda d: "recovering" in statuses(d).values())
        (agent,) = [agent for agent in data["agents"] if agent["status"] == "recovering"]
        assert agent["id"].endswith(".2")
        assert (agent["test"], agent["tests"]) == (None, 0)
        suite.write_text("up", "")
        wait_until(suite, running, lambda d: "recovering" not in statuses(d).values())
        suite.write_text("long", "")
        assert running.finish().code == 1


def test_a_run_is_initializing_active_and_over(suite: Suite) -> None:
    """As its directory tells from the beginning."""
    suite.write(
        test_it=WAITS
        + """
    pathlib.Path("here").touch()
    wait("collect")
    def test_it(): wait("end")
    """
    )
    with suite.start_agents(1) as running:
        assert processes.wait_until((suite.folder / "here").exists)
        run = document(suite, "run.json")
        assert (run["status"], run["ended"], run["pid"]) == (
            "initializing",
            None,
            running.process.pid,
        )
        (folder,) = (suite.folder / ".pytest_cache/d/agentorch/runs").iterdir()
        assert is_run_name(folder.name)
        suite.write_text("collect", "")
        assert processes.wait_until(lambda: document(suite, "run.json")["status"] == "active")
        assert document(suite, "run.json")["phases"]["unit"]["not_run"] == 1
        suite.write_text("end", "")
        ran = running.finish()
    run = document(suite, "run.json")
    assert (run["status"], run["stop_reason"], ran.code) == ("completed", "finished", 0)
    assert run["started"] <= run["ended"]
    assert run["phases"]["unit"]["passed"] == 1
    assert run["settings"]["agents"] == 1


def test_a_run_that_is_interrupted_says_so(suite: Suite) -> None:
    """With what it had by then."""
    suite.write(
        test_it=WAITS
        + """
    def test_it():
        pathlib.Path("begun").touch()
        wait("never")
    """
    )
    with suite.start_agents(1) as running:
        assert processes.wait_until((suite.folder / "begun").exists)
        running.signal(signal.SIGINT)
        assert running.finish().code == 2
    run = document(suite, "run.json")
    assert (run["status"], run["stop_reason"]) == ("interrupted", "interrupted")
    assert run["phases"]["unit"]["not_run"] == 1


def test_a_run_without_agents_has_failed(suite: Suite) -> None:
    """They die before they take part."""
    suite.write(
        test_it="def test_it(): pass",
        conftest="""
        import os, pytest

        @pytest.hookimpl(wrapper=True)
        def pytest_runtestloop(session):
            if hasattr(session.config, "workerinput"):
                os._exit(3)
            return (yield)
        """,
    )
    ran = suite.agents(1)
    run = document(suite, "run.json")
    assert (run["status"], run["stop_reason"]) == ("failed", "no_agents"), str(ran)
    assert run["statistics"]["completion_rate"] == 0.0
    assert run["statistics"]["lost"] == run["statistics"]["total"] == 3


def test_a_test_goes_from_pending_to_its_verdict(suite: Suite) -> None:
    """With times and attempts; progress is what has a verdict, by phase and overall."""
    suite.write_text("pyproject.toml", PHASES)
    suite.write(unit__test_unit=WAITS + FLAKY, late__test_late=LATE)
    with suite.start_agents(2, "--agents-retries=1") as running:
        data = wait_until(suite, running, lambda d: d["tests"]["finished"] == 1)
        counts = [data["tests"][name] for name in ("total", "pending", "assigned", "started")]
        assert counts == [6, 4, 0, 1]
        assert data["tests"]["percent"] == 16.6
        by_phase = {phase["name"]: phase["tests"]["percent"] for phase in data["phases"]}
        assert by_phase == {"unit": 50.0, "late": 0.0}
        suite.write_text("long", "")
        ran = running.finish()
    assert ran.code == 0, str(ran)
    flaky = ran.test("test_flaky")
    (attempt,) = flaky["retryAttempts"]
    assert attempt["start"] <= attempt["stop"] <= flaky["start"] <= flaky["stop"]
    assert document(suite, "progress.json")["tests"]["percent"] == 100.0
