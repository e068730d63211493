"""Likelihood in one row of ICD 203 (2015), confidence apart from it, and inference out of what is observed."""

import re
from collections.abc import Iterator

from ...labels.records import LIKELIHOODS
from .finding import INFERENCE, MIXED_ROWS, WITH_CONFIDENCE, Finding

_OTHER_ROW = {
    "remote": "almost no chance",
    "highly improbable": "very unlikely",
    "improbable": "unlikely",
    "roughly even odds": "roughly even chance",
    "probable": "likely",
    "probably": "likely",
    "highly probable": "very likely",
    "nearly certain": "almost certain",
    "nearly certainly": "almost certainly",
}
_REMOTE = r"remote(?=\s+(?:chance|possibility|likelihood|probability))"  # a remote depot is far away


def _any_of(words: tuple[str, ...]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(_REMOTE if word == "remote" else re.escape(word).replace(r"\ ", r"\s+") for word in longest_first)


_OTHER = re.compile(rf"\b(?:{_any_of(tuple(_OTHER_ROW))})\b", re.IGNORECASE)
_ROW = re.compile(rf"\b(?:{_any_of((*LIKELIHOODS, 'almost certainly', 'roughly even'))})\b", re.IGNORECASE)
_CONFIDENCE = re.compile(
    r"\b(?:low|moderate|medium|high)(?:[ -]to[ -](?:moderate|medium|high))?[ -]confidence\b"
    r"|\bconfidence\b[^.;]{0,20}?\b(?:low|moderate|medium|high)\b"
    r"|\b(?:very |highly )?confident\b",
    re.IGNORECASE,
)
_INFERRED = re.compile(
    r"\b(?:assess(?:ed|es|ment)?|judge[sd]?|suggest(?:s|ed|ing)?|indicat(?:es?|ed|ing)|impl(?:y|ies|ied)"
    r"|presumabl[ey]|presumed|apparently intended|therefore|must (?:be|have)|prove[sd]?|proof|confirm(?:s|ed)?)\b",
    re.IGNORECASE,
)


def mixed_rows(sentence: str) -> Iterator[Finding]:
    """Yield the terms of the row that is not used: the same text must not say "probable" here and "likely" there."""
    for match in _OTHER.finditer(sentence):
        term = " ".join(match.group().split())
        ours = _OTHER_ROW[term.lower()]
        yield Finding(
            MIXED_ROWS,
            term,
            f"“{term}” is of the other row of likelihood terms; write “{ours}”, so that one row alone is used.",
        )


def with_confidence(sentence: str) -> Iterator[Finding]:
    """Yield a level of confidence that stands in one sentence with a likelihood."""
    confidence = _CONFIDENCE.search(sentence)
    likelihood = _ROW.search(sentence) or _OTHER.search(sentence)
    if confidence and likelihood:
        words = f"{likelihood.group()} … {confidence.group()}"
        if confidence.start() < likelihood.start():
            words = f"{confidence.group()} … {likelihood.group()}"
        yield Finding(
            WITH_CONFIDENCE,
            words,
            f"“{likelihood.group()}” says how probable it is and “{confidence.group()}” how good the evidence is; "
            "write two sentences, or use the fields likelihood and confidence.",
        )


def inference(sentence: str) -> Iterator[Finding]:
    """Yield what is concluded in a text that is to say what is visible."""
    for pattern in (_ROW, _INFERRED):
        for match in pattern.finditer(sentence):
            yield Finding(
                INFERENCE,
                match.group(),
                f"“{match.group()}” concludes; write here what is visible (visible, observed, appears to, consistent "
                "with), and put the conclusion into the assessment.",
            )
