import pathlib

import pytest


@pytest.fixture
def attempt(request):
    """The number of this attempt of the test, from 1, also across processes."""
    path = pathlib.Path("attempts") / request.node.name
    path.parent.mkdir(exist_ok=True)
    number = int(path.read_text()) + 1 if path.exists() else 1
    path.write_text(str(number))
    return number
