"""What a step of a review is called when it is undone, done again, or stands in the way."""

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


def called(step: Entry) -> str:
    """Return what a step is called: "the verdict rejected (shadow) on 1a2b3c4d"."""
    after = state_of(step, "after")
    where = str(step.payload["annotation"])[:8]
    if step.action == "verdict":
        given = after["verdict"]
        reason = f" ({given['reason']})" if given["reason"] else ""
        return f"the verdict {given['value']}{reason} on {where}"
    if step.action in ("cite", "uncite"):
        claim = next(iter(after["citations"]))
        return f"the {'citation' if step.action == 'cite' else 'removed citation'} of claim {claim} by {where}"
    return f"{_CALLED[step.action].format(**after)} ({where})"
