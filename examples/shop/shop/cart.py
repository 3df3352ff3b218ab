"""The cart: which products, and how many of each. It knows no prices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from shop.errors import InvalidInputError

MAX_QUANTITY = 999


@dataclass(frozen=True, slots=True)
class Cart:
    """A value: every change gives a new cart."""

    quantities: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for sku, quantity in self.quantities.items():
            if not 1 <= quantity <= MAX_QUANTITY:
                raise InvalidInputError(f"{sku}: quantity must be 1 to {MAX_QUANTITY}")

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return iter(self.quantities.items())

    def __len__(self) -> int:
        """Count the pieces, not the products."""
        return sum(self.quantities.values())

    @classmethod
    def parse(cls, words: Iterable[str]) -> Cart:
        """Read words such as `tea=2`, or `tea` for one."""
        cart = cls()
        for word in words:
            sku, _, quantity = word.partition("=")
            cart = cart.add(sku, _parse_quantity(sku, quantity or "1"))
        return cart

    def add(self, sku: str, quantity: int = 1) -> Cart:
        """Put some more of a product into the cart."""
        return self.merge(Cart({sku: quantity}))

    def remove(self, sku: str) -> Cart:
        """Take a product out of the cart, all of its pieces."""
        return Cart({other: quantity for other, quantity in self if other != sku})

    def merge(self, other: Cart) -> Cart:
        """Join two carts, such as a visitor's and the one kept from the last visit."""
        return Cart(dict(Counter(self.quantities) + Counter(other.quantities)))


def _parse_quantity(sku: str, text: str) -> int:
    if not text.isdecimal():
        raise InvalidInputError(f"{sku}: not a quantity: {text!r}")
    return int(text)
