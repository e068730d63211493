"""How `depotwatch search` shows what it found."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import output
from .outcome import tell

if TYPE_CHECKING:
    from ...annotate.finding import Findings, Wanted
    from ...imagery.catalog.dates import Dates
    from ...imagery.catalog.pairs import Pair, Seen

SHOWN = 10


def pairs(found: "Findings", site: str, wanted: "Wanted", save: Path | None, json: bool) -> None:
    """Print ranked pairs."""
    if json:
        output.print_json(_pairs_as_json(site, wanted, found))
        return
    _tell_how(found)
    if not found.pairs:
        firsts = sum(one.found.time[:10] <= wanted.before for one in found.seen)
        tell(
            f"No pair was found: {firsts} dates before and {len(found.seen) - firsts} after, of no common collection; "
            f"search more than {wanted.days} days with --days, or another --catalog."
        )
        return
    rows = [_row(rank, pair) for rank, pair in enumerate(found.pairs[:SHOWN], start=1)]
    output.print_table(("pair", "worth", "before", "sky", "after", "sky", "collection", "because"), rows)
    more = len(found.pairs) - len(rows)
    if more > 0:
        tell(f"{more} more pairs are worth less; --json lists all.")
    cautions = {pair.before.found.caution for pair in found.pairs[:SHOWN]} - {None}
    for caution in sorted(str(one) for one in cautions):
        tell(f"Note: {caution}.")
    _tell_next(site, save, "--pair 1")


def dates(found: "Findings", chosen: "Dates", site: str, span: tuple[str, str], save: Path | None, json: bool) -> None:
    """Print the best dates of a period, and which were blocked and why."""
    if json:
        output.print_json(_dates_as_json(site, span, chosen, found))
        return
    _tell_how(found)
    rows = [
        (_minute(one), one.clear.words, one.found.collection, one.found.orbit, one.found.id) for one in chosen.chosen
    ]
    blocked = [
        (_minute(one), f"blocked: {why}", one.found.collection, one.found.orbit, one.found.id)
        for one, why in chosen.blocked
    ]
    output.print_table(("date", "the area", "collection", "seen from", "item"), sorted(rows + blocked))
    for first, last in chosen.gaps:
        tell(f"No clear date lies between {first} and {last}.")
    if chosen.chosen:
        _tell_next(site, save, "--all")


def _tell_how(found: "Findings") -> None:
    for note in found.notes:
        tell(note)
    for id, why in found.unread.items():
        tell(f"{id} was left out: {why}")


def _tell_next(site: str, save: Path | None, which: str) -> None:
    kept = save or Path(f"{site}.json")
    again = "" if save else f"keep them with --save {kept}, then "
    tell(f"Next: {again}depotwatch fetch {kept if save else site} {which}")


def _row(rank: int, pair: "Pair") -> tuple[Any, ...]:
    first, second = pair.before, pair.after
    gsd = "" if first.found.gsd_m is None else f", {first.found.gsd_m:g} m"
    return (
        *(rank, f"{pair.worth:.2f}", _minute(first), first.clear.words, _minute(second), second.clear.words),
        *(f"{first.found.collection}{gsd}", ", ".join(pair.reasons[1:])),
    )


def _minute(seen: "Seen") -> str:
    """Return when it was taken, UTC, to the minute."""
    return seen.found.time.replace("T", " ")[:16]


def _pairs_as_json(site: str, wanted: "Wanted", found: "Findings") -> dict[str, Any]:
    return {
        "site": site,
        "before": wanted.before,
        "after": wanted.after,
        "days": wanted.days,
        "pairs": [
            {
                "before": _seen_as_json(pair.before),
                "after": _seen_as_json(pair.after),
                "worth": round(pair.worth, 4),
                "factors": {name: round(value, 4) for name, value in pair.factors.items()},
                "because": pair.words,
            }
            for pair in found.pairs
        ],
        "found": [_seen_as_json(one) for one in found.seen],
        "left_out": dict(found.unread),
        "notes": list(found.notes),
    }


def _seen_as_json(seen: "Seen") -> dict[str, Any]:
    one = seen.found
    return {
        "id": one.id,
        "catalogue": one.catalogue,
        "collection": one.collection,
        "time": one.time,
        "sensor": one.sensor,
        "gsd_m": one.gsd_m,
        "covered": round(seen.clear.covered, 4),
        "clear": None if seen.clear.clear is None else round(seen.clear.clear, 4),
        "snow": None if seen.clear.snow is None else round(seen.clear.snow, 4),
        "scene_cloud_percent": one.cloud_percent,
        "orbit": one.orbit,
        "credit": one.credit,
        "licence": one.licence,
        "caution": one.caution,
        "href": one.href,
    }


def _dates_as_json(site: str, span: tuple[str, str], chosen: "Dates", found: "Findings") -> dict[str, Any]:
    return {
        "site": site,
        "from": span[0],
        "to": span[1],
        "dates": [_seen_as_json(one) for one in chosen.chosen],
        "blocked": [{**_seen_as_json(one), "reason": why} for one, why in chosen.blocked],
        "gaps": [list(gap) for gap in chosen.gaps],
        "left_out": dict(found.unread),
        "notes": list(found.notes),
    }
