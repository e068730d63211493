"""File > Open Sample > depotwatch: the embedded case, two dates of an invented depot and port."""

from .layers import LayerData

SEED = 1


def synthetic_case() -> list[LayerData]:
    """Return both dates as image layers in metres; their names say that they are synthetic."""
    from ...annotate.pictures.stretch import Stretch
    from ...imagery.synthetic import render_case
    from . import layers
    from .caption import date_words
    from .frame import Frame

    case = render_case(SEED)
    frame, stretch = Frame(case.before.grid), Stretch.of(case.before)
    return [
        layers.picture(scene, stretch, frame, f"SYNTHETIC {when} {date_words(scene.acquisition.time)}")
        for when, scene in (("before", case.before), ("after", case.after))
    ]
