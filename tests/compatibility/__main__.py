"""Run the suite of each plugin serially, with `-n 2` and on two agents, and compare.

Writes `docs/compatibility.json`, of which `python docs/generate.py` makes the table in the
documentation: what is there of this Python and these versions is replaced. Needs the plugins:
`pip install ".[canary-more]"`.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.compatibility.comparison import differences, troubles
from tests.functional.canaries import CANARIES
from tests.functional.canary import STARTS, Canary, version_of
from tests.functional.running import Suite

RESULTS = Path(__file__).parents[2] / "docs" / "compatibility.json"
VERSIONS = ("pinned", "newest", "oldest")
KNOWN = {canary.name: canary for canary in CANARIES}


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for; 1 if anything differs on agents."""
    parser = argparse.ArgumentParser(prog="python -m tests.compatibility", description=__doc__)
    add = parser.add_argument
    add("--versions", choices=VERSIONS, default="pinned", help="what is installed here")
    add("suites", nargs="*", metavar="SUITE", help=f"these only: {', '.join(KNOWN)}")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.suites) - KNOWN.keys():
        parser.error(f"no suite {', '.join(sorted(unknown))}")
    here = environment(asked.versions)
    rows = {name: compare(KNOWN[name]) for name in asked.suites or KNOWN}
    written = json.loads(RESULTS.read_text("utf-8"))
    earlier = [run for run in written["runs"] if _place(run) == _place(here)]
    if earlier and asked.suites:
        rows = {**earlier[0]["suites"], **rows}
        here["date"] = earlier[0]["date"]
    here["suites"] = dict(sorted(rows.items()))
    runs = [run for run in written["runs"] if run not in earlier]
    written["runs"] = sorted([*runs, here], key=_place)
    RESULTS.write_text(json.dumps(written, indent=1) + "\n", "utf-8")
    return int(any(row["ways"][start] for row in rows.values() for start in STARTS))


def compare(canary: Canary) -> dict[str, Any]:
    """Run a suite in all ways; return what its row says."""
    if missing := canary.missing():
        raise SystemExit(f'{missing} is not installed: pip install ".[canary-more]"')
    print(f"{canary.name}: ", end="", flush=True)
    ways: dict[str, list[str]] = {}
    with canary.served() as served, tempfile.TemporaryDirectory() as folder:
        suite = Suite(Path(folder, "suite"), Path(folder, "records"), {})
        suite.folder.mkdir()
        serial = served.run_serial(suite)
        ways["xdist"] = differences(canary, serial, served.run_xdist(suite))
        for start in STARTS:
            agents = served.run_agents(suite, start)
            ways[start] = differences(canary, serial, agents) + troubles(agents, start)
    print(
        f"{len(serial.cases)} tests", *(f"{way}: {found}" for way, found in ways.items() if found)
    )
    versions = {plugin: version_of(plugin) for plugin in canary.plugins}
    return {"versions": versions, "tests": len(serial.cases), "ways": ways}


def environment(versions: str) -> dict[str, Any]:
    """With what it is run, and when."""
    return {
        "versions": versions,
        "python": platform.python_version(),
        **{name: version_of(name) for name in ("pytest", "pytest-xdist")},
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
    }


def _place(run: dict[str, Any]) -> tuple[int, list[int]]:
    """Where a run stands among the others; of its Python the last number does not count."""
    return VERSIONS.index(run["versions"]), [int(part) for part in run["python"].split(".")[:2]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
