"""Workloads of short tests: what they cost is the runner, collection and reports."""

from __future__ import annotations

from textwrap import dedent

from benchmarks.workload import Files, module, scaled, settings

HEAVY_MODULES, HEAVY_FILES = 500, 400


def one(_scale: float) -> Files:
    """One test: what remains is start and end."""
    return {**settings(), "test_one.py": module("def test_one():\n    pass")}


def tiny(scale: float) -> Files:
    """Plain functions: the price of one test, nothing else."""
    text = module(*(f"def test_{number:02}():\n    pass" for number in range(100)))
    return {**settings(), **{f"test_{file:03}.py": text for file in range(scaled(100, scale))}}


def huge(scale: float) -> Files:
    """Parametrized tests in folders: many ids, little source."""
    test = '@pytest.mark.parametrize("number", range(100))\ndef test_number(number):\n    pass'
    text = module("import pytest", test)
    names = (f"part_{file // 50:02}/test_{file:03}.py" for file in range(scaled(500, scale)))
    return {**settings(), **dict.fromkeys(names, text)}


def collect_heavy(scale: float) -> Files:
    """A large package that all test files import, and CPU at the head of each test file."""
    parts = scaled(HEAVY_MODULES, scale)
    shared = {f"shared/part_{part:03}.py": _shared(part) for part in range(parts)}
    imports = "\n".join(f"from shared import part_{part:03}" for part in range(parts))
    head = dedent("""\
        import time

        import shared

        END = time.process_time() + 0.005
        while time.process_time() < END:
            pass
        """)
    tests = {
        f"test_{file:03}.py": module(head, *_calls(file % parts))
        for file in range(scaled(HEAVY_FILES, scale))
    }
    return {**settings("pythonpath = ."), **shared, "shared/__init__.py": module(imports), **tests}


def failing(scale: float) -> Files:
    """One test in ten fails deep down: the price of tracebacks."""
    descend = dedent("""\
        def descend(depth, values):
            seen = {"depth": depth, "values": values[:50]}
            # A real function has a body: each frame shows
            # these lines, and with them the locals' names.
            if depth == 0:
                assert values == ["b"] * len(values), "a message of some length, " * 20
            return descend(depth - 1, values), seen
        """)
    deep = "descend(25, ['a'] * 200)"
    tests = (
        f"def test_{number:02}():\n    {deep if number % 10 == 3 else 'pass'}"
        for number in range(100)
    )
    text = module(descend, *tests)
    return {**settings(), **{f"test_{file:02}.py": text for file in range(scaled(50, scale))}}


def output(scale: float) -> Files:
    """Each test prints 100 kB that nobody asked for."""
    tests = (f"def test_{n:02}():\n    print(LINE * 1000, end='')" for n in range(100))
    text = module("LINE = 'x' * 99 + '\\n'", *tests)
    return {**settings(), **{f"test_{file:02}.py": text for file in range(scaled(20, scale))}}


def _shared(part: int) -> str:
    """A module that takes a while to import, as dataclasses and regular expressions do."""
    fields = "\n".join(f"    field_{number}: int = {number}" for number in range(6))
    records = (f"@dataclass\nclass Record{number}:\n{fields}" for number in range(2))
    members = "\n".join(f"    MEMBER_{number} = {number}" for number in range(10))
    functions = (f"def add_{number}(value):\n    return value + {number}" for number in range(20))
    return module(
        "import re\nfrom dataclasses import dataclass\nfrom enum import Enum",
        f'PATTERN = re.compile(r"^(?P<word_{part}>[a-z]+{part})-([0-9]{{1,{part % 9 + 1}}})$")',
        f"class Kind(Enum):\n{members}",
        *records,
        *functions,
    )


def _calls(part: int) -> list[str]:
    add = f"shared.part_{part:03}.add"
    return [
        f"def test_add_{number}():\n    assert {add}_{number}(1) == {number + 1}"
        for number in range(5)
    ]
