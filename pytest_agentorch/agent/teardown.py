"""Fixtures that end outside of a test: a failure there is an error of the last test."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import Any

import pytest
from _pytest.warnings import catch_warnings_for_item


def report_teardown(item: pytest.Item, following: pytest.Item | None) -> None:
    """Tear down what `following` does not need, all of it if it is None.

    A failure is reported as pytest does it for a test's own teardown; without one nothing is.
    """
    session: Any = item.session
    if not session._setupstate.stack:  # noqa: SLF001 - the one place that knows what is set up
        return
    config = item.config
    capture: Any = config.pluginmanager.getplugin("capturemanager")
    with contextlib.ExitStack() as stack:
        stack.enter_context(catch_warnings_for_item(config, config.hook, when="runtest", item=item))
        if capture is not None:
            stack.enter_context(capture.item_capture("teardown", item))
        call = pytest.CallInfo.from_call(
            partial(_end, session, following),
            when="teardown",
            reraise=(pytest.exit.Exception, KeyboardInterrupt),
        )
    if call.excinfo is not None:
        if getattr(item, "funcargs", {}) is None:
            # The test is over: hooks find none of its fixtures, but where they look for them.
            vars(item)["funcargs"] = {}
        report = item.ihook.pytest_runtest_makereport(item=item, call=call)
        item.ihook.pytest_runtest_logreport(report=report)


def _end(session: Any, following: pytest.Item | None) -> None:
    __tracebackhide__ = True
    session._setupstate.teardown_exact(following)  # noqa: SLF001
