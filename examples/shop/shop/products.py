"""Products, and the CSV file that they are read from."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shop.errors import InvalidInputError
from shop.money import Cents, parse_euros

COLUMNS = ("sku", "name", "price", "vat_percent", "stock")


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """What is sold; `price` is in cents and includes VAT."""

    sku: str
    name: str
    price: Cents
    vat_percent: int = 21
    stock: int = 0


def read_products(lines: Iterable[str]) -> list[Product]:
    """Read a CSV file with a header of `COLUMNS`; a bad line is refused by its number."""
    reader = csv.DictReader(lines)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise InvalidInputError(f"the first line must be {','.join(COLUMNS)}")
    products = []
    for row in reader:
        try:
            products.append(_product(row))
        except (InvalidInputError, ValueError) as error:
            raise InvalidInputError(f"line {reader.line_num}: {error}") from error
    return products


def _product(row: Mapping[str, str]) -> Product:
    if None in row.values() or None in row:
        raise InvalidInputError(f"{len(COLUMNS)} columns are needed")
    product = Product(
        sku=row["sku"],
        name=row["name"],
        price=parse_euros(row["price"]),
        vat_percent=int(row["vat_percent"]),
        stock=int(row["stock"]),
    )
    if not product.sku or product.vat_percent < 0 or product.stock < 0:
        raise InvalidInputError("a product has a sku, and no negative numbers")
    return product
