"""Labels as files for other programs; formats that records alone can fill."""

from .csv import render_csv
from .exporting import Exported, export
from .format import Format, Rendered
from .geojson import render_geojson
from .grounds import head_of

__all__ = ["CSV", "FORMATS", "GEOJSON", "Exported", "Format", "Rendered", "export", "head_of"]

GEOJSON = Format("geojson", (".geojson",), render_geojson)
CSV = Format("csv", (".csv",), render_csv)
FORMATS = {format.name: format for format in (GEOJSON, CSV)}
