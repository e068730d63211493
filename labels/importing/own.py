"""What depotwatch's own tables say of a label beside the properties of the design."""

from collections.abc import Mapping

_COLUMNS = {
    "before": "before_id",
    "after": "after_id",
    "scene": "scene_id",
    "site": "site",
    "pixels": "pixels_wkt",
    "note": "own_note",
}


def own_of_row(row: Mapping[str, object]) -> dict[str, object]:
    """Return by its name what a row of our CSV or GeoPackage has; empty for a row of others."""
    if not all(row.get(column) for column in ("before_id", "scene_id", "pixels_wkt")):
        return {}
    return {name: row.get(column) or None for name, column in _COLUMNS.items()}
