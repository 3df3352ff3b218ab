"""Random suite: files of tests whose verdicts are known, since they were written that way."""

from __future__ import annotations

import random
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tests.chaos.misdeed import How, Misdeed

HEAD = "import os, time, warnings\n\nimport pytest\n\nimport misdeeds\n"
_GREETING = "I am "
"""What tests print before their node id."""


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a file.

    Attributes:
        source: its text.
        verdicts: of the tests in it, by what follows the name of the file in their node ids.
    """

    source: str
    verdicts: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class RandomSuite:
    """Files, and what must come out.

    Attributes:
        files: their texts by name.
        verdicts: which verdicts each test may have, by node id; in pytest's words.
        misdeeds: what those do that misbehave, by node id.
    """

    files: Mapping[str, str]
    verdicts: Mapping[str, frozenset[str]]
    misdeeds: Mapping[str, Misdeed]


def random_suite(dice: random.Random, tests: int, misdeeds: Sequence[Misdeed]) -> RandomSuite:
    """Write a suite of about so many tests, with these misdeeds among them."""
    names = [f"test_{letter}.py" for letter in "abcdefgh"[: dice.randint(3, 8)]]
    blocks: dict[str, list[tuple[Block, Misdeed | None]]] = {name: [] for name in names}
    for number, misdeed in enumerate(misdeeds):
        blocks[dice.choice(names)].append((_misbehaving(f"test_bad_{number}", misdeed), misdeed))
    written = len(misdeeds)
    while written < tests:
        kind = dice.choices([kind for kind, _ in _KINDS], [weight for _, weight in _KINDS])[0]
        block = kind(f"test_{written}", dice)
        blocks[dice.choice(names)].append((block, None))
        written += len(block.verdicts)
    for several in blocks.values():
        dice.shuffle(several)
    own = [(name, *each) for name, several in blocks.items() for each in several]
    return RandomSuite(
        files={
            name: "\n\n".join([HEAD, *(block.source for block, _ in several)])
            for name, several in blocks.items()
        },
        verdicts={
            f"{name}::{test}": verdicts
            for name, block, _ in own
            for test, verdicts in block.verdicts.items()
        },
        misdeeds={
            f"{name}::{test}": misdeed
            for name, block, misdeed in own
            if misdeed is not None
            for test in block.verdicts
        },
    )


def misplaced_greetings(node_id: str, output: str) -> list[str]:
    """Return the lines in the output of a test that another test has printed."""
    own = f"{_GREETING}{node_id}"
    return [line for line in output.splitlines() if line.startswith(_GREETING) and line != own]


def _misbehaving(name: str, misdeed: Misdeed) -> Block:
    mark = f"@pytest.mark.agents_timeout({misdeed.timeout})\n" if misdeed.timeout else ""
    if misdeed.how is How.FIXTURE:
        return Block(f"{mark}def {name}({misdeed.name}): pass\n", {name: misdeed.verdicts})
    greeting = f"print({_GREETING!r} + os.environ['PYTEST_CURRENT_TEST'].split(' ')[0])"
    source = f"{mark}def {name}():\n    {greeting}\n    misdeeds.{misdeed.name}()\n"
    return Block(source, {name: misdeed.verdicts})


def _one(verdict: str, source: str) -> Callable[[str, random.Random], Block]:
    """Return what writes a test with this verdict: NAME and PAUSE stand in its source."""

    def write(name: str, dice: random.Random) -> Block:
        text = textwrap.dedent(source).lstrip("\n").replace("NAME", name)
        text = text.replace("PAUSE", f"{dice.choice((0, 0, 0, 0.001, 0.01, 0.03))}")
        text = text.replace("GREET", f"print({_GREETING!r} + request.node.nodeid)")
        return Block(text, {name: frozenset({verdict})})

    return write


def _parametrised(name: str, dice: random.Random) -> Block:
    count, bad = dice.randint(2, 20), dice.choice((0, 1, 3))
    source = (
        f"@pytest.mark.parametrize('n', range({count}))\n"
        f"def {name}(n, of_session):\n    assert n != {bad} - 1\n"
    )
    return Block(
        source,
        {f"{name}[{n}]": frozenset({"failed" if n == bad - 1 else "passed"}) for n in range(count)},
    )


def _methods(name: str, dice: random.Random) -> Block:
    title, count = f"Test{name.removeprefix('test')}", dice.randint(2, 6)
    fixture = "\n    @pytest.fixture(scope='class')\n    def owner(self): return os.getpid()\n"
    methods = "".join(
        f"\n    def test_{n}(self, owner): assert owner == os.getpid()\n" for n in range(count)
    )
    verdicts = {f"{title}::test_{n}": frozenset({"passed"}) for n in range(count)}
    return Block(f"class {title}:{fixture}{methods}", verdicts)


_KINDS: Sequence[tuple[Callable[[str, random.Random], Block], int]] = (
    (_parametrised, 3),
    (_methods, 2),
    (_one("passed", "def NAME(): time.sleep(PAUSE)\n"), 8),
    (_one("passed", "def NAME(request):\n    GREET\n    time.sleep(PAUSE)\n"), 4),
    (_one("passed", "def NAME(): print('.' * 5000)\n"), 1),
    (_one("passed", "def NAME(of_module): assert of_module == os.getpid()\n"), 4),
    (_one("passed", "def NAME(of_session): assert of_session == os.getpid()\n"), 4),
    (_one("passed", "def NAME(): warnings.warn('NAME')\n"), 1),
    (
        _one("failed", "def NAME(request):\n    GREET\n    assert not time.sleep(PAUSE) is None\n"),
        2,
    ),
    (_one("failed", "def NAME(of_module): raise ValueError('NAME')\n"), 1),
    (_one("skipped", "@pytest.mark.skip\ndef NAME(): pass\n"), 1),
    (_one("skipped", "def NAME(): pytest.skip('not today')\n"), 1),
    (_one("xfailed", "@pytest.mark.xfail\ndef NAME(): assert False\n"), 1),
    (_one("xpassed", "@pytest.mark.xfail\ndef NAME(): pass\n"), 1),
    (_one("error", "def NAME(fails_in_setup): pass\n"), 1),
    (_one("error", "def NAME(request, fails_in_teardown): GREET\n"), 1),
)
