"""A bundle: whether its files are those that were packed, and what stands in them is what its records give."""

import json
from collections.abc import Mapping

from ... import __version__
from ...labels.export import FORMATS
from ...labels.export.labelled import labelled
from ...labels.plural import plural
from ...labels.project import Project
from ..exports.bundle import OpenedBundle, label_files, worked_out
from .finding import DIFFERS, OK, UNCHECKED, Finding
from .guarded import guarded

LABELS = "exports/labels.geojson"


def check_bundle(bundle: OpenedBundle) -> tuple[Finding, ...]:
    """Hold every file to the manifests, then what readers look at, counts and labels among it, to the records."""
    files = plural(len(bundle.files), "file")
    if bundle.faults:
        packed = Finding("bundle", DIFFERS, "Its files are not those that were packed.", bundle.faults)
    else:
        packed = Finding("bundle", OK, f"{files}, records and journal among them, hold the bytes that were packed.")
    return (packed, *guarded("content", lambda: (_content(bundle),)))


def _content(bundle: OpenedBundle) -> Finding:
    with Project.open(bundle.project, read_only=True) as project:
        labels = labelled(project, None, _exported(bundle.files))
        given, _ = label_files(project, labels, FORMATS)
        given |= worked_out(project, project.journal())
    told = [
        f"{name} is not what the records give." if name in bundle.files else f"{name} is not in the bundle."
        for name, content in sorted(given.items())
        if bundle.files.get(name) != content
    ]
    if not told:
        sentence = f"Counts, ledger, settings and {plural(len(labels), 'label')} are what the records give."
        return Finding("content", OK, sentence)
    version = _written_by(bundle.files)
    if version != __version__:
        sentence = f"It was written by depotwatch {version}, and {__version__} writes otherwise: {', '.join(told)}"
        return Finding("content", UNCHECKED, sentence)
    return Finding("content", DIFFERS, "What readers look at is not what the records give.", tuple(told))


def _exported(files: Mapping[str, bytes]) -> frozenset[str] | None:
    """Return the ids of the labels that were chosen for the exports; None for all, where that cannot be told."""
    try:
        return frozenset(str(one["id"]) for one in json.loads(files[LABELS])["features"])
    except (KeyError, TypeError, ValueError):
        return None


def _written_by(files: Mapping[str, bytes]) -> str:
    try:
        return str(json.loads(files["environment.json"])["written_by"])
    except (KeyError, TypeError, ValueError):
        return "unknown"
