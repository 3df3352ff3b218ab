"""What is to be measured of coverage, and what is to be shown of it."""

from __future__ import annotations

import enum

from pytest_agentorch.model.frozen import Frozen


class ReportKind(enum.Enum):
    """The kinds of reports that coverage can write."""

    TERM = "term"
    TERM_MISSING = "term-missing"
    HTML = "html"
    XML = "xml"
    JSON = "json"
    LCOV = "lcov"
    MARKDOWN = "markdown"
    NONE = "none"

    @property
    def is_shown(self) -> bool:
        """Whether it is shown on the terminal."""
        return self in (ReportKind.TERM, ReportKind.TERM_MISSING)


class CoverageReport(Frozen):
    """One report.

    Attributes:
        where: the file or folder that it goes to; None for what the project's configuration says.
        skip_covered: leave out files that are covered completely.
    """

    kind: ReportKind
    where: str | None = None
    skip_covered: bool = False


class CoverageSettings(Frozen):
    """What the command line says; all else is in the project's configuration of coverage.

    Attributes:
        sources: paths and packages to measure; None for what the configuration says.
        fail_under: the least total, in percent; None for what the configuration says.
    """

    sources: tuple[str, ...] | None
    reports: tuple[CoverageReport, ...]
    fail_under: float | None = None


class CoverageTask(Frozen):
    """What an agent is to measure.

    Attributes:
        folder: where the processes that its tests start leave their data.
        journal: where it writes down what it has measured.
        follows: pytest-cov measures: it is only to be written down what that has measured.
    """

    sources: tuple[str, ...] | None
    folder: str
    journal: str
    follows: bool = False
