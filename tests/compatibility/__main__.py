"""Run the suite of each plugin serially, with `-n 2` and on two agents, and compare.

Writes `docs/compatibility.json`, of which `python docs/generate.py` makes the table in the
documentation: what is there of these suites on this Python is replaced. Needs the plugins: `pip
install ".[canary-more]"`.
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
    differs = False
    for name in asked.suites or KNOWN:
        row = compare(KNOWN[name])
        differs = differs or any(row["ways"][start] for start in STARTS)
        write(here, name, row)
    return int(differs)


def write(here: dict[str, Any], name: str, row: dict[str, Any]) -> None:
    """Replace what is known of a suite, and all that is known of other versions of this Python."""
    runs: list[dict[str, Any]] = json.loads(RESULTS.read_text("utf-8"))["runs"]
    nothing: dict[str, Any] = {"suites": {}}
    earlier = next((run for run in runs if _place(run) == _place(here)), nothing)
    is_same = all(earlier.get(key) == value for key, value in here.items())
    suites = {**(earlier["suites"] if is_same else {}), name: row}
    now = {**here, "suites": dict(sorted(suites.items()))}
    written = sorted([*(run for run in runs if run is not earlier), now], key=_place)
    RESULTS.write_text(json.dumps({"runs": written}, indent=1) + "\n", "utf-8")


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
    today = dt.datetime.now(dt.UTC).date().isoformat()
    return {"versions": versions, "tests": len(serial.cases), "ways": ways, "date": today}


def environment(versions: str) -> dict[str, Any]:
    """With what it is run."""
    installed = {name: version_of(name) for name in ("pytest", "pytest-xdist")}
    return {"versions": versions, "python": platform.python_version(), **installed}


def _place(run: dict[str, Any]) -> tuple[int, list[int]]:
    """Where a run stands among the others; of its Python the last number does not count."""
    return VERSIONS.index(run["versions"]), [int(part) for part in run["python"].split(".")[:2]]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
