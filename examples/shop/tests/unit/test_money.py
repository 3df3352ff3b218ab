"""Amounts of money."""

import pytest
from shop.errors import InvalidInputError
from shop.money import format_euros, included_vat, parse_euros, percent_of, share


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("0", 0),
        ("12.50", 1250),
        ("0.05", 5),
        (" 7.00 ", 700),
        pytest.param("1.234,50", 123450, marks=pytest.mark.skip(reason="German notation: wanted")),
    ],
)
def test_an_amount_is_read(text: str, cents: int) -> None:
    assert parse_euros(text) == cents


@pytest.mark.parametrize("text", ["", "free", "-1", "1.5", ".50"])
def test_what_is_not_an_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="not an amount"):
        parse_euros(text)


@pytest.mark.parametrize(
    ("cents", "text"),
    [(0, "0.00"), (5, "0.05"), (123456, "1234.56"), (-1250, "-12.50")],
)
def test_an_amount_is_written(cents: int, text: str) -> None:
    assert format_euros(cents) == text


def test_what_is_written_can_be_read() -> None:
    assert [parse_euros(format_euros(cents)) for cents in range(2000)] == list(range(2000))


@pytest.mark.parametrize(
    ("amount", "numerator", "denominator", "part"),
    [(101, 1, 2, 51), (100, 1, 3, 33), (200, 1, 3, 67)],
)
def test_a_share_is_rounded_half_up(
    amount: int, numerator: int, denominator: int, part: int
) -> None:
    assert share(amount, numerator, denominator) == part


@pytest.mark.parametrize(("amount", "percent", "part"), [(5, 10, 1), (4, 10, 0)])
def test_a_percentage_is_rounded_half_up(amount: int, percent: int, part: int) -> None:
    assert percent_of(amount, percent) == part


@pytest.mark.parametrize(("gross", "percent", "vat"), [(121, 21, 21), (109, 9, 9), (100, 0, 0)])
def test_a_price_contains_its_vat(gross: int, percent: int, vat: int) -> None:
    assert included_vat(gross, percent) == vat
