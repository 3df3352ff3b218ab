"""Fixtures for all phases."""

import pytest
from shop.products import Product


@pytest.fixture
def products() -> dict[str, Product]:
    """Three products with prices that are easy to reckon with."""
    return {
        product.sku: product
        for product in (
            Product(sku="tea", name="Green tea", price=640, vat_percent=9, stock=100),
            Product(sku="cup", name="Porcelain cup", price=1000, stock=20),
            Product(sku="pot", name="Cast iron teapot", price=5400, stock=1),
        )
    }
