"""Cubic B-spline interpolation (Thévenaz 2000, TMI 19(7)), compiled: how the after scene is resampled.

Where the after image lies a constant shift off, to `STILL_PX` over a tile, prefilter and spline are one separable
filter; elsewhere a tile is prefiltered and interpolated pixel by pixel. Both give the same to rounding. Tiles are
counted from the before grid's corner, so that a window of a scene comes out as it does in the whole.
"""

import numpy as np
from numpy.typing import NDArray

from ..compiled import compiled
from ..scene import Floats, Mask

TILE_ROWS, TILE_COLUMNS = 64, 256
STEP_PX = 16  # before pixels between nodes; positions are linear between them
STILL_PX = 1 / 256
RADIUS = 6  # of the prefilter; what lies beyond weighs 1e-4
TAPS = 2 * RADIUS + 4
REACH_PX = RADIUS + 3  # from a position to the farthest pixel that counts
ON_PIXEL = 0.02  # px: so near a pixel, its neighbours hardly count
POLE = np.sqrt(3.0) - 2.0
Doubles = NDArray[np.float64]


def prefilter() -> Floats:
    """Return the symmetric filter that makes control points of pixels: float32 (TAPS,), the last three 0."""
    taps = POLE ** np.abs(np.arange(-RADIUS, RADIUS + 1))
    return np.append(taps / taps.sum(), np.zeros(3)).astype(np.float32)


@compiled
def interpolate(
    source: NDArray[np.generic],
    valid: Mask,
    sure: Mask,
    origin: tuple[int, int],
    size: tuple[int, int],
    positions: Doubles,
    nodes: tuple[int, int],
    corner: tuple[int, int],
    prefiltered: Floats,
    gain: Floats,
    offset: Floats,
    out: Floats,
    mask: Mask,
) -> None:
    """
    Fill a window of the before grid from a window of the after image.

    Parameters
    ----------
    source, valid, sure
        (bands, rows, columns), bool (rows, columns), and where a position may lie: what is valid, without its rim.
    origin, size
        Row and column of the source's corner on the after image, and that image's shape.
    positions, nodes
        float64 (2, down, across): rows and columns on the after image of every `STEP_PX`-th before pixel, the first
        of which is node number `nodes`.
    corner
        Row and column of the window on the before grid.
    prefiltered
        `prefilter()`.
    gain, offset
        float32 (bands,): what is interpolated is then multiplied by and moved by.
    out, mask
        float32 (bands, rows, columns), bool (rows, columns): written; not-valid pixels are 0.
    """
    bottom, right = corner[0] + mask.shape[0], corner[1] + mask.shape[1]
    row = corner[0]
    while row < bottom:
        end = min((row // TILE_ROWS + 1) * TILE_ROWS, bottom)
        column = corner[1]
        while column < right:
            stop = min((column // TILE_COLUMNS + 1) * TILE_COLUMNS, right)
            shape = (end - row, stop - column)
            i, j = row - corner[0], column - corner[1]
            tile, values = np.empty(shape, dtype=np.bool_), np.empty(shape, dtype=np.float32)
            still, down, across = _shift(positions, nodes, row // TILE_ROWS, column // TILE_COLUMNS)
            y, x = np.empty((1, 1)), np.empty((1, 1))
            if still:
                down, across = row + down - origin[0], column + across - origin[1]
                some = _allow_shifted(sure, origin, size, down, across, tile)
            else:
                y, x = np.empty(shape), np.empty(shape)
                some = _allow_warped(sure, origin, size, positions, nodes, (row, column), y, x, tile)
            for band in range(source.shape[0]):
                if not some:
                    values[:] = 0
                elif still:
                    _shifted(source[band], valid, down, across, values)
                else:
                    _warped(source[band], valid, y, x, prefiltered, values)
                _put(values, tile, gain[band], offset[band], out[band], i, j)
            mask[i : i + shape[0], j : j + shape[1]] = tile
            column = stop
        row = end


@compiled
def _put(values: Floats, tile: Mask, gain: float, offset: float, out: Floats, top: int, left: int) -> None:
    for i in range(values.shape[0]):
        line = out[top + i][left : left + values.shape[1]]
        for j in range(values.shape[1]):
            line[j] = gain * values[i, j] + offset if tile[i, j] else np.float32(0)


@compiled
def _shift(positions: Doubles, nodes: tuple[int, int], row: int, column: int) -> tuple[bool, float, float]:
    """Return whether a tile is shifted as a whole, and its mean shift (down, right)."""
    top, left = row * TILE_ROWS // STEP_PX, column * TILE_COLUMNS // STEP_PX
    low, high, total, count = np.full(2, np.inf), np.full(2, -np.inf), np.zeros(2), 0
    for i in range(top, top + TILE_ROWS // STEP_PX + 1):
        for j in range(left, left + TILE_COLUMNS // STEP_PX + 1):
            for k in range(2):
                shift = positions[k, i - nodes[0], j - nodes[1]] - STEP_PX * (i if k == 0 else j)
                low[k], high[k], total[k] = min(low[k], shift), max(high[k], shift), total[k] + shift
            count += 1
    return max(high[0] - low[0], high[1] - low[1]) < STILL_PX, total[0] / count, total[1] / count


@compiled
def _fits(at: float, origin: int, size: int) -> bool:
    """Whether an interpolation there stands on pixels of the image: between pixels it needs two on either side."""
    margin = -ON_PIXEL if abs(at - np.rint(at)) < ON_PIXEL else 1.0
    return bool(margin <= at + origin <= size - 1 - margin)


@compiled
def _allow_shifted(
    sure: Mask, origin: tuple[int, int], size: tuple[int, int], down: float, across: float, tile: Mask
) -> bool:
    """Say where a shifted tile is valid; False: nowhere."""
    some = False
    top, left = int(np.rint(down)), int(np.rint(across))
    columns = np.empty(tile.shape[1], dtype=np.bool_)
    for j in range(tile.shape[1]):
        columns[j] = _fits(across + j, origin[1], size[1]) and 0 <= left + j < sure.shape[1]
    for i in range(tile.shape[0]):
        if _fits(down + i, origin[0], size[0]) and 0 <= top + i < sure.shape[0]:
            for j in range(tile.shape[1]):
                tile[i, j] = columns[j] and sure[top + i, left + j]
            some = some or tile[i].any()
        else:
            tile[i] = False
    return some


@compiled
def _allow_warped(
    sure: Mask,
    origin: tuple[int, int],
    size: tuple[int, int],
    positions: Doubles,
    nodes: tuple[int, int],
    corner: tuple[int, int],
    y: Doubles,
    x: Doubles,
    tile: Mask,
) -> bool:
    """Lay out the positions of a tile and say where it is valid; False: nowhere."""
    some = False
    for i in range(tile.shape[0]):
        v = (corner[0] + i) / STEP_PX - nodes[0]
        a = int(v)
        v -= a
        for j in range(tile.shape[1]):
            u = (corner[1] + j) / STEP_PX - nodes[1]
            b = int(u)
            u -= b
            upper = (1 - u) * positions[0, a, b] + u * positions[0, a, b + 1]
            y[i, j] = (1 - v) * upper - origin[0]
            y[i, j] += v * ((1 - u) * positions[0, a + 1, b] + u * positions[0, a + 1, b + 1])
            upper = (1 - u) * positions[1, a, b] + u * positions[1, a, b + 1]
            x[i, j] = (1 - v) * upper - origin[1]
            x[i, j] += v * ((1 - u) * positions[1, a + 1, b] + u * positions[1, a + 1, b + 1])
            row, column = int(np.rint(y[i, j])), int(np.rint(x[i, j]))
            tile[i, j] = (
                _fits(y[i, j], origin[0], size[0])
                and _fits(x[i, j], origin[1], size[1])
                and 0 <= row < sure.shape[0]
                and 0 <= column < sure.shape[1]
                and sure[row, column]
            )
            some |= tile[i, j]
    return some


@compiled
def _shifted(source: NDArray[np.generic], valid: Mask, down: float, across: float, values: Floats) -> None:
    rows, columns = values.shape
    top, left = int(np.floor(down)), int(np.floor(across))
    part = _part(source, valid, top - RADIUS - 1, left - RADIUS - 1, rows + TAPS - 1, columns + TAPS - 1)
    between = np.empty((rows + TAPS - 1, columns), dtype=np.float32)
    _filter(part, _taps(down - top), _taps(across - left), between, values)
    near_y, near_x = RADIUS + 1 + int(down - top > 0.5), RADIUS + 1 + int(across - left > 0.5)
    for i in range(rows):
        near = part[i + near_y][near_x : near_x + columns]
        for j in range(columns):  # a spline overshoots: an intensity would turn negative
            values[i, j] = np.float32(0) if values[i, j] < 0 and near[j] >= 0 else values[i, j]


@compiled
def _warped(
    source: NDArray[np.generic], valid: Mask, y: Doubles, x: Doubles, prefiltered: Floats, values: Floats
) -> None:
    low, high = valid.shape[0] + REACH_PX, valid.shape[1] + REACH_PX  # positions that far outside are not valid anyway
    top, left = int(max(np.floor(y.min()), -REACH_PX)) - 1, int(max(np.floor(x.min()), -REACH_PX)) - 1
    rows, columns = int(min(np.ceil(y.max()), low)) - top + 3, int(min(np.ceil(x.max()), high)) - left + 3
    part = _part(source, valid, top - RADIUS, left - RADIUS, rows + TAPS - 1, columns + TAPS - 1)
    points = np.empty((rows, columns), dtype=np.float32)
    _filter(part, prefiltered, prefiltered, np.empty((rows + TAPS - 1, columns), dtype=np.float32), points)
    down, across = np.empty(4), np.empty(4)
    for i in range(values.shape[0]):
        for j in range(values.shape[1]):
            v, u = y[i, j] - top, x[i, j] - left
            a, b = int(v), int(u)
            if not (1 <= a < rows - 2 and 1 <= b < columns - 2):
                values[i, j] = 0
                continue
            _spline(v - a, down)
            _spline(u - b, across)
            total = 0.0
            for k in range(4):
                line = points[a - 1 + k]
                total += down[k] * (
                    across[0] * line[b - 1] + across[1] * line[b] + across[2] * line[b + 1] + across[3] * line[b + 2]
                )
            if total < 0 and part[a + RADIUS + int(v - a > 0.5), b + RADIUS + int(u - b > 0.5)] >= 0:
                total = 0.0  # as in `_shifted`
            values[i, j] = total


@compiled
def _spline(fraction: float, weights: Doubles) -> None:
    """Set the weights of the four control points around a position `fraction` beyond the second."""
    rest = 1.0 - fraction
    weights[0] = rest * rest * rest / 6.0
    weights[1] = 2.0 / 3.0 - fraction * fraction * (2.0 - fraction) / 2.0
    weights[2] = 2.0 / 3.0 - rest * rest * (2.0 - rest) / 2.0
    weights[3] = fraction * fraction * fraction / 6.0


@compiled
def _taps(fraction: float) -> Floats:
    """Prefilter and spline as one filter: float32 (TAPS,), the first of them `RADIUS` + 1 pixels before."""
    taps, weights, total = np.zeros(TAPS), np.empty(4), 0.0
    if min(fraction, 1.0 - fraction) < STILL_PX / 2:
        taps[RADIUS + 1 + int(fraction > 0.5)] = 1.0
        return taps.astype(np.float32)
    _spline(fraction, weights)
    for k in range(-RADIUS, RADIUS + 1):
        control = POLE ** abs(k)
        total += control
        for j in range(4):
            taps[k + RADIUS + j] += control * weights[j]
    return (taps / total).astype(np.float32)


@compiled
def _part(source: NDArray[np.generic], valid: Mask, top: int, left: int, rows: int, columns: int) -> Floats:
    """Copy a part of the source, beyond its edge the edge; a pixel that is not valid is given its nearest valid one."""
    part = np.empty((rows, columns), dtype=np.float32)
    height, width = valid.shape
    whole = True
    for i in range(rows):
        y = min(max(top + i, 0), height - 1)
        if left >= 0 and left + columns <= width:
            line, known = source[y][left : left + columns], valid[y][left : left + columns]
            for j in range(columns):
                part[i, j] = line[j]
            whole = whole and known.all()
        else:
            for j in range(columns):
                x = min(max(left + j, 0), width - 1)
                part[i, j] = source[y, x]
                whole &= valid[y, x]
    if not whole:
        for i in range(rows):
            y = min(max(top + i, 0), height - 1)
            for j in range(columns):
                x = min(max(left + j, 0), width - 1)
                if not valid[y, x]:
                    part[i, j] = _nearest(source, valid, y, x)
    return part


@compiled
def _nearest(source: NDArray[np.generic], valid: Mask, y: int, x: int) -> float:
    """Value of the nearest valid pixel within reach, or 0: what a spline rings least with."""
    best, value = REACH_PX * REACH_PX + 1, 0.0
    for v in range(max(0, y - REACH_PX), min(valid.shape[0], y + REACH_PX + 1)):
        for u in range(max(0, x - REACH_PX), min(valid.shape[1], x + REACH_PX + 1)):
            apart = (v - y) * (v - y) + (u - x) * (u - x)
            if apart < best and valid[v, u]:
                best, value = apart, float(source[v, u])
    return value


@compiled
def _filter(part: Floats, down: Floats, across: Floats, between: Floats, out: Floats) -> None:
    """Filter along rows, then along columns; plain loops over whole arrays, which the compiler turns into vectors."""
    for i in range(between.shape[0]):
        for j in range(between.shape[1]):
            total = np.float32(0)
            for k in range(TAPS):
                total += across[k] * part[i, j + k]
            between[i, j] = total
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            total = np.float32(0)
            for k in range(TAPS):
                total += down[k] * between[i + k, j]
            out[i, j] = total
