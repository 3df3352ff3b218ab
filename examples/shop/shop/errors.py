"""What the shop says no to. The message is for the customer."""


class ShopError(Exception):
    """Anything that a caller of the shop can put right."""


class InvalidInputError(ShopError):
    """The request makes no sense: a quantity of 0, an unknown coupon, broken JSON."""


class NotFoundError(ShopError):
    """The request makes sense, but there is no such product, order or page."""


class ConflictError(ShopError):
    """The shop's state forbids it now: out of stock, or cancelled already."""
