"""Labels as files for other programs; formats that records alone can fill."""

from .csv import render_csv
from .exporting import Exported, export
from .format import Format, Rendered
from .geojson import render_geojson
from .gpkg import render_gpkg
from .grounds import head_of
from .kml import render_kml
from .prov import render_prov

__all__ = ["CSV", "FORMATS", "GEOJSON", "Exported", "Format", "Rendered", "export", "head_of"]

GEOJSON = Format("geojson", (".geojson",), render_geojson)
CSV = Format("csv", (".csv",), render_csv)
FORMATS = {
    format.name: format
    for format in (
        GEOJSON,
        Format("gpkg", (".gpkg",), render_gpkg),
        CSV,
        Format("kml", (".kml",), render_kml),
        Format("prov", (), render_prov),
    )
}
