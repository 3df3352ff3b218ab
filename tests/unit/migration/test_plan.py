"""The plan: all files of a project together."""

from __future__ import annotations

from pytest_agentorch.migration.note import Kind
from pytest_agentorch.migration.plan import MigrationPlan, plan_migration
from pytest_agentorch.migration.plan_text import plan_lines
from pytest_agentorch.migration.project import Role, SourceFile


def plan(**files: str | None) -> MigrationPlan:
    """The plan of files by their roles: `configuration` is a tox.ini, and so on."""
    names = {
        Role.CONFIGURATION: "tox.ini",
        Role.COMMANDS: "ci.yml",
        Role.REQUIREMENTS: "requirements.txt",
        Role.CONDA: "environment.yml",
        Role.LOCK: "uv.lock",
        Role.PYTHON: "conftest.py",
        Role.PROSE: "README.md",
    }
    roles = {role.name.lower(): role for role in Role}
    return plan_migration(
        [
            SourceFile(path=names[roles[name]], role=roles[name], text=text)
            for name, text in files.items()
        ]
    )


def lines(one: MigrationPlan, *, applied: bool = False) -> list[str]:
    """What is printed of a plan."""
    return list(plan_lines(one, applied=applied, width=80))


def test_a_project_without_xdist_has_no_plan() -> None:
    """One line says so."""
    nothing = plan(configuration="[pytest]\naddopts = -ra\n", python="x = 1")
    assert lines(nothing) == ["There is nothing here that has to do with pytest-xdist."]


def test_a_small_project_is_moved_over() -> None:
    """What changes, the steps, and the way back."""
    one = plan(configuration="[pytest]\naddopts = -n 2\n", requirements="pytest-xdist\n")
    assert [change.after for change in one.changes] == [
        "[pytest]\naddopts = --agents=2\n",
        "pytest-agentorch\n",
    ]
    assert lines(one) == [
        "What changes",
        "  tox.ini:2",
        "    - addopts = -n 2",
        "    + addopts = --agents=2",
        "  requirements.txt:1",
        "    - pytest-xdist",
        "    + pytest-agentorch",
        "Steps",
        "  1. pip install pytest-agentorch, beside pytest-xdist",
        "  2. python -m pytest_agentorch migrate --check: all tests on both, compared",
        "  3. python -m pytest_agentorch migrate --apply: writes what is above",
        "  4. pip uninstall pytest-xdist, when all is as it should be",
        "To go back",
        (
            "  python -m pytest_agentorch migrate --undo: takes back what --apply wrote, by "
            ".agentorch-migration.patch"
        ),
    ]
    assert lines(one, applied=True)[0] == "What was changed"
    assert "  2. pip uninstall pytest-xdist, when all is as it should be" in lines(
        one, applied=True
    )


def test_what_was_moved_over_is_not_moved_again() -> None:
    """Also where xdist has to stay."""
    files = {
        "configuration": "[pytest]\naddopts = -n 2\n[testenv]\ndeps = pytest-xdist\n",
        "requirements": "pytest-xdist\n",
        "python": "import xdist\n",
    }
    first = plan(**files)
    after = dict(zip(files, [change.after for change in first.changes], strict=False))
    assert after["requirements"] == "pytest-xdist\npytest-agentorch\n"
    second = plan(**{**files, **after})
    assert not second.changes
    assert second.needs_xdist == ("conftest.py:1",)


def test_xdist_stays_where_a_command_needs_it() -> None:
    """The others move over."""
    one = plan(
        configuration="[pytest]\naddopts = -q\n",
        commands="- pytest -n 4\n- pytest -f\n- pip install pytest-xdist\n",
    )
    (change,) = one.changes
    assert change.after == (
        "- pytest --agents=4\n- pytest -f\n- pip install pytest-xdist pytest-agentorch\n"
    )
    assert "  4. keep pytest-xdist: ci.yml:2 cannot do without it" in lines(one)


def test_what_is_not_edited_is_noted() -> None:
    """With its place, under what it is."""
    one = plan(
        configuration="[pytest]\nlooponfailroots = src\n",
        conda="dependencies:\n  - pytest-xdist\n",
        lock='name = "pytest-xdist"\nname = "pytest-xdist"\n',
        prose="Run `pytest -n 4`.\n",
        requirements=None,
    )
    assert not one.changes
    assert [(note.path, note.note.kind, note.note.line) for note in one.notes] == [
        ("tox.ini", Kind.LOST, 2),
        ("environment.yml", Kind.BY_HAND, 2),
        ("uv.lock", Kind.BY_HAND, 1),
        ("README.md", Kind.BY_HAND, 1),
        ("requirements.txt", Kind.BY_HAND, 1),
    ]
    assert lines(one)[:2] == ["Nothing has to be written.", "To do by hand"]


def test_a_file_that_cannot_be_parsed_is_left() -> None:
    """Nobody knows what an edit would make of it."""
    one = plan(configuration="addopts = -n 4\n[pytest", python="def (")
    assert not one.changes
    assert [note.note.kind for note in one.notes] == [Kind.BY_HAND]


def test_a_script_that_starts_pytest_is_noted() -> None:
    """Nobody knows for whom its words are."""
    one = plan(python='command.extend(["-n", "auto"])\n')
    assert [(note.note.kind, note.note.line) for note in one.notes] == [(Kind.BY_HAND, 1)]


def test_what_is_in_many_places_is_told_once() -> None:
    """With the first of them."""
    one = plan(python="def test_a(worker_id): pass\ndef test_b(worker_id): pass\n")
    assert "  conftest.py:1 and 1 more: worker_id: works as with xdist" in lines(one)
