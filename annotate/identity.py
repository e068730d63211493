"""The ids that content gives: anyone can work them out again from what they name."""

from collections.abc import Mapping

from shapely import Polygon

from ..labels.integrity import canonical_json, sha256_text


def comparison_id(before: str, after: str | None, settings: Mapping[str, object], version: str) -> str:
    """Return the id of a run: the hash of its scenes' hashes, its settings and the version that ran."""
    identity = {"before": before, "after": after, "settings": dict(settings), "version": version}
    return sha256_text(canonical_json(identity))


def candidate_id(comparison: str, kind: str, change: str, pixels: Polygon) -> str:
    """Return the id of a candidate: the hash of its run, its kind, its change and its outline in pixels."""
    return sha256_text(f"{comparison} {kind} {change} {pixels.wkb_hex}")
