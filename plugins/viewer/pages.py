"""What the dock says in words: the pair. Plain functions from records to rich text."""

from html import escape

from ...labels.records import Comparison
from .caption import AFTER_COLOUR, BEFORE_COLOUR, WARNING_COLOUR, Caption

GREY = "#9AA0A8"


def pair_words(title: str, caption: Caption, comparison: Comparison | None, analyst: str) -> str:
    """Return the head of the dock: title, both dates, instruments, credit, registration, analyst."""
    lines = [f"<b>{escape(title)}</b>"]
    if caption.warning:
        what, _, words = caption.warning.partition(" – ")
        lines.append(f"<span style='color:{WARNING_COLOUR}'><b>{what}</b> – {words}</span>")
    if caption.after is None:
        lines.append(f"<span style='color:{BEFORE_COLOUR}'>{escape(caption.before)}</span>")
    else:
        lines.append(
            f"<span style='color:{BEFORE_COLOUR}'>before <b>{escape(caption.before)}</b></span><br>"
            f"<span style='color:{AFTER_COLOUR}'>after&nbsp;&nbsp; <b>{escape(caption.after)}</b></span>"
        )
    small = [caption.instruments, caption.credit, _how_compared(comparison), f"reviewed as {analyst}"]
    lines.append(f"<span style='color:{GREY}; font-size:small'>{escape(' · '.join(filter(None, small)))}</span>")
    return "<br>".join(lines)


def _how_compared(comparison: Comparison | None) -> str:
    if comparison is None:
        return ""
    if comparison.refused is not None:
        return f"No change map: {comparison.refused}"
    if comparison.after is None:
        return "searched by itself, without another date"
    residual = comparison.residual_median_px
    words = [f"method {comparison.method}"]
    if residual is not None:
        words.append(f"residual {residual:.2f} px")
    if comparison.false_alarms_per_km2 is not None:
        words.append(f"{comparison.false_alarms_per_km2:.3g} false alarms expected per km² at the map's threshold")
    return " · ".join(words)
