"""`depotwatch series`: a site over its dates, and what could have gone on to another site."""

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import CommandError
from . import flags, output, session
from .claim import day_of
from .outcome import tell
from .series_json import as_json, flow_as_json, visits_as_json

if TYPE_CHECKING:
    from ...annotate.flow import Flow
    from ...annotate.kinds import Kind
    from ...annotate.moments import Moment
    from ...annotate.series import Interval, Series
    from ...annotate.stays import Stay
    from ...annotate.visits import Visits
    from ...labels.records import Estimate

VISITING = "vessel"


def series(
    project: flags.ProjectFile,
    site: Annotated[str, typer.Argument(metavar="SITE", help="Site id.")],
    to: Annotated[
        str | None, typer.Option("--to", metavar="SITE", help="Site that what left may have reached.")
    ] = None,
    start: Annotated[str | None, typer.Option(metavar="T", help="First day that --to and visits are asked of.")] = None,
    end: Annotated[str | None, typer.Option(metavar="T", help="Last day that --to and visits are asked of.")] = None,
    shortest_stay: Annotated[
        float | None,
        typer.Option(metavar="DAYS", min=0.0, help="Assume that no visit is shorter, which bounds visits from above."),
    ] = None,
    json: flags.Json = False,
) -> None:
    """Show a site over its dates: how many on each, what came and went, and what bracket each has."""
    from ...annotate.flow import flow
    from ...annotate.kept_series import is_kept
    from ...annotate.series import series_of, site_named
    from ...annotate.standing import what_stands
    from ...annotate.visits import visits
    from ...labels.records import Window

    window = Window(day_of(start), day_of(end))
    if window.start is not None and window.end is not None and window.start > window.end:
        raise CommandError(f"--start {start} is after --end {end}; give the earlier day first.")
    with session.opened(project, read_only=True) as kept:
        head, synthetic, standing = kept.head, kept.synthetic, what_stands(kept)
        kinds = standing.kinds
        here = site_named(kept, site)
        there = None if to is None else site_named(kept, to)
        found = series_of(standing, here, kinds)
        current = is_kept(kept, found, head)
    if not current:
        _keep(project, found, head)
    flows: list[Flow] = []
    if there is not None:
        other = series_of(standing, there, kinds)
        both = {stay.kind for stay in found.stays} | {stay.kind for stay in other.stays}
        flows = [flow(standing, kinds[name], found, other, window) for name in kinds if name in both]
    seen = any(row.kind == VISITING and row.estimate is not None for row in found.rows)
    visited = visits(found, kinds[VISITING], window, shortest_stay) if seen else None
    if json:
        output.print_json(
            {
                "project": str(project),
                "synthetic": synthetic,
                **as_json(found),
                "visits": None if visited is None else {"kind": VISITING, **visits_as_json(visited)},
                "flow": [flow_as_json(one) for one in flows],
            }
        )
        return
    print_series(found, kinds)
    if visited is not None:
        _print_visits(visited)
    if there is not None:
        _print_flows(flows, here.name, there.name, kinds)


def _keep(path: Path, found: "Series", head: str) -> None:
    """Keep the series in the project where that can be written; it is printed all the same."""
    from ...annotate.kept_series import keep_series
    from ...labels.errors import ProjectError

    try:
        with session.opened(path) as project:
            keep_series(project, found, head)
    except ProjectError as error:
        tell(f"The series is not kept in the project: {error}")


def print_series(found: "Series", kinds: "Mapping[str, Kind]") -> None:
    """Print dates as rows and kinds as columns, then what came and went, then the brackets."""
    if not found.moments:
        print(f"No dated scene of {found.site.name} is in the project; compare two with --site {found.site.id}.")
    else:
        seen = _kinds_seen(found)
        _print_dates(found, [kinds[name] for name in seen], [kinds[row.kind] for row in found.rows])
        _print_intervals([one for one in found.intervals if one.kind in seen], kinds)
        _print_stays(found.stays, kinds)
    for sentence in found.left_out:
        print(sentence)


def _kinds_seen(found: "Series") -> list[str]:
    """Return the kinds of which anything was seen; all that were looked for where none was."""
    looked = dict.fromkeys(row.kind for row in found.rows)
    seen = {stay.kind for stay in found.stays}
    return [kind for kind in looked if kind in seen] or list(looked)


def _print_dates(found: "Series", kinds: "Sequence[Kind]", looked: "Sequence[Kind]") -> None:
    rows = {(row.scene, row.kind): row for row in found.rows}
    cells = []
    for moment in found.moments:
        own = [rows[moment.scene, kind.name] for kind in kinds]
        notes = dict.fromkeys(row.reason for row in own if row.reason)
        note = f"blocked: {moment.blocked}" if moment.blocked else " ".join(notes)
        numbers = (_interval(row.estimate) for row in own)
        cells.append((_when(moment, found.moments), f"{moment.seen:.0%}", *numbers, note))
    output.print_table(("date", "seen", *map(_counted, kinds), "note"), cells)
    if any(row.searched == "changes" for row in found.rows):
        print("Where pairs alone were compared, what stood there on both dates is counted only where it was drawn.")
    others = dict.fromkeys(kind.plural for kind in looked if kind not in kinds)
    if others:
        print(f"Nothing was seen of {', '.join(others)}; --json says what was looked for.")


def _print_intervals(intervals: "Sequence[Interval]", kinds: "Mapping[str, Kind]") -> None:
    cells = [
        (
            one.start.day,
            one.end.day,
            _counted(kinds[one.kind]),
            _interval(one.appeared),
            _interval(one.vanished),
            "; ".join([*(f"{day}: {why}" for day, why in one.hidden), *([one.reason] if one.reason else [])]),
        )
        for one in intervals
        if one.reason or any(side is not None and side.high != 0 for side in (one.appeared, one.vanished))
    ]
    if cells:
        print()
        output.print_table(("from", "to", "kind", "appeared", "vanished", "not to be seen in between"), cells)


def _print_stays(stays: "Sequence[Stay]", kinds: "Mapping[str, Kind]") -> None:
    groups: dict[tuple[str | None, ...], list[Stay]] = {}
    for stay in stays:
        days = (_day(stay.last_absent), stay.first_present.day, stay.last_present.day, _day(stay.first_absent))
        hidden = "; ".join(f"{day}: {why}" for day, why in (*stay.hidden_before, *stay.hidden_after))
        groups.setdefault((kinds[stay.kind].plural, *days, hidden), []).append(stay)
    if not groups:
        return
    print()
    output.print_table(
        ("kind", "places", "accepted", "last absent", "first seen", "last seen", "then absent", "not to be seen"),
        [
            (key[0], len(group), sum(stay.verdict == "accepted" for stay in group), *key[1:])
            for key, group in groups.items()
        ],
    )


def _print_visits(visited: "Visits") -> None:
    print()
    if visited.estimate is None:
        print(f"Visits: {visited.reason}")
        return
    one = visited.estimate
    print(f"Visits: {output.interval(one.low, one.best, one.high)} by {visited.dates} dates.")
    for bound, rule in (("low", one.rule_low), ("high", one.rule_high)):
        print(textwrap.fill(f"{bound}: {rule}", output.WIDTH, initial_indent="  ", subsequent_indent="    "))


def _print_flows(flows: "Sequence[Flow]", start: str, end: str, kinds: "Mapping[str, Kind]") -> None:
    from ...annotate.flow import flow_sentence

    print()
    if not flows:
        print(f"Nothing was seen to leave {start} or to reach {end}.")
    for one in flows:
        print(flow_sentence(one, start, end, kinds[one.kind].plural))


def _when(moment: "Moment", moments: "Sequence[Moment]") -> str:
    """Return the day, and the time with it where another scene is of the same day."""
    return moment.day if sum(other.day == moment.day for other in moments) == 1 else moment.time


def _day(moment: "Moment | None") -> str | None:
    return None if moment is None else moment.day


def _counted(kind: "Kind") -> str:
    """Return what is counted: the kind, or what its outlines hold."""
    return kind.plural if kind.single or not kind.countable else kind.unit


def _interval(one: "Estimate | None") -> str | None:
    return None if one is None else output.interval(one.low, one.best, one.high)
