"""The files of a project that may have to do with its test runner, as they are now."""

from __future__ import annotations

import os
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from pytest_agentorch.migration.python_file import WORDS
from pytest_agentorch.model.frozen import Frozen


class Role(Enum):
    """What a file is, and so what is looked for in it."""

    CONFIGURATION = "configuration of pytest"
    COMMANDS = "commands, and dependencies among them"
    REQUIREMENTS = "dependencies alone"
    CONDA = "dependencies that are not those of pip"
    LOCK = "dependencies that a tool has resolved"
    PYTHON = "conftests and tests"
    PROSE = "what people read"


class SourceFile(Frozen):
    """One file.

    Attributes:
        path: relative to the project, with slashes.
        role: what it is.
        text: all of it, with the ends of lines that it has; None if it is no UTF-8.
    """

    path: str
    role: Role
    text: str | None


_CONFIGURATION = ("pytest.toml", ".pytest.toml", "pytest.ini", ".pytest.ini", "pyproject.toml")
_PATTERNS = {
    # In the order in which pytest looks for its configuration.
    Role.CONFIGURATION: (*_CONFIGURATION, "tox.ini", "setup.cfg"),
    Role.COMMANDS: (
        *("tox.toml", "hatch.toml", "noxfile.py", "tasks.py", "setup.py", "Dockerfile*"),
        *("[Mm]akefile", "GNUmakefile", "*.mk", "[Jj]ustfile", ".justfile", "Taskfile.y*ml"),
        *("*.sh", "scripts/*.sh", "ci/*.sh", "bin/*.sh", "*.bat", "*.ps1", "scripts/*.ps1"),
        "docker-compose*.y*ml",
        *(".github/workflows/*.y*ml", ".github/actions/**/action.y*ml", ".travis.yml"),
        *(".gitlab-ci.y*ml", ".gitlab/**/*.y*ml", ".circleci/*.y*ml", "bitbucket-pipelines.yml"),
        *("azure-pipelines*.y*ml", ".azure*/**/*.y*ml", "*appveyor.yml", "Jenkinsfile"),
        ".pre-commit-config.yaml",
    ),
    Role.REQUIREMENTS: (
        *("*requirements*.txt", "*requirements*.in", "requirements/**/*.txt"),
        *("requirements/**/*.in", "*constraints*.txt", "Pipfile"),
    ),
    Role.CONDA: ("environment*.y*ml",),
    Role.LOCK: ("poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "pylock*.toml"),
    Role.PROSE: ("*.md", "*.rst", ".github/*.md", "docs/**/*.md", "docs/**/*.rst"),
}
_FOREIGN = {"node_modules", "site-packages", "__pycache__", "build", "dist", "venv"}


def read_project(folder: Path) -> list[SourceFile]:
    """Read the files of a project, in the order in which they are told of.

    Raises:
        OSError: one of them cannot be read.
    """
    found: dict[Path, Role] = {}
    for role, patterns in _PATTERNS.items():
        for pattern in patterns:
            for path in sorted(folder.glob(pattern)):
                found.setdefault(path, role)
    for path in _python_files(folder):
        found.setdefault(path, Role.PYTHON)
    files = [_read(folder, path, role) for path, role in found.items() if _is_own(path)]
    return [file for file in files if file.role is not Role.PYTHON or _is_interesting(file)]


def _is_own(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _read(folder: Path, path: Path, role: Role) -> SourceFile:
    try:
        # Not read_text: the ends of lines stay what they are.
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        text = None
    return SourceFile(path=path.relative_to(folder).as_posix(), role=role, text=text)


def _is_interesting(file: SourceFile) -> bool:
    return file.text is not None and any(word in file.text for word in WORDS)


def _python_files(folder: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if _is_searched(Path(parent, name)))
        yield from (Path(parent, name) for name in sorted(files) if name.endswith(".py"))


def _is_searched(folder: Path) -> bool:
    is_foreign = folder.name in _FOREIGN or folder.name.startswith(".")
    return not is_foreign and not (folder / "pyvenv.cfg").exists()
