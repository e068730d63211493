"""A label as one flat row: the properties of the design, the analysts' words, scenes by id, outlines, credits."""

from collections.abc import Iterable

from ..project.values import exact_wkt
from .grounds import credit_line
from .labelled import Labelled

PROPERTIES = {
    **dict.fromkeys(("id", "kind", "change", "state", "origin", "verdict"), "text"),
    "score": "real",
    **dict.fromkeys(("count_low", "count_best", "count_high", "tiers_low", "tiers_high"), "integer"),
    **dict.fromkeys(("length_m", "width_m", "area_m2", "heading_deg"), "real"),
    **dict.fromkeys(("before", "after", "claims", "note"), "text"),
}
"""The properties of the design by name, each with the kind of its column; see `project.values.SQL_TYPES`."""
DETAILS = {
    **dict.fromkeys(("reasons", "verdict_notes", "analysts", "dissent", "site"), "text"),
    **dict.fromkeys(("before_id", "after_id", "scene_id", "pixels_wkt", "ground_wkt"), "text"),
    "synthetic": "boolean",
    **dict.fromkeys(("credits", "own_note"), "text"),
}


def flat_row(label: Labelled) -> dict[str, object]:
    """Return a label's value for each name of `PROPERTIES` and `DETAILS`."""
    annotation, shape = label.annotation, label.annotation.shape
    return {
        **label.properties(),
        "claims": _joined(f"{claim} {relation}" for claim, relation in label.relations()),
        "reasons": _joined(sorted({verdict.reason for verdict in label.verdicts if verdict.reason})),
        "verdict_notes": _joined(f"{verdict.analyst}: {verdict.note}" for verdict in label.verdicts if verdict.note),
        "analysts": _joined(f"{verdict.analyst} {verdict.value} {verdict.time}" for verdict in label.verdicts),
        "dissent": _joined(one.words for one in label.dissent),
        "site": annotation.site,
        "before_id": annotation.before,
        "after_id": annotation.after,
        "scene_id": shape.scene,
        "pixels_wkt": exact_wkt(shape.pixels),
        "ground_wkt": None if shape.ground is None else exact_wkt(shape.ground),
        "synthetic": label.synthetic,
        "credits": credit_line(label.scenes),
        "own_note": annotation.note,
    }


def _joined(texts: Iterable[str]) -> str:
    return "; ".join(texts)
