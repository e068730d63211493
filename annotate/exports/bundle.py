"""
The bundle: all that another needs to check a change set, in one zip, the same bytes for the same records.

It is a BagIt 1.0 bag (manifests of SHA-256; see `labels.export.bag`) whose payload is an RO-Crate 1.1:

    NAME/bagit.txt, bag-info.txt, manifest-sha256.txt, tagmanifest-sha256.txt
    NAME/data/ro-crate-metadata.json   what the files are, who made them, out of what
    NAME/data/README.txt               the same for a reader: what it is, whose the images are, how it is checked
    NAME/data/records.json             every row, as `labels.project.dumping` writes it and makes a project of again
    NAME/data/journal.jsonl            the journal's entries, one canonical JSON a line, up to the head
    NAME/data/imagery.json             scenes by SHA-256 with credit and licence; the bundle has no pixels of them but
                                       windows in exports/, where the licence allows it
    NAME/data/settings.json            each comparison with its settings and what came out
    NAME/data/environment.json         versions each comparison was computed with, by its id, and the version that wrote
    NAME/data/counts.json, ledger.json what was counted, and each claim beside what was observed
    NAME/data/exports/…                the labels in every other format that fits

bag-info.txt names the journal head in External-Identifier. `opened_bundle` checks the bag and gives a project made of
records.json, whose scenes' paths are file names alone.
"""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath

from ...labels.errors import ExportError
from ...labels.export import Format, Rendered, head_of
from ...labels.export.bag import open_bag, pack_bag
from ...labels.export.grounds import credit_line, exported_journal, grounds, scene_facts
from ...labels.export.labelled import Labelled
from ...labels.integrity import canonical_json
from ...labels.journal import Entry
from ...labels.plural import plural
from ...labels.project import Project
from ...labels.project.dumping import dump_records, restore_records
from ..count import count
from ..ledger import LedgerRow, ledger
from .crate import METADATA, crate_metadata

README, RECORDS, JOURNAL = "README.txt", "records.json", "journal.jsonl"
_DESCRIBED = {
    RECORDS: "Every record of the project; depotwatch makes the project of it again.",
    JOURNAL: "The hash-chained journal, one entry a line.",
    "imagery.json": "The scenes by SHA-256, with credit and licence; exports/ has windows where that allows it.",
    "settings.json": "The comparisons with their settings.",
    "environment.json": "The versions that each comparison was computed with.",
    "counts.json": "What was counted, with intervals.",
    "ledger.json": "Each claim beside what was observed.",
}


@dataclass(frozen=True, slots=True)
class OpenedBundle:
    """
    A bundle that was read.

    Parameters
    ----------
    project
        A project made of its records; gone when the bundle is closed.
    faults
        Sentences on files that are missing, were added or altered; on a journal that is not that of the records.
    files
        Content by path below `data/`.
    """

    project: Path
    faults: tuple[str, ...]
    files: Mapping[str, bytes]


def render_bundle(project: Project, labels: Sequence[Labelled], name: str, formats: Mapping[str, Format]) -> Rendered:
    """
    Return the bundle.

    Parameters
    ----------
    project, labels, name
        As for every format; the verdicts asked for choose the labels in `exports/`, and records are kept whole.
    formats
        Those in which the labels go into it; one that cannot hold them is left out, and that is said.
    """
    entries = exported_journal(project)
    files, said = label_files(project, labels, formats)
    files |= {
        RECORDS: _json(dump_records(project, entries)),
        JOURNAL: "".join(canonical_json(asdict(entry)) + "\n" for entry in entries).encode(),
        **worked_out(project, entries),
    }
    files[README] = _readme(project, labels, name)
    files[METADATA] = crate_metadata(project, entries, files, _DESCRIBED)
    info = {
        "Bag-Software-Agent": f"depotwatch {grounds(project, labels)['version']}",
        "External-Description": f"Labels of {project.title}. Imagery: {credit_line(project.scenes())}",
        "External-Identifier": head_of(project) or "none",
    }
    folder = PurePath(name).stem
    return Rendered(pack_bag(files, folder, info, entries[-1].time if entries else None), {}, said)


def worked_out(project: Project, entries: Sequence[Entry]) -> dict[str, bytes]:
    """Return the files of a bundle that records and journal give, by name: the same again from those it holds."""
    return {
        "imagery.json": _json([scene_facts(scene) for scene in project.scenes()]),
        "settings.json": _json(grounds(project, ())["comparisons"]),
        "environment.json": _json(_environments(project, entries)),
        "counts.json": _json([asdict(row) for row in count(project)]),
        "ledger.json": _json([_ledger_row(row) for row in ledger(project)]),
    }


@contextmanager
def opened_bundle(path: Path) -> Iterator[OpenedBundle]:
    """
    Check a bundle and make a project of its records, for as long as it is open.

    Raises
    ------
    ExportError
        If the file is no bundle.
    ProjectError
        If its records make no project.
    """
    bag = open_bag(path)
    if RECORDS not in bag.files or JOURNAL not in bag.files:
        raise ExportError(f"{path} holds no {RECORDS} or no {JOURNAL}: choose a bundle that depotwatch exported.")
    try:
        records = json.loads(bag.files[RECORDS])
        lines = [json.loads(line) for line in bag.files[JOURNAL].splitlines()]
        kept = sorted(canonical_json(line) for line in lines)
    except ValueError as error:
        raise ExportError(f"{path} holds records that cannot be read ({error}): get the bundle again.") from error
    with tempfile.TemporaryDirectory(prefix="depotwatch-bundle-") as folder:
        made = Path(folder) / "records.gpkg"
        restore_records(records, made)
        with Project.open(made, read_only=True) as project:
            same = sorted(canonical_json(asdict(entry)) for entry in project.journal()) == kept
        other = () if same else (f"{JOURNAL} is not the journal of {RECORDS}.",)
        yield OpenedBundle(made, (*bag.faults, *other), bag.files)


def label_files(
    project: Project, labels: Sequence[Labelled], formats: Mapping[str, Format]
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the files of `exports/`, and what of them was left out and why."""
    files: dict[str, bytes] = {}
    said: list[str] = []
    for format in formats.values():
        out = f"labels{format.endings[0]}" if format.endings else f"labels-{format.name}.json"
        try:
            made = format.render(project, labels, out)
        except ExportError as error:
            said.append(f"The bundle holds no {format.name}: {error}")
            continue
        files |= {f"exports/{name}": content for name, content in {out: made.main, **made.beside}.items()}
        said += made.said
    return files, tuple(dict.fromkeys(said))


def _readme(project: Project, labels: Sequence[Labelled], name: str) -> bytes:
    """Return in plain words what the bundle is, whose its images are, and how it is checked."""
    head, notice = head_of(project), grounds(project, labels)["notice"]
    lines = [
        project.title,
        *([str(notice)] if notice else ()),
        "",
        f"{plural(len(labels), 'label')} with what they rest on. Outlines mark what is visible, never what is inside.",
        "Numbers are intervals; a claim is set beside what was observed and is never called true or false.",
        "",
        "Imagery, to be credited wherever it is shown:",
        *(f"  {credit_line([scene])}" for scene in project.scenes()),
        "",
        "Files:",
        *(f"  {file}: {what}" for file, what in _DESCRIBED.items()),
        "  exports/: the labels for other programs.",
        "",
        f"Head of the journal: {head or 'none'}",
        f"To check it all: depotwatch verify {name}{f' --head {head}' if head else ''} --imagery FOLDER",
        "where FOLDER holds the images, and the head is compared with the one that was noted elsewhere.",
    ]
    return ("\n".join(lines) + "\n").encode()


def _environments(project: Project, entries: Sequence[Entry]) -> dict[str, object]:
    """Return what the journal says each comparison was computed with."""
    found = {
        str(entry.payload["comparison"]): entry.payload["environment"]
        for entry in entries
        if "environment" in entry.payload and "comparison" in entry.payload
    }
    return {"written_by": grounds(project, ())["version"], "comparisons": found}


def _ledger_row(row: LedgerRow) -> dict[str, object]:
    plain = asdict(row)
    return {**plain, "claim": row.claim.id, "outcome": row.outcome}


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, allow_nan=False, indent=1, default=list) + "\n").encode()
