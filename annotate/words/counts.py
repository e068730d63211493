"""Counts without an interval, and dates without a bracket."""

import re
from collections.abc import Iterator
from functools import cache

from ...labels.references.hedges import built_in
from .finding import BARE_COUNT, BARE_DATE, Finding

_THINGS = (
    r"(?:storage |new |empty |filled |large |small |further |additional |freight |shipping |twenty-foot |forty-foot )*"
    r"(?:pits?|containers?|boxes|stacks?|vessels?|ships?|barges?|boats?|rail ?cars?|railcars?|wagons?|trucks?|vehicles?"
    r"|revetments?|berms?|shelters?|bunkers?|buildings?|visits?|voyages?|crates?|aircraft)\b"
)
_INTERVAL_BEFORE = re.compile(
    r"(?:\b(?:between|between\s+\S+\s+(?:\S+\s+)?and|from|to|or|than|least|most|about|around|some|roughly"
    r"|approximately|nearly|almost|over|under|exactly|maximum|minimum|all|no\."
    r"|(?:\d+|one|two|three|some|none|all|most|part)\s+of(?:\s+(?:the|these|those))?)|[-–~≈<>≤≥])\s*$",
    re.IGNORECASE,
)
_INTERVAL_AFTER = re.compile(
    r"^[^.;]{0,40}?(?:\(\s*\d+\s*(?:to|-|–)|\bor (?:more|fewer)\b|\bat (?:least|most)\b)", re.IGNORECASE
)

_MONTHS = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_DATE = re.compile(
    rf"\b(?:\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}\.?\s+{_MONTHS}(?:\s+\d{{4}})?|{_MONTHS}\s+\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s+\d{{4}})?)\b"
)
_CHANGE = re.compile(
    r"\b(?:(?:dis|re)?appeared|emerged|vanished|arrived|departed|moved|removed|delivered|unloaded|dug|excavated|built"
    r"|constructed|erected|created|docked|sailed|went|came|(?:was|were|has|had) gone"
    r"|(?<!the )(?<!upper )(?<!lower )left(?! (?:of|corner|side|edge|half|hand)\b))\b",
    re.IGNORECASE,
)
_BRACKET = re.compile(
    r"\b(?:between|from|by|before|after|since|until|no later than|not later than|first seen|last seen|not before)\b",
    re.IGNORECASE,
)


@cache
def _count() -> re.Pattern[str]:
    """Return what finds a number with what is counted, in digits or in words."""
    words = "|".join(sorted(built_in().languages["en"].number.numbers, key=len, reverse=True))
    number = (
        r"\d{1,3}(?:[, \u00a0\u202f]\d{3})+|\d+|(?:a|one|two|three|several)\s+(?:dozen|hundred|thousand)"
        rf"|(?:{words})(?:[- ](?:{words}|hundred|thousand|and))*"
    )
    return re.compile(rf"(?<![\w.,-])(?P<number>{number})\s+(?:of\s+)?(?P<things>{_THINGS})", re.IGNORECASE)


def bare_counts(sentence: str) -> Iterator[Finding]:
    """Yield counts of two or more that stand alone, as if nothing could have been missed or mistaken."""
    for match in _count().finditer(sentence):
        number, things = match["number"].lower(), " ".join(match["things"].split())
        if number in ("1", "one", "0", "zero"):
            continue
        if _INTERVAL_BEFORE.search(sentence[: match.start()]) or _INTERVAL_AFTER.search(sentence[match.end() :]):
            continue
        words = " ".join(match.group().split())
        yield Finding(
            BARE_COUNT,
            words,
            f"“{words}” says that none was missed; write an interval, as “at least {number} {things}” or “between … "
            f"and … {things}”, or “exactly {number} {things}” where all was reviewed.",
        )


def bare_dates(sentence: str) -> Iterator[Finding]:
    """Yield one date on which something is said to have changed: images give two, before and after."""
    dates, change = list(_DATE.finditer(sentence)), _CHANGE.search(sentence)
    if change and len(dates) == 1 and not _BRACKET.search(sentence):
        words = f"{change.group()} … {dates[0].group()}"
        if dates[0].start() < change.start():
            words = f"{dates[0].group()} … {change.group()}"
        yield Finding(
            BARE_DATE,
            words,
            f"“{words}” gives one day for a change that images bracket by two; write “between … (last seen without it) "
            f"and {dates[0].group()} (first seen)”.",
        )
