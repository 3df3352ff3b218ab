"""Run the suite of each plugin serially, with `-n 2` and on two agents, and compare.

Writes `docs/compatibility.json`, of which `python docs/generate.py` makes the table in the
documentation. Needs the plugins: `pip install ".[canary-more]"`. Names of suites as arguments run
these only, and leave what was written of the others.
"""

from __future__ import annotations

import datetime as dt
import json
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.compatibility.comparison import differences
from tests.functional.canaries import CANARIES, OWN_NAMES
from tests.functional.canary import STARTS, Canary, version_of
from tests.functional.running import Suite

RESULTS = Path(__file__).parents[2] / "docs" / "compatibility.json"


def main(names: Sequence[str]) -> int:
    """Do what the command line asks for; 1 if anything differs on agents."""
    known = {canary.name: canary for canary in CANARIES}
    if unknown := set(names) - known.keys():
        print(f"no suite {', '.join(sorted(unknown))}; there are {', '.join(known)}")
        return 2
    kept = json.loads(RESULTS.read_text("utf-8"))["suites"] if names else {}
    rows = {**kept, **{name: compare(known[name]) for name in names or known}}
    written = {"suites": dict(sorted(rows.items())), **environment()}
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
        files = canary.name not in OWN_NAMES
        serial = served.run_serial(suite)
        ways["xdist"] = differences(serial, served.run_xdist(suite), files=files)
        for start in STARTS:
            ways[start] = differences(serial, served.run_agents(suite, start), files=files)
    print(
        f"{len(serial.cases)} tests", *(f"{way}: {found}" for way, found in ways.items() if found)
    )
    versions = {plugin: version_of(plugin) for plugin in canary.plugins}
    return {"versions": versions, "tests": len(serial.cases), "ways": ways}


def environment() -> dict[str, str | None]:
    """With what it was run, and when."""
    versions = {name: version_of(name) for name in ("pytest", "pytest-xdist")}
    today = dt.datetime.now(dt.UTC).date().isoformat()
    return {"date": today, "python": platform.python_version(), **versions}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
