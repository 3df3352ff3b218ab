"""Record: the files that a benchmark writes, anew after each contest, so that none is lost."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from benchmarks import chart, standings_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from benchmarks.contest import Contest


def write(contests: Sequence[Contest], facts: Mapping[str, str], folder: Path) -> str:
    """All raw runs, the table and the picture; the return is the table."""
    folder.mkdir(parents=True, exist_ok=True)
    raw = {"facts": dict(facts), "contests": [asdict(contest) for contest in contests]}
    (folder / "benchmarks.json").write_text(json.dumps(raw, indent=1) + "\n", encoding="utf-8")
    page = standings_table.render(contests, facts)
    (folder / "benchmarks.md").write_text(page, encoding="utf-8")
    (folder / "benchmarks.svg").write_text(chart.render(contests), encoding="utf-8")
    return page
