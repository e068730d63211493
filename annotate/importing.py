"""Labels of others become annotations: placed on a scene's grid, given a kind, waiting for a verdict like any other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely import Polygon

from ..labels.importing import ForeignLabel, read_labels
from ..labels.integrity import canonical_json, sha256_file, sha256_text
from ..labels.project import Project
from ..labels.project.values import exact_wkt
from ..labels.records import CHANGES, ORIGINS, STATES, Annotation, Count, SceneRecord
from .errors import AnnotateError
from .kinds import Kind, kind_named
from .outline import footprint_of, grid_of, measure
from .own_kinds import kinds_in

_MAX_NOTE = 500
_NAMED = 8
_LEAST_HASH = 8  # signs of a hash that name a scene


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    What a user says about a file of labels that it does not say itself.

    Parameters
    ----------
    kind
        Kind of all of them; None takes it from each.
    property
        Name of the property that holds the kind.
    change
        Of all of them; None takes it from each, and "present" where there is one scene.
    scenes
        Names or ids of the scene, or of the earlier and the later one, that they were seen on.
    """

    kind: str | None = None
    property: str = "kind"
    change: str | None = None
    scenes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """How many annotations are new, how many were there, and what the user must be told."""

    added: int
    known: int
    said: tuple[str, ...]


def import_labels(project: Project, file: Path, analyst: str, wanted: Wanted = Wanted()) -> Imported:
    """
    Keep the outlines of a file as annotations, with an entry in the journal; importing it again adds nothing.

    What depotwatch exported comes back as it was, on the scenes it was seen on. Other files need a scene, a kind and,
    where two scenes are named, a change. Verdicts and citations are their analysts' and are not taken over.

    Raises
    ------
    AnnotateError
        If a label has no scene, kind or change, or lies off its scene; nothing is then kept.
    ImportFileError
        If the file cannot be read.
    """
    read, digest = read_labels(file), sha256_file(file)
    if not read.labels:
        raise AnnotateError(
            f"{file.name} holds no outline ({read.left_out} points, lines or empty ones): add polygons."
        )
    desk = _Desk(project, file.name, digest, wanted)
    made = [desk.annotation(one) for one in read.labels]
    there = {one.id: one for one in project.annotations(include_withdrawn=True)}
    new = [one for one in {one.id: one for one in made}.values() if one.id not in there]
    changed = sum(one.id in there and there[one.id] != one for one in made)
    with project.transaction():
        for one in new:
            project.put_annotation(one)
        if new:
            step = {"file": file.name, "sha256": digest, "labels": [one.id for one in new]}
            project.append(analyst, "import", step)
    said = [f"{read.left_out} points, lines or empty ones were left out."] if read.left_out else []
    if changed:
        said.append(f"{changed} are in the project with other words or outlines, which stay.")
    return Imported(len(new), len(made) - len(new), tuple(said))


class _Desk:
    """Turns one file's labels into annotations of one project."""

    def __init__(self, project: Project, name: str, digest: str, wanted: Wanted) -> None:
        self._name, self._digest, self._wanted = name, digest, wanted
        self._scenes = {one.id: one for one in project.scenes()}
        self._sites = {one.id for one in project.sites()}
        self._kinds: Mapping[str, Kind] = kinds_in(project.comparisons())
        self._pair = tuple(self._scene(text) for text in wanted.scenes)
        if len(self._pair) > 2:
            raise AnnotateError(
                f"--scene was given {len(self._pair)} times; give one scene, or the earlier and the later."
            )
        if wanted.kind is not None:
            kind_named(wanted.kind, self._kinds)
        if wanted.change is not None and wanted.change not in CHANGES:
            raise AnnotateError(f"{wanted.change!r} is no change; choose one of {', '.join(CHANGES)}.")

    def annotation(self, label: ForeignLabel) -> Annotation:
        """Return what becomes of a label: as it was where depotwatch wrote it, else a new drawing."""
        own = label.own
        if not self._pair and {_text(own.get("before")), _text(own.get("scene"))} <= set(self._scenes):
            return self._again(label)
        return self._foreign(label)

    def _again(self, label: ForeignLabel) -> Annotation:
        own, said = label.own, label.properties
        after = None if own.get("after") is None else str(own["after"])
        if after is not None and after not in self._scenes:
            raise self._wrong(label, f"was seen on a scene that is not in this project ({after[:12]}); add it first")
        try:
            pixels = shapely.from_wkt(str(own["pixels"]))
        except (KeyError, shapely.errors.ShapelyError) as error:
            raise self._wrong(label, f"has no outline in pixels that can be read ({error})") from error
        scene = self._scenes[str(own["scene"])]
        return Annotation(
            id=str(said["id"]) if said.get("id") else self._id(label, (str(own["before"]), str(after))),
            kind=kind_named(str(said.get("kind")), self._kinds).name,
            change=self._one_of(label, "change", CHANGES),
            state=self._one_of(label, "state", STATES),
            shape=measure(pixels if isinstance(pixels, Polygon) else label.outline, scene.id, grid_of(scene)),
            origin=self._one_of(label, "origin", ORIGINS),
            site=site if (site := _text(own.get("site"))) in self._sites else None,
            before=str(own["before"]),
            after=after,
            score=self._number(label, "score"),
            count=self._count(label),
            note=str(own.get("note") or ""),
        )

    def _foreign(self, label: ForeignLabel) -> Annotation:
        pair = self._pair or (self._only_scene(label),)
        base = pair[0]
        shape = measure(self._pixels(label, base), base.id, grid_of(base))
        change = self._wanted.change or str(label.properties.get("change") or "")
        if len(pair) == 1:
            change = "present"
        elif change not in CHANGES:
            raise self._wrong(
                label, f"says no change between the two scenes; give --change, one of {', '.join(CHANGES)}"
            )
        return Annotation(
            id=self._id(label, tuple(one.id for one in pair)),
            kind=self._kind(label),
            change=change,
            state="unknown",
            shape=shape,
            origin="analyst",
            site=None,
            before=base.id,
            after=pair[1].id if len(pair) == 2 else None,
            score=None,
            count=None,
            note=self._note(label),
        )

    def _pixels(self, label: ForeignLabel, base: SceneRecord) -> Polygon:
        if label.image is not None:
            return label.outline
        grid = grid_of(base)
        if grid.crs is None:
            raise self._wrong(label, f"lies on the ground and {base.name} has no georeference; name another --scene")
        return shapely.transform(label.outline, lambda corners: np.column_stack(grid.pixel_of(*corners.T)))

    def _only_scene(self, label: ForeignLabel) -> SceneRecord:
        """Return the one scene that a label can be meant to lie on, as nobody said which."""
        if label.image is not None:
            found = [one for one in self._scenes.values() if label.image in (one.id, one.name)]
        else:
            areas = ((one, footprint_of(one)) for one in self._scenes.values())
            found = [one for one, area in areas if area is not None and area.intersects(label.outline)]
        if len(found) != 1:
            known = ", ".join([one.name for one in self._scenes.values()][:_NAMED]) or "none"
            which = "lies on no scene" if not found else f"may lie on {len(found)} scenes"
            raise self._wrong(label, f"{which} of this project ({known}); name one with --scene, or two of them")
        return found[0]

    def _kind(self, label: ForeignLabel) -> str:
        if self._wanted.kind is not None:
            return self._wanted.kind
        value = label.properties.get(self._wanted.property)
        if _text(value) not in self._kinds:
            said = f"has no property {self._wanted.property!r}" if value is None else f"is of kind {str(value)[:40]!r}"
            raise self._wrong(label, f"{said}; give --kind, one of {', '.join(self._kinds)}, or --property")
        return str(value)

    def _id(self, label: ForeignLabel, scenes: Sequence[str]) -> str:
        what = [self._digest, label.number, label.part, exact_wkt(label.outline), *scenes, self._wanted.kind]
        return sha256_text(canonical_json(what))

    def _note(self, label: ForeignLabel) -> str:
        words = (str(label.properties.get(name) or "").strip() for name in ("name", "note", "description"))
        told = "; ".join(dict.fromkeys(filter(None, words)))[:_MAX_NOTE]
        return f"Imported from {self._name}{': ' if told else '.'}{told}"

    def _count(self, label: ForeignLabel) -> Count | None:
        low, best, high, tiers_low, tiers_high = (
            None if (number := self._number(label, name)) is None else int(number)
            for name in ("count_low", "count_best", "count_high", "tiers_low", "tiers_high")
        )
        return None if low is None else Count(low, best, high, tiers_low, tiers_high)

    def _number(self, label: ForeignLabel, name: str) -> float | None:
        value: Any = label.properties.get(name)
        try:
            number = None if value is None or value == "" else float(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise self._wrong(label, f"has {name} {str(value)[:40]!r}, which is no number") from error
        if number is not None and not isfinite(number):
            raise self._wrong(label, f"has {name} {number}, which is no number")
        return number

    def _one_of(self, label: ForeignLabel, name: str, allowed: Sequence[str]) -> str:
        value = label.properties.get(name)
        if value not in allowed:
            raise self._wrong(label, f"has {name} {str(value)[:40]!r}; allowed: {', '.join(allowed)}")
        return str(value)

    def _scene(self, text: str) -> SceneRecord:
        named = [one for one in self._scenes.values() if one.name == text]
        found = named or [one for one in self._scenes.values() if len(text) >= _LEAST_HASH and one.id.startswith(text)]
        if len(found) != 1:
            known = ", ".join(one.name for one in self._scenes.values()) or "none"
            raise AnnotateError(f"{text!r} is not one scene of this project ({known}); give its name or its hash.")
        return found[0]

    def _wrong(self, label: ForeignLabel, what: str) -> AnnotateError:
        return AnnotateError(f"Label {label.number} of {self._name} {what}.")


def _text(value: object) -> str:
    """Return a text as it is; "" for what a file has in the place of one."""
    return value if isinstance(value, str) else ""
