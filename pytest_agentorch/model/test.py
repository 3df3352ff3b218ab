"""A collected test, as far as planning needs to know it."""

from __future__ import annotations

import enum
from typing import ClassVar

from pytest_agentorch.model.frozen import Frozen
from pytest_agentorch.model.history import TestKey, key_of
from pytest_agentorch.model.ids import PhaseName
from pytest_agentorch.model.needs import NO_NEEDS, Needs
from pytest_agentorch.model.run_fixture import RunFixture


class Rule(enum.Enum):
    """What decided the phase of a test; the order is the order in which they are asked."""

    HOOK = "hook"
    MARKER = "marker"
    CONFIGURATION = "configuration"
    PATH = "path"
    FIXTURE = "fixture"
    IMPORT = "import"
    DEFAULT = "default"

    @property
    def names_the_phase(self) -> bool:
        """Whether somebody said so: it then has a barrier and caps, and not only an order."""
        return self in (Rule.HOOK, Rule.MARKER, Rule.CONFIGURATION)


class Classification(Frozen):
    """The phase of a test, the rule that decided and its reason in a few words."""

    phase: PhaseName
    rule: Rule
    reason: str


class TestDescriptor(Frozen):
    """One collected test.

    Attributes:
        node_id: pytest's name of the test. It may occur more than once.
        occurrence: how many tests of the same name were collected before it.
        line: 0-based line number in the file, None if unknown.
        name: the domain part of pytest's location, such as `TestCart.test_merge`.
        location_path: the file of the location, relative to rootdir.
        file: the path of the item: it may lie outside of rootdir, where node ids do not lead.
        unit: tests with the same non-empty unit share an expensive fixture or parameter.
        whole: its unit shares what belongs to a class, and is never divided.
        scope: module or class that the test belongs to (`--agents-dist=scope`).
        group: the name of its `xdist_group` mark, empty if it has none.
        keywords: the names of its marks.
        own_names: what pytest calls the keywords of the item, without those of what it is in.
        family: the position, in a table, of the keywords of what it is in.
        timeout: how long it may run, in seconds, 0 for as long as it likes; None if nobody has said
            so of this test.
        retries: how often it may run again after it has failed; None if nobody has said so of it.
        needs: what its marks say it must have to run.
        turn: tests of a later turn start when those of all earlier ones are over.
        run_fixtures: what it uses that is set up once for all agents.
        fingerprint: other if anything is that its verdict depends on; empty if nobody knows.
        priority: what has a higher one begins before.
        chain: tests of the same non-empty one run in order.
        copies: how many agents may run it at once; the first result counts.
        advanced: the phase that it runs in instead of its own, since a plugin has wanted that in
            the run that this one finishes; empty if nobody has.
    """

    __test__: ClassVar[bool] = False

    node_id: str
    occurrence: int
    location_path: str
    line: int | None
    name: str
    classification: Classification
    unit: str
    whole: bool
    scope: str
    group: str
    keywords: tuple[str, ...]
    file: str
    own_names: tuple[str, ...]
    family: int
    turn: int = 0
    timeout: float | None = None
    retries: int | None = None
    needs: Needs = NO_NEEDS
    run_fixtures: tuple[RunFixture, ...] = ()
    fingerprint: str = ""
    priority: int = 0
    chain: str = ""
    copies: int = 1
    advanced: PhaseName = PhaseName("")

    @property
    def phase(self) -> PhaseName:
        """The phase that it runs in, unless a plugin advances it."""
        return self.advanced or self.classification.phase

    @property
    def key(self) -> TestKey:
        """Its name from run to run."""
        return key_of(self.node_id, self.occurrence)

    @property
    def path(self) -> str:
        """The file part of the node id."""
        return file_of(self.node_id)


def parent_of(node_id: str) -> str:
    """The node id above: of a class or of a file. What is in brackets may hold anything."""
    file, colons, domain = node_id.partition("::")
    return (file + colons + domain.partition("[")[0]).rpartition("::")[0]


def file_of(node_id: str) -> str:
    """The file part of a node id."""
    return node_id.partition("::")[0]
