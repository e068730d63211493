"""The linter finds what asserts more than an image shows, names the words, and says what to write instead."""

import pytest

from depotwatch.annotate.words import lint, lint_project
from depotwatch.labels.project import Project
from depotwatch.labels.records import LIKELIHOODS, Claim, Judgement, Source, Window


@pytest.mark.parametrize(
    ("text", "rule", "words", "instead"),
    [
        ("It is probable that pits were dug.", "mixed rows", "probable", "write “likely”"),
        ("Highly improbable, given the shadow.", "mixed rows", "Highly improbable", "write “very unlikely”"),
        ("There is a remote chance of that.", "mixed rows", "remote", "write “almost no chance”"),
        ("They were nearly certainly moved.", "mixed rows", "nearly certainly", "write “almost certainly”"),
        (
            "It is likely, with high confidence, a revetment.",
            "likelihood with confidence",
            "likely … high confidence",
            "two sentences",
        ),
        (
            "We have moderate confidence that this is unlikely.",
            "likelihood with confidence",
            "moderate confidence … unlikely",
            "two sentences",
        ),
        (
            "It is very likely; confidence: low.",
            "likelihood with confidence",
            "very likely … confidence: low",
            "fields",
        ),
        ("12 pits are visible.", "count without interval", "12 pits", "“at least 12 pits”"),
        ("A line of 1,200 containers.", "count without interval", "1,200 containers", "“at least 1,200 containers”"),
        ("Twelve new storage pits.", "count without interval", "Twelve new storage pits", "“exactly twelve new"),
        ("Some stacks and 3 barges.", "count without interval", "3 barges", "write an interval"),
        ("A stack appeared on 2023-10-10.", "date without bracket", "appeared … 2023-10-10", "(first seen)"),
        ("On 20 October 2023 the ship left.", "date without bracket", "20 October 2023 … left", "last seen without it"),
        ("It was dug on October 3rd, 2023.", "date without bracket", "dug … October 3rd, 2023", "between"),
        ("The containers hold artillery shells.", "contents asserted", "hold artillery shells", "no image shows"),
        ("Munitions crates beside the pit.", "contents asserted", "Munitions crates", "no image shows"),
        ("A shipment of weapons.", "contents asserted", "shipment of weapons", "no image shows"),
        ("The image clearly shows ammunition.", "contents asserted", "shows ammunition", "no image shows"),
    ],
)
def test_each_rule_names_the_words_and_what_to_write_instead(text: str, rule: str, words: str, instead: str) -> None:
    (found,) = lint(text)
    assert (found.rule, found.words) == (rule, words)
    assert f"“{words.split(' … ')[0]}" in found.sentence and instead in found.sentence
    assert found.sentence.endswith(".") and ". " not in found.sentence


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Between 10 and 14 pits are visible, and at least 3 vessels.",
        "About 300 containers; 20 to 30 stacks; up to 5 wagons; exactly 4 pits; 20-30 boxes.",
        "73 railcars (70 to 76) and 2 of the 3 pits.",
        "One pit, a 20 ft container, track 12, berth no. 3.",
        "The stack appeared between 2023-08-20 and 2023-10-10.",
        "Dug by 2023-10-10; last seen 2023-09-01; first seen on 3 October.",
        "Visible on 2023-10-10, in the upper left corner.",
        "Sentinel-2 L1C, 12 September 2023, 10 m.",
        "Likely a revetment. Confidence is moderate: two dates, no shadow.",
        "A remote depot. The Tikhoretsk ammunition depot.",
        "According to the ministry the containers hold munitions; whether they carry weapons no image shows.",
        "The report says “12 pits full of ammunition, probably”.",
        *(f"It is {term} that this is a pit." for term in LIKELIHOODS),
    ],
)
def test_what_is_said_with_care_is_left_alone(text: str) -> None:
    assert lint(text) == ()


def test_an_observation_concludes_nothing_and_an_assessment_may() -> None:
    text = "Rectangles are visible, which suggests storage; they are likely pits."
    assert lint(text) == lint(text, "assessment") == ()
    assert [(one.rule, one.words) for one in lint(text, "observation")] == [
        ("inference in an observation", "likely"),
        ("inference in an observation", "suggests"),
    ]


def test_several_findings_of_one_text_come_each_once() -> None:
    found = lint("12 pits appeared on 2023-10-10. Probably 12 pits.\n12 pits")
    assert [one.rule for one in found] == ["count without interval", "date without bracket", "mixed rows"]


def test_all_that_analysts_wrote_is_looked_through_and_what_sources_state_is_not(case_with_notes: Project) -> None:
    found = lint_project(case_with_notes)
    assert [(one.where, one.id, one.analyst) for one in found] == [
        ("observation", "c", "Ada"),
        ("assessment", "c", "Bo"),
    ]
    assert found[0].findings[0].words == "likely" and found[1].findings[0].words == "Probably"


@pytest.fixture
def case_with_notes(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project.create(tmp_path_factory.mktemp("words") / "p.gpkg")
    project.put_source(Source("s", {"title": "100 containers of ammunition"}))
    project.put_claim(
        Claim("c", "s", "100 containers of ammunition", None, "none", None, (), Window(), "asserts", None)
    )
    project.put_judgement(Judgement("c", "Ada", "2024-01-01", "Visible, likely a pit.", "Likely a pit."))
    project.put_judgement(Judgement("c", "Bo", "2024-01-01", "Visible.", "Probably a pit."))
    return project
