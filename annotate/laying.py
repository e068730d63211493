"""Laying a released picture on the map by matching points: clicked in turn, measured as one goes, taken back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..imagery.errors import UnreadableSceneError
from ..imagery.gcp import LEAST, fit, left_out_m, read_points, residuals_m, write_points
from ..imagery.grid import Grid
from ..labels.disk import refusal_sentence, unfinished
from .errors import AnnotateError

Pair = tuple[float, float]
ENOUGH = 6  # points from which one error shows and does not rule
STANDS_OUT = 3.0  # times the error of the others: a point to look at again
LEAST_WRONG_PX = 3.0


@dataclass(frozen=True)
class Match:
    """
    One matching point.

    Parameters
    ----------
    picture
        (column, row) in the picture, upper left corner 0, 0; None until it is clicked.
    place
        (longitude, latitude), degrees; None until it is clicked.
    """

    picture: Pair | None = None
    place: Pair | None = None

    @property
    def whole(self) -> bool:
        """True where both sides are known."""
        return self.picture is not None and self.place is not None


@dataclass(frozen=True, eq=False)
class Laid:
    """
    Where the matches put the picture.

    Parameters
    ----------
    grid
        Of the picture.
    residual_m
        How far each match is from where the fit puts it, by its number in the table.
    left_out_m
        How far each is from where the others put it; absent where they cannot.
    suspect
        Number of the match without which the others agree far better, or None.
    """

    grid: Grid
    residual_m: dict[int, float]
    left_out_m: dict[int, float]
    suspect: int | None

    @property
    def rms_m(self) -> float:
        """Root mean square of the residuals, metres; 0 for three points, which always fit."""
        return float(np.sqrt(np.mean(np.square(list(self.residual_m.values())))))

    @property
    def mirrored(self) -> bool:
        """True where left and right are exchanged: points were confused."""
        return bool(np.linalg.det(self.grid.jacobian_m) > 0)


class Laying:
    """
    Matches between a picture and the map; `back` takes the last change back.

    Parameters
    ----------
    shape
        Rows, columns of the picture.
    matches
        To begin with.
    """

    def __init__(self, shape: tuple[int, int], matches: Sequence[Match] = ()) -> None:
        self.shape = shape
        self.matches: tuple[Match, ...] = tuple(matches)
        self._past: list[tuple[Match, ...]] = []

    @property
    def turn(self) -> str:
        """Which side is to be clicked next: "picture", "map", or "either" for a new match."""
        last = self.matches[-1] if self.matches else None
        if last is None or last.whole:
            return "either"
        return "picture" if last.picture is None else "map"

    def on_picture(self, column: float, row: float) -> None:
        """Take a click in the picture: the other side of the last match, or a new one."""
        rows, columns = self.shape
        if not (0 <= column <= columns and 0 <= row <= rows):
            raise AnnotateError(f"({column:.0f}, {row:.0f}) lies off the picture of {columns} × {rows} pixels.")
        self._click(picture=(float(column), float(row)))

    def on_map(self, lon: float, lat: float) -> None:
        """Take a click on the map."""
        if not (abs(lon) <= 180 and abs(lat) <= 85):
            raise AnnotateError(f"{lat:.4f}, {lon:.4f} is no place on the map; latitude is within 85°, longitude 180°.")
        self._click(place=(float(lon), float(lat)))

    def move(self, number: int, picture: Pair | None = None, place: Pair | None = None) -> None:
        """Move one side of a match, or both."""
        one = self.matches[number]
        moved = replace(one, picture=picture or one.picture, place=place or one.place)
        self._put((*self.matches[:number], moved, *self.matches[number + 1 :]))

    def remove(self, number: int) -> None:
        """Take a match away."""
        self._put((*self.matches[:number], *self.matches[number + 1 :]))

    def back(self) -> bool:
        """Take the last change back; False where there is none."""
        if not self._past:
            return False
        self.matches = self._past.pop()
        return True

    @property
    def whole(self) -> tuple[int, ...]:
        """Numbers of the matches whose both sides are known."""
        return tuple(number for number, one in enumerate(self.matches) if one.whole)

    @property
    def points(self) -> NDArray[np.float64]:
        """Control points, float64 (n, 4): column, row, longitude, latitude of the whole matches."""
        found = [(*one.picture, *one.place) for one in self.matches if one.picture and one.place]
        return np.array(found, dtype=np.float64).reshape(-1, 4)

    def laid(self) -> Laid | None:
        """Return where the matches put the picture; None while they do not."""
        points = self.points
        try:
            grid = fit(self.shape, points)
        except UnreadableSceneError:
            return None
        off, rest = left_out_m(self.shape, points)
        left_out = {at: float(value) for at, value in zip(self.whole, off, strict=True) if np.isfinite(value)}
        residuals = dict(zip(self.whole, map(float, residuals_m(grid, points)), strict=True))
        suspect = _suspect(off, rest, grid.mean_gsd_m)
        return Laid(grid, residuals, left_out, None if suspect is None else self.whole[suspect])

    @property
    def words(self) -> str:
        """What stands, and what to do next."""
        laid, number = self.laid(), len(self.whole)
        if laid is None:
            if number >= LEAST:
                return "These points lie on one line; add one well beside it."
            return f"{number} of at least {LEAST} matching points; click one in the picture and the same on the map."
        y, x = laid.grid.gsd_m
        fitted = f"{number} points · pixel {y:.3g} × {x:.3g} m"
        if laid.mirrored:
            return f"{fitted}. They turn the picture over: two of them are exchanged; check them."
        if laid.suspect is not None:
            far = laid.left_out_m[laid.suspect]
            return f"{fitted}. Point {laid.suspect + 1} is {far:.1f} m from where the others put it; check it."
        if number == LEAST:
            return f"{fitted}: three points always fit; a fourth shows whether they are right."
        fitted += f" · residual {laid.rms_m:.2f} m"
        usual = float(np.median(list(laid.left_out_m.values()))) if laid.left_out_m else float("nan")
        more = "" if number >= ENOUGH else f"; {ENOUGH} or more are better"
        return f"{fitted}, {usual:.2f} m for a point left out{more}."

    def save(self, file: Path) -> None:
        """
        Write the control points as `--gcp` reads them.

        Raises
        ------
        AnnotateError
            If the picture is not laid yet, would be turned over, or the file cannot be written.
        """
        laid = self.laid()
        if laid is None or laid.mirrored:
            raise AnnotateError(self.words)
        part = unfinished(file)
        try:
            write_points(part, self.points)
            part.replace(file)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise AnnotateError(refusal_sentence(file, error)) from error

    def _click(self, picture: Pair | None = None, place: Pair | None = None) -> None:
        last = self.matches[-1] if self.matches else None
        if last is None or last.whole:
            self._put((*self.matches, Match(picture, place)))
        else:
            self.move(len(self.matches) - 1, picture, place)

    def _put(self, matches: tuple[Match, ...]) -> None:
        self._past.append(self.matches)
        self.matches = matches


def _suspect(off: NDArray[np.float64], rest: NDArray[np.float64], gsd_m: float) -> int | None:
    """Return the point that lies far from where the others, which agree without it, put it; None where none does."""
    spare = 2 * (len(off) - 1 - LEAST)  # numbers that the others give more than are fitted
    if spare <= 0 or np.isnan(rest).any():
        return None
    worst = int(rest.argmin())
    spread = rest[worst] * np.sqrt(2 * (len(off) - 1) / spare)
    return worst if off[worst] > max(STANDS_OUT * spread, LEAST_WRONG_PX * gsd_m) else None


def points_beside(picture: Path) -> Path:
    """Return where the control points of a picture are kept."""
    return picture.with_name(f"{picture.stem}.points.csv")


def kept_matches(picture: Path) -> tuple[Match, ...]:
    """Return the matches that were kept beside a picture; none where there are none."""
    file = points_beside(picture)
    if not file.is_file():
        return ()
    return tuple(Match((float(x), float(y)), (float(lon), float(lat))) for x, y, lon, lat in read_points(file))
