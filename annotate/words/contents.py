"""Contents asserted: an image shows a container, never what is in it."""

import re
from collections.abc import Iterator

from .finding import CONTENTS, Finding

_GOOD = (
    r"(?:ammunition|ammo|munitions?|weapons?|weaponry|arms|armaments?|artillery|shells?|rounds|rockets?|missiles?|bombs?"
    r"|explosives?|warheads?|ordnance|military equipment|military cargo)"
)
_GOODS = rf"{_GOOD}(?:\s+{_GOOD})*"
_HOLDERS = (
    r"(?:containers?|boxes|crates?|pits?|stacks?|wagons?|rail ?cars?|trains?|trucks?|ships?|vessels?|barges?|pallets?"
    r"|shipments?|cargo(?:es)?|deliver(?:y|ies)|transfers?|loads?)"
)
_VERBS = (
    r"(?:contain(?:s|ed|ing)?|hold(?:s|ing)?|held|carr(?:y|ies|ied|ying)|stor(?:e|es|ed|ing)|full of|filled with"
    r"|loaded with|laden with|packed with|shows?|showing|transport(?:s|ed|ing)?|deliver(?:s|ed|ing)?"
    r"|unload(?:s|ed|ing)?)"
)
_ASSERTED = (
    re.compile(rf"\b{_VERBS}\s+(?:\w+\s+){{0,3}}?{_GOODS}\b", re.IGNORECASE),
    re.compile(rf"\b{_GOODS}[- ](?:\w+\s+)?{_HOLDERS}\b", re.IGNORECASE),
    re.compile(rf"\b{_HOLDERS}\s+(?:of|with)\s+(?:\w+\s+){{0,2}}?{_GOODS}\b", re.IGNORECASE),
    re.compile(rf"\b{_GOODS}\s+(?:is|are|was|were)\s+(?:\w+\s+)?(?:visible|seen|stored|inside)\b", re.IGNORECASE),
)
_ATTRIBUTED = re.compile(
    r"\b(?:according to|said|says|say|stated?|states|claim(?:s|ed)?|alleged(?:ly)?|alleges|report(?:s|ed|edly)?"
    r"|whether|cannot|can not|could not|no image|not possible|impossible|unknown|not visible)\b",
    re.IGNORECASE,
)


def asserted_contents(sentence: str) -> Iterator[Finding]:
    """Yield what is said to be inside something, unless the sentence says who says so, or that it cannot be seen."""
    if _ATTRIBUTED.search(sentence):
        return
    for pattern in _ASSERTED:
        match = pattern.search(sentence)
        if match:
            words = " ".join(match.group().split())
            yield Finding(
                CONTENTS,
                words,
                f"“{words}” says what is inside, which no image shows; write what is visible (a container, a pit), or "
                "“according to” whom, and keep the rest in a claim.",
            )
            return
