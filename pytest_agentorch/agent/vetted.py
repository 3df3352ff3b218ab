"""Plugins whose sources were read: what they do at the end of a session, and with an agent's name.

A plugin may clean up in `pytest_sessionfinish` what it had set up before agents were forked. The
first agent that ends would then do so for all; whose hook is not known is taken to be like that.
"""

from __future__ import annotations

from collections.abc import Mapping

SESSION_FINISH: Mapping[str, str] = {
    "_pytest": "pytest's own: undone per session, or written by the controller alone",
    "pytest_agentorch": "this plugin",
    "pytest_benchmark": "compares and saves what was measured; nothing is measured in agents",
    "pytest_html": "writes the report; it is not registered in agents",
    "pytest_httpserver": "stops the server that its fixtures have started",
    "pytest_rerunfailures": "looks at the tests that were run and at an option",
    "syrupy": "writes the snapshots of its own tests and tells the controller of them",
    "xdist": "ends its own distribution, which is off",
}
"""Packages with the hook, and why it may be called in each agent."""

HARMLESS_ASKERS: Mapping[str, str] = {
    "pytest_benchmark": "asks whether there are agents, and whether to be the one that warns",
    "pytest_cov": "asks where the controller is, and sends the name back so that it is known there",
    "pytest_rerunfailures": "asks where the controller listens, and each agent connects anew",
    "syrupy": "asks whether there are agents",
}
"""Packages that ask for an agent's name before there are agents, and why that does no harm."""

PARTIAL_ITEMS: Mapping[str, str] = {
    "_hypothesis_pytestplugin": "marks each item",
    "_pytest": "pytest's own: order, selection, and what is reported of them",
    "pytest_agentorch": "this plugin",
    "anyio": "replaces items after the collection; that is noticed",
    "pytest_lazy_fixtures": "looks for unused fixtures, only if that is asked for",
    "pytest_random_order": "changes the order only",
    "pytest_randomly": "changes the order only",
    "pytest_split": "selects only",
    "pytest_sugar": "counts items for a terminal that agents have not",
    "pytest_trio": "marks each item",
}
"""Packages whose hooks for collected items may be called with the items of one file."""

ALL_ITEMS: Mapping[str, str] = {
    "pytest_django": "the fixture for databases asks all items which ones they need",
}
"""Packages that want all items of the session when it runs its first tests."""
