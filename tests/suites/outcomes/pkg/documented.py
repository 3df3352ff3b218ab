"""Doctests.

>>> 1 + 1
2
"""


def right():
    """
    >>> right()
    'right'
    """
    return "right"


def wrong():
    """
    >>> wrong()
    'right'
    """
    return "wrong"
