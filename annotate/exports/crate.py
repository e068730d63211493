"""RO-Crate 1.1 (https://w3id.org/ro/crate/1.1): what the files of a bundle are, who made them, and out of what."""

import json
from collections.abc import Iterable, Mapping

from ...labels.export.grounds import UNSTATED, credit_line, grounds
from ...labels.integrity import sha256_bytes
from ...labels.journal import Entry
from ...labels.project import Project
from ...labels.records import Comparison, SceneRecord

METADATA = "ro-crate-metadata.json"
_SPECIFICATION = "https://w3id.org/ro/crate/1.1"
_TYPES = {
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".geojson": "application/geo+json",
    ".gpkg": "application/geopackage+sqlite3",
    ".csv": "text/csv",
    ".kml": "application/vnd.google-earth.kml+xml",
    ".png": "image/png",
}

Node = dict[str, object]


def crate_metadata(
    project: Project, entries: Iterable[Entry], files: Mapping[str, bytes], described: Mapping[str, str]
) -> bytes:
    """
    Return the metadata file of a crate.

    Parameters
    ----------
    project
        Whose bundle it is.
    entries
        The journal as the bundle holds it: its analysts are named.
    files
        Content by path, without the metadata file.
    described
        What a file is, by path, where that is to be said.
    """
    rest, scenes = grounds(project, ()), project.scenes()
    people: dict[str, Node] = {entry.analyst: _person(entry.analyst) for entry in entries}
    software = {"@id": "#depotwatch", "@type": "SoftwareApplication", "name": "depotwatch", "version": rest["version"]}
    notice = str(rest["notice"] or "")
    root: Node = {
        "@id": "./",
        "@type": "Dataset",
        "name": project.title,
        "description": " ".join(filter(None, (notice, f"Labels, journal and ledger of {project.title}."))),
        "datePublished": rest["journal_time"] or "1970-01-01",
        "license": f"Imagery: {credit_line(scenes) or UNSTATED}",
        "identifier": rest["journal_head"],
        "creator": [_reference(person) for person in people.values()],
        "hasPart": [{"@id": name} for name in sorted(files)],
        "mentions": [{"@id": f"#run-{one.id[:16]}"} for one in project.comparisons()],
    }
    descriptor: Node = {
        "@id": METADATA,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": _SPECIFICATION},
    }
    graph = [
        *(descriptor, root, software, *people.values()),
        *(_scene(scene) for scene in scenes),
        *(_run(one) for one in project.comparisons()),
        *(_file(name, files[name], described.get(name)) for name in sorted(files)),
    ]
    crate = {"@context": f"{_SPECIFICATION}/context", "@graph": graph}
    return (json.dumps(crate, ensure_ascii=False, allow_nan=False, indent=1) + "\n").encode()


def _person(name: str) -> Node:
    return {"@id": f"#analyst-{sha256_bytes(name.encode())[:16]}", "@type": "Person", "name": name}


def _scene(scene: SceneRecord) -> Node:
    """Return a scene, which the crate holds by its hash and not by its pixels."""
    facts: Node = {
        "@id": f"#scene-{scene.id[:16]}",
        "@type": "ImageObject",
        "name": scene.name,
        "sha256": scene.id,
        "dateCreated": scene.time,
        "creditText": scene.credit or UNSTATED,
        "license": scene.licence or UNSTATED,
    }
    return {key: value for key, value in facts.items() if value is not None}


def _run(one: Comparison) -> Node:
    scenes = dict.fromkeys(filter(None, (one.before, one.after)))
    return {
        "@id": f"#run-{one.id[:16]}",
        "@type": "CreateAction",
        "name": f"Comparison {one.id}",
        "endTime": one.time,
        "instrument": {"@id": "#depotwatch"},
        "object": [{"@id": f"#scene-{scene[:16]}"} for scene in scenes],
        "result": {"@id": "records.json"},
    }


def _file(name: str, content: bytes, what: str | None) -> Node:
    ending = name[name.rfind(".") :]
    facts: Node = {
        "@id": name,
        "@type": "File",
        "name": name,
        "description": what,
        "encodingFormat": _TYPES.get(ending, "application/octet-stream"),
        "contentSize": str(len(content)),
        "sha256": sha256_bytes(content),
    }
    return {key: value for key, value in facts.items() if value is not None}


def _reference(node: Node) -> Node:
    return {"@id": node["@id"]}
