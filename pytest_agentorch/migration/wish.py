"""How many workers a project wants, and how tests are handed out: in words of both runners."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pytest_agentorch.migration.region import Region
from pytest_agentorch.model.frozen import Frozen

_WORKERS = re.compile(
    r"""(?<![\w\-./])(?:-n[= ]*|--(?:numprocesses|agents)[= ]|-n["'],\s*["'])(auto|logical|\d+)\b"""
)
_DIST = re.compile(r"""(?<![\w-])--(?:dist|agents-dist)(?:[= ]|["'],\s*["'])(?:load)?(\w+)""")
_KEPT_TOGETHER = ("scope", "file", "group")


class Wish(Frozen):
    """What the tests of a project run on.

    Attributes:
        workers: a number, auto or logical.
        together: what stays together: scope, file or group; empty for nothing.
    """

    workers: str = "auto"
    together: str = ""

    @property
    def for_xdist(self) -> list[str]:
        """Options with which xdist runs the tests, whatever the configuration says."""
        return [f"-n{self.workers}", f"--dist=load{self.together}", "--agents=0"]

    @property
    def for_agents(self) -> list[str]:
        """Options with which agents run the tests, whatever the configuration says."""
        dist = self.together or "balanced"
        return ["-n0", f"--agents={self.workers}", f"--agents-dist={dist}"]


def find_wish(found: Sequence[tuple[str, Region]]) -> Wish:
    """Return what the first of some regions asks for that asks at all; configuration first."""
    ordered = sorted(found, key=lambda one: not one[1].is_configuration)
    texts = [text[region.start : region.end] for text, region in ordered]
    workers = (match[1] for text in texts for match in _WORKERS.finditer(text) if match[1] != "0")
    dist = (match[1] for text in texts for match in _DIST.finditer(text))
    together = next(dist, "")
    return Wish(
        workers=next(workers, "auto"), together=together if together in _KEPT_TOGETHER else ""
    )
