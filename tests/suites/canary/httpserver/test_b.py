import json
import urllib.request

import pytest


def get(url):
    with urllib.request.urlopen(url, timeout=30) as answer:
        return answer.read()


@pytest.mark.parametrize("n", range(3))
def test_answer(httpserver, n):
    httpserver.expect_request("/path").respond_with_json({"n": n})
    assert json.loads(get(httpserver.url_for("/path"))) == {"n": n}


def test_forgotten(httpserver):
    httpserver.expect_oneshot_request("/x").respond_with_data("x")
    assert get(httpserver.url_for("/x")) == b"x"
    httpserver.check_assertions()


def test_fails(httpserver):
    httpserver.expect_ordered_request("/y").respond_with_data("y")
    with pytest.raises(urllib.error.HTTPError):
        get(httpserver.url_for("/z"))
    httpserver.check_assertions()


def test_plain():
    pass
