"""Places that the pit detector looks at in rendered cases and real pairs, each with its terms and what it really is."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import Polygon
from shapely.geometry import shape

from ...imagery.metadata import ReadOptions
from ...imagery.normalise import normalise
from ...imagery.read import read_scene
from ...imagery.register import register
from ...imagery.scene import ScenePair, Sun
from .. import detect
from ..detect.pit.closer import closer_places
from ..detect.pit.search import Place, outline, places
from ..detect.pit.view import View, view_of
from ..kinds import load_kinds
from ..matching import iou
from ..one_to_one import LEAST_IOU

KIND = "storage-pit"
NONE, EXCUSED = -1, -2
ANY_SUN = Sun(160.0, 45.0)  # for pairs without pits, of which none is known
Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Examples:
    """
    The places of one case.

    Parameters
    ----------
    names
        Of the terms.
    terms
        float64 (n, k).
    object
        int64 (n): which object of the truth a place is; `NONE`, or `EXCUSED` where a pit was altered.
    outlines
        n polygons in pixels.
    area_km2
        Ground compared.
    """

    names: tuple[str, ...]
    terms: Doubles
    object: NDArray[np.int64]
    outlines: tuple[Polygon, ...]
    area_km2: float

    def without(self, dropped: Sequence[str]) -> "Examples":
        """Return the same places without some terms."""
        kept = [index for index, name in enumerate(self.names) if name not in dropped]
        return replace(self, names=tuple(self.names[index] for index in kept), terms=self.terms[:, kept])


def examples(pair: ScenePair, truth: Sequence[tuple[str, Polygon, float]], closer: bool) -> Examples:
    """
    Return the places of a registered, normalised pair.

    Parameters
    ----------
    pair
        With known suns.
    truth
        Change, outline in pixels and width in pixels of each pit that changed.
    closer
        Look closer where it is worth it, and leave out the rest; else every place, as the search sees it.
    """
    view = view_of(pair)
    if view is None:
        raise ValueError("The pair has no valid pixel; leave it out.")
    found = list(_looked_at(pair, view, closer))
    outlines = tuple(outline(place.fit, view.frame) for place in found)
    names = tuple(sorted(found[0].found)) if found else ()
    which = [
        _object(polygon, "appeared" if place.sign > 0 else "vanished", truth)
        for place, polygon in zip(found, outlines, strict=True)
    ]
    terms = np.array([[place.found[name] for name in names] for place in found]).reshape(len(found), len(names))
    area = float(view.valid.sum()) * view.frame.step_m**2 / 1e6
    return Examples(names, terms, np.array(which, dtype=np.int64), outlines, area)


def folder_examples(folder: Path, closer: bool, cache: Path | None = None) -> Examples:
    """
    Return the places of a case in a folder.

    Parameters
    ----------
    folder
        With before.tif, after.tif, and truth.json unless nothing is there; meta.json with the pixel size where the
        images do not say it.
    closer
        See `examples`.
    cache
        Where the places are kept for the next time, for as long as neither the case nor the detector changes.
    """
    if cache is None:
        return _worked_out(folder, closer)
    kept = cache / f"{_digest(folder)}-{'closer' if closer else 'search'}.json"
    if kept.exists():
        return _read(json.loads(kept.read_text(encoding="utf-8")))
    made = _worked_out(folder, closer)
    cache.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    part.write_text(json.dumps(_written(made)), encoding="utf-8")
    part.replace(kept)
    return made


def _looked_at(pair: ScenePair, view: View, closer: bool) -> Iterator[Place]:
    kind = load_kinds()[KIND]
    if closer:
        yield from closer_places(pair, view, kind)
    else:
        yield from places(pair, view, kind)


def _object(polygon: Polygon, change: str, truth: Sequence[tuple[str, Polygon, float]]) -> int:
    """Return the object that an outline is, by the rule of `scoring.tally`."""
    best, overlap = NONE, -1.0
    for index, (happened, thing, width_px) in enumerate(truth):
        shared = iou(polygon, thing)
        near = polygon.centroid.distance(thing.centroid) <= width_px / 2
        if happened in (change, "altered") and (near or shared >= LEAST_IOU) and shared > overlap:
            best, overlap = EXCUSED if happened == "altered" else index, shared
    return best


def _worked_out(folder: Path, closer: bool) -> Examples:
    note = folder / "meta.json"
    about = json.loads(note.read_text(encoding="utf-8")) if note.exists() else {}
    options = ReadOptions(gsd_m=about["gsd_m"], sun=ANY_SUN) if about else ReadOptions()
    before, after = (read_scene(folder / f"{date}.tif", options) for date in ("before", "after"))
    known = folder / "truth.json"
    features = json.loads(known.read_text(encoding="utf-8"))["features"] if known.exists() else []
    truth = []
    for feature in features:
        told, polygon = feature["properties"], shape(feature["geometry"])
        if told["kind"] == KIND and told["change"] != "persisted":
            scale = (polygon.area / (told["length_m"] * told["width_m"])) ** 0.5
            truth.append((told["change"], polygon, told["width_m"] * scale))
    return examples(normalise(register(before, after, accept_residual=True)), truth, closer)


def _digest(folder: Path) -> str:
    """Return what changes with the case and with the detector's own files."""
    here = Path(detect.__file__).parent
    parts = [*sorted((here / "pit").glob("*.*")), *sorted(here.glob("*.py")), *sorted(folder.glob("*.*"))]
    whole = hashlib.sha256()
    for part in parts:
        if part.is_file() and (part.parent != folder or part.stem in ("before", "after", "truth", "meta")):
            whole.update(part.name.encode() + hashlib.sha256(part.read_bytes()).digest())
    return whole.hexdigest()[:24]


def _written(made: Examples) -> dict[str, object]:
    plain = asdict(replace(made, outlines=()))
    plain |= {"terms": made.terms.tolist(), "object": made.object.tolist()}
    return plain | {"outlines": [shapely.to_wkt(polygon, rounding_precision=3) for polygon in made.outlines]}


def _read(plain: dict[str, object]) -> Examples:
    names = tuple(str(name) for name in _list(plain["names"]))
    which = np.array(_list(plain["object"]), dtype=np.int64)
    terms = np.array(_list(plain["terms"]), dtype=np.float64).reshape(len(which), len(names))
    outlines = tuple(Polygon(shapely.from_wkt(text)) for text in _list(plain["outlines"]))
    area_km2 = plain["area_km2"]
    if not isinstance(area_km2, float):
        raise ValueError(f"area_km2={area_km2!r} in the cache: a number was expected; delete the cache.")
    return Examples(names, terms, which, outlines, area_km2)


def _list(value: object) -> list[object]:
    if not isinstance(value, list):
        raise ValueError(f"{value!r} in the cache: a list was expected; delete the cache.")
    return value
