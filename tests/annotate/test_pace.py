"""How fast it goes, in words."""

from depotwatch.annotate.reading.pace import PAUSE_S, RECENT, Pace


def test_nothing_is_said_of_the_pace_before_two_decisions() -> None:
    pace = Pace()
    assert pace.words(0, 10_000) == "0 of 10,000 decided"
    pace.decided(5.0)
    assert pace.per_minute is None and pace.words(1, 4) == "1 of 4 decided"


def test_pace_and_rest_are_those_of_the_latest_decisions() -> None:
    pace = Pace()
    for number in range(RECENT):
        pace.decided(60.0 * number)
    for number in range(RECENT + 1):
        pace.decided(60.0 * RECENT + 2.0 * number)
    assert pace.words(50, 200) == "50 of 200 decided · 30 a minute · about 5 min left"
    assert pace.words(200, 200) == "200 of 200 decided · 30 a minute"
    assert pace.words(0, 5400).endswith("about 3 h left") and pace.words(0, 20).endswith("about a minute left")


def test_a_break_counts_as_a_minute() -> None:
    pace = Pace()
    pace.decided(0.0)
    pace.decided(10_000.0)
    assert pace.per_minute == 60 / PAUSE_S
    pace.decided(10_000.0 + 3600)
    pace.decided(10_000.0 + 7200)
    assert pace.words(1, 3).startswith("1 of 3 decided · 1 a minute")
