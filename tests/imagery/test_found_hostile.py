"""Items of servers are not trusted: whatever stands in one, it is read or of no use, and nothing else happens."""

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from depotwatch.imagery.catalog.catalogues import catalogue, known_catalogues
from depotwatch.imagery.catalog.clear import Clear
from depotwatch.imagery.catalog.found import Found, found
from depotwatch.imagery.catalog.pairs import Seen, ranked

from .served_scene import item_of

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 (JSON)
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, child in children for found in _paths(child, (*path, key)))]


ITEM = item_of("https://data.example")
PATHS = [path for path in _paths(ITEM) if path]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PATHS), JSON, st.sampled_from(["https://stac.example/v1", "earth-search", "umbra-open-data"]))
def test_whatever_stands_in_an_item_it_is_read_or_of_no_use(path: tuple[Any, ...], value: object, name: str) -> None:
    item = copy.deepcopy(ITEM)
    inner: Any = item
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    one = found(item, catalogue(name))
    assert one is None or isinstance(one, Found)
    if one is not None:
        assert one.time[:4].isdigit()
        assert not one.footprint.is_empty
        assert all(isinstance(address, str) for address in one.bands.values())
        ranked([Seen(one, Clear(1.0, 1.0, 0.0))] * 2, "9999-12-31", "0001-01-01")


def test_the_item_itself_is_read() -> None:
    one = found(ITEM, known_catalogues()["earth-search"])
    assert one is not None and list(one.bands) == ["blue", "green", "red", "nir"]
