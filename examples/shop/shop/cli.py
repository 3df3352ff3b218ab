"""The command line. A command is a generator of lines; only `main` writes them."""

import signal
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from shop.api import Api
from shop.cart import Cart
from shop.errors import InvalidInputError, ShopError
from shop.money import format_euros
from shop.pricing import Quote
from shop.products import read_products
from shop.server import ShopServer
from shop.store import Store


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = make_parser().parse_args(arguments)
    try:
        for line in options.command(options):
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()  # whoever waits for the server reads its address from a pipe
    except ShopError as error:
        sys.stderr.write(f"shop: {error}\n")
        return 1
    return 0


def make_parser() -> ArgumentParser:
    """Declare the commands and their options."""
    parser = ArgumentParser(prog="shop", description="A small shop.")
    parser.add_argument("--database", type=Path, default=Path("shop.db"), help="default: shop.db")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    load = commands.add_parser("import", help="read products from a CSV file")
    load.add_argument("file", type=Path)
    load.set_defaults(command=import_products)

    for name, command, text in (
        ("quote", quote, "say what a cart costs"),
        ("order", order, "buy a cart"),
    ):
        purchase = commands.add_parser(name, help=text)
        purchase.add_argument("cart", nargs="+", metavar="SKU[=QUANTITY]")
        purchase.add_argument("--coupon")
        purchase.set_defaults(command=command)

    report = commands.add_parser("report", help="list what was sold")
    report.set_defaults(command=report_sales)

    server = commands.add_parser("serve", help="serve the HTTP API until Ctrl-C or SIGTERM")
    server.add_argument("--port", type=int, default=8000, help="0 takes any free port")
    server.set_defaults(command=serve)
    return parser


def import_products(options: Namespace) -> Iterator[str]:
    """Read products from a CSV file."""
    try:
        text = options.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"cannot read the products: {error}") from error
    products = read_products(text.splitlines())
    Store(options.database).save_products(products)
    yield f"{len(products)} products imported"


def quote(options: Namespace) -> Iterator[str]:
    """Say what a cart costs."""
    cart = Cart.parse(options.cart)
    yield from render_quote(Store(options.database).quote(cart, options.coupon))


def order(options: Namespace) -> Iterator[str]:
    """Buy a cart."""
    placed = Store(options.database).place(Cart.parse(options.cart), options.coupon)
    yield f"order {placed.id}: {format_euros(placed.total)}"


def report_sales(options: Namespace) -> Iterator[str]:
    """List what was sold."""
    for sales in Store(options.database).sales():
        yield f"{sales.quantity:>5} {sales.sku:<20} {format_euros(sales.revenue):>10}"


def serve(options: Namespace) -> Iterator[str]:
    """Serve the HTTP API; SIGTERM ends it as Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    api = Api(Store(options.database))
    with ShopServer(api, port=options.port) as server, suppress(KeyboardInterrupt):
        yield f"listening on {server.url}"
        server.serve_forever()


def render_quote(quote: Quote) -> Iterator[str]:
    """Write a quote as a table."""
    for line in quote.lines:
        yield f"{line.quantity:>5} {line.sku:<20} {format_euros(line.total):>10}"
    for label, amount in (("discount", -quote.discount), ("shipping", quote.shipping)):
        if amount:
            yield f"      {label:<20} {format_euros(amount):>10}"
    yield f"      {'total':<20} {format_euros(quote.total):>10}"
    yield f"      {'of which VAT':<20} {format_euros(quote.vat):>10}"
