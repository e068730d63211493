"""Which two dates of a search are chosen; without Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shapely import Polygon

from ....annotate.finding import Findings, Wanted
from ....imagery.catalog.pairs import Pair, Seen
from ....imagery.catalog.preview import Picture
from ....imagery.errors import ImageryError
from ....labels.records import Site


@dataclass(frozen=True)
class Asked:
    """
    What is searched for.

    Parameters
    ----------
    site
        Its id names the folder that is fetched to.
    wanted
        Area and days.
    catalogues
        Names or addresses.
    """

    site: Site
    wanted: Wanted
    catalogues: tuple[str, ...]

    @property
    def area(self) -> Polygon:
        """Longitude and latitude."""
        return self.wanted.area


@dataclass(frozen=True)
class Strip:
    """
    What a search gave, with a picture of the area on each date, or why there is none.

    Parameters
    ----------
    asked
        What was searched for.
    found
        What was found.
    pictures
        By item id.
    """

    asked: Asked
    found: Findings
    pictures: Mapping[str, Picture | ImageryError]

    @property
    def befores(self) -> tuple[Seen, ...]:
        """Those that may be the first of a pair, by time."""
        return tuple(one for one in self.found.seen if one.found.time[:10] <= self.asked.wanted.before)

    @property
    def afters(self) -> tuple[Seen, ...]:
        """Those that may be the second of a pair, by time."""
        return tuple(one for one in self.found.seen if one.found.time[:10] >= self.asked.wanted.after)


@dataclass
class Choice:
    """
    The two dates that are chosen.

    Parameters
    ----------
    strip
        What there is to choose from; the best pair is chosen to begin with.
    before, after
        None where none is.
    """

    strip: Strip
    before: Seen | None = field(init=False, default=None)
    after: Seen | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        """Choose the best pair."""
        if self.strip.found.pairs:
            self.take_pair(self.strip.found.pairs[0])

    def take_pair(self, pair: Pair) -> None:
        """Choose both dates of a pair."""
        self.before, self.after = pair.before, pair.after

    @property
    def pair(self) -> Pair | None:
        """The ranked pair that both dates make; None where they make none."""
        chosen = self.before, self.after
        return next((pair for pair in self.strip.found.pairs if (pair.before, pair.after) == chosen), None)

    @property
    def words(self) -> str:
        """What is chosen, or what is still to be done."""
        if not self.strip.befores or not self.strip.afters:
            return "No date was found on one side; search more days, or another catalogue."
        if self.before is None or self.after is None:
            return "Choose one date before and one after."
        if self.pair is None:
            first, second = self.before.found.collection, self.after.found.collection
            return f"{first} and {second} are never compared: their levels differ; choose both of one collection."
        return f"Worth {self.pair.worth:.2f} of 1: {self.pair.words}."


def card(seen: Seen) -> str:
    """Return what stands under a date's picture."""
    day, _, clock = seen.found.time.partition("T")
    return f"{day}\n{clock[:5]} UTC\n{seen.clear.words}" if clock else f"{day}\n\n{seen.clear.words}"


def about(seen: Seen) -> str:
    """Return all that is known of a date, one thing a line."""
    found = seen.found
    said = [
        found.id,
        f"{found.collection}, {found.platform or 'platform not stated'}",
        f"pixels of {found.gsd_m:g} m" if found.gsd_m else "pixel size not stated",
        found.orbit or "orbit not stated",
        f"{seen.clear.covered:.0%} of the area covered, {seen.clear.words} over it",
        f"whole scene: {found.cloud_percent:.0f}% cloud" if found.cloud_percent is not None else "",
        found.credit or "credit not stated",
        f"licence {found.licence or 'not stated'}",
        found.caution or "",
    ]
    return "\n".join(line for line in said if line)
