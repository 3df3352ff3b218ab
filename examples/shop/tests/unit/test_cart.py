"""The cart."""

import pytest
from shop.cart import MAX_QUANTITY, Cart
from shop.errors import InvalidInputError


def test_a_new_cart_is_empty() -> None:
    assert not Cart()


def test_adding_the_same_product_twice_adds_up() -> None:
    assert Cart().add("tea").add("tea", 2) == Cart({"tea": 3})


def test_a_cart_counts_its_pieces() -> None:
    assert len(Cart({"tea": 3, "cup": 2})) == 5


def test_adding_leaves_the_old_cart_alone() -> None:
    cart = Cart({"tea": 1})
    cart.add("cup")
    assert cart == Cart({"tea": 1})


def test_removing_takes_all_pieces() -> None:
    assert Cart({"tea": 3, "cup": 1}).remove("tea") == Cart({"cup": 1})


def test_removing_what_is_not_there_changes_nothing() -> None:
    assert Cart({"tea": 3}).remove("cup") == Cart({"tea": 3})


def test_two_carts_are_merged() -> None:
    merged = Cart({"tea": 1, "cup": 2}).merge(Cart({"cup": 1, "pot": 1}))
    assert merged == Cart({"tea": 1, "cup": 3, "pot": 1})


@pytest.mark.parametrize("quantity", [0, MAX_QUANTITY + 1])
def test_an_impossible_quantity_is_refused(quantity: int) -> None:
    with pytest.raises(InvalidInputError, match="quantity must be 1 to"):
        Cart().add("tea", quantity)


def test_merging_cannot_pass_the_limit() -> None:
    full = Cart({"tea": MAX_QUANTITY})
    with pytest.raises(InvalidInputError, match="quantity must be 1 to"):
        full.add("tea")


@pytest.mark.parametrize(
    ("words", "cart"),
    [
        ([], Cart()),
        (["tea"], Cart({"tea": 1})),
        (["tea=2", "cup"], Cart({"tea": 2, "cup": 1})),
        (["tea=2", "tea"], Cart({"tea": 3})),
    ],
)
def test_a_cart_is_read_from_words(words: list[str], cart: Cart) -> None:
    assert Cart.parse(words) == cart


@pytest.mark.parametrize("word", ["tea=two", "tea=-1"])
def test_a_word_without_a_quantity_is_refused(word: str) -> None:
    with pytest.raises(InvalidInputError, match="not a quantity"):
        Cart.parse([word])
