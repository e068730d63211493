"""What a step of a review is called when it is undone, done again, or stands in the way."""

from collections import Counter
from collections.abc import Sequence

from ..labels.journal import Entry
from ..labels.records import Annotation
from .steps import state_of

_CALLED = {
    "kind": "its kind {kind}",
    "state": "its state {state}",
    "note": "its note",
    "count": "its count",
    "draw": "the drawing",
    "reshape": "its new outline",
    "withdraw": "the withdrawal",
}


def name(annotation: Annotation) -> str:
    """Return what an annotation is called."""
    return f"{annotation.kind} {annotation.id[:8]}"


def news(entries: Sequence[Entry], analyst: str) -> str:
    """Say who did how much elsewhere since one last looked; not what, which a second reading must not see."""
    steps = Counter("you" if entry.analyst == analyst else entry.analyst for entry in entries)
    done = [f"{number} {'step' if number == 1 else 'steps'} by {who}" for who, number in steps.items()]
    return f"Meanwhile in another window: {', '.join(done)}. Taken in here."


def called(step: Entry) -> str:
    """Return what a step is called: "the verdict rejected (shadow) on 1a2b3c4d"."""
    after = state_of(step, "after")
    where = str(step.payload["annotation"])[:8]
    if step.action in ("verdict", "adjudicate"):
        given = after["verdict"]
        reason = f" ({given['reason']})" if given["reason"] else ""
        what = "verdict" if step.action == "verdict" else "settling verdict"
        return f"the {what} {given['value']}{reason} on {where}"
    if step.action in ("cite", "uncite"):
        claim = next(iter(after["citations"]))
        return f"the {'citation' if step.action == 'cite' else 'removed citation'} of claim {claim} by {where}"
    return f"{_CALLED[step.action].format(**after)} ({where})"
