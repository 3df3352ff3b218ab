import urllib.request

import pytest
from flask import url_for


@pytest.mark.parametrize("n", range(3))
def test_live_server(live_server, n):
    with urllib.request.urlopen(url_for("menu", _external=True), timeout=30) as answer:
        assert answer.status == 200


@pytest.mark.options(debug=True)
def test_options(app):
    assert app.debug


def test_accept(client, accept_json):
    assert client.get(url_for("menu"), headers=accept_json).json["dishes"]
