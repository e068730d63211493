"""Records as rows and back: nested records become prefixed columns, and a record read back equals the one written."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from ..records import (
    Annotation,
    Candidate,
    Claim,
    Comparison,
    Count,
    Estimate,
    KindResult,
    Quantity,
    SceneRecord,
    Shape,
    Site,
    SiteRole,
    StoredEstimate,
    Window,
)
from .columns import Row

_TRANSFORM = tuple(f"transform_{letter}" for letter in "abcdef")
_QUANTITY = tuple(f"quantity_{name}" for name in ("low", "high", "unit", "hedge"))
_ANNOTATION = tuple(field.name for field in fields(Annotation) if field.name not in ("shape", "count"))


def plain_row(record: object) -> dict[str, Any]:
    """Return a record without nested records as a row: one column a field."""
    return {field.name: getattr(record, field.name) for field in fields(record)}  # type: ignore[arg-type]


def scene_row(scene: SceneRecord) -> dict[str, Any]:
    """Return a scene as a row."""
    row = plain_row(scene)
    return {**row, "bands": list(scene.bands), **dict(zip(_TRANSFORM, row.pop("transform"), strict=True))}


def scene_record(row: Row) -> SceneRecord:
    """Return the scene of a row."""
    own = {name: value for name, value in row.items() if name not in _TRANSFORM}
    a, b, c, d, e, f = (row[name] for name in _TRANSFORM)
    return SceneRecord(**{**own, "bands": tuple(row["bands"])}, transform=(a, b, c, d, e, f))


def site_row(site: Site) -> dict[str, Any]:
    """Return a site as a row of its layer."""
    row = plain_row(site)
    return {"geom": row.pop("area"), **row}


def site_record(row: Row) -> Site:
    """Return the site of a row."""
    own = dict(row)
    return Site(area=own.pop("geom"), **own)


def comparison_row(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as a row, without its kinds; a run over one scene names it twice."""
    row = plain_row(comparison)
    del row["kinds"]
    row["after"] = comparison.after or comparison.before
    return row


def kind_rows(comparison: Comparison) -> list[dict[str, Any]]:
    """Return a comparison's kinds as rows, in order."""
    return [
        {"comparison": comparison.id, "position": position, **plain_row(kind)}
        for position, kind in enumerate(comparison.kinds)
    ]


def comparison_record(row: Row, kinds: Sequence[Row]) -> Comparison:
    """Return the comparison of its row and its kinds' rows."""
    results = (KindResult(kind["kind"], kind["testable"], kind["reason"], kind["candidates"]) for kind in kinds)
    alone = row["before"] == row["after"] and row["method"] is None and row["refused"] is None
    return Comparison(**{**row, "after": None if alone else row["after"]}, kinds=tuple(results))


def candidate_row(candidate: Candidate) -> dict[str, Any]:
    """Return a candidate as a row."""
    row = plain_row(candidate)
    del row["shape"], row["count"]
    outline = {"pixels": candidate.shape.pixels, "ground": candidate.shape.ground}
    return {**row, **_size_row(candidate.shape), **outline, **_count_row(candidate.count)}


def candidate_record(row: Row) -> Candidate:
    """Return the candidate of a row."""
    own = {name: row[name] for name in ("id", "comparison", "annotation", "kind", "change", "state", "score", "terms")}
    return Candidate(**own, shape=_shape(row, row["pixels"], row["ground"]), count=_count(row))


def annotation_row(annotation: Annotation) -> dict[str, Any]:
    """Return an annotation as a row of the layer it belongs to."""
    row = plain_row(annotation)
    del row["shape"], row["count"]
    shape = annotation.shape
    outline = {"geom": shape.pixels} if shape.ground is None else {"geom": shape.ground, "pixels": shape.pixels}
    return {**row, **_size_row(shape), **outline, **_count_row(annotation.count)}


def annotation_record(row: Row) -> Annotation:
    """Return the annotation of a row of either layer; only the ground layer has a column `pixels`."""
    on_ground = "pixels" in row
    shape = _shape(row, row["pixels"] if on_ground else row["geom"], row["geom"] if on_ground else None)
    return Annotation(**{name: row[name] for name in _ANNOTATION}, shape=shape, count=_count(row))


def estimate_row(stored: StoredEstimate) -> dict[str, Any]:
    """Return a stored estimate as a row."""
    row = plain_row(stored)
    return {**plain_row(row.pop("estimate")), **row}


def estimate_record(row: Row) -> StoredEstimate:
    """Return the stored estimate of a row."""
    estimate = Estimate(**{field.name: row[field.name] for field in fields(Estimate)})
    return StoredEstimate(row["comparison"], row["site"], row["kind"], estimate, row["time"])


def claim_row(claim: Claim) -> dict[str, Any]:
    """Return a claim as a row, without its sites."""
    row = plain_row(claim)
    del row["quantity"], row["sites"], row["window"]
    quantity = claim.quantity or Quantity(None, None)
    row |= {"quantity_given": claim.quantity is not None}
    row |= {f"quantity_{name}": value for name, value in plain_row(quantity).items()}
    return row | {"window_start": claim.window.start, "window_end": claim.window.end}


def claim_site_rows(claim: Claim) -> list[dict[str, Any]]:
    """Return a claim's sites as rows, in order."""
    return [{"claim": claim.id, "position": position, **plain_row(role)} for position, role in enumerate(claim.sites)]


def claim_record(row: Row, sites: Sequence[Row]) -> Claim:
    """Return the claim of its row and its sites' rows."""
    own = dict(row)
    quantity = Quantity(*(own.pop(name) for name in _QUANTITY))
    window = Window(own.pop("window_start"), own.pop("window_end"))
    given = own.pop("quantity_given")
    roles = tuple(SiteRole(site["site"], site["role"]) for site in sites)
    return Claim(**own, quantity=quantity if given else None, window=window, sites=roles)


def _size_row(shape: Shape) -> dict[str, Any]:
    return {name: getattr(shape, name) for name in ("scene", "length_m", "width_m", "area_m2", "heading_deg")}


def _shape(row: Row, pixels: Any, ground: Any) -> Shape:  # noqa: ANN401 - polygons out of an untyped row
    size = (row["length_m"], row["width_m"], row["area_m2"], row["heading_deg"])
    return Shape(pixels, row["scene"], ground, *size)


def _count_row(count: Count | None) -> dict[str, Any]:
    names = ("low", "best", "high")
    counts = {f"count_{name}": None if count is None else getattr(count, name) for name in names}
    tiers = ("tiers_low", "tiers_high")
    return counts | {name: None if count is None else getattr(count, name) for name in tiers}


def _count(row: Row) -> Count | None:
    if row["count_low"] is None:
        return None
    return Count(row["count_low"], row["count_best"], row["count_high"], row["tiers_low"], row["tiers_high"])
