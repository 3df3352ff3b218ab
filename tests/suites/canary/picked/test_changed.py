def test_changed():
    pass


def test_fails():
    assert 0
