"""`metrics/samples.jsonl`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pytest_agentorch.model.ids import AgentId
from pytest_agentorch.model.memory_event import AgentSample
from pytest_agentorch.storage.metrics_file import MetricsFile
from pytest_agentorch.system.host import HostUse
from tests.unit.event_builders import START

HOST = HostUse(cpu_percent=50.0, memory_available=1 << 30)


def sample(agent: str, cpu_seconds: float) -> AgentSample:
    """What a process takes."""
    return AgentSample(
        agent=AgentId(agent), memory=1 << 20, cpu_seconds=cpu_seconds, threads=2, open_files=None
    )


def rows(path: Path) -> list[dict[str, Any]]:
    """What is in the file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_each_look_is_a_line(tmp_path: Path) -> None:
    """The share of a CPU is that since the look before; of a new agent nobody knows it."""
    path = tmp_path / "metrics" / "samples.jsonl"
    metrics = MetricsFile(path, START)
    metrics.add([sample("gw0", 1.0)], sample("controller", 3.0), HOST, START + 1.0)
    some = [sample("gw0", 1.5), sample("gw1", 0.1)]
    metrics.add(some, sample("controller", 2.9), HOST, START + 3.0)
    first, second = rows(path)
    assert (first["at"], first["seconds"]) == (START + 1.0, 1.0)
    assert first["host"] == {"cpu_percent": 50.0, "memory_available": 1 << 30}
    assert first["agents"]["gw0"] == {
        "cpu_percent": None,
        "cpu_seconds": 1.0,
        "memory": 1 << 20,
        "threads": 2,
        "open_files": None,
    }
    assert second["agents"]["gw0"]["cpu_percent"] == 25.0
    assert second["agents"]["gw1"]["cpu_percent"] is None
    # What it had started is gone, and with it what that had computed.
    assert second["controller"]["cpu_percent"] == 0.0


def test_a_long_run_does_not_fill_the_disk(tmp_path: Path) -> None:
    """The longer it has taken, the further lines are apart."""
    path = tmp_path / "samples.jsonl"
    metrics = MetricsFile(path, START)
    for second in range(1, 20_001):
        metrics.add([], sample("controller", 0.0), HOST, START + second)
    seconds = [row["seconds"] for row in rows(path)]
    assert seconds[:1000] == [*range(1, 1001)]
    assert seconds[-1] - seconds[-2] == 20.0
    assert len(seconds) < 5000
