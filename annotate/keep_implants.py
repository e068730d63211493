"""Keeping what became of implants beside the comparison they were drawn for: rows alone, never their pixels."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..imagery.synthetic.implant import RENDERER
from ..labels.integrity import sha256_text
from ..labels.project import Project
from ..labels.records import Comparison, ImplantRow
from .implant_rows import kept_for
from .keep import Kept, keep_counts, looked_into, opened
from .settings import Settings

SEED_BITS = 48


def seed_of(comparison: Comparison) -> int:
    """Return the seed of a pair's implants: the same pair gives the same ones, whatever the settings."""
    return int(sha256_text(f"implants {comparison.before} {comparison.after}")[: SEED_BITS // 4], 16)


def implants_of(project: Project | str | Path, comparison: str) -> tuple[ImplantRow, ...]:
    """Return what a project knows of a comparison's implants."""
    with looked_into(project) as store:
        return store.implants(comparison)


def keep_implants(
    project: Project | str | Path, settings: Settings, kept: Kept, found: Sequence[ImplantRow]
) -> tuple[Kept, tuple[ImplantRow, ...]]:
    """Store implants in place of earlier ones, count again with the recall they give, and journal both."""
    rows = kept_for(found, kept.comparison.id)
    with opened(project) as store, store.transaction():
        had = store.estimates(kept.comparison.id)
        changed = store.replace_implants(kept.comparison.id, rows)
        counts = keep_counts(store, kept.comparison, kept.candidates)
        if changed or store.estimates(kept.comparison.id) != had:
            store.append(settings.analyst, "implants", _entry(kept.comparison, settings.implants, rows))
    return replace(kept, counts=counts), rows


def _entry(comparison: Comparison, asked: int, rows: Sequence[ImplantRow]) -> dict[str, object]:
    found = Counter(row.kind for row in rows if row.found)
    return {
        "comparison": comparison.id,
        "synthetic": True,
        "renderer": RENDERER,
        "seed": seed_of(comparison),
        "asked": asked,
        "kinds": {
            kind: {"drawn": drawn, "found": found[kind]} for kind, drawn in Counter(r.kind for r in rows).items()
        },
    }
