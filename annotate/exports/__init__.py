"""Every format that labels are exported in: those of records alone, and those that need judgement or pixels."""

from functools import partial
from pathlib import Path

from ...labels.export import FORMATS as OF_RECORDS
from ...labels.export import Format
from ..errors import AnnotateError
from ..pictures.coco import render_coco
from ..pictures.figure import render_figure
from .bundle import render_bundle
from .claimreview import render_claimreview
from .stac import render_stac

_SINGLE: dict[str, Format] = {
    **OF_RECORDS,
    "coco": Format("coco", (), render_coco),
    "stac": Format("stac", (), render_stac),
    "claimreview": Format("claimreview", (), render_claimreview),
}
FORMATS: dict[str, Format] = {
    **_SINGLE,
    "figure": Format("figure", (".png",), render_figure),
    "bundle": Format("bundle", (".zip",), partial(render_bundle, formats=_SINGLE)),
}


def format_of(out: Path, named: str | None = None) -> Format:
    """
    Return the format that a user means.

    Parameters
    ----------
    out
        File to write; its ending decides where no format is named.
    named
        Name of a format, or None.

    Raises
    ------
    AnnotateError
        If there is no such format, or the ending does not say which.
    """
    endings = {ending: format for format in FORMATS.values() for ending in format.endings}
    found = FORMATS.get(named) if named is not None else endings.get(out.suffix.lower())
    if found is None:
        raise AnnotateError(
            f"{named or out.name!r} names no format that is written here; --format is one of {', '.join(FORMATS)}, "
            f"and the endings {', '.join(sorted(endings))} name theirs."
        )
    return found
