"""Claims, counts and series as rows of words. Plain functions, without Qt's widgets."""

from collections.abc import Iterable, Mapping, Sequence

from ...annotate.count import CountRow
from ...annotate.kinds import Kind
from ...annotate.ledger import LedgerRow
from ...annotate.moments import Moment
from ...annotate.series import Series
from ...annotate.stays import Stay
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
    "not testable": "#8A8F98",
}
STAY_HEAD = ("places", "accepted", "last absent", "first seen", "last seen", "then absent", "not to be seen on")
GREY = "#8A8F98"
NEVER = "–"


def claim_rows(rows: Iterable[LedgerRow], cited_by_current: frozenset[str]) -> list[TableRow]:
    """Return the ledger; claims that the selected place is tied to stand out."""
    found = []
    for row in rows:
        cited = " · ".join(str(len(ids)) for ids in (row.supporting, row.opposing, row.context))
        origin = f"First said by {row.origin}. " if row.origin else ""
        cells = (row.status, row.claim.statement, row.claimed, interval(row.observed), cited, row.source)
        tip = "\n".join((f"{row.claim.statement}.", row.explanation, *beside(row), f"{origin}{row.source}"))
        found.append(
            TableRow(row.claim.id, cells, tip, STATUS_COLOURS.get(row.status), row.claim.id in cited_by_current)
        )
    return found


def beside(row: LedgerRow) -> list[str]:
    """Return what stands beside the ledger's own sentence: the flow between two sites, and what analysts make of it."""
    words = [row.flow] if row.flow else []
    for one in row.judgements:
        said = [part for part in (one.observation, one.assessment) if part]
        said += [f"Likelihood: {one.likelihood}."] if one.likelihood else []
        said += [f"Confidence: {one.confidence}."] if one.confidence else []
        words.append(f"{one.analyst}: {' '.join(said)}")
    return words


def count_rows(rows: Iterable[CountRow], kinds: Mapping[str, Kind]) -> list[TableRow]:
    """Return the counts; what cannot be counted is greyed, with the reason."""
    found = []
    for row in rows:
        kind = kinds.get(row.kind)
        rule = row.reason if row.estimate is None else f"{row.estimate.rule_best} {row.reason}".strip()
        number = "no number" if row.estimate is None else _counted(row.estimate, kind)
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


def stay_rows(series: Series, kinds: Mapping[str, Kind]) -> list[TableRow]:
    """Return how many places of a kind stayed within the same brackets; a row's key holds the ids of their places."""
    groups: dict[tuple[str, ...], list[Stay]] = {}
    for stay in series.stays:
        days = (_day(stay.last_absent), stay.first_present.day, stay.last_present.day, _day(stay.first_absent))
        hidden = "; ".join(f"{day}: {why}" for day, why in (*stay.hidden_before, *stay.hidden_after))
        groups.setdefault((stay.kind, *days, hidden), []).append(stay)
    found = []
    for (kind, absent, first, last, gone, hidden), stays in groups.items():
        key = " ".join(dict.fromkeys(one for stay in stays for one in stay.annotations))
        cells = (
            many(len(stays), kind, kinds),
            str(sum(one.verdict == "accepted" for one in stays)),
            absent,
            first,
            last,
            gone,
            hidden,
        )
        tip = f"No scene shows them absent before {first}." if absent == NEVER else f"They came after {absent}."
        found.append(TableRow(key, cells, tip, kinds[kind].colour if kind in kinds else None))
    return found


def many(number: int, kind: str, kinds: Mapping[str, Kind]) -> str:
    """Return "1 vessel" or "3 vessels"."""
    known = kinds.get(kind)
    return f"{number} {kind if known is None else known.title if number == 1 else known.plural}"


def _day(moment: Moment | None) -> str:
    return NEVER if moment is None else moment.day


def interval(estimate: Estimate | None) -> str:
    """Return "5 (3–8)", "5 (3 or more)", or a dash where there is none."""
    if estimate is None:
        return "–"
    if estimate.low == estimate.high:
        return f"{estimate.best}"
    span = f"{estimate.low} or more" if estimate.high is None else f"{estimate.low}–{estimate.high}"
    return f"{estimate.best} ({span})"


def _counted(estimate: Estimate, kind: Kind | None) -> str:
    """Return an interval with its unit: "1 vessel", "4 (3 or more) pits"."""
    one = estimate.low == estimate.high == 1 and kind is not None and estimate.unit == kind.plural
    return f"{interval(estimate)} {kind.title if one and kind is not None else estimate.unit}"


def _rules(estimate: Estimate) -> Sequence[str]:
    rules = {"low": estimate.rule_low, "best": estimate.rule_best, "high": estimate.rule_high}
    return [f"{name}: {rule}" for name, rule in rules.items()]
