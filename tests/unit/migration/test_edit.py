"""Words go, and nothing that only held them stays."""

from __future__ import annotations

import pytest

from pytest_agentorch.migration.edit import Edit, edited, is_comment, line_of, removals


def without(text: str, *words: str) -> str:
    """A text without some words, each of which is in it once."""
    spans = [(text.index(word), text.index(word) + len(word)) for word in words]
    return edited(text, removals(text, spans))


@pytest.mark.parametrize(
    ("text", "words", "left"),
    [
        ("pytest -d tests", ["-d"], "pytest tests"),
        ("pytest -d", ["-d"], "pytest"),
        ("-d -q", ["-d"], "-q"),
        ("pytest -d --x -q", ["-d", "--x"], "pytest -q"),
        ('addopts = "-d"', ["-d"], 'addopts = ""'),
        ('["-q", "-d"]', ["-d"], '["-q"]'),
        ('["-d", "-q"]', ["-d"], '["-q"]'),
        ('["-d", "--x", "-q"]', ["-d", "--x"], '["-q"]'),
        ('["-q", "-d", "--x"]', ["-d", "--x"], '["-q"]'),
        ('["-d"]', ["-d"], "[]"),
        ('[\n    "-q",\n    "-d",\n]', ["-d"], '[\n    "-q",\n]'),
        ('[\n    "-q",\n    "-d"\n]', ["-d"], '[\n    "-q"\n]'),
        ('[\n    "-d",  # why\n    "-q",\n]', ["-d"], '[\n    # why\n    "-q",\n]'),
        ('[\n    "-q",\n    # why\n    "-d",\n]', ["-d"], '[\n    "-q",\n    # why\n]'),
        ('[\n    "-q",  # why\n    "-d"\n]', ["-d"], '[\n    "-q",  # why\n]'),
        ("""["-d", '--x', "-q"]""", ["-d", "--x"], '["-q"]'),
        ("""["-q", "-d", '--x']""", ["-d", "--x"], '["-q"]'),
        ("addopts =\n    -d\n    -q\n", ["-d"], "addopts =\n    -q\n"),
        ("addopts =\r\n    -d\r\n    -q\r\n", ["-d"], "addopts =\r\n    -q\r\n"),
        ("pytest \\\n  -d \\\n  -q\n", ["-d"], "pytest \\\n  -q\n"),
        ("pytest \\\n  -q \\\n  -d\n", ["-d"], "pytest \\\n  -q\n"),
    ],
)
def test_words_go_with_what_held_them(text: str, words: list[str], left: str) -> None:
    """Spaces, commas, quotes, lines of their own, and signs that a line goes on."""
    assert without(text, *words) == left


def test_edits_are_made_where_they_were_meant() -> None:
    """Whatever their order: no edit moves another."""
    edits = [Edit(start=4, end=5, new="E"), Edit(start=0, end=1, new="AAA")]
    assert edited("abcdef", edits) == "AAAbcdEf"


def test_places_have_lines_and_comments() -> None:
    """A `#` in a word begins no comment."""
    text = "a#b c\nd # e\n  ; f\n; g"
    assert [line_of(text, text.index(letter)) for letter in "adfg"] == [1, 2, 3, 4]
    commented = [letter for letter in "abcdefg" if is_comment(text, text.index(letter))]
    assert commented == ["e", "f", "g"]
