"""Prices: branches, loops, a generator and a nested function."""


def discount(amount, kind=None):
    if kind == "student":
        return amount * 0.5
    elif kind == "senior":
        return amount * 0.7
    elif kind == "nobody":
        return amount * 0.1
    return amount


def total(amounts):
    result = 0
    for amount in amounts:
        if amount < 0:
            continue
        result += amount
    else:
        result += 0
    return result


def steps(until):
    n = 0
    while n < until:
        yield n
        n += 1


def later(amount):
    def inner():
        return amount * 2

    return inner


def never():
    raise NotImplementedError
