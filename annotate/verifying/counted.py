"""Whether counts and ledger follow from pixels and recorded decisions, and not from the record of candidates alone."""

from collections.abc import Sequence
from dataclasses import replace

from ...labels.journal import Entry
from ...labels.plural import plural
from ...labels.project import Project
from ...labels.records import Annotation, Candidate, Estimate
from ..count import CountRow, count_standing
from ..ledger import LedgerRow, ledger
from ..matching import match
from ..standing import Standing, what_stands
from ..steps import is_step
from .again import Again
from .finding import DIFFERS, OK, Finding


def check_counted(project: Project, runs: Sequence[Again], entries: Sequence[Entry]) -> tuple[Finding, ...]:
    """
    Count and draw up the ledger twice: from the record, and from what came out again with what analysts decided.

    Places that an analyst drew, judged or corrected are as recorded; all others are what the pixels gave again.
    """
    recorded, again = what_stands(project), _standing(project, runs, entries)
    of = len(project.comparisons())
    pixels = "pixels" if len(runs) == of else f"the pixels of {len(runs)} of {of} comparisons, the record of the others"
    return (
        _finding("counts", _counts(recorded), _counts(again), "kind", pixels),
        _finding("ledger", _claims(project, recorded), _claims(project, again), "claim", pixels),
    )


def _standing(project: Project, runs: Sequence[Again], entries: Sequence[Entry]) -> Standing:
    """Return what would stand had the runs that came out again been kept instead of those recorded."""
    annotations = {one.id: one for one in project.annotations()}
    touched = {str(one.payload["annotation"]) for one in entries if is_step(one)}
    linked = {one.recorded.id: _linked(one, list(annotations.values())) for one in runs}
    kept = dict(annotations)
    for run in runs:
        born = {one.id for one in run.had if one.id == one.annotation} - touched
        came = {one.annotation: one for one in linked[run.recorded.id]}
        kept = {name: one for name, one in kept.items() if name not in born or name in came}
        for name, candidate in came.items():
            if name in born or name not in annotations:
                kept[name] = _as_proposed(name, kept.get(name), candidate, run)
    comparisons = {
        run.recorded.id: (
            replace(run.comparison, id=run.recorded.id, time=run.recorded.time),
            linked[run.recorded.id],
        )
        for run in runs
    }
    return replace(what_stands(project, comparisons), annotations=kept)


def _linked(run: Again, annotations: Sequence[Annotation]) -> list[Candidate]:
    """Return what came out again, each with the annotation that it is."""
    known = {one.id: one.annotation for one in run.had}
    new = [one for one in run.candidates if one.id not in known]
    known |= {one.id: name or one.id for one, name in zip(new, match(new, annotations), strict=True)}
    return [replace(one, annotation=known[one.id]) for one in run.candidates]


def _as_proposed(name: str, kept: Annotation | None, one: Candidate, run: Again) -> Annotation:
    """Return the place that a candidate is as long as no analyst touches it."""
    site, before, after = run.recorded.site, run.recorded.before, run.recorded.after
    base = kept or Annotation(
        name, one.kind, one.change, one.state, one.shape, "machine", site, before, after, one.score, one.count
    )
    return replace(
        base, kind=one.kind, change=one.change, state=one.state, shape=one.shape, score=one.score, count=one.count
    )


def _counts(standing: Standing) -> dict[str, str]:
    """Return what is counted of each kind at each site, in words."""
    rows: tuple[CountRow, ...] = count_standing(standing, ("kind", "site"))
    return {f"{row.kind} at {row.site or 'no site'}": _interval(row.estimate, row.reason) for row in rows}


def _claims(project: Project, standing: Standing) -> dict[str, str]:
    """Return what came of each claim, in words."""
    rows: tuple[LedgerRow, ...] = ledger(project, standing=standing)
    return {row.claim.id: f"{row.outcome} [{_interval(row.observed, '')}]" for row in rows}


def _finding(check: str, recorded: dict[str, str], again: dict[str, str], what: str, pixels: str) -> Finding:
    told = [
        f"{name}: {recorded.get(name, 'nothing')} by the record, {again.get(name, 'nothing')} from pixels."
        for name in {**recorded, **again}
        if recorded.get(name) != again.get(name)
    ]
    if told:
        return Finding(check, DIFFERS, "They do not follow from the pixels.", tuple(told))
    if not recorded:
        return Finding(check, OK, f"There is no {what} to set beside what was observed.")
    sentence = f"{plural(len(recorded), what)}, worked out again from {pixels} and recorded decisions: the same."
    return Finding(check, OK, sentence)


def _interval(estimate: Estimate | None, reason: str) -> str:
    if estimate is None:
        return f"no number ({reason})" if reason else "no number"
    high = "or more" if estimate.high is None else f"to {estimate.high}"
    return f"{estimate.best} ({estimate.low} {high}) at {estimate.level:.0%}"
