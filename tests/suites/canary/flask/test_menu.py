import pytest
from flask import url_for


def test_menu(client):
    assert client.get(url_for("menu")).json == {"dishes": ["soup", "tea"]}


@pytest.mark.parametrize("dish", ["soup", "tea", "bread"])
def test_order_begins_anew_for_each_test(client, dish):
    answer = client.post("/order", json={"dish": dish})
    assert answer.status_code == 201
    assert answer.json == {"dish": dish, "orders": 1}


def test_unknown_page_fails(client):
    assert client.get("/nowhere").status_code == 200


def test_config(config):
    assert config["TESTING"]
