"""Products and their CSV file."""

from pathlib import Path

import pytest
from shop.errors import InvalidInputError
from shop.products import Product, read_products

HEADER = "sku,name,price,vat_percent,stock"


def test_a_product_is_read() -> None:
    assert read_products([HEADER, 'tea,"Tea, green",6.40,9,100']) == [
        Product(sku="tea", name="Tea, green", price=640, vat_percent=9, stock=100)
    ]


def test_a_file_without_products_is_empty() -> None:
    assert read_products([HEADER]) == []


@pytest.mark.parametrize("header", ["", "name,sku,price,vat_percent,stock"])
def test_another_header_is_refused(header: str) -> None:
    with pytest.raises(InvalidInputError, match="the first line must be"):
        read_products([header])


@pytest.mark.parametrize(
    "line",
    [
        "tea,Tea,cheap,9,100",
        "tea,Tea,6.40,nine,100",
        "tea,Tea,6.40,9,-1",
        "tea,Tea,6.40",
        "tea,Tea,6.40,9,100,?",
        ",Tea,6.40,9,100",
    ],
)
def test_a_bad_line_is_refused_by_its_number(line: str) -> None:
    with pytest.raises(InvalidInputError, match=r"^line 3: "):
        read_products([HEADER, "cup,Cup,9.95,21,40", line])


@pytest.mark.integration  # It reads a real file: the marker wins over the folder.
def test_the_products_of_this_project_are_read() -> None:
    text = Path(__file__).parents[2].joinpath("products.csv").read_text(encoding="utf-8")
    assert [product.sku for product in read_products(text.splitlines())] == [
        "tea",
        "coffee",
        "cup",
        "pot",
        "filter",
        "spoon",
    ]
