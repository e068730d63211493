"""What the dock says in words: the pair, the counts, the keys. Plain functions from records to rich text."""

from collections.abc import Iterable, Mapping
from html import escape

from ...annotate.count import CountRow
from ...annotate.kinds import Kind
from ...labels.records import Comparison
from .caption import AFTER_COLOUR, BEFORE_COLOUR, WARNING_COLOUR, Caption
from .keys import Key

GREY = "#9AA0A8"


def pair_words(title: str, caption: Caption, comparison: Comparison | None, analyst: str) -> str:
    """Return the head of the dock: title, both dates, instruments, credit, registration, analyst."""
    lines = [f"<b>{escape(title)}</b>"]
    if caption.synthetic:
        lines.append(f"<span style='color:{WARNING_COLOUR}'><b>SYNTHETIC</b> – rendered, not observed</span>")
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


def counts_words(rows: Iterable[CountRow], kinds: Mapping[str, Kind]) -> str:
    """Return the counts as a table: an interval where there is one, else the reason, greyed."""
    cells = [_count_cells(row, kinds.get(row.kind)) for row in rows]
    if not cells:
        return f"<span style='color:{GREY}'>Nothing is counted yet: no comparison looked for any kind.</span>"
    return f"<table cellspacing='0' cellpadding='3' width='100%'>{''.join(cells)}</table>"


def _count_cells(row: CountRow, kind: Kind | None) -> str:
    title = escape(kind.plural if kind else row.kind)
    mark = f"<span style='color:{kind.colour if kind else GREY}'>■</span>"
    if row.estimate is None:
        head = f"<tr><td>{mark} <span style='color:{GREY}'>{title}</span></td>"
        found = f"{row.objects} outlined" if row.objects else "not counted"
        return f"{head}<td align='right'><span style='color:{GREY}'>{found}</span></td></tr>{_reason(row.reason)}"
    one = row.estimate
    span = f"{one.low} or more" if one.high is None else f"{one.low} – {one.high}"
    interval = f"<b>{one.best}</b> <span style='color:{GREY}'>({span})</span> {escape(one.unit)}"
    why = escape(f"{one.rule_low} {one.rule_best} {one.rule_high}")
    return f"<tr title='{why}'><td>{mark} {title}</td><td align='right'>{interval}</td></tr>{_reason(row.reason)}"


def _reason(reason: str) -> str:
    if not reason:
        return ""
    return f"<tr><td colspan='2'><span style='color:{GREY}; font-size:small'>{escape(reason)}</span></td></tr>"


def keys_words(table: Iterable[Key]) -> str:
    """Return the keys as a table under their headings."""
    groups: dict[str, list[Key]] = {}
    for key in table:
        groups.setdefault(key.group, []).append(key)
    parts = []
    for group, members in groups.items():
        parts.append(f"<tr><td colspan='2'><br><b>{escape(group)}</b></td></tr>")
        parts += [
            f"<tr><td width='100'><code>{escape(key.label)}</code></td><td>{escape(key.title)}</td></tr>"
            for key in members
        ]
    return f"<table cellspacing='0' cellpadding='2'>{''.join(parts)}</table>"
