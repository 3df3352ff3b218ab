"""What an agent writes past pytest's capturing."""

from __future__ import annotations

from pathlib import Path

from pytest_agentorch.controller.output_tail import OutputTail
from pytest_agentorch.model.ids import AgentId

GW0 = AgentId("gw0")


def test_at_the_end_of_an_agent_its_last_line_is_shown_and_empty_files_go(tmp_path: Path) -> None:
    """There may be many agents, one after the other."""
    shown: list[str] = []
    output = OutputTail(tmp_path, lambda _agent, line: shown.append(line))
    for ending in ("out", "err", "log"):
        (tmp_path / f"gw0.{ending}").write_text("")
    output.follow(GW0)
    output.output_file(GW0).write_text("one\ntwo")
    output.poll()
    assert shown == ["one"]
    output.end(GW0)
    assert shown == ["one", "two"]
    assert [path.name for path in tmp_path.iterdir()] == ["gw0.log"]
    output.poll(whole=True)
    assert shown == ["one", "two"]


def test_an_agent_that_never_came_up_has_no_end_to_show(tmp_path: Path) -> None:
    """Nor any file."""
    OutputTail(tmp_path, None).end(GW0)
    assert [*tmp_path.iterdir()] == []


def test_when_the_run_is_over_no_record_is_kept(tmp_path: Path) -> None:
    """Also of an agent whose end was never told of; what it wrote is, if it is anything."""
    output = OutputTail(tmp_path, None)
    for path in (output.record_file(GW0), tmp_path / "gw0.tests.printed"):
        path.write_text("something")
    output.output_file(GW0).write_text("one")
    (tmp_path / "gw0.out").touch()
    output.close()
    assert [path.name for path in tmp_path.iterdir()] == ["gw0.log"]
    OutputTail(tmp_path / "gone", None).close()
