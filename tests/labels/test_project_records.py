"""Every record comes back as it went in, whatever its fields hold."""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import Polygon

from depotwatch.labels.errors import RecordError
from depotwatch.labels.project import Project
from depotwatch.labels.records import (
    CHANGES,
    MEASURES,
    ORIGINS,
    POLARITIES,
    REASONS,
    ROLES,
    STATES,
    VERDICTS,
    Annotation,
    Claim,
    Comparison,
    Count,
    Estimate,
    KindResult,
    Quantity,
    Shape,
    SiteRole,
    StoredEstimate,
    Verdict,
    Window,
)

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = words.filter(str.strip)
numbers = st.floats(allow_nan=False, allow_infinity=False)
whole = st.integers(-(2**63), 2**63 - 1)
maybe_words, maybe_numbers, maybe_whole = st.none() | words, st.none() | numbers, st.none() | whole
values = st.recursive(
    st.none() | st.booleans() | st.integers() | numbers | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
mappings = st.dictionaries(words, values, max_size=4)
scenes = st.sampled_from(["sha-before", "sha-after"])
corners = st.lists(st.tuples(*[st.floats(-1e6, 1e6, allow_subnormal=False)] * 2), min_size=3, max_size=6, unique=True)


@st.composite
def polygons(draw: st.DrawFn) -> Polygon:
    holes = draw(st.lists(corners, max_size=1))
    return Polygon(draw(corners), holes)


shapes = st.builds(Shape, polygons(), scenes, st.none() | polygons(), numbers, numbers, numbers, numbers)
counts = st.none() | st.builds(Count, whole, maybe_whole, maybe_whole, maybe_whole, maybe_whole)
annotations = st.builds(
    Annotation,
    id=names,
    kind=words,
    change=st.sampled_from(CHANGES),
    state=st.sampled_from(STATES),
    shape=shapes,
    origin=st.sampled_from(ORIGINS),
    site=st.sampled_from([None, "rajin"]),
    before=scenes,
    after=st.none() | scenes,
    score=maybe_numbers,
    count=counts,
    note=words,
    withdrawn=st.booleans(),
)
comparisons = st.builds(
    Comparison,
    id=names,
    before=scenes,
    after=scenes,
    site=st.sampled_from([None, "rajin"]),
    settings=mappings,
    registration=st.none() | mappings,
    version=words,
    refused=maybe_words,
    method=maybe_words,
    threshold=maybe_numbers,
    shift_y_m=maybe_numbers,
    shift_x_m=maybe_numbers,
    residual_median_px=maybe_numbers,
    residual_p95_px=maybe_numbers,
    valid_fraction=numbers,
    valid_area_km2=numbers,
    false_alarms_per_km2=maybe_numbers,
    kinds=st.lists(st.builds(KindResult, words, st.booleans(), words, whole), max_size=3).map(tuple),
    time=words,
).filter(lambda one: one.method is not None or one.refused is not None or one.before != one.after)
searches = comparisons.map(lambda one: replace(one, after=None, method=None, refused=None))
claims = st.builds(
    Claim,
    id=names,
    source=st.just("rusi"),
    statement=words,
    kind=maybe_words,
    measure=st.sampled_from(MEASURES),
    quantity=st.none() | st.builds(Quantity, maybe_whole, maybe_whole, maybe_words, maybe_words),
    sites=st.lists(st.builds(SiteRole, st.just("rajin"), st.sampled_from(ROLES)), max_size=3).map(tuple),
    window=st.builds(Window, maybe_words, maybe_words),
    polarity=st.sampled_from(POLARITIES),
    origin=st.sampled_from([None, "institute"]),
    locator=maybe_words,
    quote=maybe_words,
)
estimates = st.builds(
    StoredEstimate,
    st.just("run"),
    st.sampled_from([None, "rajin"]),
    words,
    st.builds(
        Estimate,
        whole,
        whole,
        maybe_whole,
        numbers,
        words,
        words,
        words,
        words,
        st.dictionaries(words, numbers, max_size=3),
    ),
    words,
)
decided = st.sampled_from(VERDICTS).flatmap(
    lambda value: st.tuples(st.just(value), st.sampled_from(REASONS) if value == "rejected" else st.none())
)
verdicts = st.builds(
    lambda who, decision, note, time, settles: Verdict("pit", who, decision[0], decision[1], note, time, settles),
    names, decided, words, words, st.booleans(),
)  # fmt: skip


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory, filling: Callable[[Project], None]) -> Iterator[Project]:
    """One project for all examples of this module: each example replaces or adds."""
    folder: Path = tmp_path_factory.mktemp("kept")
    with Project.create(folder / "kept.gpkg") as project:
        filling(project)
        yield project


few = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@few
@given(record=annotations)
def test_annotation_comes_back_equal(kept: Project, record: Annotation) -> None:
    kept.put_annotation(record)
    assert kept.annotation(record.id) == record
    assert [one for one in kept.annotations(include_withdrawn=True) if one.id == record.id] == [record]


@few
@given(record=comparisons | searches)
def test_comparison_comes_back_equal(kept: Project, record: Comparison) -> None:
    record = replace(record, id=f"{record.id}-{len(kept.comparisons())}")
    assert kept.add_comparison(record)
    assert kept.comparison(record.id) == record
    assert kept.comparisons()[-1] == record
    assert not kept.add_comparison(record)


@few
@given(record=claims)
def test_claim_comes_back_equal(kept: Project, record: Claim) -> None:
    kept.put_claim(record)
    assert {claim.id: claim for claim in kept.claims()}[record.id] == record


@few
@given(record=estimates)
def test_estimate_comes_back_equal_and_replaces_the_one_before(kept: Project, record: StoredEstimate) -> None:
    kept.put_estimate(record)
    key = (record.comparison, record.site, record.kind)
    assert [one for one in kept.estimates("run") if (one.comparison, one.site, one.kind) == key] == [record]


@few
@given(record=verdicts)
def test_verdict_comes_back_equal_and_replaces_the_one_before(kept: Project, record: Verdict) -> None:
    kept.put_verdict(record)
    assert [one for one in kept.verdicts("pit") if one.analyst == record.analyst] == [record]


def test_a_project_copied_record_by_record_holds_the_same(case: Project, empty: Project) -> None:
    for scene in case.scenes():
        empty.add_scene(scene)
    for site in case.sites():
        empty.put_site(site)
    for comparison in case.comparisons():
        empty.add_comparison(comparison, case.candidates(comparison.id), case.annotations())
    for source in case.sources():
        empty.put_source(source)
    for origin in case.origins():
        empty.put_origin(origin)
    for claim in case.claims():
        empty.put_claim(claim)
    for citation in case.citations():
        empty.put_citation(citation)
    for ask in (
        "scenes",
        "sites",
        "comparisons",
        "candidates",
        "annotations",
        "sources",
        "origins",
        "claims",
        "citations",
    ):
        records = getattr(case, ask)()
        assert records
        assert getattr(empty, ask)() == records


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("score", math.nan, "score is nan"),
        ("state", "burning", "allowed: empty, filled, unknown"),
        ("kind", None, "kind is missing"),
        ("note", "\ud800", "note is"),
        ("before", "sha-gone", "add it first"),
        ("site", "atlantis", "names the site 'atlantis'"),
    ],
)
def test_an_annotation_that_is_not_valid_is_refused_with_its_field(
    case: Project, field: str, value: object, told: str
) -> None:
    good = case.annotation("pit")
    with pytest.raises(RecordError, match=told):
        case.put_annotation(replace(good, **cast(Any, {field: value})))
    assert case.annotation("pit") == good


def test_an_outline_without_finite_corners_is_refused(case: Project) -> None:
    good = case.annotation("pit")
    for outline in (Polygon(), Polygon([(0, 0), (1, 0), (math.inf, 1)])):
        with pytest.raises(RecordError, match="finite corners"):
            case.put_annotation(replace(good, shape=replace(good.shape, ground=outline)))


def test_proposals_say_of_each_candidate_what_it_is_proposed_as(case: Project) -> None:
    candidates = case.candidates("run")
    assert candidates and [(one.annotation, one.change, one.terms) for one in candidates] == [
        (one.annotation, one.change, one.terms) for one in case.proposals("run")
    ]
