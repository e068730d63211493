"""What there is to learn from in a pair of any size: the whole, or windows spread evenly over it."""

from collections.abc import Callable, Iterator

from .register.placing import Window
from .scene import ScenePair

SAMPLE_SIDE_PX = 320
SAMPLE_WINDOWS = 24
CELL_PX = 512  # a sample window lies in the middle of such a cell: as files are mostly tiled so, few tiles are decoded
GOLDEN = 1.32471795724474602596  # its powers spread a sequence evenly over a square (Roberts 2018)


def sampled(shape: tuple[int, int], window_of: Callable[[Window], ScenePair]) -> list[ScenePair]:
    """
    Return the windows of a pair to learn from.

    They depend on the shape alone, and those without a pixel that is valid on both dates are passed over.

    Parameters
    ----------
    shape
        Rows and columns of the pair.
    window_of
        Called with rows and columns, slices with start and stop.
    """
    rows, columns = shape
    if rows * columns <= SAMPLE_WINDOWS * SAMPLE_SIDE_PX**2:
        return [window_of((slice(0, rows), slice(0, columns)))]
    found: list[ScenePair] = []
    for window in _spread(rows, columns):
        pair = window_of(window)
        if pair.valid.any():
            found.append(pair)
        if len(found) == SAMPLE_WINDOWS:
            break
    return found


def _spread(rows: int, columns: int) -> Iterator[Window]:
    """Windows in cells of the scene, in an order that covers it evenly from the start."""
    down, across = rows // CELL_PX, columns // CELL_PX
    if not (down and across):  # a strip narrower than a cell
        down, across = max(down, 1), max(across, 1)
    seen = set()
    for at in range(8 * down * across):
        cell = (int((0.5 + at / GOLDEN) % 1 * down), int((0.5 + at / GOLDEN**2) % 1 * across))
        if cell in seen:
            continue
        seen.add(cell)
        sides = [min(SAMPLE_SIDE_PX, size) for size in (rows, columns)]
        starts = [
            min(index * CELL_PX + (CELL_PX - SAMPLE_SIDE_PX) // 2, size - side)
            for index, size, side in zip(cell, (rows, columns), sides, strict=True)
        ]
        yield slice(starts[0], starts[0] + sides[0]), slice(starts[1], starts[1] + sides[1])
