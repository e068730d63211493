"""Measures what annotations outline: size, spacing, and colour on the date that shows it."""

from collections.abc import Mapping, Sequence

import numpy as np

from ..imagery.bands import colours
from ..imagery.errors import ImageryError
from ..labels.project import Project
from ..labels.records import Annotation, Comparison
from .errors import AnnotateError
from .looked_at import LookedAt, look, nearest, scale_of
from .outline import grid_of
from .places import shown_on
from .signature import Signature
from .standing import Standing

Key = tuple[str, str | None, bool]
"""Before scene, after scene, and whether it is looked at on the later of them."""


class Eye:
    """Opens each date of each comparison once, and measures what stands on it in the bands that all of them have."""

    def __init__(self, project: Project, standing: Standing, places: Sequence[Annotation]) -> None:
        self._standing, self.notes = standing, list[str]()
        self._looks: dict[Key, LookedAt] = {}
        for key in dict.fromkeys(_key(one) for one in places):
            try:
                self._looks[key] = look(project, key[0], self._comparison(key), key[2])
            except (AnnotateError, ImageryError) as error:
                self.notes.append(f"Colours are left out for one date: {error}")
        self._bands = _same_colours(self._looks)
        if self._looks and not next(iter(self._bands.values())):
            self.notes.append("The scenes share no colour, so sizes and spacing alone are compared.")
        if any(one.scene.acquisition.units == "display" for one in self._looks.values()):
            self.notes.append("Some imagery is of display grade: its colours were stretched for the eye, and say less.")

    def signatures(self, places: Sequence[Annotation]) -> list[Signature]:
        """Measure places, each with its distance to the nearest of its kind on its date among all that stand."""
        return [self._signature(one, apart) for one, apart in zip(places, self._spacing(places), strict=True)]

    def background(self, places: Sequence[Annotation], length_m: tuple[float, float]) -> list[Signature]:
        """Measure what else stands out on the dates of places and is as long as that."""
        found: list[Signature] = []
        for key, site in {_key(one): one.site for one in places}.items():
            if key in self._looks:
                taken = [one.shape.pixels for one in self._standing.kept() if one.shape.scene == key[0]]
                found += self._looks[key].background(length_m, taken, site, self._bands[key])
        return found

    def _signature(self, one: Annotation, spacing_m: float | None) -> Signature:
        record, key = self._standing.scenes[one.before], _key(one)
        seen = self._looks.get(key)
        colour = None if seen is None else seen.colour(one.shape.pixels, self._bands[key])
        gsd_m, scale = float(np.sqrt(record.gsd_y_m * record.gsd_x_m)), scale_of(record.units)
        shape = one.shape
        return Signature(
            one.id,
            one.kind,
            one.site,
            shape.length_m,
            shape.width_m,
            spacing_m,
            gsd_m,
            scale,
            *(colour or (None, None)),
        )

    def _spacing(self, places: Sequence[Annotation]) -> list[float | None]:
        """Return the metres from each place to the nearest of its kind that stands on the same date."""
        groups: dict[tuple[str, Key], list[Annotation]] = {}
        for one in self._standing.kept():
            if self._standing.verdict_of(one.id) != "rejected":
                groups.setdefault((one.kind, _key(one)), []).append(one)
        apart: dict[str, float | None] = {}
        for members in groups.values():
            grid = grid_of(self._standing.scenes[members[0].shape.scene])
            centres = [one.shape.pixels.centroid for one in members]
            metres = grid.metres([one.x for one in centres], [one.y for one in centres])
            apart |= dict(zip([one.id for one in members], nearest(metres), strict=True))
        return [apart.get(one.id) for one in places]

    def _comparison(self, key: Key) -> Comparison | None:
        """Return the newest comparison of a pair, None where there is none."""
        found = [one for one in self._standing.comparisons.values() if (one.before, one.after) == key[:2]]
        return max(found, key=lambda one: one.time, default=None)


def _key(one: Annotation) -> Key:
    """Return the pair that shows a thing, and whether its later date does and the earlier does not."""
    return one.before, one.after, not shown_on(one).get(one.before, True)


def _same_colours(looks: Mapping[Key, LookedAt]) -> dict[Key, list[int]]:
    """Return which bands of each look show the colours that all have, in one order; all where no name tells."""
    named = {key: colours(one.scene) for key, one in looks.items()}
    if any(None in names for names in named.values()):
        alike = len({len(names) for names in named.values()}) == 1
        return {key: list(range(len(names))) if alike else [] for key, names in named.items()}
    shared = [name for name in next(iter(named.values()), ()) if all(name in names for names in named.values())]
    return {key: [names.index(name) for name in shared] for key, names in named.items()}
