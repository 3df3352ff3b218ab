"""Track: where the runs of one subject take place, all on the same files."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from benchmarks import junit, process_tree
from benchmarks.limit import read_longest_test_seconds
from benchmarks.measurement import Measurement, Probe
from benchmarks.memory import PeakMemory
from benchmarks.run import COUNTS, PRIVATE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from benchmarks.runner import Runner

PROBE_ROUND = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """A suite's files, an interpreter, and the folder for what the runs write.

    The files stay from run to run, so that all but the first find compiled modules. pytest's cache
    is each runner's own; it is emptied before each run unless it is to be `warm`.
    """

    tree: Path
    python: Path
    folder: Path
    pytest_args: tuple[str, ...]
    agents: int
    time_limit_seconds: float
    warm: bool

    def time(self, runner: Runner, *, round: int) -> Measurement:  # noqa: A002 - its name
        """Run and measure, without anything that would disturb."""
        return self._run(runner, round=round, extra=(), peak=None)

    def probe(
        self, runner: Runner, *, serial: junit.Verdicts | None
    ) -> tuple[Probe, junit.Verdicts]:
        """Run, watch and compare; without serial's verdicts the run's own are serial's.

        Memory is that of a second run: to write a junit file, some runners keep more.
        """
        with PeakMemory() as peak:
            weighed = self._run(runner, round=PROBE_ROUND, extra=(), peak=peak)
        file = self._place(runner, PROBE_ROUND) / "junit.xml"
        run = self._run(runner, round=PROBE_ROUND, extra=(f"--junitxml={file}",), peak=None)
        left = max(weighed.processes_left, run.processes_left)
        run = replace(run, peak_pss_mib=weighed.peak_pss_mib, processes_left=left)
        verdicts = junit.read(file)
        expected = verdicts if serial is None else serial
        _, differences = junit.compare(expected, verdicts)
        probe = Probe(
            measurement=run,
            outcomes=dict(
                Counter(each.outcome for group in verdicts.by_id.values() for each in group)
            ),
            unlike_serial=len(differences) if expected else None,
            longest_test_seconds=read_longest_test_seconds(file),
        )
        return probe, verdicts

    def _run(
        self,
        runner: Runner,
        *,
        round: int,  # noqa: A002 - its name
        extra: Sequence[str],
        peak: PeakMemory | None,
    ) -> Measurement:
        place = self._place(runner, round)
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        cache = self.folder / f"cache-{runner.name}"
        if not self.warm:
            shutil.rmtree(cache, ignore_errors=True)
        command = [str(self.python), "-m", "pytest", "-q", "--color=no", "-o", f"cache_dir={cache}"]
        command += [*self.pytest_args, *runner.command(self.agents), *extra]
        with tempfile.TemporaryDirectory(prefix="run-", ignore_cleanup_errors=True) as temporary:
            usage = process_tree.measure(
                command,
                cwd=self.tree,
                variables={**_variables(os.environ), "TMPDIR": temporary},
                output=place / "output.txt",
                time_limit_seconds=self.time_limit_seconds,
            )
        return Measurement(
            runner=runner.name,
            round=round,
            ending=usage.ending,
            wall_seconds=usage.wall_seconds,
            cpu_seconds=usage.cpu_seconds,
            peak_pss_mib=peak.mib if peak else None,
            counts=last_counts(
                (place / "output.txt").read_text(encoding="utf-8", errors="replace")
            ),
            processes_left=usage.processes_left,
        )

    def _place(self, runner: Runner, round: int) -> Path:  # noqa: A002 - its name
        return self.folder / f"{runner.name}-{round}"


def last_counts(output: str) -> str:
    """What pytest's last line counts but warnings; empty if the run did not come so far."""
    found = (COUNTS.search(line) for line in reversed(output.splitlines()))
    counts = next((match[1] for match in found if match), "")
    return re.sub(r", \d+ warnings?$", "", counts)


def _variables(mine: Mapping[str, str]) -> Mapping[str, str]:
    """The caller's environment without what would change pytest or the order of a set."""
    hidden = {*PRIVATE, "PYTHONHASHSEED"}
    return {
        name: value
        for name, value in mine.items()
        if name not in hidden and not name.startswith("PYTEST_")
    }
