"""The command line, as far as it needs no database."""

import pytest
from shop.cart import Cart
from shop.cli import main, make_parser, render_quote
from shop.pricing import make_quote
from shop.products import Product


def test_a_quote_is_a_table(products: dict[str, Product]) -> None:
    quote = make_quote(Cart({"tea": 2, "cup": 1}), products, "WELCOME10")
    assert list(render_quote(quote)) == [
        "    2 tea                       12.80",
        "    1 cup                       10.00",
        "      discount                  -2.28",
        "      shipping                   4.90",
        "      total                     25.42",
        "      of which VAT               3.36",
    ]


def test_a_cart_may_have_several_products() -> None:
    options = make_parser().parse_args(["quote", "tea=2", "cup", "--coupon", "FIVER"])
    assert (options.cart, options.coupon) == (["tea=2", "cup"], "FIVER")


@pytest.mark.parametrize("arguments", [[], ["sell"], ["serve", "--port", "http"]])
def test_wrong_usage_is_explained(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_info:
        main(arguments)
    assert exit_info.value.code == 2
    assert "usage: shop" in capsys.readouterr().err
