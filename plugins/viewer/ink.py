"""Colours of words that can be read on either theme: pulled towards black or white until they stand out."""

import re

from qtpy.QtGui import QPalette
from qtpy.QtWidgets import QWidget

COLOURED = re.compile(r"(?<=color:)#[0-9A-Fa-f]{6}\b")
GREY = "#8A8F98"  # of what is done with
LEAST_CONTRAST = 4.5  # of text on its ground, as WCAG 2.2 asks for (1.4.3)
STEP = 0.04


def on(widget: QWidget, colour: str) -> str:
    """Return a colour, "#RRGGBB", as it can be read as text on a widget."""
    return legible(colour, widget.palette().color(QPalette.ColorRole.Window).name())


def themed(widget: QWidget, words: str) -> str:
    """Return rich text with every colour in it as it can be read on a widget."""
    return COLOURED.sub(lambda found: on(widget, found.group()), words)


def legible(colour: str, ground: str) -> str:
    """Return the colour nearest to a given one, towards black or white, that has `LEAST_CONTRAST` on a ground."""
    end = 0.0 if contrast("#000000", ground) > contrast("#FFFFFF", ground) else 255.0
    wanted, share = _parts(colour), 0.0
    while share < 1.0:
        mixed = "#" + "".join(f"{round(part + share * (end - part)):02X}" for part in wanted)
        if contrast(mixed, ground) >= LEAST_CONTRAST:
            return mixed
        share += STEP
    return "#000000" if end == 0.0 else "#FFFFFF"


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    """Relative luminance of sRGB (IEC 61966-2-1)."""
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _shares(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _shares(colour: str) -> list[float]:
    return [part / 255 for part in _parts(colour)]


def _parts(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
