"""What the linter found in a text."""

from dataclasses import dataclass

MIXED_ROWS = "mixed rows"
WITH_CONFIDENCE = "likelihood with confidence"
BARE_COUNT = "count without interval"
BARE_DATE = "date without bracket"
CONTENTS = "contents asserted"
INFERENCE = "inference in an observation"
RULES = (MIXED_ROWS, WITH_CONFIDENCE, BARE_COUNT, BARE_DATE, CONTENTS, INFERENCE)


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing to write otherwise.

    Parameters
    ----------
    rule
        One of `RULES`.
    words
        The words it is about, as they stand in the text.
    sentence
        What is wrong with them and what to write instead.
    """

    rule: str
    words: str
    sentence: str
