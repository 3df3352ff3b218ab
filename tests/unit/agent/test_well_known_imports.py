"""What test modules have imported tells what their tests are about."""

from __future__ import annotations

import sys
from abc import ABCMeta
from types import ModuleType
from typing import Any

import pytest

from pytest_agentorch.agent.well_known_imports import WellKnownImports, well_known


def a_module(**names: Any) -> ModuleType:
    """A module with these names."""
    module = ModuleType("test_shop")
    vars(module).update(names)
    return module


def made_in(module: str, name: str = "Client", kind: type[type] = type) -> type:
    """A class of a library."""
    return kind(name, (), {"__module__": module})


class Touchy:
    """An object that does not want to be looked at."""

    def __getattribute__(self, name: str) -> Any:
        raise RuntimeError(name)


class TouchyKind(type):
    """The class of classes that do not want to be looked at."""

    def __getattribute__(cls, name: str) -> Any:
        raise RuntimeError(name)


class Connection:
    """Has what a library hands out as a function."""

    @classmethod
    def connect(cls) -> None:
        """Made by a library, as it says below."""


Connection.connect.__func__.__module__ = "psycopg.connection"  # type: ignore[attr-defined]


def create_engine() -> None:
    """Made by a library, as it says below."""


create_engine.__module__ = "sqlalchemy.engine.create"


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ({"sync": ModuleType("playwright.sync_api")}, ("playwright",)),
        ({"Redis": made_in("redis.client")}, ("redis",)),
        ({"b": made_in("redis.client"), "a": ModuleType("selenium")}, ("redis", "selenium")),
        ({"create_engine": create_engine}, ("sqlalchemy.create_engine",)),
        ({"sqlalchemy": ModuleType("sqlalchemy")}, ()),
        ({"Column": made_in("sqlalchemy", "Column")}, ()),
        ({"redis": made_in("shop.redis"), "redis_too": ModuleType("rediscover")}, ()),
        ({"redis": Touchy(), "client": made_in("redis")(), "name": "redis"}, ()),
        ({"Redis": made_in("redis.client", kind=ABCMeta)}, ("redis",)),
        ({"Redis": made_in("redis.client", kind=TouchyKind)}, ("redis",)),
        ({"Producer": made_in("cimpl", "Producer")}, ("confluent_kafka",)),
        ({"connect": Connection.connect}, ("psycopg",)),
        ({"odd": made_in(None)}, ()),  # type: ignore[arg-type]
    ],
    ids=str,
)
def test_modules_classes_and_functions_tell_where_they_are_from(
    names: dict[str, Any], found: tuple[str, ...]
) -> None:
    """In the order in which they came; nothing else is touched."""
    assert well_known(a_module(**names)) == found


@pytest.mark.parametrize("nothing", [None, "test_shop"])
def test_what_is_no_module_has_no_imports(nothing: Any) -> None:
    """Not every test is in one."""
    assert well_known(nothing) == ()


def test_it_is_looked_at_once_and_only_if_such_a_library_is_loaded(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Most suites pay nothing."""
    (item, *_) = [one for one in request.session.items if one.path == request.path]
    library = ModuleType("selenium.webdriver")
    monkeypatch.setattr(sys.modules[__name__], "webdriver", library, raising=False)
    monkeypatch.delitem(sys.modules, "selenium", raising=False)
    assert WellKnownImports().of(item) == ()
    monkeypatch.setitem(sys.modules, "selenium", ModuleType("selenium"))
    imports = WellKnownImports()
    found = imports.of(item)
    assert "selenium" in found
    monkeypatch.delattr(sys.modules[__name__], "webdriver")
    assert imports.of(item) == found
