"""What is said of run-scoped fixtures."""

from __future__ import annotations

from typing import get_args

from pytest_agentorch.model.run_fixture import Answer, AnswerKind, RunFixture
from pytest_agentorch.protocol import fixture_talk as talk
from pytest_agentorch.protocol.codec import TO_AGENT, TO_CONTROLLER

SERVER = RunFixture(name="server", where="tests:conftest", params="db=0", per_phase=True)


def test_each_message_goes_one_way() -> None:
    """To agents and hosts, or to the controller."""
    there = {*get_args(talk.FixtureNews), *get_args(talk.ToHost)}
    assert there.isdisjoint(get_args(talk.FixtureTalk))
    made = [v for v in vars(talk).values() if isinstance(v, type) and v.__module__ == talk.__name__]
    assert there.union(get_args(talk.FixtureTalk)) == set(made)


def test_an_answer_arrives_as_it_was() -> None:
    """With the report of pytest, long texts too, or without."""
    report = {"longrepr": {"text": "x" * 5000}, "outcome": "failed"}
    answer = Answer(kind=AnswerKind.FAILED, text="y" * 3000, report=report, out="said")
    told = talk.FixtureAnswered(number=3, answer=answer)
    assert TO_AGENT.decode(TO_AGENT.encode([told], 0), 0) == [told]
    up = talk.FixtureSetUp(
        fixture=SERVER,
        answer=Answer(kind=AnswerKind.VALUE, value="eA=="),
        lives=True,
        needs=(SERVER,),
    )
    down = talk.FixtureTornDown(fixture=None, report=None)
    assert TO_CONTROLLER.decode(TO_CONTROLLER.encode([up, down], 0), 0) == [up, down]
