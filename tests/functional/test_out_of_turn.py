"""An agent that says what cannot be costs itself, never the run."""

from __future__ import annotations

import pytest

from tests.functional.running import Suite

TESTS = """
    import pathlib, pytest, time
    from pytest_agentorch.protocol import to_controller as said

    @pytest.mark.parametrize("n", range(4))
    def test_before(n): pass

    def test_speaks(request):
        seen = pathlib.Path("seen.txt")
        if seen.exists():
            return
        seen.touch()
        link = request.config.pluginmanager.getplugin("agentorch-loop")._link
        {statement}
        # It is killed before it comes to the end.
        time.sleep(60)

    @pytest.mark.parametrize("n", range(4))
    def test_after(n): pass
"""

END = (
    "link.send(said.TestEnded("
    "test={}, number=9, at=0, seconds=-5, cpu=0, reports={}, attributes=(), held=False))"
)

SPOKEN = {
    "a-test-of-another": (
        "link.send(said.TestBegun(test=0, number=1000, at=0))",
        "TestStarted of test 0",
    ),
    "a-verdict-of-a-test-that-does-not-run": (END.format(999, "()"), "TestFinished of test 999"),
    "a-report-that-is-none": (END.format(4, "({'a': 1},)"), "its reports cannot be read"),
    "tests-back-that-nobody-wanted": (
        "link.send(said.TestsGivenBack(tests=(5,)))",
        "TestsReturned while",
    ),
    "hello": (
        "link.send(said.Hello(protocol=1, pid=1, forked=False, info={'version_info': [1]}))",
        "AgentConnected while",
    ),
    "that-it-is-ready": ("link.send(said.TestsAdopted(missing=(4,)))", "AgentReady while"),
    "nothing": ("link._channel.send(b'')", "cannot read b''"),
    "nonsense": ("link._channel.send(b'[[')", "cannot read b'[['"),
    "less-than-it-had-to-say": (
        "link._sent += 1; link.send(said.LiveLogWritten(text='x'))",
        "was due",
    ),
}


@pytest.mark.parametrize("name", SPOKEN)
def test_what_an_agent_says_can_end_that_agent_only(suite: Suite, name: str) -> None:
    """It is killed, its tests are run by others, and the incident tells what it has said."""
    statement, reason = SPOKEN[name]
    suite.write(test_it=TESTS.format(statement=statement))
    ran = suite.agents(2)
    assert ran.code == 0, str(ran)
    assert ran.counts == {"passed": 9}
    assert ran.incidents == ["agent-lost"]
    (incident,) = ran.ours["incidents"]
    assert reason in incident["what"]
    assert ran.test("::test_speaks")["flaky"] is True
