"""Reading something of many acquisitions, several at once: one that fails does not keep the others from coming."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ..errors import CancelledError, ImageryError
from .found import Found

T = TypeVar("T")
AT_ONCE = 8


def each(
    read: Callable[[Found], T], found: Sequence[Found], what: str, progress: Callable[[int, int, str], None]
) -> list[T | ImageryError]:
    """
    Return, in their order, what is read of each acquisition, or why it cannot be read.

    Parameters
    ----------
    read
        Called in a thread of its own.
    found
        The acquisitions.
    what
        What is read, for `progress`.
    progress
        Told after each.

    Raises
    ------
    CancelledError
        If it was cancelled.
    """

    def one(item: Found) -> T | ImageryError:
        try:
            return read(item)
        except CancelledError:
            raise
        except ImageryError as error:
            return error

    answers = list[T | ImageryError]()
    with ThreadPoolExecutor(AT_ONCE) as readers:
        for done, answer in enumerate(readers.map(one, found), start=1):
            progress(done, len(found), what)
            answers.append(answer)
    return answers
