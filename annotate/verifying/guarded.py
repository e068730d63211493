"""A check of records that may contradict themselves in any way, as somebody altered them."""

from collections.abc import Callable

from shapely.errors import ShapelyError

from ...imagery.errors import CancelledError, ImageryError
from ...labels.errors import LabelsError
from ..errors import AnnotateError
from .finding import DIFFERS, Finding

BROKEN = (
    LabelsError, AnnotateError, ImageryError, ShapelyError,
    ArithmeticError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip
"""What working with records raises that refer to nothing, or hold what no record may."""


def guarded(check: str, make: Callable[[], tuple[Finding, ...]]) -> tuple[Finding, ...]:
    """
    Return what a check finds, or that it cannot be made because what is kept contradicts itself.

    Raises
    ------
    CancelledError
        If the work was cancelled.
    """
    try:
        return make()
    except CancelledError:
        raise
    except BROKEN as error:
        told = f"{type(error).__name__}: {error}" if isinstance(error, LookupError) else str(error)
        sentence = "What is kept contradicts itself, so that this cannot be worked out."
        return (Finding(check, DIFFERS, sentence, (f"{check}: {told}",)),)
