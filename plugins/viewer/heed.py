"""What is said of words that were kept, where they are to be written otherwise."""

from ...annotate.words import lint


def what_to_heed(text: str) -> str:
    """Return what of a kept text is to be written otherwise, and how; empty where nothing is."""
    findings = lint(text)
    if not findings:
        return ""
    more = f" And {len(findings) - 1} more; depotwatch words lists them." if len(findings) > 1 else ""
    return f"Kept. {findings[0].sentence}{more}"
