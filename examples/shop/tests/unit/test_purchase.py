"""The body of a request, as the API reads it."""

import json

import pytest
from shop.api import Purchase, read_purchase
from shop.cart import Cart
from shop.client import Client
from shop.errors import InvalidInputError


@pytest.mark.parametrize(
    ("body", "coupon"),
    [
        ({"cart": {"tea": 2}}, None),
        ({"cart": {"tea": 2}, "coupon": "FIVER"}, "FIVER"),
    ],
)
def test_a_purchase_is_read(body: object, coupon: str | None) -> None:
    assert read_purchase(json.dumps(body).encode()) == Purchase(Cart({"tea": 2}), coupon)


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff", b"[]", b"{}", b'{"cart": {"tea": "2"}}'],
)
def test_what_is_not_a_purchase_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInputError):
        read_purchase(body)


def test_a_coupon_is_text() -> None:
    with pytest.raises(InvalidInputError, match="coupon"):
        read_purchase(b'{"cart": {"tea": 2}, "coupon": 10}')


@pytest.mark.parametrize("url", ["localhost:8000", "file:///shop"])
def test_a_client_speaks_http_only(url: str) -> None:
    with pytest.raises(ValueError, match="not an HTTP address"):
        Client(url)
