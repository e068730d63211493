"""Ground looked at: glances, in which a part of a scene stood on a screen for a time, and what there is to see."""

from dataclasses import dataclass

SHOWN = ("before", "after", "both")


@dataclass(frozen=True, slots=True)
class Glance:
    """
    What was on the screen while the view rested.

    Parameters
    ----------
    analyst
        Name the analyst works under.
    before, after
        Scene ids; `after` is None for one scene alone.
    shown
        One of `SHOWN`: which date was seen; "before" for one scene alone.
    left, top, right, bottom
        Of the view, in (column, row) of the before scene's file, pixel corners at integers.
    scale
        Screen pixels per pixel of the before scene: 1 is native, less is zoomed out.
    seconds
        How long.
    time
        When it ended, UTC, ISO 8601.
    """

    analyst: str
    before: str
    after: str | None
    shown: str
    left: float
    top: float
    right: float
    bottom: float
    scale: float
    seconds: float
    time: str


@dataclass(frozen=True, slots=True)
class Ground:
    """
    Which ground of a pair of scenes, or of one scene, there is to look at: that with data on every date.

    Parameters
    ----------
    before, after
        Scene ids; `after` is None for one scene alone.
    tile_px
        Side of a tile, pixels of the before scene.
    height_px, width_px
        Of the whole file of the before scene.
    tiles
        One bit a tile, row by row, high bit first, deflated and in base64: 1 where any pixel has data.
    """

    before: str
    after: str | None
    tile_px: int
    height_px: int
    width_px: int
    tiles: str

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of tiles; the last ones may reach beyond the file."""
        return -(-self.height_px // self.tile_px), -(-self.width_px // self.tile_px)
