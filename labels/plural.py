"""Numbers of things as sentences say them."""


def plural(number: int, one: str, more: str = "") -> str:
    """
    Return "1 record" or "3 records".

    Parameters
    ----------
    number
        How many.
    one
        The word for one.
    more
        The word for several; an s is added where it is empty.
    """
    return f"{number} {one if number == 1 else more or one + 's'}"
