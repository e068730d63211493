import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from shapely import box

from depotwatch.imagery.catalog.asking import Asking
from depotwatch.imagery.catalog.catalogues import Catalogue, catalogue, known_catalogues
from depotwatch.imagery.catalog.clear import Clear, clear_skies, clear_sky
from depotwatch.imagery.catalog.dates import best_dates
from depotwatch.imagery.catalog.found import Found, found
from depotwatch.imagery.catalog.pairs import Seen, ranked, season_days
from depotwatch.imagery.catalog.result import read_result, write_result
from depotwatch.imagery.catalog.search import Answer, search
from depotwatch.imagery.errors import CancelledError, ImageryError, OfflineError, RemoteError
from depotwatch.imagery.remote.patience import Patience
from depotwatch.imagery.remote.reach import Reach, Terms, reaching
from depotwatch.imagery.scene import Sun

from .stac_server import AREA, HOST, Api, add_item, stac_api

SPAN = "2023-07-01", "2023-08-15"
ITEMS = Path(__file__).parents[3] / "shared" / "data" / "stac"

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture
def api(tmp_path: Path) -> Iterator[Api]:
    (tmp_path / "served").mkdir()
    with stac_api(tmp_path / "served") as api:
        yield api


@pytest.fixture
def terms(tmp_path: Path) -> Terms:
    patience = Patience(attempts=2, read_s=1, first_wait_s=0.01)
    return Terms(local=True, cache=tmp_path / "cache", patience=patience, resolve=lambda host, port: ["127.0.0.1"])


@pytest.fixture
def reach(terms: Terms) -> Iterator[Reach]:
    with reaching(terms, [HOST]) as reach:
        yield reach


def _searched(api: Api, reach: Reach, *collections: str) -> Answer:
    return search(catalogue(api.url), AREA, SPAN, Asking(reach.door, reach.cache), collections)


def _ids(answer: Answer) -> list[str]:
    return [one.id for one in answer.found]


def test_every_page_is_read_and_sorted_by_time(api: Api, reach: Reach) -> None:
    for day in (3, 9, 1, 20, 14):
        add_item(api, f"s{day}", f"2023-07-{day:02d}T02:30:00Z", 0)
    assert _ids(_searched(api, reach)) == ["s1", "s3", "s9", "s14", "s20"]


def test_what_a_server_names_against_what_was_asked_is_left_out_and_said(api: Api, reach: Reach) -> None:
    add_item(api, "in", "2023-07-03T02:30:00Z", 0)
    add_item(api, "late", "2023-09-03T02:30:00Z", 0)
    add_item(api, "elsewhere", "2023-07-04T02:30:00Z", 0, footprint=box(10, 10, 11, 11))
    api.ignores_dates = True
    answer = _searched(api, reach)
    assert _ids(answer) == ["in"]
    assert answer.notes == (f"2 items lie outside the area or the dates, although {HOST} named them.",)


def test_a_server_without_search_is_walked_and_that_is_said(api: Api, reach: Reach) -> None:
    add_item(api, "in", "2023-07-03T02:30:00Z", 0)
    api.searches = False
    answer = _searched(api, reach)
    assert _ids(answer) == ["in"]
    assert answer.notes == (f"{HOST} cannot search; its documents were read one by one instead.",)


def test_a_static_catalogue_is_walked(api: Api, reach: Reach) -> None:
    add_item(api, "in", "2023-07-03T02:30:00Z", 0)
    add_item(api, "early", "2022-07-03T02:30:00Z", 0)
    answer = search(catalogue(f"{api.url}/catalog.json"), AREA, SPAN, Asking(reach.door, reach.cache))
    assert _ids(answer) == ["in"]


def test_a_collection_that_is_not_there_is_an_error_by_name(api: Api, reach: Reach) -> None:
    add_item(api, "in", "2023-07-03T02:30:00Z", 0)
    with pytest.raises(RemoteError, match="has no collection landsat; it has sentinel-2-c1-l2a"):
        _searched(api, reach, "landsat")


def test_a_search_is_answered_again_without_a_server(api: Api, terms: Terms, reach: Reach) -> None:
    add_item(api, "in", "2023-07-03T02:30:00Z", 0)
    online = _searched(api, reach)
    with reaching(replace(terms, offline=True)) as off:
        assert _searched(api, off) == online
        with pytest.raises(OfflineError, match="ask it once with a connection"):
            search(catalogue(api.url), AREA, ("2020-01-01", "2020-02-01"), Asking(off.door, off.cache))


def test_what_is_no_catalogue_is_an_error_by_name(api: Api, reach: Reach) -> None:
    (api.files.folder / "page.json").write_text("<html>")
    with pytest.raises(RemoteError, match="does not answer with JSON"):
        search(catalogue(api.files.url("page.json", HOST)), AREA, SPAN, Asking(reach.door, reach.cache))
    with pytest.raises(RemoteError, match="it knows earth-search, planetary-computer"):
        catalogue("earthsearch")


@pytest.mark.parametrize("cloudy", [0.0, 0.25, 1.0])
def test_clear_sky_is_measured_over_the_area_itself(api: Api, reach: Reach, cloudy: float) -> None:
    add_item(api, "in", "2023-07-03T02:30:00Z", cloudy)
    (one,) = _searched(api, reach).found
    sky = clear_sky(one, AREA, reach.door, reach.cache)
    assert sky.clear == pytest.approx(1 - cloudy, abs=0.02)
    assert sky.covered == 1
    assert one.cloud_percent == 50


def test_an_area_half_outside_a_scene_is_half_covered(api: Api, reach: Reach) -> None:
    add_item(api, "in", "2023-07-03T02:30:00Z", 0)
    (one,) = _searched(api, reach).found
    across = box(130.24, 42.215, 130.28, 42.225)  # the made mask begins in the middle of it
    sky = clear_sky(one, across, reach.door, reach.cache)
    assert 0.3 < sky.covered < 0.7
    assert sky.clear == sky.covered


def test_a_mask_that_is_missing_blocks_its_date_alone(api: Api, reach: Reach) -> None:
    add_item(api, "a", "2023-07-03T02:30:00Z", 0)
    add_item(api, "b", "2023-07-04T02:30:00Z", 0)
    (api.files.folder / "a_scl.tif").unlink()
    skies = clear_skies(_searched(api, reach).found, AREA, reach.door, reach.cache)
    assert isinstance(skies[0], ImageryError)
    assert isinstance(skies[1], Clear)


def test_looking_at_skies_that_is_cancelled_stops_and_is_no_trouble_of_a_date(api: Api, reach: Reach) -> None:
    add_item(api, "a", "2023-07-03T02:30:00Z", 0)
    found = _searched(api, reach).found
    assert reach.door is not None
    with pytest.raises(CancelledError):
        clear_skies(found, AREA, replace(reach.door, cancelled=lambda: True), reach.cache)


def _seen(one: Found, share: float = 1.0, **changes: Any) -> Seen:  # noqa: ANN401 - whatever an item has
    return Seen(replace(one, **changes), Clear(1.0, share, 0.0))


@pytest.fixture
def one(api: Api, reach: Reach) -> Found:
    add_item(api, "x", "2023-07-20T02:30:00Z", 0)
    (one,) = _searched(api, reach).found
    return one


def test_pairs_are_of_one_collection_and_bracket_the_days(one: Found) -> None:
    seen = [
        _seen(one, id="a", time="2023-08-10T02:30:00Z"),
        _seen(one, id="b", time="2023-08-12T02:30:00Z", collection="sentinel-2-l2a"),
        _seen(one, id="between", time="2023-09-10T02:30:00Z"),
        _seen(one, id="c", time="2023-10-20T02:30:00Z"),
        _seen(one, id="d", time="2023-10-22T02:30:00Z", collection="sentinel-2-l2a"),
    ]
    pairs = ranked(seen, "2023-08-15", "2023-10-16")
    assert {(pair.before.found.id, pair.after.found.id) for pair in pairs} == {("a", "c"), ("b", "d")}


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({}, {"time": "2023-07-11T02:30:00Z"}),
        ({}, {"orbit": "orbit 3"}),
        ({"sun": Sun(155, 40)}, {"sun": Sun(120, 15)}),
        ({"gsd_m": 10.0}, {"gsd_m": 30.0}),
    ],
)
def test_what_makes_a_pair_harder_to_compare_puts_it_behind(
    one: Found, better: dict[str, Any], worse: dict[str, Any]
) -> None:
    after = _seen(one, id="after", time="2023-10-20T02:30:00Z", sun=Sun(155, 40))
    seen = [_seen(one, id="better", time="2023-08-10T02:30:00Z", **better)]
    seen.append(_seen(one, id="worse", **{"time": "2023-08-10T02:30:00Z", **worse}))
    pairs = ranked([*seen, after], "2023-08-15", "2023-10-16", gsd_m=10)
    assert [pair.before.found.id for pair in pairs] == ["better", "worse"]
    assert pairs[0].worth > pairs[1].worth


def test_cloud_over_the_area_outweighs_a_few_days(one: Found) -> None:
    seen = [
        _seen(one, 0.2, id="near", time="2023-08-15T02:30:00Z"),
        _seen(one, 0.95, id="clear", time="2023-08-05T02:30:00Z"),
        _seen(one, id="after", time="2023-10-20T02:30:00Z"),
    ]
    assert ranked(seen, "2023-08-15", "2023-10-16")[0].before.found.id == "clear"


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [("2022-07-01", "2023-07-01", 0), ("2023-01-01", "2023-07-02", 182), ("2022-12-20", "2023-01-10", 21)],
)
def test_seasons_go_round_with_the_year(first: str, second: str, days: int) -> None:
    assert season_days(first, second) == pytest.approx(days, abs=1)


def test_a_kept_search_comes_back(one: Found, tmp_path: Path) -> None:
    seen = [
        _seen(one, time="2023-08-10T02:30:00Z"),
        _seen(one, id="after", item={**one.item, "id": "after"}, time="2023-10-20T02:30:00Z"),
    ]
    file = tmp_path / "rajin.json"
    write_result(file, "rajin", AREA, seen, ranked(seen, "2023-08-15", "2023-10-16"))
    kept = read_result(file)
    assert (kept.site, kept.area.equals(AREA)) == ("rajin", True)
    assert [item.id for item in kept.pair(1)] == ["x", "after"]
    with pytest.raises(RemoteError, match="There is no pair 2; the search found 1"):
        kept.pair(2)
    (tmp_path / "bad.json").write_text(json.dumps({"type": "FeatureCollection"}))
    with pytest.raises(RemoteError, match="is no kept search"):
        read_result(tmp_path / "bad.json")


def test_every_known_catalogue_is_whole() -> None:
    for known in known_catalogues().values():
        assert known.url.startswith("https://")
        assert any(host in known.url for host in known.hosts)
        for collection in known.collections.values():
            assert collection.bands and collection.credit and collection.licence
            assert collection.sensor in ("optical", "sar")


@pytest.mark.parametrize(
    "broken",
    [
        {"geometry": None},
        {"geometry": {"type": "Polygon", "coordinates": [[["a", 1]]]}},
        {"properties": {"datetime": "yesterday"}},
        {"properties": None},
        {"assets": {"blue": "no"}},
        {"assets": []},
    ],
)
def test_an_item_that_is_of_no_use_is_none(one: Found, broken: dict[str, object]) -> None:
    assert found({**one.item, **broken}, _made()) is None


def _made() -> Catalogue:
    return catalogue("https://stac.example/v1")


@pytest.mark.real
@pytest.mark.skipif(not ITEMS.is_dir(), reason="the real items lie beside the repository")
def test_real_items_give_bands_mask_orbit_and_time() -> None:
    item = json.loads((ITEMS / "landsat" / "LC09_L2SP_010065_20220129_02_T1.json").read_text())
    one = found(item, _made())
    assert one is not None
    assert (one.time, one.orbit, list(one.bands)) == (
        "2022-01-29T15:28:34Z",
        "path 010 row 065",
        ["blue", "green", "red", "nir"],
    )
    assert one.mask is not None and one.mask[1] == "qa_pixel"
    assert one.sun is not None and one.sun.elevation_deg == pytest.approx(57.84, abs=0.01)


def test_the_dates_of_a_series_are_spread_and_the_blocked_ones_named(one: Found) -> None:
    shares = {"2023-07-02": 0.7, "2023-07-12": 0.9, "2023-08-05": 0.2, "2023-09-03": 0.6, "2023-09-23": 0.55}
    seen = [_seen(one, share, id=day, time=f"{day}T02:30:00Z") for day, share in shares.items()]
    dates = best_dates(seen, "2023-07-01", "2023-09-30", 3)
    assert [chosen.found.id for chosen in dates.chosen] == ["2023-07-12", "2023-09-03"]
    assert [(item.found.id, why) for item, why in dates.blocked] == [
        ("2023-08-05", "80% of what it covers is under cloud or its shadow")
    ]
    assert dates.gaps == (("2023-08-01", "2023-08-30"),)
