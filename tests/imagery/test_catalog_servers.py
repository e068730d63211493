"""Search against real servers: a STAC API over pgstac, and nginx serving masks by ranges."""

import time
from pathlib import Path

import pytest

from depotwatch.imagery.catalog.asking import Asking
from depotwatch.imagery.catalog.catalogues import catalogue
from depotwatch.imagery.catalog.clear import Clear, clear_skies
from depotwatch.imagery.catalog.search import Answer, search
from depotwatch.imagery.errors import RemoteError
from depotwatch.imagery.remote.reach import Terms, reaching

from ..servers import Nginx, Pgstac
from .serving import Server
from .stac_server import AREA, HOST, Api, add_item

SPAN = "2023-07-01", "2023-08-31"
COLLECTION = "sentinel-2-c1-l2a"

pytestmark = [pytest.mark.server, pytest.mark.allow_hosts(["127.0.0.1"])]


def _local(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.fixture(scope="module")
def url(pgstac: Pgstac, nginx: Nginx) -> str:
    """Fill the servers with fifty dates, every second one cloudy over the area, and return the API's address."""
    api = Api(Server(nginx.folder, nginx.port))
    for number in range(50):
        month, day = 7 + number // 31, 1 + number % 31
        add_item(api, f"s{number:02d}", f"2023-{month:02d}-{day:02d}T02:30:00Z", 1.0 if number % 2 else 0.1)
    pgstac.load([_collection(COLLECTION), _collection("empty")], api.items)
    return f"http://{HOST}:{pgstac.port}"


def _collection(id: str) -> dict[str, object]:
    extent = {"spatial": {"bbox": [[-180, -90, 180, 90]]}, "temporal": {"interval": [["2015-01-01T00:00:00Z", None]]}}
    return {
        "type": "Collection",
        "stac_version": "1.0.0",
        "id": id,
        "description": "made",
        "license": "other",
        "extent": extent,
        "links": [],
    }


def _searched(url: str, terms: Terms, *collections: str) -> Answer:
    with reaching(terms, [HOST]) as reach:
        return search(catalogue(url), AREA, SPAN, Asking(reach.door, reach.cache), collections)


@pytest.fixture
def terms(tmp_path: Path) -> Terms:
    return Terms(local=True, cache=tmp_path, resolve=_local)


def test_a_real_api_is_searched_page_by_page(url: str, terms: Terms) -> None:
    answer = _searched(url, terms, COLLECTION)
    assert [one.id for one in answer.found] == [f"s{number:02d}" for number in range(50)]
    assert answer.notes == ()
    assert answer.found[0].mask is not None and answer.found[0].bands["nir"].endswith("s00_nir.tif")


def test_an_empty_collection_is_empty_and_a_missing_one_an_error(url: str, terms: Terms) -> None:
    assert _searched(url, terms, "empty").found == ()
    with pytest.raises(RemoteError, match="has no collection sentinel-2-l2a; it has empty, sentinel-2-c1-l2a"):
        _searched(url, terms, "sentinel-2-l2a")


def test_fifty_skies_are_looked_at_over_the_area_within_seconds(url: str, terms: Terms, nginx: Nginx) -> None:
    found = _searched(url, terms, COLLECTION).found
    with reaching(terms, [HOST]) as reach:
        start = time.monotonic()
        skies = clear_skies(found, AREA, reach.door, reach.cache)
        took = time.monotonic() - start
    shares = [sky.clear for sky in skies if isinstance(sky, Clear) and sky.clear is not None]
    assert [round(share) for share in shares] == [1, 0] * 25
    assert max(len(nginx.asked(f"s{number:02d}_scl.tif")) for number in range(50)) <= 5
    assert took < 30  # five seconds are the aim on a quiet machine: `depotwatch bench search` measures
