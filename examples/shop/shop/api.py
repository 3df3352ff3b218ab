"""The HTTP API as a function from request to response. It knows no sockets: see `server.py`."""

import json
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote, urlsplit

from shop.cart import Cart
from shop.errors import ConflictError, InvalidInputError, NotFoundError, ShopError
from shop.store import Store

MAX_ORDER_ID_DIGITS = 18

STATUS_OF_ERROR = {
    InvalidInputError: HTTPStatus.BAD_REQUEST,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
}


@dataclass(frozen=True, slots=True)
class Response:
    """A status and what will be sent as JSON."""

    status: HTTPStatus
    payload: Any


@dataclass(frozen=True, slots=True)
class Purchase:
    """The body of a request for a quote or an order."""

    cart: Cart
    coupon: str | None


class Api:
    """The shop as resources: products, quotes, orders."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def respond(self, method: str, target: str, body: bytes) -> Response:
        """Answer a request; an error of the caller's is an answer too."""
        parts = [unquote(part) for part in urlsplit(target).path.strip("/").split("/")]
        try:
            return self._route(method, parts, body)
        except ShopError as error:
            return Response(STATUS_OF_ERROR[type(error)], {"error": str(error)})

    def _route(self, method: str, parts: list[str], body: bytes) -> Response:
        match method, parts:
            case "GET", ["products"]:
                products = self._store.products()
                return Response(HTTPStatus.OK, [asdict(product) for product in products])
            case "GET", ["products", sku]:
                return Response(HTTPStatus.OK, asdict(self._store.product(sku)))
            case "POST", ["quotes"]:
                purchase = read_purchase(body)
                quote = self._store.quote(purchase.cart, purchase.coupon)
                return Response(HTTPStatus.OK, asdict(quote))
            case "POST", ["orders"]:
                purchase = read_purchase(body)
                order = self._store.place(purchase.cart, purchase.coupon)
                return Response(HTTPStatus.CREATED, asdict(order))
            case "GET", ["orders", number]:
                return Response(HTTPStatus.OK, asdict(self._store.order(_read_order_id(number))))
            case "POST", ["orders", number, "cancellation"]:
                return Response(HTTPStatus.OK, asdict(self._store.cancel(_read_order_id(number))))
            case _:
                raise NotFoundError(f"nothing here: {method} /{'/'.join(parts)}")


def read_purchase(body: bytes) -> Purchase:
    """Read `{"cart": {"tea": 2}, "coupon": "WELCOME10"}`; the coupon may be left out."""
    try:
        data = json.loads(body)
    except ValueError as error:
        raise InvalidInputError("the body is not JSON") from error
    match data:
        case {"cart": dict(quantities)} if all(type(n) is int for n in quantities.values()):
            return Purchase(Cart(quantities), _read_coupon(data.get("coupon")))
        case _:
            raise InvalidInputError('"cart" must map products to quantities')


def _read_coupon(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise InvalidInputError('"coupon" must be text')


def _read_order_id(text: str) -> int:
    # More digits than any order has would not fit into SQLite's integers.
    if not text.isdecimal() or len(text) > MAX_ORDER_ID_DIGITS:
        raise NotFoundError(f"no such order: {text}")
    return int(text)
