"""What a Python file imports, as its text tells: too much rather than too little."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

# An import begins a line, or stands behind a colon or a semicolon; it may be in a function.
_STATEMENT = re.compile(
    r"(?:^|[:;])[ \t]*(?:from[ \t]*(?P<source>[.\w]+)[ \t]*)?import\b[ \t]*"
    r"(?P<names>\((?:[^)#]|#[^\n]*)*\)|[^\n#;]*)",
    re.MULTILINE,
)
_PROMPT = re.compile(r"^[ \t]*(?:>>>|\.\.\.)[ \t]", re.MULTILINE)
_CONTINUED = re.compile(r"\\\r?\n")
_COMMENT = re.compile(r"#[^\n]*")
_DOTTED_TEXT = re.compile(r"[\"']([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)[\"':]")
_LITERAL = re.compile(
    r"\b(?:import_module|importorskip|__import__)\(\s*[\"']([A-Za-z_][\w.]*)[\"']"
    r"|\bimport[ \t]+import_module\b"
)
_LITERALLY = ("import_module", "importorskip", "__import__")
_BY_NAME = (
    *(*_LITERALLY, "import_string", "exec_module", "load_module", "run_module", "run_path"),
    *("walk_packages", "iter_modules", "entry_points", "subprocess", "pytester", "testdir"),
    *("exec(", "os.system", "os.popen", "os.exec", "os.spawn", "os.posix_spawn"),
)
"""Words of what loads modules, also in other processes."""


def imported_names(text: str) -> set[str]:
    """Return the dotted names of what a file imports; those that begin with dots are relative.

    The last part of a name may be something that a module has. What strings name counts, too: they
    may be given to `mock.patch`; and so do examples in docstrings.
    """
    text = _CONTINUED.sub(" ", _PROMPT.sub("", text) if ">>>" in text else text)
    names = {name for found in _STATEMENT.finditer(text) for name in _names(found)}
    names.update(_DOTTED_TEXT.findall(text))
    if _has(text, _LITERALLY):
        names.update(filter(None, _LITERAL.findall(text)))
    return names


def loads_by_name(text: str) -> bool:
    """Whether a file seems to load modules by names that it does not write down."""
    return _has(text, _BY_NAME) and _has(_LITERAL.sub("", text), _BY_NAME)


def _has(text: str, words: Iterable[str]) -> bool:
    # Much faster than to search for all of them at once.
    return any(word in text for word in words)


def _names(found: re.Match[str]) -> Iterator[str]:
    source = found["source"] or ""
    if source:
        yield source
    joint = "" if not source or source.endswith(".") else "."
    for part in _COMMENT.sub("", found["names"]).strip("()").split(","):
        words = part.split()
        if words and words[0] != "*":
            yield source + joint + words[0]
