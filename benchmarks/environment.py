"""Environment: the virtual environment that a suite runs in, and what pip puts there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class InstallationError(Exception):
    """Pip could not do what the comparison needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A virtual environment that exists."""

    root: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return interpreter(self.root)

    def install(self, *arguments: str, cwd: Path | None = None) -> None:
        """Run its `pip install`."""
        pip("install", *arguments, python=self.python, cwd=cwd)

    def install_anew(self, target: Path) -> None:
        """Install a wheel or a tree whose version may be the one that is there already."""
        self.install(str(target))
        self.install("--force-reinstall", "--no-deps", str(target))


def interpreter(root: Path) -> Path:
    """Where a virtual environment keeps its Python."""
    return root / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def environment(root: Path, *, requirements: Sequence[str], project: Path) -> Environment:
    """An environment with the requirements and, if it can be installed, the suite's project.

    One that was made for the same requirements is used as it is.
    """
    made = Environment(root=root)
    note = root / "made-for.json"
    wanted = json.dumps([sys.version, *requirements], indent=1)
    if note.is_file() and note.read_text(encoding="utf-8") == wanted:
        return made
    venv.create(root, with_pip=True, clear=True)
    itself = [str(project)] if is_installable(project) else []
    made.install(*requirements, *itself, cwd=project)
    note.write_text(wanted, encoding="utf-8")
    return made


def is_installable(project: Path) -> bool:
    """Whether pip can build the project: a folder of tests alone has nothing to install."""
    pyproject = project / "pyproject.toml"
    if (project / "setup.py").is_file():
        return True
    if not pyproject.is_file():
        return False
    text = pyproject.read_text(encoding="utf-8")
    return "[build-system]" in text or "[project]" in text


def wheel(source: Path, *, folder: Path) -> Path:
    """The wheel of a project, built in `folder`; a wheel is returned as it is."""
    if source.is_file():
        return source
    shutil.rmtree(folder, ignore_errors=True)
    pip("wheel", "--no-deps", "--wheel-dir", str(folder), str(source))
    (built,) = folder.glob("*.whl")
    return built


def pip(*arguments: str, python: Path | None = None, cwd: Path | None = None) -> None:
    """Run pip quietly; what it said is shown only when it fails."""
    command = [str(python or sys.executable), "-m", "pip", "--disable-pip-version-check"]
    done = subprocess.run(
        [*command, *arguments],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        last = "\n".join(done.stdout.splitlines()[-30:])
        message = f"pip {' '.join(arguments)} ended with {done.returncode}:\n{last}"
        raise InstallationError(message)
