"""
The figure: before and after of each place side by side, with what a reader needs to trust it, as one PNG.

Dates in UTC, sensor, pixel size, scale, north, numbers with a key, a copy without marks, credit, licence, how the
pixels were treated, and the journal's head; where pixels are withheld, the outline alone and the reason.
"""

import io
from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from ...labels.errors import ExportError
from ...labels.export import Rendered
from ...labels.export.grounds import UNSTATED, grounds
from ...labels.export.labelled import NOTICE, STANDINGS, Labelled
from ...labels.project import Project
from ...labels.records import Comparison, SceneRecord
from ..own_kinds import kinds_in
from .chip import Frame, chip, marked, paper
from .darkroom import Darkroom, Picture
from .lettering import FAINT, INK, wrapped, write
from .licence import condition, withheld

MOST_PLACES = 8
SIDE_PX = 330
_GAP, _MARGIN, _KEY_PX = 10, 24, 400
_STRIP_PX = 46
_WIDTH_PX = 2 * _MARGIN + 3 * SIDE_PX + 3 * _GAP + _KEY_PX
_ALARM = (180, 35, 24)
_CAVEAT = (
    "Outlines mark what is visible, never what is inside. What is not marked may still be there: it was not found with "
    "the imagery at hand, and more is missed where pixels are larger."
)
_UNKNOWN_COLOUR = "#FFFFFF"

Line = tuple[str, int, tuple[int, int, int]]


def render_figure(project: Project, labels: Sequence[Labelled], name: str) -> Rendered:
    """
    Return a PNG of the places asked for, accepted ones and higher scores first, at most eight.

    Raises
    ------
    ExportError
        There are no labels to show.
    """
    if not labels:
        raise ExportError("There is no label to draw a figure of: choose other verdicts, or label something first.")
    shown = sorted(labels, key=_rank)[:MOST_PLACES]
    darkroom = Darkroom(project)
    runs = project.latest_comparisons()
    kinds, comparisons = kinds_in(runs), {(one.before, one.after): one for one in runs}
    rows = [
        _row(darkroom, label, number, kinds[label.annotation.kind].colour if label.annotation.kind in kinds else None)
        for number, label in enumerate(shown, start=1)
    ]
    scenes = list({scene.id: scene for label in shown for scene in label.scenes}.values())
    said = [why for scene in scenes if (why := darkroom.why_not(scene.id)) is not None]
    head = _heading(project, shown)
    treated = [_display(darkroom, shown), *_residuals(comparisons.get(_pair(label)) for label in shown)]
    foot = _footing(project, scenes, said, treated)
    picture = _laid_out(head, rows, foot)
    if len(shown) < len(labels):
        said.append(f"The figure shows {len(shown)} of {len(labels)} labels; choose fewer with --verdict.")
    return Rendered(_png(picture, project, shown, scenes), {}, tuple(said))


def alt_text(shown: Sequence[Labelled]) -> str:
    """Return what the figure shows, in words for who cannot see it."""
    return " ".join(f"{number}: {'; '.join(_key(label))}." for number, label in enumerate(shown, start=1))


def _rank(label: Labelled) -> tuple[int, float]:
    order = ("accepted", "unsure", "disputed", "unreviewed", "rejected")
    assert set(order) == set(STANDINGS)
    return order.index(label.standing), -(label.annotation.score or 0.0)


def _pair(label: Labelled) -> tuple[str, str | None]:
    return label.annotation.before, label.annotation.after


def _row(darkroom: Darkroom, label: Labelled, number: int, colour: str | None) -> Picture:
    """Return one place: both dates with its outline, the later without, and its key."""
    own = label.annotation
    base = next(scene for scene in label.scenes if scene.id == own.shape.scene)
    frame = Frame.around(own.shape.pixels, own.shape.length_m, base, SIDE_PX)
    line = colour or _UNKNOWN_COLOUR
    ink = int(line[1:3], 16), int(line[3:5], 16), int(line[5:7], 16)
    canvas = Image.new("RGB", (_WIDTH_PX, _STRIP_PX + SIDE_PX + _GAP), "white")
    draw = ImageDraw.Draw(canvas)
    names = ("BEFORE", "AFTER") if label.after is not None else ("THE SCENE",)
    panels = [(scene, name, True) for scene, name in zip(label.scenes, names, strict=True)]
    plain = label.before if own.change == "vanished" or label.after is None else label.after
    panels.append((plain, f"{names[label.scenes.index(plain)]}, without marks", False))
    for at, (scene, title, with_marks) in enumerate(panels):
        x = _MARGIN + at * (SIDE_PX + _GAP)
        write(draw, (x, 2), f"{title}  {when(scene) if with_marks else ''}", 17)
        write(draw, (x, 24), instrument(scene) if with_marks else "", 14, FAINT)
        pixels = chip(darkroom, scene, frame)
        picture = paper(SIDE_PX) if pixels is None else pixels
        if with_marks:
            picture = marked(picture, frame, own.shape.pixels, number, ink)
        canvas.paste(Image.fromarray(picture), (x, _STRIP_PX))
        if pixels is None:
            write(draw, (x + 10, _STRIP_PX + SIDE_PX // 2 + (80 if with_marks else 0)), "pixels withheld", 16, _ALARM)
    x, y = _MARGIN + 3 * (SIDE_PX + _GAP), float(_STRIP_PX)
    write(draw, (x, y - 2), str(number), 26)
    y += 34
    for text in _key(label):
        for one in wrapped(text, 16, _KEY_PX, 3):
            write(draw, (x, y), one, 16)
            y += 22
        y += 4
    return np.array(canvas)


def _key(label: Labelled) -> list[str]:
    """Return what is said of a place, a sentence part each."""
    own, count = label.annotation, label.annotation.count
    words = [f"{own.kind}, {own.change}", f"verdict: {label.standing}"]
    if count is not None:
        high = "or more" if count.high is None else f"to {count.high}"
        words.append(f"count: {count.low} {high}" if count.low != count.high else f"count: {count.low}")
    words.append(f"{own.shape.length_m:.0f} × {own.shape.width_m:.0f} m, heading {own.shape.heading_deg:.0f}°")
    if own.shape.ground is not None:
        centre = own.shape.ground.centroid
        words.append(f"{abs(centre.y):.5f}° {'N' if centre.y >= 0 else 'S'}, {abs(centre.x):.5f}° {_side(centre.x)}")
    words += [f"{relation} claim {claim}" for claim, relation in label.relations()]
    words += [f"dissent: {one.words}" for one in label.dissent]
    return [*words, own.note] if own.note else words


def _side(longitude: float) -> str:
    return "E" if longitude >= 0 else "W"


def when(scene: SceneRecord) -> str:
    """Return a scene's time as people read it: "2017-10-03 08:25 UTC", "2017-10-03" or "date unknown"."""
    day, _, clock = (scene.time or "date unknown").partition("T")
    return f"{day} {clock[:5]} UTC" if clock else day


def instrument(scene: SceneRecord) -> str:
    """Return platform and pixel size: "Sentinel-2 MSI, GSD 9.2 × 11 m"."""
    what = scene.platform or ("SAR" if scene.sensor == "sar" else "optical")
    return f"{what}, GSD {scene.gsd_y_m:.3g} × {scene.gsd_x_m:.3g} m"


def _heading(project: Project, shown: Sequence[Labelled]) -> list[Line]:
    synthetic = any(label.synthetic for label in shown)
    lines: list[Line] = [(project.title, 26, INK)]
    sites = {site.id: site.name for site in project.sites()}
    named = dict.fromkeys(sites[label.annotation.site] for label in shown if label.annotation.site in sites)
    if named:
        lines.append((", ".join(named), 18, FAINT))
    return [*lines, (NOTICE, 18, _ALARM)] if synthetic else lines


def _footing(
    project: Project, scenes: Sequence[SceneRecord], said: Sequence[str], treated: Sequence[str]
) -> list[Line]:
    """Return credits, conditions, how the pixels were treated, the caveat and the journal's head."""
    owed: dict[str, list[str]] = {}
    for scene in scenes:
        if withheld(scene) is None:
            heed = condition(scene)
            terms = f"{scene.licence}{f', {heed}' if heed else ''}"
            owed.setdefault(f"{scene.credit or f'credit {UNSTATED}'}; licence {terms}", []).append(scene.name)
    lines: list[Line] = [(f"{', '.join(dict.fromkeys(names))}: {what}", 15, INK) for what, names in owed.items()]
    lines += [(sentence, 15, _ALARM) for sentence in said]
    lines.append(("; ".join(treated) + ".", 15, FAINT))
    lines.append((_CAVEAT, 15, FAINT))
    rest = grounds(project, ())
    lines.append((f"depotwatch {rest['version']}, journal head {rest['journal_head'] or 'none'}", 13, FAINT))
    return lines


def _residuals(runs: Iterable[Comparison | None]) -> list[str]:
    found = (run.residual_median_px for run in runs if run is not None and run.residual_median_px is not None)
    return list(dict.fromkeys(f"misregistration left: {residual:.2f} pixels (median)" for residual in found))


def _display(darkroom: Darkroom, shown: Sequence[Labelled]) -> str:
    """Return how pixels became grey levels."""
    alike = True
    for label in shown:
        base = label.annotation.shape.scene
        seen = [scene.id for scene in label.scenes if darkroom.why_not(scene.id) is None]
        alike = alike and len({darkroom.stretch(scene, base) for scene in seen}) < 2
    limits = "Display: linear between the 2nd and 98th percentile of"
    return f"{limits} the earlier date, alike for both" if alike else f"{limits} each date, as one would hide the other"


def _laid_out(head: Sequence[Line], rows: Sequence[Picture], foot: Sequence[Line]) -> Picture:
    width = _WIDTH_PX - 2 * _MARGIN
    upper, lower = (
        [(text, size, ink) for words, size, ink in lines for text in wrapped(words, size, width, 3)]
        for lines in (head, foot)
    )
    above, below = (sum(size + 8 for _, size, _ in lines) + 2 * _MARGIN for lines in (upper, lower))
    canvas = Image.new("RGB", (_WIDTH_PX, above + sum(len(row) for row in rows) + below), "white")
    draw = ImageDraw.Draw(canvas)
    _write_lines(draw, upper, _MARGIN)
    y = above - _MARGIN // 2
    for row in rows:
        canvas.paste(Image.fromarray(row), (0, y))
        y += len(row)
    draw.line((_MARGIN, y + 8, _WIDTH_PX - _MARGIN, y + 8), fill=FAINT)
    _write_lines(draw, lower, y + 20)
    return np.array(canvas)


def _write_lines(draw: ImageDraw.ImageDraw, lines: Sequence[Line], y: int) -> None:
    for text, size, ink in lines:
        write(draw, (_MARGIN, y), text, size, ink)
        y += size + 8


def _png(picture: Picture, project: Project, shown: Sequence[Labelled], scenes: Sequence[SceneRecord]) -> bytes:
    rest, info = grounds(project, ()), PngInfo()
    credits = (f"{one.credit or UNSTATED}; licence {one.licence or UNSTATED}" for one in scenes)
    said = {
        "Title": project.title,
        "Description": alt_text(shown),
        "Copyright": " | ".join(dict.fromkeys(credits)),
        "Software": f"depotwatch {rest['version']}",
        "Source": f"journal head {rest['journal_head']}",
    }
    for key, value in said.items():
        info.add_itxt(key, value)
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()
