"""What is measured while one draws, in large letters on the canvas, and what is wrong with it."""

from textwrap import fill

from napari.components import ViewerModel
from napari.components.overlays import TextOverlay

from .caption import BOX_COLOUR

NAME = "depotwatch_readout"
FINE_COLOUR, WRONG_COLOUR = "#7CF0C0", "#FF9B6A"
SIZE = 13
LETTERS = 60  # a line of them fits beside the docks


def show_readout(viewer: ViewerModel, text: str, wrong: bool = False) -> None:
    """Show a line below the dates, in another colour where it says what is wrong; an empty one takes it away."""
    overlays = viewer.canvas.overlays
    if not text:
        overlays.pop(NAME, None)
        return
    if NAME not in overlays:
        overlays[NAME] = TextOverlay(position="top_left", font_size=SIZE, box=True, box_color=BOX_COLOUR, visible=True)
    overlays[NAME].text = fill(text, LETTERS)
    overlays[NAME].color = WRONG_COLOUR if wrong else FINE_COLOUR
