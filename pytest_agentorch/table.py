"""One table of the configuration, read strictly: an unknown key or a wrong type is an error."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_agentorch.model.duration import seconds_of
from pytest_agentorch.model.errors import SettingsError
from pytest_agentorch.model.size import bytes_of
from pytest_agentorch.model.suggestion import did_you_mean


class Table:
    """Typed access to the values of a TOML table; every error names the table and the key."""

    def __init__(self, values: Mapping[str, Any], where: str, known: Sequence[str]) -> None:
        self._values = values
        self._where = where
        for key in values:
            if key not in known:
                raise SettingsError(
                    f'{where}: there is no key "{key}". Known keys: {", ".join(known)}.'
                    f"{did_you_mean(key, known)} [unknown-key]"
                )

    def raw(self, key: str) -> Any:
        """The value as it is; None if it is not there."""
        return self._values.get(key)

    def text(self, key: str) -> str | None:
        """A string."""
        value = self._values.get(key)
        if value is not None and not isinstance(value, str):
            raise self._wrong(key, "a string")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings; empty if it is not there."""
        value = self._values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self._wrong(key, "a list of strings")
        return tuple(value)

    def variables(self, key: str) -> tuple[tuple[str, str], ...]:
        """A table of environment variables."""
        values = self._values.get(key, {})
        if not isinstance(values, Mapping) or not all(map(_is_variable, values.items())):
            raise self._wrong(key, 'a table of names and texts, such as { MODE = "test" }')
        return tuple(values.items())

    def choice(self, key: str, kind: type[enum.Enum]) -> str | None:
        """One of the values of an enum."""
        value = self.text(key)
        choices = [str(member.value) for member in kind]
        if value is not None and value not in choices:
            raise self._wrong(key, " or ".join(choices))
        return value

    def integer(self, key: str, default: int, *, low: int) -> int:
        """A whole number, `low` or more."""
        value = self._values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < low:
            raise self._wrong(key, f"a whole number from {low}")
        return value

    def number(self, key: str, default: float, *, low: float, high: float) -> float:
        """A number between `low` and `high`."""
        value = self._values.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._wrong(key, "a number")
        if not low <= value <= high:
            raise self._wrong(key, f"a number from {low} to {high}")
        return float(value)

    def duration(self, key: str, default: float | None) -> float | None:
        """Seconds: a number from 0, or a text such as `300s`, `5m` or `1.5h`."""
        value = self._values.get(key)
        if value is None:
            return default
        seconds = seconds_of(value)
        if seconds is None:
            raise self._wrong(key, 'a number of seconds from 0, or a time such as "300s" or "5m"')
        return seconds

    def size(self, key: str, default: int) -> int:
        """A size in bytes, written as `512MiB`, `1GiB` or a number of bytes."""
        value = self._values.get(key, default)
        number = bytes_of(value)
        if number is None:
            raise self._wrong(key, 'a size such as "512MiB" or "1GiB"')
        return number

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self._values.get(key, default)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def _wrong(self, key: str, wanted: str) -> SettingsError:
        return SettingsError(
            f"{self._where} {key} = {self._values.get(key)!r}: it must be {wanted}. [bad-value]"
        )


def _is_variable(item: tuple[str, Any]) -> bool:
    """Whether a process can have this in its environment."""
    name, value = item
    is_name = bool(name) and not {"=", "\0"}.intersection(name)
    return is_name and isinstance(value, str) and "\0" not in value
