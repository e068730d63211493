"""What the user set on napari's settings page for depotwatch."""

from dataclasses import dataclass

PLUGIN = "depotwatch"


@dataclass(frozen=True)
class Preferences:
    """
    Settings of one user, for all projects; the manifest declares them.

    Parameters
    ----------
    analyst
        Name for the journal; empty where none is set.
    zoom_to_places
        Zoom to every place in turn.
    flicker_hz
        Rate to flicker at, to begin with.
    """

    analyst: str = ""
    zoom_to_places: bool = False
    flicker_hz: float = 1.0


def read_preferences() -> Preferences:
    """Return what napari keeps; the defaults where napari does not know the plugin, as without a window."""
    from napari.settings import get_plugin_settings

    try:
        review = get_plugin_settings(PLUGIN).review
    except KeyError:
        return Preferences()
    return Preferences(review.analyst.strip(), review.zoom_to_places, review.flicker_hz)
