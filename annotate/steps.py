"""Steps of a review as JSON: the part of a place that a step changed, as it was before and after."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from shapely import Polygon

from ..labels.journal import Entry
from ..labels.records import Annotation, Citation, Count, Remark, Shape, Verdict
from .errors import ReviewError

State = Mapping[str, Any]
"""
What a step touched. Keys are fields of an annotation that an analyst may change ("kind", "state", "note", "count",
"shape", "withdrawn"), "record" for the whole annotation of a drawing, "verdict" for the analyst's own, "citations" for
their own by claim, and "remarks" by id. A value of None says that there was none.
"""

FIELDS = ("kind", "state", "note", "count", "shape", "withdrawn")
STEPS = ("verdict", "adjudicate", "kind", "state", "note", "count", "draw", "reshape", "withdraw", "cite", "uncite")


def is_step(entry: Entry) -> bool:
    """Say whether an entry is a step of a review, or one undone or done again, as we write them."""
    return entry.action in (*STEPS, "undo", "redo") and {"annotation", "before", "after"} <= entry.payload.keys()


def state_of(entry: Entry, which: str) -> State:
    """Return the state "before" or "after" a step."""
    state = entry.payload.get(which)
    if not isinstance(state, Mapping):
        raise ReviewError(f"Journal entry {entry.seq} does not say what was {which} it; it cannot be undone.")
    return state


def encode_fields(annotation: Annotation, names: tuple[str, ...] = FIELDS) -> dict[str, Any]:
    """Return fields of an annotation as JSON values."""
    values = {name: getattr(annotation, name) for name in names}
    if "shape" in values:
        values["shape"] = encode_shape(annotation.shape)
    if "count" in values:
        values["count"] = encode_count(annotation.count)
    return values


def with_fields(annotation: Annotation, state: State) -> Annotation:
    """Return the annotation with the fields that a state names."""
    changes: dict[str, Any] = {name: state[name] for name in FIELDS if name in state}
    if "shape" in changes:
        changes["shape"] = decode_shape(changes["shape"])
    if "count" in changes:
        changes["count"] = _decode_count(changes["count"])
    return replace(annotation, **changes)


def encode_annotation(annotation: Annotation) -> dict[str, Any]:
    """Return a whole annotation as JSON values."""
    plain = ("id", "change", "origin", "site", "before", "after", "score")
    return {**{name: getattr(annotation, name) for name in plain}, **encode_fields(annotation)}


def decode_annotation(value: Mapping[str, Any]) -> Annotation:
    """Return the annotation of its JSON values."""
    return Annotation(**{**value, "shape": decode_shape(value["shape"]), "count": _decode_count(value["count"])})


def encode_shape(shape: Shape) -> dict[str, Any]:
    """Return a shape as JSON values: rings as lists of [x, y], whose floats read back exactly."""
    sizes = {name: getattr(shape, name) for name in ("scene", "length_m", "width_m", "area_m2", "heading_deg")}
    return {**sizes, "pixels": _rings(shape.pixels), "ground": None if shape.ground is None else _rings(shape.ground)}


def decode_shape(value: Mapping[str, Any]) -> Shape:
    """Return the shape of its JSON values."""
    ground = value["ground"]
    return Shape(
        **{**value, "pixels": _polygon(value["pixels"]), "ground": None if ground is None else _polygon(ground)}
    )


def encode_verdict(verdict: Verdict | None) -> dict[str, Any] | None:
    """Return a verdict as JSON values."""
    return None if verdict is None else asdict(verdict)


def decode_verdict(value: Mapping[str, Any]) -> Verdict:
    """Return the verdict of its JSON values."""
    return Verdict(**value)


def encode_citation(citation: Citation | None) -> dict[str, Any] | None:
    """Return a citation as JSON values."""
    return None if citation is None else asdict(citation)


def encode_remark(remark: Remark | None) -> dict[str, Any] | None:
    """Return a remark as JSON values."""
    return None if remark is None else asdict(remark)


def encode_count(count: Count | None) -> dict[str, Any] | None:
    """Return a count as JSON values."""
    return None if count is None else asdict(count)


def _decode_count(value: Mapping[str, Any] | None) -> Count | None:
    return None if value is None else Count(**value)


def _rings(polygon: Polygon) -> list[list[list[float]]]:
    return [[[x, y] for x, y, *_ in ring.coords] for ring in (polygon.exterior, *polygon.interiors)]


def _polygon(rings: list[list[list[float]]]) -> Polygon:
    return Polygon(rings[0], rings[1:])
