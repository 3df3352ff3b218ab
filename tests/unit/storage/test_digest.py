"""Digests of contents."""

from __future__ import annotations

from pathlib import Path

from pytest_agentorch.storage.digest import digest_of, digest_of_file


def test_a_file_has_the_digest_of_its_content(tmp_path: Path) -> None:
    """Wherever it is; one that is not there has none."""
    file = tmp_path / "data.csv"
    assert digest_of_file(file) == ""
    file.write_bytes(b"1")
    assert digest_of_file(str(file)) == digest_of(b"1") != digest_of(b"2")
