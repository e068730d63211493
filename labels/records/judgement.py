"""A judgement: what one analyst makes of a claim; observation, assessment, likelihood and confidence each apart."""

from dataclasses import dataclass

LIKELIHOODS = (
    "almost no chance",
    "very unlikely",
    "unlikely",
    "roughly even chance",
    "likely",
    "very likely",
    "almost certain",
)
"""One row of ICD 203 (2015), for 1-5, 5-20, 20-45, 45-55, 55-80, 80-95 and 95-99 %; the other is not used."""
CONFIDENCES = ("low", "moderate", "high")


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    One analyst's standing judgement of one claim; a later one by the same analyst replaces it, the journal keeps both.

    Parameters
    ----------
    claim
        Claim id.
    analyst
        Name the analyst works under.
    time
        UTC, ISO 8601.
    observation
        What is visible, in the analyst's words; no inference.
    assessment
        What follows from it, in the analyst's words.
    likelihood
        How probable that is: one of `LIKELIHOODS`, or None.
    confidence
        How good the evidence behind it is: one of `CONFIDENCES`, or None. It says nothing of how probable it is.
    """

    claim: str
    analyst: str
    time: str
    observation: str = ""
    assessment: str = ""
    likelihood: str | None = None
    confidence: str | None = None
