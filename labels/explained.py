"""Why a candidate may be no change, in words: from what its terms say."""

from collections import Counter
from collections.abc import Iterable, Mapping

BY, SHARE, MOVED_PX = "explained_by", "explained_share", "explained_px"
REGISTRATION, SHADOW, HAZE, LEAN = REASONS = ("registration", "shadow", "cloud or haze", "off-nadir lean")
_WORDS = {
    REGISTRATION: "A shift of {px:.1f} px explains {share:.0%} of the change: registration.",
    SHADOW: "A shadow that the sun moved explains {share:.0%} of the change.",
    HAZE: "Haze, a cloud or its shadow explains {share:.0%} of the change.",
    LEAN: "Something tall, seen from elsewhere and so {px:.1f} px away, explains {share:.0%} of the change.",
}


def explanation(terms: Mapping[str, object]) -> str | None:
    """Return the sentence that says what explains a candidate of these terms; None where nothing does."""
    reason, share, moved_px = (terms.get(name) for name in (BY, SHARE, MOVED_PX))
    if not isinstance(reason, str) or reason not in _WORDS or not isinstance(share, int | float):
        return None
    return _WORDS[reason].format(share=share, px=moved_px if isinstance(moved_px, int | float) else 0.0)


def reasons_of(terms: Iterable[Mapping[str, object]]) -> dict[str, int]:
    """Return how many of the candidates of these terms each reason explains, the most common first."""
    return dict(Counter(str(one[BY]) for one in terms if one.get(BY)).most_common())
