"""Evidence files are read whole, and what is wrong in them is named by file, item and field."""

import json
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from shapely.geometry import Point

from depotwatch.labels import references, reports
from depotwatch.labels.errors import ReferenceFileError
from depotwatch.labels.project import Project
from depotwatch.labels.records import Quantity, SiteRole, Window

Reader = Callable[[Path], object]

ZOTERO = {
    "id": "http://zotero.org/users/1/items/AB",
    "type": "report",
    "title": "The Route",
    "author": [{"family": "Byrne", "given": "James"}, {"literal": "Open Source Centre"}],
    "issued": {"date-parts": [["2023", 10, "16"]]},
    "accessed": {"raw": "2023-10-20"},
    "URL": "https://example.org/route",
    "custom": {"anything": [1, 2]},
}
CLAIM = {
    "id": "pits",
    "source": "rusi",
    "statement": "More than a hundred pits were dug",
    "kind": "storage-pit",
    "measure": "new",
    "quantity": {"low": 101, "high": None, "unit": "pits", "hedge": "more than"},
    "sites": [{"site": "tikhoretsk", "role": "at"}],
    "window": {"start": "2023-08-15", "end": None},
    "polarity": "asserts",
    "origin": None,
}
SITE = {"id": "rajin", "name": "Rajin port", "kind": "port", "country": "KP", "lon": 130.3, "lat": 42.23, "box_km": 8}


def written(path: Path, value: object) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def test_a_csl_file_may_hold_a_list_or_one_reference(tmp_path: Path) -> None:
    several = references.read_sources(written(tmp_path / "list.json", [ZOTERO, {"id": 7, "type": "webpage"}]))
    alone = references.read_sources(written(tmp_path / "one.json", ZOTERO))
    assert [source.id for source in several] == [ZOTERO["id"], "7"]
    assert alone == several[:1]
    assert alone[0].csl == ZOTERO
    assert (alone[0].title, several[1].title) == ("The Route", "7")


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("id", None, "source 1: id is None; a text is needed"),
        ("id", "  ", "source 1: id is '  '"),
        ("title", 12, "title is 12; a text is needed"),
        ("author", "James Byrne", "author is 'James Byrne'; a list of objects"),
        ("author", [{"family": "A"}, {"name": "B"}], "author 2: family is missing"),
        ("issued", "2023", "issued is '2023'; an object"),
        ("issued", {"date-parts": [2023]}, "issued: date-parts is"),
        ("issued", {"date-parts": [[2023, 13]]}, "issued: date-parts is"),
        ("URL", "javascript:alert(1)", "begins with http:// or https://"),
    ],
)
def test_a_wrong_field_of_a_reference_is_named(tmp_path: Path, field: str, value: object, told: str) -> None:
    path = written(tmp_path / "sources.json", [{**ZOTERO, field: value}])
    with pytest.raises(ReferenceFileError) as refusal:
        references.read_sources(path)
    assert told in str(refusal.value)
    assert str(path) in str(refusal.value)


@pytest.mark.parametrize("read", [references.read_sources, references.read_claims, references.read_sites])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b'[{"id": "a",}]', "not JSON (line 1"),
        (b"\xff\xfe\x00", "not JSON in UTF-8"),
        (b'[{"id": "a", "lon": NaN}]', "NaN is no JSON number"),
        (b"[" * 100_000, "not JSON"),
        (b'"text"', "is needed, not str"),
        (b"[1]", "is not an object"),
    ],
)
def test_a_file_of_another_shape_is_refused(tmp_path: Path, read: Reader, content: bytes, told: str) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(content)
    with pytest.raises(ReferenceFileError) as refusal:
        read(path)
    assert told in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_a_missing_file_and_an_id_given_twice_are_named(tmp_path: Path) -> None:
    with pytest.raises(ReferenceFileError, match="cannot be read"):
        references.read_sources(tmp_path / "nothing.json")
    with pytest.raises(ReferenceFileError, match="'pits': its id is given twice"):
        references.read_claims(written(tmp_path / "claims.json", [CLAIM, CLAIM]))


def test_a_claim_is_read_with_all_it_says(tmp_path: Path) -> None:
    (claim,) = references.read_claims(written(tmp_path / "claims.json", {"claims": [CLAIM]}))
    assert claim.quantity == Quantity(101, None, "pits", "more than")
    assert claim.sites == (SiteRole("tikhoretsk", "at"),)
    assert claim.window == Window("2023-08-15", None)
    bare = {name: CLAIM[name] for name in ("id", "source", "statement", "measure", "polarity")}
    (claim,) = references.read_claims(written(tmp_path / "bare.json", bare))
    assert (claim.quantity, claim.sites, claim.window, claim.kind) == (None, (), Window(), None)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("statement", "", "statement is ''; a text"),
        ("measure", "seen", "measure is 'seen'; allowed: present, new"),
        ("polarity", None, "polarity is None; allowed: asserts, denies"),
        ("quantity", {"low": -1}, "quantity: low is -1"),
        ("quantity", {"low": 2.5}, "quantity: low is 2.5"),
        ("quantity", {"low": 5, "high": 3}, "at most high (3)"),
        ("quantity", {"lowest": 5}, "the fields are low, high, unit, hedge"),
        ("sites", [{"site": "rajin", "role": "near"}], "sites 1: role is 'near'; allowed: at, from, via, to"),
        ("window", {"start": "last week"}, "window: start is 'last week'"),
        ("window", {"start": "2023-10-02", "end": "2023-10-01"}, "a day not after end"),
        ("quantitiy", {"low": 1}, "quantitiy is"),
    ],
)
def test_a_wrong_field_of_a_claim_is_named(tmp_path: Path, field: str, value: object, told: str) -> None:
    path = written(tmp_path / "claims.json", [{**CLAIM, field: value}])
    with pytest.raises(ReferenceFileError) as refusal:
        references.read_claims(path)
    assert told in str(refusal.value)
    assert "claim 'pits'" in str(refusal.value)


@pytest.mark.parametrize("lat", [0.0, 42.23, -60.0, 80.0])
def test_a_site_is_a_square_on_the_ground_whatever_its_latitude(tmp_path: Path, lat: float) -> None:
    (site,) = references.read_sites(written(tmp_path / "sites.json", {"note": "", "sites": [{**SITE, "lat": lat}]}))
    assert site.area is not None
    west, south, east, north = site.area.bounds
    assert math.isclose((north - south) * 111.195, 8, rel_tol=1e-3)
    assert math.isclose((east - west) * 111.195 * math.cos(math.radians(lat)), 8, rel_tol=1e-3)
    assert site.area.centroid.distance(Point(130.3, lat)) < 1e-6
    assert (site.function, site.accuracy, site.synthetic) == ("port", "gazetteer-level", False)


def test_a_site_may_have_no_position(tmp_path: Path) -> None:
    (site,) = references.read_sites(written(tmp_path / "sites.json", {"id": "somewhere", "name": "Somewhere"}))
    assert (site.area, site.accuracy) == (None, "")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"lat": 95}, "lat is 95; a number from -85 to 85"),
        ({"lon": None}, "lon is None"),
        ({"box_km": 0}, "box_km is 0"),
        ({"lon": 179.99}, "does not cross the 180th meridian"),
        ({"synthetic": "yes"}, "true or false"),
    ],
)
def test_a_wrong_field_of_a_site_is_named(tmp_path: Path, change: dict[str, object], told: str) -> None:
    with pytest.raises(ReferenceFileError) as refusal:
        references.read_sites(written(tmp_path / "sites.json", [{**SITE, **change}]))
    assert told in str(refusal.value)


def test_an_origin_has_a_day_or_none(tmp_path: Path) -> None:
    good = [{"id": "a", "who": "Office", "said": "2023-10"}, {"id": "b", "who": "Press", "said": None}]
    assert [origin.said for origin in references.read_origins(written(tmp_path / "good.json", good))] == [
        "2023-10",
        None,
    ]
    with pytest.raises(ReferenceFileError, match="said is 'recently'"):
        references.read_origins(written(tmp_path / "bad.json", {"id": "a", "who": "Office", "said": "recently"}))


def test_the_cited_reports_fit_together_and_into_a_project(empty: Project) -> None:
    cited = reports.load()
    with empty.transaction():
        for source in cited.sources:
            empty.put_source(source)
        for origin in cited.origins:
            empty.put_origin(origin)
        for site in cited.sites:
            empty.put_site(site)
        for claim in cited.claims:
            empty.put_claim(claim)
    assert empty.sources() == cited.sources
    assert empty.origins() == cited.origins
    assert empty.sites() == cited.sites
    assert empty.claims() == cited.claims
    assert all(claim.quote is None for claim in cited.claims)
    assert any(claim.polarity == "denies" for claim in cited.claims)
    assert any(claim.quantity == Quantity(None, None, "containers", "quoted three ways") for claim in cited.claims)
