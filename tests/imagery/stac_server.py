"""A small STAC API on loopback, with the bad manners of real ones, over scenes that are made up."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from rasterio.crs import CRS
from shapely import Polygon, box
from shapely.geometry import mapping

from .serving import Server, answer

HOST = "stac.example"
CENTRE = 130.30, 42.23
AREA = box(130.29, 42.22, 130.31, 42.24)
_UTM = CRS.from_epsg(32652)
_CORNER = 604_000, 4_680_000  # the made scenes reach 8 km from here, around `AREA`


@dataclass
class Api:
    """
    What the server holds and how it behaves.

    Parameters
    ----------
    files
        Serves the assets.
    items
        Answered from the newest back, whatever was asked.
    ignores_dates
        Whether it answers with items of other days too.
    searches
        Whether it has a search.
    page
        Items a page.
    """

    files: Server
    items: list[dict[str, Any]] = field(default_factory=list)
    ignores_dates: bool = False
    searches: bool = True
    page: int = 2

    @property
    def url(self) -> str:
        """Its root."""
        return f"http://{HOST}:{self.files.port}/v1"


@contextmanager
def stac_api(folder: Path) -> Iterator[Api]:
    """Serve a folder's files and, under /v1, a STAC API and a static catalogue of the same items."""
    api = Api(Server(folder))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            said = _document(api, self.path)
            if said is None:
                answer(self, api.files)
            else:
                _send(self, said)

        def do_POST(self) -> None:
            query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            _send(self, _searched(api, query))

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    api.files.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield api
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def add_item(api: Api, id: str, time: str, cloudy: float, **more: Any) -> None:  # noqa: ANN401
    """
    Add an acquisition whose mask is cloudy over the western share of the area.

    Parameters
    ----------
    cloudy
        Share of `AREA` under cloud, from the west, 0 to 1.
    more
        Properties; "collection" and "footprint" say those.
    """
    west, _, east, _ = _area_m().bounds
    scl = np.full((400, 400), 4, dtype=np.uint8)
    start, stop = (round((edge - _CORNER[0]) / 20) for edge in (west, west + cloudy * (east - west)))
    scl[:, start:stop] = 9
    profile = {"width": 400, "height": 400, "count": 1, "dtype": "uint8", "compress": "deflate"}
    place = {"crs": _UTM, "transform": Affine(20, 0, _CORNER[0], 0, -20, _CORNER[1])}
    with rasterio.open(api.files.folder / f"{id}_scl.tif", "w", driver="COG", **profile, **place) as dataset:
        dataset.write(scl, 1)
    collection = more.pop("collection", "sentinel-2-c1-l2a")
    footprint = more.pop("footprint", box(130.2, 42.15, 130.4, 42.32))
    root = f"http://{HOST}:{api.files.port}"
    asset = {"type": "image/tiff; application=geotiff; profile=cloud-optimized", "roles": ["data"]}
    bands = {
        name: {**asset, "href": f"{root}/{id}_{name}.tif", "eo:bands": [{"common_name": name}], "gsd": 10}
        for name in ("blue", "green", "red", "nir")
    }
    api.items.append(
        {
            "type": "Feature",
            "stac_version": "1.0.0",
            "id": id,
            "collection": collection,
            "geometry": mapping(footprint),
            "bbox": list(footprint.bounds),
            "properties": {"datetime": time, "eo:cloud_cover": 50, "sat:relative_orbit": 103, **more},
            "assets": {**bands, "scl": {**asset, "href": f"{root}/{id}_scl.tif"}},
            "links": [{"rel": "self", "href": f"{root}/v1/collections/{collection}/items/{id}"}],
        }
    )


def _area_m() -> Polygon:
    from rasterio.warp import transform_bounds

    return box(*transform_bounds("EPSG:4326", _UTM, *AREA.bounds))


def _document(api: Api, path: str) -> dict[str, Any] | None:
    root = f"http://{HOST}:{api.files.port}"
    if path == "/v1":
        search = [{"rel": "search", "href": f"{root}/v1/search", "method": "POST"}] if api.searches else []
        children = [{"rel": "child", "href": f"{root}/v1/catalog.json"}]
        return {"type": "Catalog", "id": "made", "links": [*search, *children]}
    if path == "/v1/collections":
        return {"collections": [{"id": id} for id in sorted({item["collection"] for item in api.items})]}
    if path == "/v1/catalog.json":
        ids = sorted({item["collection"] for item in api.items})
        return {"type": "Catalog", "id": "made", "links": [{"rel": "child", "href": f"./{id}.json"} for id in ids]}
    for item in api.items:
        if path == f"/v1/{item['id']}.json":
            return item
        if path == f"/v1/{item['collection']}.json":
            links = [
                {"rel": "item", "href": f"{one['id']}.json"}
                for one in api.items
                if one["collection"] == item["collection"]
            ]
            extent = {"spatial": {"bbox": [list(item["bbox"])]}, "temporal": {"interval": [[None, None]]}}
            return {"type": "Collection", "id": item["collection"], "extent": extent, "links": links}
    return None


def _searched(api: Api, query: dict[str, Any]) -> dict[str, Any]:
    first, last = query["datetime"].split("/")
    items = [
        item
        for item in reversed(api.items)
        if (api.ignores_dates or first <= item["properties"]["datetime"] <= last)
        and item["collection"] in query["collections"]
    ]
    start = query.get("token", 0)
    links = []
    if start + api.page < len(items):
        body = {"token": start + api.page}
        links.append({"rel": "next", "method": "POST", "href": f"{api.url}/search", "body": body, "merge": True})
    return {"type": "FeatureCollection", "features": items[start : start + api.page], "links": links}


def _send(handler: BaseHTTPRequestHandler, said: dict[str, Any]) -> None:
    body = json.dumps(said).encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
