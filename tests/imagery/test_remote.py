import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import rasterio
from affine import Affine
from rasterio.crs import CRS
from rasterio.windows import Window

from depotwatch.imagery.errors import (
    CancelledError,
    NotThereError,
    OfflineError,
    RefusedAddressError,
    RemoteError,
    UnreadableSceneError,
)
from depotwatch.imagery.remote.answer import Answer
from depotwatch.imagery.remote.cache import BLOCK, BlockCache
from depotwatch.imagery.remote.door import Door
from depotwatch.imagery.remote.patience import Patience
from depotwatch.imagery.remote.policy import Policy
from depotwatch.imagery.remote.remote_raster import open_remote
from depotwatch.imagery.remote.together import AT_ONCE, together

from .serving import Server, serving

HASTY = Patience(connect_s=2, read_s=0.3, answer_s=5, first_wait_s=0.01, longest_wait_s=0.02)
WINDOW = Window(300, 300, 400, 316)
ADDRESSES = {"data.example": "127.0.0.1", "inside.example": "10.0.0.5", "other.example": "127.0.0.1"}

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("served")
    pixels = np.random.default_rng(7).integers(1000, 3000, (1024, 1024), dtype=np.uint16)
    georeference = {"crs": CRS.from_epsg(32652), "transform": Affine(10, 0, 500_000, 0, -10, 4_700_000)}
    profile = {"width": 1024, "height": 1024, "count": 1, "dtype": "uint16", "compress": "deflate", "blocksize": 256}
    with rasterio.open(folder / "scene.tif", "w", driver="COG", **profile, **georeference) as dataset:
        dataset.write(pixels, 1)
    (folder / "trap.tif").write_text('<VRTDataset rasterXSize="1" rasterYSize="1"></VRTDataset>')
    (folder / "page.html").write_text("<html></html>")
    return folder


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    with serving(folder) as server:
        yield server


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[BlockCache]:
    with BlockCache(tmp_path / "cache") as cache:
        yield cache


@pytest.fixture
def door() -> Iterator[Door]:
    policy = Policy(frozenset({"data.example", "inside.example"}), local=True)
    with Door(policy, HASTY, lambda host, port: [ADDRESSES[host]]) as door:
        yield door


def _pixels(folder: Path) -> np.ndarray:
    with rasterio.open(folder / "scene.tif") as dataset:
        return np.asarray(dataset.read([1], window=WINDOW))


def _read(url: str, door: Door | None, cache: BlockCache) -> np.ndarray:
    with open_remote(url, door, cache) as raster:
        return raster.read(WINDOW, [1])


def test_a_window_takes_its_tiles_alone_in_a_few_requests(
    server: Server, door: Door, cache: BlockCache, folder: Path
) -> None:
    with open_remote(server.url("scene.tif"), door, cache) as raster:
        tiles = sum(stop - start for start, stop in raster.tiles(WINDOW, [1]))
        np.testing.assert_array_equal(raster.read(WINDOW, [1]), _pixels(folder))
        assert raster.file.requests <= 5
        assert raster.file.fetched <= tiles + BLOCK * (1 + 2 * (raster.file.requests - 1))


def test_what_was_read_once_is_read_again_without_a_server(
    server: Server, door: Door, cache: BlockCache, folder: Path
) -> None:
    _read(server.url("scene.tif"), door, cache)
    before = len(server.asked)
    np.testing.assert_array_equal(_read(server.url("scene.tif"), None, cache), _pixels(folder))
    assert len(server.asked) == before


def test_what_was_never_read_is_refused_without_a_door(cache: BlockCache) -> None:
    with pytest.raises(OfflineError, match="fetch it once with a connection"):
        _read("https://data.example/scene.tif", None, cache)


@pytest.mark.parametrize("fault", ["503", "drop", "stall", "truncate", "short", "wrong range"])
@pytest.mark.parametrize("at", [0, 1])
def test_a_fault_that_passes_is_asked_again(
    server: Server, door: Door, cache: BlockCache, folder: Path, fault: str, at: int
) -> None:
    server.faults[:] = [""] * at + [fault]
    np.testing.assert_array_equal(_read(server.url("scene.tif"), door, cache), _pixels(folder))


@pytest.mark.parametrize("fault", ["503", "drop", "stall", "truncate", "short", "wrong range"])
def test_a_fault_that_stays_ends_in_one_sentence_and_leaves_nothing_wrong(
    server: Server, door: Door, cache: BlockCache, folder: Path, fault: str
) -> None:
    server.faults[:] = [""] + [fault] * 5
    with pytest.raises(RemoteError, match=r"asked 5 times; try again later\.$"):
        _read(server.url("scene.tif"), door, cache)
    np.testing.assert_array_equal(_read(server.url("scene.tif"), door, cache), _pixels(folder))


def test_a_file_that_changes_while_it_is_read_is_never_mixed(
    server: Server, door: Door, cache: BlockCache, folder: Path
) -> None:
    server.faults[:] = ["", "changed"]
    with pytest.raises(RemoteError, match="changed while it was read"):
        _read(server.url("scene.tif"), door, cache)
    np.testing.assert_array_equal(_read(server.url("scene.tif"), door, cache), _pixels(folder))


def test_a_server_without_ranges_is_an_error_by_name(server: Server, door: Door, cache: BlockCache) -> None:
    server.faults[:] = ["no ranges"]
    with pytest.raises(RemoteError, match="serves no ranges"):
        _read(server.url("scene.tif"), door, cache)


def test_a_file_that_is_not_there_is_an_error_by_name(server: Server, door: Door, cache: BlockCache) -> None:
    with pytest.raises(RemoteError, match=r"none\.tif is not there \(it answers 404\)"):
        _read(server.url("none.tif"), door, cache)


def test_what_is_no_geotiff_is_not_opened_as_anything_else(server: Server, door: Door, cache: BlockCache) -> None:
    with pytest.raises(UnreadableSceneError, match=r"trap\.tif cannot be read as a GeoTIFF"):
        _read(server.url("trap.tif"), door, cache)
    with pytest.raises(UnreadableSceneError, match="no GeoTIFF by its name"):
        _read(server.url("page.html"), door, cache)


@pytest.mark.parametrize(("tag", "value"), [(324, 2**31), (325, 2**31), (325, 2**22)])
def test_a_tile_that_cannot_be_is_refused_before_it_is_asked_for(
    server: Server, door: Door, cache: BlockCache, folder: Path, tag: int, value: int
) -> None:
    content = bytearray((folder / "scene.tif").read_bytes())
    start = int.from_bytes(content[4:8], "little")
    for entry in range(start + 2, start + 2 + 12 * int.from_bytes(content[start : start + 2], "little"), 12):
        if int.from_bytes(content[entry : entry + 2], "little") == tag:
            values = int.from_bytes(content[entry + 8 : entry + 12], "little")
            content[values : values + 4 * 16] = value.to_bytes(4, "little") * 16
    (folder / "hostile.tif").write_bytes(content)
    with pytest.raises(UnreadableSceneError, match=r"hostile\.tif names tiles that cannot be"):
        _read(server.url("hostile.tif"), door, cache)


def test_a_document_larger_than_allowed_is_not_held(server: Server, door: Door) -> None:
    with pytest.raises(RemoteError, match="larger than the 1,000 bytes allowed"):
        door.get(server.url("scene.tif"), limit=1000)


def test_work_that_is_cancelled_stops(server: Server, door: Door, cache: BlockCache) -> None:
    with pytest.raises(CancelledError):
        _read(server.url("scene.tif"), replace(door, cancelled=lambda: True), cache)


def test_a_wait_ends_when_nobody_wants_the_answer_any_more(server: Server, door: Door) -> None:
    server.faults[:] = ["503"] * 9
    begun = time.monotonic()
    slow = replace(HASTY, first_wait_s=60, longest_wait_s=60)
    with pytest.raises(CancelledError):
        replace(door, patience=slow, cancelled=lambda: len(server.faults) < 9).get(server.url("scene.tif"))
    assert time.monotonic() - begun < 30


def test_answers_come_in_the_order_of_the_questions_and_the_first_that_fails_ends_it(
    server: Server, door: Door, folder: Path
) -> None:
    names = ["page.html", "trap.tif"] * 4
    bodies = [answer.body for answer in together([partial(_get, server.url(name)) for name in names], door)]
    assert bodies == [(folder / name).read_bytes() for name in names]
    late = list[bool]()

    def wait(door: Door) -> Answer:
        while not door.cancelled():
            time.sleep(0.01)
        late.append(True)
        raise CancelledError("It was ended.")

    asks: list[Callable[[Door], Answer]] = [partial(_get, server.url("none.tif")), *[wait] * 20]
    with pytest.raises(NotThereError):
        list(together(asks, door))
    assert len(late) <= AT_ONCE


def _get(url: str, door: Door) -> Answer:
    return door.get(url)


@pytest.mark.parametrize("host", ["inside.example", "other.example"])
def test_every_hop_of_a_redirect_is_checked(server: Server, cache: BlockCache, host: str) -> None:
    resolved = list[str]()

    def resolve(name: str, port: int) -> list[str]:
        resolved.append(name)
        return [{"data.example": "93.184.215.14", "inside.example": "10.0.0.5"}[name]]

    policy = Policy(frozenset({"data.example", "inside.example"}))
    with pytest.raises(RefusedAddressError, match=host):
        policy.check(f"https://{host}/scene.tif", resolve)
    assert resolved == (["inside.example"] if host == "inside.example" else [])


def test_a_redirect_is_followed_where_it_may_go(server: Server, door: Door, cache: BlockCache, folder: Path) -> None:
    server.faults[:] = [f"to {server.url('scene.tif')}", ""] * 9
    np.testing.assert_array_equal(_read(server.url("elsewhere.tif"), door, cache), _pixels(folder))


def test_a_redirect_to_a_host_that_is_not_allowed_sends_nothing_there(
    server: Server, door: Door, cache: BlockCache
) -> None:
    server.faults[:] = [f"to {server.url('scene.tif', 'other.example')}"]
    with pytest.raises(RefusedAddressError, match=r"other\.example may not be opened"):
        _read(server.url("scene.tif"), door, cache)
    assert server.asked == []


def test_a_redirect_in_a_circle_ends(server: Server, door: Door) -> None:
    server.faults[:] = [f"to {server.url('scene.tif')}"] * 6
    with pytest.raises(RemoteError, match="redirects more than 5 times"):
        door.get(server.url("scene.tif"))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.0.1", "0.0.0.0", "100.64.0.1", "224.0.0.1"),
        *("::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "2002:0a00:0001::1"),
    ],
)
def test_no_private_address_is_opened_by_whatever_name(address: str) -> None:
    policy = Policy(frozenset({"data.example"}))
    with pytest.raises(RefusedAddressError, match="not a public address"):
        policy.check("https://data.example/x", lambda host, port: ["93.184.215.14", address])


@pytest.mark.parametrize(
    "url",
    [
        *("http://data.example/x", "file:///etc/passwd", "ftp://data.example/x", "data.example/x", "https://", ""),
        *("https:///x", "https://user@data.example/x", "https://data.example:99999/x", "https://data.example/a b"),
        "https://[::1/x",
    ],
)
def test_only_https_without_a_login_is_opened(url: str) -> None:
    with pytest.raises(RefusedAddressError):
        Policy(frozenset({"data.example"})).check(url, lambda host, port: ["93.184.215.14"])


def test_hosts_below_a_name_are_allowed_with_its_dot_alone() -> None:
    policy = Policy(frozenset({".example.org"}))
    assert policy.allows("a.example.org")
    assert not policy.allows("example.org")
    assert not policy.allows("aexample.org")


def test_a_cache_keeps_to_its_limit_and_lets_the_oldest_go(tmp_path: Path) -> None:
    with BlockCache(tmp_path, limit=40 * BLOCK) as cache:
        objects = [cache.keep_object(f"https://data.example/{n}", 16 * BLOCK, "") for n in range(4)]
        for known in objects:
            cache.keep_blocks(known, {number: bytes(BLOCK) for number in range(16)})
        assert cache.size <= 40 * BLOCK
        assert cache.known("https://data.example/0") is None
        assert cache.missing(objects[3], range(16)) == []


def test_a_new_version_of_a_file_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    with BlockCache(tmp_path) as cache:
        old = cache.keep_object("https://data.example/x", 10, '"1"')
        cache.keep_blocks(old, {0: b"0123456789"})
        new = cache.keep_object("https://data.example/x", 10, '"2"')
        assert cache.missing(new, [0]) == [0]


def test_a_signature_is_sent_but_never_kept(server: Server, door: Door, cache: BlockCache, folder: Path) -> None:
    signed = replace(door, sign=lambda url: f"{url}?token=secret")
    _read(server.url("scene.tif"), signed, cache)
    np.testing.assert_array_equal(_read(server.url("scene.tif"), None, cache), _pixels(folder))
    assert b"secret" not in cache.path.read_bytes()
