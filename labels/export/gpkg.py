"""GeoPackage 1.3 as an exchange file: plain layers of labels for any GIS. It is no project; depotwatch imports it."""

import sqlite3
from collections.abc import Sequence

from ..project import Project, geopackage
from ..project.columns import Column, Table, quoted
from ..project.values import checked_outline
from .flat import DETAILS, PROPERTIES, flat_row
from .format import Rendered
from .grounds import grounds
from .labelled import Labelled

LAYER, PIXEL_LAYER = "labels", "labels_pixel"
_EPOCH = "1970-01-01T00:00:00.000Z"  # of an export of a project in which nothing was done yet


def _layer(name: str, description: str, srs: int) -> Table:
    kinds = {**PROPERTIES, **DETAILS}
    columns = tuple(Column(column, kind, null=True) for column, kind in kinds.items())
    return Table(name, description, columns, srs=srs, sealed=False)


_LABELS = _layer(LAYER, "Labels on the ground.", geopackage.WGS84)
_LABELS_PIXEL = _layer(
    PIXEL_LAYER, "Labels on images without georeference, in (column, row).", geopackage.UNDEFINED_CARTESIAN
)
_SCENES = Table(
    "scenes",
    "The imagery the labels were seen on, with credit and licence.",
    tuple(Column(name, "text", null=True) for name in ("id", "name", "time", "platform", "credit", "licence")),
    sealed=False,
)
_GROUNDS = Table(
    "provenance",
    "What the labels rest on: version, journal head, comparisons, claims; each value as JSON.",
    (Column("name", "text"), Column("value", "json", null=True)),
    key=("name",),
    sealed=False,
)


def render_gpkg(project: Project, labels: Sequence[Labelled], name: str) -> Rendered:
    """Return two layers, on the ground and in pixels, a table of scenes, and one of what the labels rest on."""
    rest = grounds(project, labels)
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        geopackage.register_functions(database)
        tables = (_LABELS, _LABELS_PIXEL, _SCENES, _GROUNDS)
        database.executescript(geopackage.core_sql() + "".join(table.sql() for table in tables))
        for label in labels:
            shape = label.annotation.shape
            table, outline = (_LABELS_PIXEL, shape.pixels) if shape.ground is None else (_LABELS, shape.ground)
            row = {**flat_row(label), "geom": checked_outline(outline, label.annotation.id)}
            _insert(database, table, row)
        for scene in project.scenes():
            _insert(database, _SCENES, {column.name: getattr(scene, column.name) for column in _SCENES.columns})
        for key, value in rest.items():
            _insert(database, _GROUNDS, {"name": key, "value": value})
        _describe(database, str(rest["journal_time"] or _EPOCH))
        return Rendered(database.serialize(), {})
    finally:
        database.close()


def _insert(database: sqlite3.Connection, table: Table, row: dict[str, object]) -> None:
    names = ", ".join(map(quoted, table.names))
    marks = ", ".join("?" * len(table.names))
    database.execute(f"INSERT INTO {quoted(table.name)} ({names}) VALUES ({marks})", table.encode(row))


def _describe(database: sqlite3.Connection, time: str) -> None:
    """Say of each layer where it lies, and of all when: the journal's time, not that of writing."""
    database.execute("UPDATE gpkg_contents SET last_change = ?", (time,))
    for table in (LAYER, PIXEL_LAYER):
        database.execute(
            f"""UPDATE gpkg_contents SET (min_x, max_x, min_y, max_y) =
                (SELECT min(minx), max(maxx), min(miny), max(maxy) FROM "rtree_{table}_geom") WHERE table_name = ?""",
            (table,),
        )
