"""The program, ready to sell."""

from pathlib import Path

import pytest

from tests.e2e.program import Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program on a database of this test's own, with the products of `products.csv`."""
    program = Program(tmp_path / "shop.db")
    program.run("import", "products.csv").check_returncode()
    return program
