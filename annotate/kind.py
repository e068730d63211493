"""A kind of object: what can be labelled, how large it is, how it looks, and at which pixel size it shows."""

from dataclasses import dataclass

SENSORS = ("optical", "sar")
TONES = ("brighter", "darker", "any")


@dataclass(frozen=True, slots=True)
class Kind:
    """
    What can be labelled, how large it is, and at which pixel size it shows.

    Parameters
    ----------
    name, title
        The word in records ("storage-pit") and the words for people ("storage pit").
    definition
        What makes it this kind, in one or two sentences about what is visible.
    unit
        What is counted ("pits", "containers").
    length_m, width_m
        Least and greatest size of one outline, metres.
    feature_m
        The dimension that tells the kind, metres.
    detect_px, count_px
        Pixels across `feature_m` needed to see one, and to count them.
    alone_px, alone_why
        The same to see one on a single date, where that needs more, and why: a clause. None and "" where it does not.
    countable
        False for areas, which have an extent and no number.
    sensors
        Those of `SENSORS` that show it.
    colour
        "#RRGGBB".
    key
        The key that gives an annotation this kind; empty for none.
    without_sun, too_coarse
        What stays open where the sun is not known, and what else may show where pixels are too coarse: clauses, "" for
        nothing.
    single
        True where one outline is one object; False where it holds several (a stack of containers, a string of wagons).
    evidence
        What in an image speaks for it, a sentence each.
    examples
        Files with example chips, as the user's file names them.
    tone
        Of `TONES`: what it is against its surroundings, or against the date without it.
    aspect, rectangularity, roundness
        Least and greatest length over width; share of the least rotated rectangle, and of the least circle, that the
        outline covers. None where they tell nothing.
    false_alarms_per_km2
        Rate its candidates are let through at; None for the reviewer's rate of the pixel size.
    fits_unit, fits_m
        What a disturbed area may be the trace of ("pits"), and the length and width of one, metres; None where nothing.
    fits_apart_m
        Clear ground between two of them: least, usual and most, metres.
    """

    name: str
    title: str
    definition: str
    unit: str
    length_m: tuple[float, float]
    width_m: tuple[float, float]
    feature_m: float
    detect_px: float
    count_px: float
    countable: bool
    sensors: tuple[str, ...]
    colour: str
    key: str = ""
    single: bool = True
    without_sun: str = ""
    too_coarse: str = ""
    alone_px: float | None = None
    alone_why: str = ""
    evidence: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    tone: str = "any"
    aspect: tuple[float, float] | None = None
    rectangularity: tuple[float, float] | None = None
    roundness: tuple[float, float] | None = None
    false_alarms_per_km2: float | None = None
    fits_unit: str = ""
    fits_m: tuple[float, float] | None = None
    fits_apart_m: tuple[float, float, float] = (0.0, 0.0, 0.0)

    @property
    def plural(self) -> str:
        """The title for several of them ("storage pits", "disturbed soil")."""
        return f"{self.title}s" if self.countable else self.title

    @property
    def detect_gsd_m(self) -> float:
        """Coarsest pixel in which one can be seen, metres; infinite where size does not matter."""
        return self.feature_m / self.detect_px if self.detect_px else float("inf")

    @property
    def alone_gsd_m(self) -> float:
        """Coarsest pixel in which one can be seen on a single date, metres; infinite where size does not matter."""
        return self.feature_m / self.alone_px if self.alone_px else self.detect_gsd_m

    @property
    def count_gsd_m(self) -> float:
        """Coarsest pixel in which they can be counted, metres; infinite where size does not matter."""
        return self.feature_m / self.count_px if self.count_px else float("inf")
