"""The evidence of the embedded case: an invented site, and invented reports that are more or less true of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from shapely import Polygon

from ..imagery.grid import Grid
from ..imagery.synthetic import Case, TruthObject
from ..labels.records import Claim, Origin, Quantity, Site, SiteRole, Source, Window

SITE = "kestrel"
ACCURACY = "Invented: the coordinates lie in the open Atlantic."
DIGGING = "kestrel-ministry"  # one origin that two reports repeat, each with its own number
NEW_PITS, MANY_PITS, CONTAINERS, DENIAL, ROUNDS = (
    "pits-new",
    "pits-many",
    "containers-about",
    "quay-quiet",
    "rounds-stored",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a project needs before its ledger can be drawn up: sites, origins and sources before the claims."""

    sites: tuple[Site, ...]
    origins: tuple[Origin, ...]
    sources: tuple[Source, ...]
    claims: tuple[Claim, ...]


def invent(case: Case) -> Evidence:
    """
    Return invented evidence about a case.

    One claim is true, one repeats the same origin and exaggerates, one is a round figure near the truth, one denies
    what happened, and one says what no image can show.
    """
    return Evidence((_site(case.before.grid),), _origins(), _sources(case), _claims(case))


def _site(grid: Grid) -> Site:
    rows, columns = grid.shape
    lon, lat = grid.lonlat([0, columns, columns, 0], [0, 0, rows, rows])
    area = Polygon(list(zip(lon.tolist(), lat.tolist(), strict=True)))
    return Site(
        SITE, "Kestrel Landing, depot and port (invented)", area, "depot and port", None, ACCURACY, synthetic=True
    )


def _origins() -> tuple[Origin, ...]:
    return (
        Origin(DIGGING, "Ministry of Works of Meridia (invented)", "a briefing with one image of new pits"),
        Origin("kestrel-institute", "Lowland Institute (invented)", "its own count on an image of the quay"),
        Origin("kestrel-port", "Kestrel Port Authority (invented)", "a statement to the press"),
        Origin("kestrel-unnamed", "an unnamed official of Meridia (invented)", "a remark on what the pits hold"),
    )


def _sources(case: Case) -> tuple[Source, ...]:
    issued = (case.after.acquisition.time or "")[:10]
    return (
        _source(
            "meridian-gazette",
            "article-newspaper",
            "New pits at the depot, says ministry",
            "The Meridian Gazette",
            issued,
        ),
        _source("evening-wire", "article-newspaper", "Depot grows beyond count", "The Evening Wire", issued),
        _source("lowland-brief", "report", "Containers on the quay of Kestrel Landing", "Lowland Institute", issued),
        _source("port-statement", "webpage", "A quiet year at the quay", "Kestrel Port Authority", issued),
    )


def _source(key: str, kind: str, title: str, publisher: str, issued: str) -> Source:
    csl: dict[str, object] = {
        "id": key,
        "type": kind,
        "title": f"{title} (invented)",
        "publisher": publisher,
        "note": "Invented for the embedded case of depotwatch; no such document exists.",
    }
    if issued:
        csl["issued"] = {"date-parts": [[int(part) for part in issued.split("-")]]}
    return Source(key, csl, synthetic=True)


def _claims(case: Case) -> tuple[Claim, ...]:
    pits = len(appeared(case.truth, "storage-pit"))
    boxes = sum(thing.boxes or 0 for thing in appeared(case.truth, "container-stack"))
    least, many, about = max(1, pits - 2), 3 * pits + 10, 10 * round(boxes / 10)
    dates = [scene.acquisition.time for scene in (case.before, case.after)]
    sites = (SiteRole(SITE, "at"),)
    window = Window(*(time[:10] if time else None for time in dates))
    return (
        Claim(
            id=NEW_PITS,
            source="meridian-gazette",
            statement=f"At least {least} new storage pits were dug at the depot",
            kind="storage-pit",
            measure="new",
            quantity=Quantity(least, None, "pits", "at least"),
            polarity="asserts",
            origin=DIGGING,
            sites=sites,
            window=window,
        ),
        Claim(
            id=MANY_PITS,
            source="evening-wire",
            statement=f"More than {many} new storage pits were dug at the depot",
            kind="storage-pit",
            measure="new",
            quantity=Quantity(many + 1, None, "pits", "more than"),
            polarity="asserts",
            origin=DIGGING,
            sites=sites,
            window=window,
        ),
        Claim(
            id=CONTAINERS,
            source="lowland-brief",
            statement=f"About {about} containers were added on the quay and in the yard",
            kind="container-stack",
            measure="new",
            quantity=Quantity(about, about, "containers", "about"),
            polarity="asserts",
            origin="kestrel-institute",
            sites=sites,
            window=window,
        ),
        Claim(
            id=DENIAL,
            source="port-statement",
            statement="No new containers have been set down at the port",
            kind="container-stack",
            measure="new",
            quantity=Quantity(1, None, "containers", "none, it says"),
            polarity="denies",
            origin="kestrel-port",
            sites=sites,
            window=window,
        ),
        Claim(
            id=ROUNDS,
            source="evening-wire",
            statement="The pits hold ten thousand rounds",
            kind=None,
            measure="present",
            quantity=Quantity(10_000, 10_000, "rounds", "stated"),
            polarity="asserts",
            origin="kestrel-unnamed",
            sites=sites,
            window=window,
        ),
    )


def appeared(truth: Sequence[TruthObject], kind: str) -> tuple[TruthObject, ...]:
    """Return the objects of a kind that stand on the after date alone."""
    return tuple(thing for thing in truth if thing.kind == kind and thing.change == "appeared")
