"""`@run_fixture`: a session fixture that all agents share. Without agents it is just that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Literal, TypeVar, overload

import pytest

from pytest_agentorch.model.run_fixture import MARK, RunFixtureMark

F = TypeVar("F", bound="Callable[..., Any] | classmethod[Any, Any, Any]")


@overload
def run_fixture(function: F) -> F: ...


@overload
def run_fixture(
    *,
    scope: Literal["run", "phase"] = "run",
    connect: Callable[[Any], Any] | None = None,
    params: Iterable[object] | None = None,
    ids: Sequence[object | None] | Callable[[Any], object | None] | None = None,
    autouse: bool = False,
    name: str | None = None,
) -> Callable[[F], F]: ...


def run_fixture(
    function: F | None = None,
    *,
    scope: Literal["run", "phase"] = "run",
    connect: Callable[[Any], Any] | None = None,
    params: Iterable[object] | None = None,
    ids: Sequence[object | None] | Callable[[Any], object | None] | None = None,
    autouse: bool = False,
    name: str | None = None,
) -> F | Callable[[F], F]:
    """Declare a fixture that is set up once for all agents of a run, in a process of its own.

    Args:
        function: what it is made by, as for `pytest.fixture`.
        scope: `run`, or `phase` for one per phase.
        connect: called in each agent, once, with what the fixture has returned: tests get what it
            returns, or yields. Without it they get the value itself, which must be plain data.
        params: as for `pytest.fixture`.
        ids: likewise.
        autouse: likewise.
        name: likewise.
    """
    if scope not in ("run", "phase"):
        raise ValueError(f'run_fixture(scope={scope!r}): a scope is "run" or "phase"')
    mark = RunFixtureMark(per_phase=scope == "phase", connect=connect)

    def declare(function: F) -> F:
        # Below it there may be `classmethod`.
        setattr(getattr(function, "__func__", function), MARK, mark)
        fixture: Any = pytest.fixture
        more = {} if ids is None else {"ids": ids}
        made = fixture(scope="session", params=params, autouse=autouse, name=name, **more)
        declared: F = made(function)
        return declared

    return declare if function is None else declare(function)
