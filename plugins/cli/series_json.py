"""A series, its visits and its flows as JSON values."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .count import estimate_as_json

if TYPE_CHECKING:
    from ...annotate.flow import Flow
    from ...annotate.series import Row, Series
    from ...annotate.stays import Hidden, Stay
    from ...annotate.visits import Visits
    from ...labels.records import Estimate


def as_json(found: "Series") -> dict[str, Any]:
    """Return a series as JSON values."""
    return {
        "site": {"id": found.site.id, "name": found.site.name},
        "dates": [
            {
                "scene": one.scene,
                "name": one.name,
                "time": one.time,
                "seen_fraction": one.seen,
                "blocked": one.blocked,
                "kinds": [_row_as_json(row) for row in found.rows if row.scene == one.scene],
            }
            for one in found.moments
        ],
        "intervals": [
            {
                "kind": one.kind,
                "start": one.start.time,
                "end": one.end.time,
                "appeared": _estimate(one.appeared),
                "vanished": _estimate(one.vanished),
                "reason": one.reason,
                "hidden": _hidden(one.hidden),
            }
            for one in found.intervals
        ],
        "stays": [_stay_as_json(one) for one in found.stays],
        "left_out": list(found.left_out),
    }


def _row_as_json(row: "Row") -> dict[str, Any]:
    return {
        "kind": row.kind,
        "count": _estimate(row.estimate),
        "reason": row.reason,
        "confirmed": row.confirmed,
        "searched": row.searched,
    }


def _stay_as_json(one: "Stay") -> dict[str, Any]:
    return {
        "kind": one.kind,
        "verdict": one.verdict,
        "annotations": list(one.annotations),
        "last_absent": None if one.last_absent is None else one.last_absent.time,
        "first_present": one.first_present.time,
        "last_present": one.last_present.time,
        "first_absent": None if one.first_absent is None else one.first_absent.time,
        "hidden_before": _hidden(one.hidden_before),
        "hidden_after": _hidden(one.hidden_after),
    }


def flow_as_json(one: "Flow") -> dict[str, Any]:
    """Return a flow as JSON values."""
    return {
        "kind": one.kind,
        "from": one.origin,
        "to": one.destination,
        "window": {"start": one.window.start, "end": one.window.end},
        "left": _estimate(one.left),
        "arrived": _estimate(one.arrived),
        "could_be_the_same": _estimate(one.could),
        "confirmed": one.confirmed,
        "reason": one.reason,
    }


def visits_as_json(one: "Visits") -> dict[str, Any]:
    """Return visits as JSON values."""
    return {
        "count": _estimate(one.estimate),
        "confirmed": one.confirmed,
        "dates": one.dates,
        "reason": one.reason,
    }


def _estimate(one: "Estimate | None") -> dict[str, Any] | None:
    return None if one is None else estimate_as_json(one)


def _hidden(hidden: "Sequence[Hidden]") -> list[dict[str, str]]:
    return [{"day": day, "reason": reason} for day, reason in hidden]
