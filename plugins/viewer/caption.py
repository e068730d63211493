"""What always stands on the canvas: both dates, which is shown, credit, scale bar, and SYNTHETIC where it is."""

from dataclasses import dataclass

from napari.components import ViewerModel
from napari.components.overlays import TextOverlay

from ...imagery.scene import Scene

HEADLINE, DATES, SYNTHETIC, CREDIT = (f"depotwatch_{name}" for name in ("headline", "dates", "synthetic", "credit"))
BEFORE_COLOUR, AFTER_COLOUR, WARNING_COLOUR = "#8FD0FF", "#FFD480", "#FFE14D"
TEXT_COLOUR, BOX_COLOUR = "#F2F2F2", "#000000B0"
SYNTHETIC_WORDS = "SYNTHETIC – rendered, not observed"
PLANTED_WORDS = "PARTLY SYNTHETIC – things that are not there are planted in both dates"


@dataclass(frozen=True)
class Caption:
    """
    The words about one pair, or one scene.

    Parameters
    ----------
    before, after
        Date (and time) of each scene, or "date unknown"; `after` is None for a single scene.
    instruments
        Platform and pixel size of each, joined where they are the same.
    credit
        Credit lines; empty where none is known.
    synthetic
        True where any of it was rendered.
    planted
        True where things were planted in it to measure its reader.
    first
        What the first date is: "before", or "this scene" where it is no pair's.
    second
        What the second date is: "after", or "date 3 of 8" where another of the series is seen in its place.
    """

    before: str
    after: str | None
    instruments: str
    credit: str
    synthetic: bool
    planted: bool = False
    second: str = "after"
    first: str = "before"

    @property
    def warning(self) -> str:
        """What must be said of pictures that were not, or not wholly, observed; empty for others."""
        return PLANTED_WORDS if self.planted else SYNTHETIC_WORDS if self.synthetic else ""

    @classmethod
    def of(cls, before: Scene, after: Scene | None, synthetic: bool = False, planted: bool = False) -> "Caption":
        """Collect the words from the scenes; `synthetic` is what the project says of itself."""
        scenes = [before] if after is None else [before, after]
        instruments = dict.fromkeys(instrument(scene) for scene in scenes)
        credits = dict.fromkeys(scene.acquisition.credit for scene in scenes if scene.acquisition.credit)
        rendered = synthetic or any(scene.acquisition.synthetic for scene in scenes)
        when = [date_words(scene.acquisition.time) for scene in scenes]
        return cls(when[0], when[1] if after else None, " / ".join(instruments), " · ".join(credits), rendered, planted)

    def headline(self, showing: str) -> str:
        """Return the large line: what is shown ("before", "after", "both" or "nothing") and its date."""
        if showing == "nothing":
            return "no imagery shown"
        if showing == "both":
            return f"{self.first.upper()} and {self.second.upper()}"
        if self.after is None:
            return self.before
        return f"{self.second.upper()}  {self.after}" if showing == "after" else f"{self.first.upper()}  {self.before}"

    def dates(self) -> str:
        """Return the second line: both dates."""
        if self.after is None:
            return self.before
        between = "→" if self.second == "after" else "·"  # another of the series may be the earlier one
        return f"{self.first} {self.before}  {between}  {self.second} {self.after}"

    def origin(self) -> str:
        """Return the small line at the foot: instrument, pixel size, credit."""
        return "  ·  ".join(filter(None, (self.instruments, self.credit)))


def date_words(time: str | None) -> str:
    """Return a time as people read it: "2017-10-03 08:25 UTC", "2017-10-03" or "date unknown"."""
    if not time:
        return "date unknown"
    day, _, clock = time.partition("T")
    return f"{day} {clock[:5]} UTC" if clock else day


def instrument(scene: Scene) -> str:
    """Return platform and pixel size, as in "Sentinel-2 MSI 9.2 × 11.0 m"."""
    y, x = scene.file_grid.gsd_m
    size = f"{y:.3g} m" if abs(y - x) < 0.01 * max(y, x) else f"{y:.3g} × {x:.3g} m"
    what = scene.acquisition.platform or {"sar": "SAR"}.get(scene.acquisition.sensor, "optical")
    return f"{what}  {size}"


def put_on_canvas(viewer: ViewerModel, caption: Caption) -> None:
    """Show the captions and a scale bar in metres; `set_showing` says which date is seen."""
    overlays = viewer.canvas.overlays
    overlays[HEADLINE] = _line("", "top_left", 15, TEXT_COLOUR)
    overlays[DATES] = _line(caption.dates(), "top_left", 10, TEXT_COLOUR)
    if caption.warning:
        overlays[SYNTHETIC] = _line(caption.warning, "top_left", 11, WARNING_COLOUR)
    overlays[CREDIT] = _line(caption.origin(), "bottom_left", 8, TEXT_COLOUR)
    overlays.scale_bar.visible, overlays.scale_bar.box = True, True
    overlays.scale_bar.box_color, overlays.scale_bar.font_size = BOX_COLOUR, 11


def set_showing(viewer: ViewerModel, caption: Caption, showing: str) -> None:
    """Say which date is seen: "before", "after", "both" or "nothing"."""
    headline = viewer.canvas.overlays[HEADLINE]
    headline.text = caption.headline(showing)
    headline.color = AFTER_COLOUR if showing == "after" else BEFORE_COLOUR


def take_off_canvas(viewer: ViewerModel) -> None:
    """Remove the captions and hide the scale bar."""
    for name in (HEADLINE, DATES, SYNTHETIC, CREDIT):
        viewer.canvas.overlays.pop(name, None)
    viewer.canvas.overlays.scale_bar.visible = False


def _line(text: str, position: str, size: float, colour: str) -> TextOverlay:
    return TextOverlay(
        text=text, position=position, font_size=size, color=colour, box=True, box_color=BOX_COLOUR, visible=True
    )
