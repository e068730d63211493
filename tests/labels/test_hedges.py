"""Hedges become intervals by printed rules; what no rule knows gives none and says so."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from depotwatch.labels.errors import ReferenceFileError
from depotwatch.labels.records import Quantity
from depotwatch.labels.references.hedges import book_of, built_in, read_hedge, read_own
from depotwatch.labels.references.hedges.language import Phrase

BOOK = built_in()
EXAMPLES = [(name, one) for name, language in BOOK.languages.items() for one in language.phrases]
HELD_OUT = tomllib.loads((Path(__file__).parent / "hedges_held_out.toml").read_text("utf-8"))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_sixty_phrases_a_language_each_with_an_example(language: str) -> None:
    phrases = BOOK.languages[language].phrases
    assert len({one.pattern for one in phrases}) == len(phrases) >= 60
    assert all(one.example and one.rule in BOOK.rules for one in phrases)


@pytest.mark.parametrize(("language", "phrase"), EXAMPLES, ids=lambda one: getattr(one, "example", one))
def test_every_phrase_gives_what_stands_beside_it_by_its_own_rule(language: str, phrase: Phrase) -> None:
    found = read_hedge(phrase.example, BOOK, language)
    assert (found.low, found.high) == (phrase.low, phrase.high)
    assert found.rules[0] == BOOK.rules[phrase.rule].printed and found.rules[0] in found.explanation


@pytest.mark.parametrize(
    ("language", "phrase"), [(name, phrase) for name, phrases in HELD_OUT.items() for phrase in phrases]
)
def test_phrases_that_no_pattern_was_written_for_are_read_as_the_rules_say(language: str, phrase: str) -> None:
    assert len(HELD_OUT[language]) == 20
    meant = HELD_OUT[language][phrase]
    found = read_hedge(phrase, BOOK, language)
    assert (found.low, found.high) == (meant.get("low"), meant.get("high")), found.explanation


@pytest.mark.parametrize(
    ("phrase", "language"),
    [
        ("many", "en"),
        ("a hundred and something", "en"),
        ("ten percent", "en"),
        ("more than 10 %", "en"),
        ("20 30", "en"),
        ("two three", "en"),
        ("1.000", "en"),
        ("12,34", "en"),
        ("1,5", "fr"),
        ("more than", "en"),
        ("between 30 and 20", "en"),
        ("more than 10 but fewer than 11", "en"),
        ("twenty thirteen", "en"),
        ("three hundred hundred", "en"),
        ("one in ten", "en"),
        ("hundreds more", "en"),
        ("cent deux cents", "fr"),
        ("deux sur trois", "fr"),
        ("9" * 30, "en"),
        ("", "en"),
        ("more than " * 9, "en"),
        ("1 to " * 20, "en"),
    ],
)
def test_what_no_rule_knows_gives_no_interval_and_says_so(phrase: str, language: str) -> None:
    found = read_hedge(phrase, BOOK, language)
    assert (found.low, found.high, found.rules, found.known) == (None, None, (), False)
    assert "is not read: no rule knows it" in found.explanation


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["more", "than", "a", "few", "hundred", "to", "20", "dozens", "of", "plus", "de", "et", "mille", "~"]
        ),
        max_size=9,
    ).map(" ".join),
    st.sampled_from(["en", "fr", None]),
)
def test_no_phrase_breaks_the_reader_and_every_interval_is_one(phrase: str, language: str | None) -> None:
    found = read_hedge(phrase, BOOK, language)
    assert found.known or (found.low, found.high) == (None, None)
    assert found.low is None or (0 <= found.low and (found.high is None or found.low <= found.high))


@given(st.integers(0, 10**12), st.sampled_from([",", " ", "\u202f"]))
def test_digits_with_separators_are_the_number(number: int, separator: str) -> None:
    found = read_hedge(f"{number:,}".replace(",", separator), BOOK, "en")
    assert found.low == found.high == number


def test_a_text_is_no_hedge() -> None:
    assert "a hedge at most 120" in read_hedge("more than " * 20, BOOK, "en").explanation


def test_the_explanation_prints_the_rules_that_were_used() -> None:
    found = read_hedge("more than a few hundred", BOOK, "en")
    assert (found.low, found.high) == (301, None)
    assert found.explanation == (
        "“more than a few hundred” is read as 301 or more (more-than: from N + 1, nothing bounds it above; "
        "few: from 3 N to 6 N - 1)."
    )
    assert found.quantity("pits") == Quantity(301, None, "pits", "more than a few hundred")


@pytest.mark.parametrize(
    "text", ["1,234", "1 234", "1\u00a0234", "1\u202f234", "1234", "one thousand two hundred and thirty-four"]
)
def test_thousands_in_every_spelling(text: str) -> None:
    assert read_hedge(text, BOOK, "en").low == read_hedge(text, BOOK, "en").high == 1234


@pytest.mark.parametrize(
    ("phrase", "unit", "language", "low"),
    [
        ("more than a hundred pits", "pits", "en", 101),
        ("dozens of containers", "containers", "en", 24),
        ("plus d’une centaine de conteneurs", "conteneurs", "fr", 101),
        ("20 vessels or more", "vessels", "en", 20),
        ("« environ 300 »", None, "fr", 270),
        ("Reportedly about 300.", None, "en", 270),
    ],
)
def test_units_quotation_marks_and_asides_are_left_out(phrase: str, unit: str | None, language: str, low: int) -> None:
    assert read_hedge(phrase, BOOK, language, unit).low == low


def test_without_a_language_all_that_know_a_phrase_must_agree() -> None:
    assert read_hedge("jusqu'à 1 000", BOOK).high == 1000
    assert read_hedge("> 100", BOOK).low == 101
    assert read_hedge("six", BOOK).low == 6
    assert read_hedge("environ 300", BOOK, "fr-FR").low == read_hedge("environ 300", BOOK, "french").low == 270
    assert "not in 'ko'" in read_hedge("300", BOOK, "ko").explanation
    own = book_of('{"fr": {"phrases": [{"pattern": "> 100", "rule": "none"}]}}')
    assert "en and fr read it differently" in read_hedge("> 100", own).explanation


def test_a_project_may_have_rules_and_phrases_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        '[rules.about]\nlow = "0.75 N"\nhigh = "1.25 N"\n[rules.legion]\nlow = "3000"\n'
        '[[en.phrases]]\npattern = "a legion"\nrule = "legion"\n',
        encoding="utf-8",
    )
    own = BOOK.with_own(read_own(path), str(path))
    found = read_hedge("about 300", own, "en")
    assert (found.low, found.high) == (225, 375) and "about: from 0.75 N to 1.25 N" in found.explanation
    assert read_hedge("a legion", own, "en").low == 3000
    assert read_hedge("environ 300", own, "fr").low == 225
    assert read_hedge("about 300", BOOK, "en").low == 270, "the book that comes with depotwatch is as it was"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[rules.about]\nhigh = '24'", "rule about: low and"),
        ("[rules.about]\nlow = 'N * 2'", "low is 'N * 2'; something like"),
        ("[rules.about]\nlow = ''", "low is ''"),
        ("[rules.about]\nlow = 'N 2'", "low is 'N 2'"),
        ("[rules.about]\nlow = '__import__(1)'", "low is '__import__(1)'"),
        ("[[en.phrases]]\npattern = 'x'\nrule = 'nothing'", "names the rule 'nothing'"),
        ("[[en.phrases]]\npattern = 'x'", "pattern and rule are needed"),
        ("[de]\nx = 1", "holds de; rules and en, fr are known"),
        ("rules = 3", "rules is no table"),
        ("[", "is not TOML"),
    ],
)
def test_rules_that_are_none_are_named(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReferenceFileError) as refusal:
        read_own(path)
    assert told in str(refusal.value) and "\n" not in str(refusal.value)
