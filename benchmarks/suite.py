"""Suite: a project's tests, where they come from and what they need to run."""

from __future__ import annotations

import re
import shlex
import tomllib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Sdist:
    """A source distribution on the package index, as pip's requirement: `click` or `click==8.1`."""

    requirement: str

    @property
    def project(self) -> str:
        """The name without a version."""
        return self.requirement.partition("==")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A project on this machine."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """What to test and how.

    `group` names the dependency group of the project's pyproject.toml that its tests need,
    `install` adds requirements to it (pip runs in the project's tree, so `.[test]` works).
    """

    name: str
    origin: Sdist | Folder
    group: str = ""
    install: tuple[str, ...] = ()
    pytest_args: tuple[str, ...] = ()

    @property
    def home(self) -> str:
        """The name of its folder among others: each pinned version has its own."""
        match self.origin:
            case Sdist(requirement=requirement):
                return requirement
            case Folder(path=path):
                return f"folder-{path.name}"

    def requirements(self, tree: Path) -> tuple[str, ...]:
        """Everything besides the project itself that pip has to install."""
        groups = _dependency_groups(tree)
        wanted = _members(groups, self.group) if self.group else ()
        return ("pytest", *wanted, *self.install)


BUILT_IN: Mapping[str, Suite] = {
    suite.name: suite
    for suite in (
        Suite(name="click", origin=Sdist(requirement="click"), group="tests"),
        Suite(name="attrs", origin=Sdist(requirement="attrs"), group="tests"),
        Suite(name="packaging", origin=Sdist(requirement="packaging"), group="test"),
        Suite(name="pluggy", origin=Sdist(requirement="pluggy"), group="testing"),
        # Its own tests run under unittest and name no requirement.
        Suite(name="more-itertools", origin=Sdist(requirement="more-itertools")),
    )
}


def built_in(name: str) -> Suite:
    """The suite of that name; `name==version` pins the version that is fetched."""
    project = name.partition("==")[0]
    if project not in BUILT_IN:
        known = ", ".join(BUILT_IN)
        message = f"there is no suite {project!r}. Known: {known}. For another project use --path."
        raise LookupError(message)
    return replace(BUILT_IN[project], origin=Sdist(requirement=name))


def local(path: Path, *, install: Iterable[str], pytest_args: str) -> Suite:
    """A suite from a folder, under the folder's name."""
    return Suite(
        name=path.name,
        origin=Folder(path=path),
        install=tuple(install),
        pytest_args=tuple(shlex.split(pytest_args)),
    )


def _dependency_groups(tree: Path) -> dict[str, list[object]]:
    pyproject = tree / "pyproject.toml"
    if not pyproject.is_file():
        return {}
    groups = tomllib.loads(pyproject.read_text(encoding="utf-8")).get("dependency-groups", {})
    return {_normal(name): members for name, members in groups.items()}


def _members(groups: Mapping[str, list[object]], name: str) -> tuple[str, ...]:
    """The requirements of a dependency group and of the groups that it includes."""
    found: list[str] = []
    for member in groups[_normal(name)]:
        match member:
            case str():
                found.append(member)
            case {"include-group": str(other)}:
                found.extend(_members(groups, other))
            case _:
                message = f"dependency group {name!r} has a member of an unknown form: {member!r}"
                raise ValueError(message)
    return tuple(found)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
