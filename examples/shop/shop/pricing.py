"""Prices: what a cart costs, with discounts, shipping and VAT. Pure computation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shop.cart import Cart
from shop.errors import InvalidInputError, NotFoundError
from shop.money import Cents, included_vat, percent_of, share
from shop.products import Product

SHIPPING: Cents = 490
FREE_SHIPPING_FROM: Cents = 5000
SHIPPING_VAT_PERCENT = 21

# From so many pieces of one product, so many percent off; the best offer first.
VOLUME_DISCOUNTS = ((50, 10), (10, 5))


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupon:
    """A discount on the whole cart: a percentage or an amount, from a minimum value."""

    percent: int = 0
    amount: Cents = 0
    minimum: Cents = 0


COUPONS: Mapping[str, Coupon] = {
    "WELCOME10": Coupon(percent=10),
    "FIVER": Coupon(amount=500, minimum=2500),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One product in a quote; `total` is after the volume discount."""

    sku: str
    quantity: int
    total: Cents
    vat_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a cart costs. `vat` is contained in `total`."""

    lines: tuple[Line, ...]
    subtotal: Cents
    discount: Cents
    shipping: Cents
    vat: Cents
    total: Cents


def make_quote(cart: Cart, products: Mapping[str, Product], coupon: str | None = None) -> Quote:
    """Price a cart."""
    if not cart:
        raise InvalidInputError("the cart is empty")
    lines = tuple(price_line(_find(products, sku), quantity) for sku, quantity in cart)
    subtotal = sum(line.total for line in lines)
    discount = coupon_discount(coupon, subtotal)
    goods = subtotal - discount
    shipping = shipping_cost(goods)
    return Quote(
        lines=lines,
        subtotal=subtotal,
        discount=discount,
        shipping=shipping,
        vat=_goods_vat(lines, goods, subtotal) + included_vat(shipping, SHIPPING_VAT_PERCENT),
        total=goods + shipping,
    )


def price_line(product: Product, quantity: int) -> Line:
    """Price some pieces of one product."""
    full = product.price * quantity
    return Line(
        sku=product.sku,
        quantity=quantity,
        total=full - percent_of(full, volume_percent(quantity)),
        vat_percent=product.vat_percent,
    )


def volume_percent(quantity: int) -> int:
    """Return the discount for so many pieces of one product."""
    return next((percent for least, percent in VOLUME_DISCOUNTS if quantity >= least), 0)


def coupon_discount(code: str | None, subtotal: Cents) -> Cents:
    """Return what a coupon takes off, never more than there is."""
    if code is None:
        return 0
    coupon = COUPONS.get(code)
    if coupon is None:
        raise InvalidInputError(f"no such coupon: {code}")
    if subtotal < coupon.minimum:
        return 0
    return min(subtotal, coupon.amount + percent_of(subtotal, coupon.percent))


def shipping_cost(goods: Cents) -> Cents:
    """Return what it costs to send goods of this value."""
    return 0 if goods >= FREE_SHIPPING_FROM else SHIPPING


def _goods_vat(lines: Iterable[Line], goods: Cents, subtotal: Cents) -> Cents:
    """Add up the lines' VAT, each line bearing its part of the coupon's discount."""
    if subtotal == 0:
        return 0
    return sum(included_vat(share(line.total, goods, subtotal), line.vat_percent) for line in lines)


def _find(products: Mapping[str, Product], sku: str) -> Product:
    if sku not in products:
        raise NotFoundError(f"no such product: {sku}")
    return products[sku]
