"""The command line, from outside."""

import pytest

from tests.e2e.program import Program


@pytest.mark.smoke
def test_a_cart_is_quoted_and_bought(program: Program) -> None:
    purchase = ("tea=2", "pot", "--coupon", "FIVER")
    assert "total                     61.80\n" in program.run("quote", *purchase).stdout
    assert program.run("order", *purchase).stdout == "order 1: 61.80\n"
    assert program.run("report").stdout.split() == ["1", "pot", "54.00", "2", "tea", "12.80"]


def test_a_refusal_is_one_line_and_an_exit_code(program: Program) -> None:
    refusal = program.run("order", "car")
    assert (refusal.returncode, refusal.stderr) == (1, "shop: no such product: car\n")
    assert program.run("report").stdout == ""
