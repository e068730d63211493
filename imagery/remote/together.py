"""Requests side by side: waiting for one answer leaves time to ask for the next."""

from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import TypeVar

from .door import Door

T = TypeVar("T")
AT_ONCE = 4  # as a browser that is polite


def together(asks: Sequence[Callable[[Door], T]], door: Door) -> Generator[T, None, None]:
    """
    Ask a few at a time, and hand on answers in the order of the questions.

    The first that fails ends it: those under way stop at their next step, and no other begins.

    Parameters
    ----------
    asks
        Each takes the door to ask through.
    door
        The way there.
    """
    ended = Event()
    way = replace(door, cancelled=lambda: ended.is_set() or door.cancelled())
    with ThreadPoolExecutor(AT_ONCE) as threads:
        waiting = [threads.submit(ask, way) for ask in asks]
        try:
            for one in waiting:
                yield one.result()
        finally:
            ended.set()
            for one in waiting:
                one.cancel()
