"""What is known of a fork before any test is collected."""

from __future__ import annotations

import os
import sys

import pytest

from pytest_agentorch import early_fork


@pytest.fixture(autouse=True)
def _on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(early_fork, "other_threads", lambda: ())
    monkeypatch.setattr(early_fork, "live_breakers", lambda: ())


def test_a_process_with_one_thread_can_be_forked() -> None:
    """On Linux."""
    assert early_fork.objection() is None


@pytest.mark.parametrize("platform", ["darwin", "win32", "freebsd14"])
def test_other_systems_are_not_trusted(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    """Their own libraries do not survive it."""
    monkeypatch.setattr(sys, "platform", platform)
    assert early_fork.objection() == f"forking is not safe on {platform}"


def test_a_process_with_threads_cannot_be_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first of them is named."""
    monkeypatch.setattr(early_fork, "other_threads", lambda: ('thread "a"', 'thread "b"'))
    reason = 'thread "a" runs in the process that pytest was started in'
    assert early_fork.objection() == reason


def test_what_breaks_forks_may_be_there_already(monkeypatch: pytest.MonkeyPatch) -> None:
    """A plugin may have called `gevent.monkey.patch_all`."""
    monkeypatch.setattr(early_fork, "live_breakers", lambda: ("gevent has patched os.fork",))
    assert early_fork.objection() == "gevent has patched os.fork"


@pytest.mark.parametrize("wanted", [True, False])
def test_where_nothing_can_be_forked_only_who_wanted_a_zygote_hears_why(
    monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config, *, wanted: bool
) -> None:
    """Spawned agents are interpreters then, which nobody needs to be told."""
    monkeypatch.setattr(sys, "platform", "darwin")
    forks = early_fork.fork_early(pytestconfig, zygote=wanted)
    assert (forks.zygote, forks.nursery) == (None, None)
    assert forks.objection == ("forking is not safe on darwin" if wanted else None)
    assert forks.reasons == (), "it would be told in every run, and nobody could do anything"


def test_a_system_that_does_not_fork_is_an_objection(
    monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    """It has no room for another process."""

    def fork() -> int:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", fork)
    forks = early_fork.fork_early(pytestconfig, zygote=True)
    assert forks.zygote is None
    assert forks.objection == "fork: Resource temporarily unavailable"
    assert forks.reasons == (forks.objection,)
