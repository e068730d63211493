"""Claims, counts and series as rows of words. Plain functions, without Qt's widgets."""

from collections.abc import Iterable, Mapping, Sequence

from ...annotate.count import CountRow
from ...annotate.kinds import Kind
from ...annotate.ledger import LedgerRow
from ...annotate.series import Series
from ...labels.records import Estimate
from .rows import TableRow

CLAIM_HEAD = ("outcome", "claim", "claimed", "observed", "for · against · context", "source")
COUNT_HEAD = ("kind", "site", "verdict", "outlines", "count", "by which rule, or why not")
SERIES_HEAD = ("date", "seen", "kind", "count", "appeared since", "vanished since", "note")
STATUS_COLOURS: Mapping[str, str] = {
    "supported": "#56B4E9",
    "partly": "#F0E442",
    "contradicted": "#E69F00",
    "not observed": "#C8CDD4",
    "not tested": "#8A8F98",
}
GREY = "#8A8F98"


def claim_rows(rows: Iterable[LedgerRow], cited_by_current: frozenset[str]) -> list[TableRow]:
    """Return the ledger; claims that the selected place is tied to stand out."""
    found = []
    for row in rows:
        cited = " · ".join(str(len(ids)) for ids in (row.supporting, row.opposing, row.context))
        origin = f"First said by {row.origin}. " if row.origin else ""
        cells = (row.status, row.claim.statement, row.claimed, interval(row.observed), cited, row.source)
        tip = f"{row.claim.statement}.\n{row.explanation}\n{origin}{row.source}"
        found.append(
            TableRow(row.claim.id, cells, tip, STATUS_COLOURS.get(row.status), row.claim.id in cited_by_current)
        )
    return found


def count_rows(rows: Iterable[CountRow], kinds: Mapping[str, Kind]) -> list[TableRow]:
    """Return the counts; what cannot be counted is greyed, with the reason."""
    found = []
    for row in rows:
        kind = kinds.get(row.kind)
        rule = row.reason if row.estimate is None else f"{row.estimate.rule_best} {row.reason}".strip()
        number = "no number" if row.estimate is None else f"{interval(row.estimate)} {row.estimate.unit}"
        cells = (kind.plural if kind else row.kind, row.site or "", row.verdict or "", str(row.objects), number, rule)
        colour = GREY if row.estimate is None else kind.colour if kind else None
        tip = rule if row.estimate is None else "\n".join(_rules(row.estimate))
        found.append(TableRow(row.kind, cells, tip, colour))
    return found


def series_rows(series: Series, kinds: Mapping[str, Kind]) -> list[TableRow]:
    """Return a site's dates by kind, with what came and went since the date before; blocked dates say why."""
    moments = {moment.scene: moment for moment in series.moments}
    since = {(one.kind, one.end.scene): one for one in series.intervals}
    found = []
    for row in series.rows:
        moment, between = moments[row.scene], since.get((row.kind, row.scene))
        note = f"blocked: {moment.blocked}" if moment.blocked else row.reason
        cells = (
            moment.day,
            f"{moment.seen:.0%}",
            kinds[row.kind].plural if row.kind in kinds else row.kind,
            interval(row.estimate),
            interval(None if between is None else between.appeared),
            interval(None if between is None else between.vanished),
            note,
        )
        tip = note if row.estimate is None else "\n".join(_rules(row.estimate))
        found.append(TableRow(row.scene, cells, tip, GREY if row.estimate is None else None))
    return found


def bracket_words(series: Series, kinds: Mapping[str, Kind]) -> str:
    """Return the first-seen brackets in lines: how many places of a kind are first seen between which dates."""
    groups: dict[tuple[str, str, str], int] = {}
    for stay in series.stays:
        first = "no date shows it absent before" if stay.last_absent is None else f"absent on {stay.last_absent.day}"
        key = kinds[stay.kind].plural if stay.kind in kinds else stay.kind, first, stay.first_present.day
        groups[key] = groups.get(key, 0) + 1
    return "<br>".join(f"{n} {kind}: {absent}, first seen {seen}" for (kind, absent, seen), n in groups.items())


def interval(estimate: Estimate | None) -> str:
    """Return "5 (3–8)", "5 (3 or more)", or a dash where there is none."""
    if estimate is None:
        return "–"
    if estimate.low == estimate.high:
        return f"{estimate.best}"
    span = f"{estimate.low} or more" if estimate.high is None else f"{estimate.low}–{estimate.high}"
    return f"{estimate.best} ({span})"


def _rules(estimate: Estimate) -> Sequence[str]:
    rules = {"low": estimate.rule_low, "best": estimate.rule_best, "high": estimate.rule_high}
    return [f"{name}: {rule}" for name, rule in rules.items()]
