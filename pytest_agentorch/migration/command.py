"""The command `migrate`: it tells a plan, writes it, takes it back, or compares both runners."""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from pytest_agentorch.migration.patch import patch_text, read_patch, taken_back
from pytest_agentorch.migration.plan import MigrationPlan, plan_migration
from pytest_agentorch.migration.plan_text import PATCH, plan_lines
from pytest_agentorch.migration.project import read_project
from pytest_agentorch.model.errors import SettingsError


def main(argv: Sequence[str]) -> int:
    """Do what the command line says; return the exit code."""
    own, args = _parted(argv)
    parser = _parser()
    options = parser.parse_args(own)
    if args and not options.check:
        parser.error("what stands behind -- is for the tests that --check runs")
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Files may hold what a console cannot show.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return _migrate(options, args)
    except SettingsError as error:
        sys.stderr.write(f"ERROR: {error}\n")
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever reads has had enough, and what is left is for nobody.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        sys.stderr.write(f"ERROR: {error.filename}: {error.strerror}. [migrate-cannot-access]\n")
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m pytest_agentorch",
        description="pytest-agentorch beside pytest: `pytest --help` has the options of runs.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    migrate = commands.add_parser(
        "migrate",
        help="the way over from pytest-xdist",
        description="Tells what a project has to change to run its tests on agents instead of "
        "pytest-xdist, and writes nothing, unless it is told to.",
    )
    migrate.add_argument("folder", nargs="?", default=".", help="of the project (default: this)")
    ways = migrate.add_mutually_exclusive_group()
    ways.add_argument("--apply", action="store_true", help="write the changes")
    ways.add_argument("--undo", action="store_true", help="take back what --apply wrote")
    ways.add_argument(
        "--check",
        action="store_true",
        help="run the tests on both and compare outcomes and times; what stands behind -- is for "
        "pytest",
    )
    return parser


def _parted(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return what is before `--`, and what is behind it."""
    words = list(argv)
    place = words.index("--") if "--" in words else len(words)
    return words[:place], words[place + 1 :]


def _migrate(options: argparse.Namespace, args: Sequence[str]) -> int:
    folder = Path(options.folder)
    if not folder.is_dir():
        raise SettingsError(f"{folder} is no folder: name that of a project. [migrate-no-folder]")
    if options.undo:
        return _undo(folder)
    plan = plan_migration(read_project(folder))
    if options.check:
        from pytest_agentorch.migration.check import check

        return check(folder, plan.wish, args, _write)
    if options.apply:
        _apply(folder, plan)
    width = min(shutil.get_terminal_size().columns, 100)
    for line in plan_lines(plan, applied=options.apply, width=width):
        _write(line)
    return 0


def _apply(folder: Path, plan: MigrationPlan) -> None:
    """Write a plan, and before that how to take it back."""
    if not plan.changes:
        return
    with (folder / PATCH).open("a", encoding="utf-8", newline="") as patch:
        for change in plan.changes:
            patch.write(patch_text(change.path, change.before, change.after))
    for change in plan.changes:
        (folder / change.path).write_bytes(change.after.encode("utf-8"))


def _undo(folder: Path) -> int:
    """Take back what was applied, the last first; return 1 if some of it has changed since."""
    patch = folder / PATCH
    if not patch.exists():
        raise SettingsError(
            f"there is no {patch}: nothing was applied here, or it was taken back. "
            "[migrate-nothing-to-undo]"
        )
    try:
        files = read_patch(patch.read_bytes().decode("utf-8"))
    except ValueError:
        raise SettingsError(f"{patch} is no patch of this command. [migrate-bad-patch]") from None
    kept = 0
    for file in reversed(files):
        path = folder / file.path
        try:
            before = taken_back(path.read_bytes().decode("utf-8"), file.hunks)
        except (FileNotFoundError, UnicodeDecodeError):
            before = None
        if before is None:
            kept += 1
            _write(f"{file.path}: has changed since, and is left as it is: see {patch}")
        else:
            path.write_bytes(before.encode("utf-8"))
            _write(f"{file.path}: as it was before")
    if not kept:
        patch.unlink()
    return int(bool(kept))


def _write(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
