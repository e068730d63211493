"""Loops over pixels, compiled. Importing this loads numba: import it from modules that hold such loops only."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

FAST = {"contract", "reassoc", "nsz"}  # sums in any order, so that they are vectors; NaN and infinity keep their sense
F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """
    Compile a function for the types it is called with; it runs without the interpreter's lock.

    The code is kept on disk, so that only the first call on a machine compiles (seconds); where nothing may be written,
    each process compiles.
    """
    try:
        return cast(F, njit(cache=True, nogil=True, fastmath=FAST)(function))
    except RuntimeError:  # numba finds no folder for its cache
        return cast(F, njit(nogil=True, fastmath=FAST)(function))
