"""Imported by one test only, inside of it."""

VALUE = [n for n in range(3)]


def pick(n):
    match n:
        case 0:
            return "zero"
        case 1:
            return "one"
        case _:
            return "many"
