"""Words on pictures, in the one font that comes with Pillow, so that they look the same everywhere."""

import unicodedata
from functools import lru_cache

from PIL import ImageDraw, ImageFont

INK = (17, 24, 39)
FAINT = (75, 85, 99)
_PLAIN = str.maketrans({"×": "x", "–": "-", "—": "-", "…": "...", "“": '"', "”": '"', "’": "'", "°": " deg", "·": "|"})
_MISSING = "\uffff"


@lru_cache(maxsize=16)
def font(size_px: int) -> ImageFont.FreeTypeFont:
    """Return the font in a size."""
    found = ImageFont.load_default(size_px)
    assert isinstance(found, ImageFont.FreeTypeFont)
    return found


@lru_cache(maxsize=1024)
def drawable(text: str) -> str:
    """Return a text in the letters that the font has: marks are taken off letters, what is left unknown is a "?"."""
    plain = text.translate(_PLAIN)
    return "".join(one if _has(one) else _nearest(one) for one in plain)


def wrapped(text: str, size_px: int, width_px: int, most: int) -> list[str]:
    """Return a text in lines that are no wider than that, at most so many; "..." ends one that was cut."""
    lines = [""]
    for word in drawable(text).split():
        longer = f"{lines[-1]} {word}".strip()
        if font(size_px).getlength(longer) <= width_px or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]} ..."]


def write(
    draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, size_px: int, ink: tuple[int, int, int] = INK
) -> None:
    """Write one line, its upper left corner at (x, y)."""
    draw.text(at, drawable(text), fill=ink, font=font(size_px))


def _nearest(letter: str) -> str:
    bare = "".join(one for one in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(one))
    return bare if bare and all(map(_has, bare)) else "?"


@lru_cache(maxsize=1024)
def _has(letter: str) -> bool:
    if letter.isascii():
        return True
    return bytes(font(20).getmask(letter)) != bytes(font(20).getmask(_MISSING))
