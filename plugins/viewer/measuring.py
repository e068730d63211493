"""The rounds that measure a reading, on what is shown: samples of tiles, planted things, and how they end. No Qt."""

from collections.abc import Callable, Mapping
from typing import Any

from ...annotate.outline import measure
from ...annotate.reading.probe_outcome import outcome_words
from ...annotate.reading.probes import things_of
from ...annotate.reading.probing import new_seed, round_of
from ...annotate.reading.tiles import TILE, free_tiles, sample
from ...annotate.review import Review
from ...annotate.sift import Sift
from ...labels.records import Annotation, ProbeRound
from ..errors import ViewerError
from .caption import WARNING_COLOUR
from .chips import Chip, beside, cut_out
from .shown import Shown
from .stage import Stage

CHIP_PX, MOST_CHIPS = 150, 8
TILE_HELP = "Something here: draw it, Enter keeps it. Y draws, N says that there is nothing."


class Measuring:
    """
    Begins and ends the rounds on one pair.

    Parameters
    ----------
    review
        Holds them.
    shown
        The scenes.
    """

    def __init__(self, review: Review, shown: Shown) -> None:
        self._review, self._shown = review, shown
        self._pair = shown.before_id, shown.after_id

    def running(self, role: str) -> ProbeRound | None:
        """Return the round of a role that runs on this pair, or None."""
        return self._review.running(role, *self._pair)

    def begin_tiles(self, asked: int, sift: Callable[[Sift], None]) -> None:
        """Put random tiles on which nothing was proposed into the queue, and go through them alone."""
        shown, review = self._shown, self._review
        taken = [one.shape.pixels for one in review.standing.annotations.values() if one.shape.scene == self._pair[0]]
        free = free_tiles(shown.mask, shown.before.offset, max(shown.before.file_grid.gsd_m), taken)
        seed = new_seed()
        chosen = sample(free, asked, seed)
        things = [{"outline": [list(xy) for xy in list(tile.exterior.coords)[:-1]]} for tile in chosen]
        one = round_of(review.analyst, "tile", self._pair, asked, seed, things, drawn_from=len(free))
        grid = shown.before.file_grid
        places = {
            number: Annotation(
                "", TILE, "", "unknown", measure(tile, shown.before_id, grid), "machine", None, *self._pair, None, None
            )
            for number, tile in enumerate(chosen)
        }
        review.begin_round(one, places)
        sift(Sift(kind=TILE))

    def end(self, role: str) -> str:
        """End the round of a role, and return what came of it."""
        one = self.running(role)
        if one is None:
            raise ViewerError("No such round is running on this pair.")
        return outcome_words(self._review.end_round(one.id))

    def missed(self, stage: Stage) -> list[Chip]:
        """Return pictures of what was not found of the things planted last, as long as a stage shows them."""
        ended = [one for one in self._review.rounds() if one.role == "implant" and one.outcome is not None]
        outcome: Mapping[str, Any] = (ended[-1].outcome if ended else None) or {"missed": ()}
        outlines = [stage.frame.world(one["outline"]) for one in outcome["missed"][:MOST_CHIPS]]
        return [beside(cut_out(stage, outline, WARNING_COLOUR, CHIP_PX)) for outline in outlines]

    def words(self, role: str) -> str:
        """Return how far the running round of a role is; for planted things only that it runs."""
        one = self.running(role)
        if one is None:
            return ""
        if role == "implant":
            return (
                "A round is running: some of what you see is planted (synthetic), and others' decisions are hidden. It "
                "is revealed when you end it."
            )
        tiles = [each for each in self._review.queue() if each.kind == TILE]
        decided = sum(self._review.my_verdict(each.id) is not None for each in tiles)
        return f"{decided} of {len(things_of(one))} random tiles looked through. {TILE_HELP}"

    def results(self) -> list[tuple[str, str]]:
        """Return day and outcome of every round on this pair that ended, the newest first."""
        ended = [one for one in self._review.rounds() if one.ended and (one.before, one.after) == self._pair]
        return [((one.ended or "")[:16].replace("T", " "), outcome_words(one)) for one in reversed(ended)]
