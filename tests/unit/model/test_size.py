"""Sizes as people write them."""

from __future__ import annotations

import pytest

from pytest_agentorch.model.size import bytes_of, size


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (1, 1),
        ("90", 90),
        ("1B", 1),
        ("1KiB", 1 << 10),
        ("512 MiB", 512 << 20),
        (" 1.5GiB ", 3 << 29),
        ("1TiB", 1 << 40),
    ],
)
def test_numbers_and_units(written: object, number: int) -> None:
    """Without a unit these are bytes."""
    assert bytes_of(written) == number


@pytest.mark.parametrize("written", [0, -1, "0", "", "x", "1MB", "1e3", 1.5, True, None, []])
def test_what_is_none(written: object) -> None:
    """There is no guessing."""
    assert bytes_of(written) is None


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1 KiB"),
        (1536, "1.5 KiB"),
        (300 << 20, "300 MiB"),
        (5 << 29, "2.5 GiB"),
        (5 << 40, "5120 GiB"),
    ],
)
def test_it_is_written_in_the_largest_unit(number: int, written: str) -> None:
    """One digit after the point is enough."""
    assert size(number) == written
