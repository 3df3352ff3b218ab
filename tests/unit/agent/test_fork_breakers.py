"""Modules that do not survive a fork in a certain state."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from pytest_agentorch.agent.fork_breakers import live_breakers


class Channel:
    """As grpc has it: something that refers to others."""

    def __init__(self) -> None:
        self.calls: list[object] = []


def answering(**answers: bool) -> SimpleNamespace:
    """A module whose functions give these answers, whatever they are asked."""
    return SimpleNamespace(**{name: lambda *_, a=answer: a for name, answer in answers.items()})


STATES: dict[str, tuple[str, Callable[[bool], SimpleNamespace], str]] = {
    "torch": (
        "torch",
        lambda live: SimpleNamespace(cuda=answering(is_initialized=live)),
        "torch has initialised CUDA",
    ),
    "tensorflow": (
        "tensorflow.python.eager.context",
        lambda live: SimpleNamespace(_context=SimpleNamespace(_initialized=live)),
        "tensorflow has started its runtime",
    ),
    "jax": (
        "jax._src.xla_bridge",
        lambda live: answering(backends_are_initialized=live),
        "jax has initialised a backend",
    ),
    "MPI": ("mpi4py.MPI", lambda live: answering(Is_initialized=live), "MPI is initialised"),
    "gevent": (
        "gevent.monkey",
        lambda live: answering(is_module_patched=live),
        "gevent has patched os.fork",
    ),
    "eventlet": (
        "eventlet.patcher",
        lambda live: answering(is_monkey_patched=live),
        "eventlet has patched os.fork",
    ),
}


@pytest.mark.parametrize("kind", STATES)
def test_a_module_is_named_in_the_state_that_breaks_forks(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Not when it was only imported."""
    name, make, reason = STATES[kind]
    monkeypatch.setitem(sys.modules, name, make(False))
    assert reason not in live_breakers()
    monkeypatch.setitem(sys.modules, name, make(True))
    assert reason in live_breakers()


def test_an_open_channel_of_grpc_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Importing it is no obstacle, nor is a channel that is gone."""
    reason = "grpc has an open channel or server"
    monkeypatch.setitem(sys.modules, "grpc", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "grpc._channel", SimpleNamespace(Channel=Channel))
    assert reason not in live_breakers()
    channel = Channel()
    assert reason in live_breakers()
    del channel
    assert reason not in live_breakers()


def test_a_module_that_has_changed_is_left_to_the_other_checks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What cannot be asked does not end the run."""
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace())
    assert "torch has initialised CUDA" not in live_breakers()


def test_an_import_is_enough_where_it_makes_the_context(monkeypatch: pytest.MonkeyPatch) -> None:
    """`pycuda.autoinit`."""
    monkeypatch.setitem(sys.modules, "pycuda.autoinit", SimpleNamespace())
    assert "pycuda has made a CUDA context" in live_breakers()
