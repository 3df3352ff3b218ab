"""Workloads: all that there are, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import faulty_tests, long_tests, short_tests
from benchmarks.workload import Workload

if TYPE_CHECKING:
    from collections.abc import Mapping

WORKLOADS: Mapping[str, Workload] = {
    workload.name: workload
    for workload in (
        Workload(name="one", summary="one test", files=short_tests.one),
        Workload(name="tiny", summary="10,000 empty tests in 100 files", files=short_tests.tiny),
        Workload(name="huge", summary="50,000 empty tests in 500 files", files=short_tests.huge),
        Workload(
            name="collect_heavy",
            summary="2,000 tests in 400 files that import 500 shared modules",
            files=short_tests.collect_heavy,
        ),
        Workload(
            name="skewed",
            summary="200 tests that sleep 60 s, the longest last",
            files=long_tests.skewed,
            sleep_seconds=long_tests.skewed_sleep,
        ),
        Workload(
            name="skewed_cpu",
            summary="200 tests that are busy for 30 s, the longest last",
            files=long_tests.skewed_cpu,
        ),
        Workload(
            name="crashy",
            summary="500 tests, 10 of which end their process",
            files=faulty_tests.crashy,
            sleep_seconds=faulty_tests.crashy_sleep,
        ),
        Workload(
            name="crashes",
            summary="5,000 tests, 1,000 of which end their process",
            files=faulty_tests.crashes,
        ),
        Workload(
            name="hang",
            summary="100 tests, a deadlock and an endless loop among them",
            files=faulty_tests.hang,
            time_limit_seconds=60.0,
        ),
        Workload(
            name="phases",
            summary="unit, integration (never two at once) and e2e tests",
            files=long_tests.phases,
            sleep_seconds=long_tests.phases_sleep,
        ),
        Workload(
            name="memory",
            summary="50 tests that hold 300 to 500 MiB",
            files=long_tests.memory,
            sleep_seconds=long_tests.memory_sleep,
        ),
        Workload(
            name="failing",
            summary="5,000 tests, 10 % fail with tracebacks of 25 frames",
            files=short_tests.failing,
        ),
        Workload(
            name="output", summary="2,000 tests that print 100 kB each", files=short_tests.output
        ),
        Workload(
            name="session_fixture",
            summary="400 tests that share a session fixture of 3 s",
            files=long_tests.session_fixture,
            sleep_seconds=long_tests.session_fixture_sleep,
        ),
        Workload(
            name="nondeterministic",
            summary="80 tests, parametrized over a set of strings",
            files=faulty_tests.nondeterministic,
        ),
    )
}
