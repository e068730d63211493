"""Between a scene and its record: what is kept of it, and reading it again."""

import os
from dataclasses import replace
from pathlib import Path

from shapely import Polygon

from ..imagery.metadata import ReadOptions
from ..imagery.read import read_scene
from ..imagery.scene import Scene, Sun, View
from ..imagery.scene_file import open_scene
from ..labels.records import SceneRecord
from .errors import AnnotateError
from .outline import grid_of

VIEW = ("view_off_nadir_deg", "view_azimuth_deg")
SAID = ("time", "platform", "level", *VIEW, "units", "offset_applied", "credit", "licence")
SUN = ("sun_azimuth_deg", "sun_elevation_deg", "sun_computed")


def record_of(scene: Scene, folder: Path) -> SceneRecord:
    """
    Return what a project in `folder` keeps of a scene: its whole grid, whatever window was read.

    The path is relative to the folder where the file lies on the same drive, so that both can move together.
    """
    grid, known = scene.file_grid, scene.acquisition
    crs = None if grid.crs is None else (f"EPSG:{grid.crs.to_epsg()}" if grid.crs.to_epsg() else grid.crs.to_wkt())
    a, b, c, d, e, f = grid.transform[:6]
    return SceneRecord(
        id=scene.sha256,
        name=_name(scene),
        path=",".join(_relative(file, folder) for file in scene.files or (scene.path,)),
        time=known.time,
        sensor=known.sensor,
        platform=known.platform,
        level=known.level,
        bands=scene.bands,
        height_px=grid.shape[0],
        width_px=grid.shape[1],
        gsd_y_m=grid.gsd_m[0],
        gsd_x_m=grid.gsd_m[1],
        crs=crs,
        transform=(a, b, c, d, e, f),
        sun_azimuth_deg=known.sun.azimuth_deg if known.sun else None,
        sun_elevation_deg=known.sun.elevation_deg if known.sun else None,
        sun_computed=known.sun is not None and known.sun.computed,
        view_off_nadir_deg=known.view.off_nadir_deg if known.view else None,
        view_azimuth_deg=known.view.azimuth_deg if known.view else None,
        units=known.units,
        offset_applied=known.offset_applied,
        valid_fraction=scene.valid_fraction,
        credit=known.credit,
        licence=known.licence,
        synthetic=known.synthetic,
    )


def newer_of(old: SceneRecord, new: SceneRecord) -> SceneRecord:
    """Return the record with what is newly said; what is said no more stays."""
    said = {name: getattr(new, name) for name in SAID if getattr(new, name) is not None}
    if new.sun_azimuth_deg is not None and (old.sun_azimuth_deg is None or old.sun_computed or not new.sun_computed):
        said |= {name: getattr(new, name) for name in SUN}
    placed = ("sensor", "path", "crs", "transform", "gsd_y_m", "gsd_x_m")
    return replace(old, **said, **{name: getattr(new, name) for name in placed})


def reopen(record: SceneRecord, folder: Path, area: Polygon | None = None, margin_px: int = 0) -> Scene:
    """
    Read a scene again from where a project in `folder` says it lies.

    Parameters
    ----------
    record
        What the project keeps of it.
    folder
        Of the project.
    area, margin_px
        Only this area, EPSG:4326, and so many pixels around it.

    Raises
    ------
    AnnotateError
        If a file is not there, or holds other bytes than those that were remembered.
    ImageryError
        If it cannot be read.
    """
    scene = read_scene(path_of(record, folder), options_of(record), area, margin_px)
    _require_same(scene.sha256, record)
    return scene


def path_of(record: SceneRecord, folder: Path) -> str:
    """
    Return where a project in `folder` says that a scene lies, as `read_scene` takes it.

    Raises
    ------
    AnnotateError
        If a file is not there.
    """
    files = [folder / part for part in record.path.split(",")]
    for file in files:
        if not file.is_file():
            raise AnnotateError(f"{file} is not there, so its pixels cannot be used; put it back or compare again.")
    return ",".join(map(str, files))


def require_unchanged(record: SceneRecord, folder: Path) -> str:
    """Return `path_of`, after reading the bytes: an AnnotateError says so where they are not those remembered."""
    path = path_of(record, folder)
    _require_same(open_scene(path, options_of(record)).sha256, record)
    return path


def options_of(record: SceneRecord) -> ReadOptions:
    """Return how to read a scene so that it is what is kept of it."""
    sun, view = None, None
    if record.sun_azimuth_deg is not None and record.sun_elevation_deg is not None and not record.sun_computed:
        sun = Sun(record.sun_azimuth_deg, record.sun_elevation_deg)
    if record.view_off_nadir_deg is not None:
        view = View(record.view_off_nadir_deg, record.view_azimuth_deg)
    return ReadOptions(
        time=record.time,
        sun=sun,
        view=view,
        sensor=record.sensor,
        level=record.level,
        credit=record.credit,
        licence=record.licence,
        grid=grid_of(record),
        utc=record.sun_azimuth_deg is not None,
    )


def _require_same(sha256: str, record: SceneRecord) -> None:
    if sha256 != record.id:
        raise AnnotateError(f"{record.name} has changed since it was compared; put the old file back or compare again.")


def _name(scene: Scene) -> str:
    if len(scene.files) < 2 or scene.path not in scene.files:  # one file, or the folder of a product
        return scene.path.name
    return f"{scene.path.name} and {len(scene.files) - 1} more"


def _relative(file: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(file.resolve(), folder.resolve())).as_posix()
    except ValueError:  # another drive
        return file.resolve().as_posix()
