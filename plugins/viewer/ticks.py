"""The mark in front of a place: what one decided oneself, apart from what others did."""

from collections.abc import Mapping

from ...annotate.review import Review

MARKS: Mapping[str, str] = {"unreviewed": "○", "accepted": "✓", "rejected": "✗", "unsure": "?", "disputed": "≠"}


def tick(review: Review, annotation_id: str) -> str:
    """Return "✓" for one's own verdict, "✓≠" where others decided otherwise, "(✓)" for others' alone, "○" for none."""
    mine, standing = review.my_verdict(annotation_id), review.verdict_of(annotation_id)
    if mine is not None:
        return MARKS[mine.value] + (MARKS["disputed"] if standing == "disputed" else "")
    return MARKS[standing] if standing == "unreviewed" else f"({MARKS[standing]})"


def tick_words(review: Review, annotation_id: str) -> str:
    """Return who decided what, in a line: one's own verdict first."""
    mine = review.my_verdict(annotation_id)
    words = ["not decided by you" if mine is None else f"you: {mine.value}{_reason(mine.reason)}"]
    given = review.standing.verdicts.get(annotation_id, {})
    words += [f"{one.analyst}: {one.value}{_reason(one.reason)}" for one in given.values() if one != mine]
    return " · ".join(words)


def _reason(reason: str | None) -> str:
    return "" if reason is None else f" ({reason})"
