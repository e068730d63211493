"""The series of a site as the project keeps it."""

from collections.abc import Iterable

from ..labels.project import Project
from ..labels.records import Estimate, SeriesRow, StayRow
from .moments import Moment
from .series import Series
from .stays import Hidden


def keep_series(project: Project, found: Series, head: str) -> bool:
    """
    Keep a series in place of the site's earlier one; return False where it was kept already, and nothing is written.

    `head` is the project's, read before the series was worked out.

    No view could replace these tables: an interval is the quantile of a distribution, which SQL cannot work out, and
    which places are one depends on their outlines. Updating them at every verdict would make reviewing slow. So they
    are worked out by whoever asks for the series, replaced as a whole in one transaction, and carry the hash of the
    journal's last entry: where that is not the project's head, something was decided since. They hold no judgement of
    anybody, so the journal has no entry of them, which would make them out of date by itself.
    """
    return project.replace_series(found.site.id, _rows(found, head), _stays(found, head))


def is_kept(project: Project, found: Series, head: str) -> bool:
    """Return True where the project holds this very series, so that nothing has to be written."""
    kept = project.series(found.site.id), project.stays(found.site.id)
    return kept == (_rows(found, head), _stays(found, head))


def _rows(found: Series, head: str) -> tuple[SeriesRow, ...]:
    moments = {one.scene: one for one in found.moments}
    intervals = {(one.kind, one.end.scene): one for one in found.intervals}
    rows = []
    for row in found.rows:
        interval = intervals.get((row.kind, row.scene))
        rows.append(
            SeriesRow(
                found.site.id,
                row.scene,
                row.kind,
                row.time,
                moments[row.scene].seen,
                row.searched,
                *_numbers(row.estimate),
                None if row.estimate is None else row.estimate.level,
                None if row.estimate is None else row.estimate.unit,
                row.reason,
                None if interval is None else interval.start.time,
                *_numbers(None if interval is None else interval.appeared),
                *_numbers(None if interval is None else interval.vanished),
                head,
            )
        )
    return tuple(rows)


def _numbers(estimate: Estimate | None) -> tuple[int | None, int | None, int | None]:
    return (None, None, None) if estimate is None else (estimate.low, estimate.best, estimate.high)


def _stays(found: Series, head: str) -> tuple[StayRow, ...]:
    rows: list[StayRow] = []
    numbers: dict[str, int] = {}
    for stay in found.stays:
        for annotation in stay.annotations:
            number = numbers[annotation] = numbers.get(annotation, -1) + 1
            rows.append(
                StayRow(
                    found.site.id,
                    annotation,
                    number,
                    stay.kind,
                    stay.verdict,
                    _time(stay.last_absent),
                    stay.first_present.time,
                    stay.last_present.time,
                    _time(stay.first_absent),
                    hidden_text(stay.hidden_before),
                    hidden_text(stay.hidden_after),
                    head,
                )
            )
    return tuple(rows)


def _time(moment: Moment | None) -> str | None:
    return None if moment is None else moment.time


def hidden_text(hidden: Iterable[Hidden]) -> str:
    """Return hidden days with their reasons in words; empty for none."""
    return "; ".join(f"{day}: {reason}" for day, reason in hidden)
