"""A claim: what a source states, as a quantity interval at sites in a window of time."""

from dataclasses import dataclass

MEASURES = ("present", "new", "gone", "moved", "visits", "none")
ROLES = ("at", "from", "via", "to")
POLARITIES = ("asserts", "denies")
RELATIONS = ("supports", "opposes", "context")


@dataclass(frozen=True, slots=True)
class Quantity:
    """An interval with its unit and the source's own hedge; None means unbounded on that side."""

    low: int | None
    high: int | None
    unit: str | None = None
    hedge: str | None = None


@dataclass(frozen=True, slots=True)
class SiteRole:
    """A site and what it is in the claim: one of `ROLES`."""

    site: str
    role: str


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day, ISO 8601, both included; None means open."""

    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """
    What a source states.

    Parameters
    ----------
    id, source
        Own id; source id.
    statement
        In our own words.
    kind
        Of kinds.toml; None where no image can show it.
    measure
        One of `MEASURES`.
    quantity
        None where the source gives no number at all.
    sites
        With roles.
    window
        When it is said to have happened.
    polarity
        One of `POLARITIES`.
    origin
        Origin id: who said it first.
    locator
        Page or paragraph.
    quote
        The source's own words, typed by the analyst.
    quote_prefix, quote_suffix
        The words right before and after them, so that they can be found again (W3C Web Annotation,
        TextQuoteSelector).
    """

    id: str
    source: str
    statement: str
    kind: str | None
    measure: str
    quantity: Quantity | None
    sites: tuple[SiteRole, ...]
    window: Window
    polarity: str
    origin: str | None
    locator: str | None = None
    quote: str | None = None
    quote_prefix: str | None = None
    quote_suffix: str | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """An annotation's link to a claim: `relation` is one of `RELATIONS`, `time` is UTC."""

    annotation: str
    claim: str
    relation: str
    analyst: str
    time: str
    note: str = ""
