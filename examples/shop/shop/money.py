"""Amounts of money: an int of euro cents, so that nothing is rounded until a share is taken."""

import re
from typing import TypeAlias

from shop.errors import InvalidInputError

Cents: TypeAlias = int

_EUROS = re.compile(r"([0-9]+)(?:\.([0-9]{2}))?")


def parse_euros(text: str) -> Cents:
    """Read `12` or `12.50`."""
    match = _EUROS.fullmatch(text.strip())
    if match is None:
        raise InvalidInputError(f"not an amount in euros: {text!r}")
    euros, cents = match.groups(default="0")
    return int(euros) * 100 + int(cents)


def format_euros(amount: Cents) -> str:
    """Write 1250 as `12.50`."""
    sign = "-" if amount < 0 else ""
    euros, cents = divmod(abs(amount), 100)
    return f"{sign}{euros}.{cents:02}"


def share(amount: Cents, numerator: int, denominator: int) -> Cents:
    """Take `numerator / denominator` of an amount, half a cent rounded up."""
    return (2 * amount * numerator + denominator) // (2 * denominator)


def percent_of(amount: Cents, percent: int) -> Cents:
    """Take a percentage of an amount."""
    return share(amount, percent, 100)


def included_vat(gross: Cents, percent: int) -> Cents:
    """Return the VAT that a price with VAT contains."""
    return share(gross, percent, 100 + percent)
