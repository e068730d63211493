"""What stands at the site on one date, and its drawing in the order in which things lie on one another."""

from dataclasses import dataclass

from . import boxes, earthworks, ground, railway, structures
from .canvas import Canvas


@dataclass(frozen=True, eq=False)
class Site:
    """Everything on one date, each in the order of drawing."""

    harbour: ground.Harbour
    fields: tuple[ground.Field, ...] = ()
    pads: tuple[ground.Pad, ...] = ()
    tracks: tuple[ground.Track, ...] = ()
    pits: tuple[earthworks.Pit, ...] = ()
    heaps: tuple[earthworks.Heap, ...] = ()
    stacks: tuple[boxes.Stack, ...] = ()
    sheds: tuple[structures.Shed, ...] = ()
    vehicles: tuple[structures.Vehicle, ...] = ()
    vessels: tuple[structures.Vessel, ...] = ()
    trees: tuple[structures.Tree, ...] = ()
    sidings: tuple[railway.Siding, ...] = ()
    cars: tuple[railway.Cars, ...] = ()


def draw_site(canvas: Canvas, site: Site, season: ground.Season, extent_m: float, seed: int) -> None:
    """Draw ground and things on a blank canvas."""
    ground.lay(canvas, site.harbour, season, extent_m, seed)
    for plot in site.fields:
        ground.draw_field(canvas, plot)
    for pad in site.pads:
        ground.draw_pad(canvas, pad)
    ground.draw_tracks(canvas, site.tracks)
    for siding in site.sidings:
        railway.draw_siding(canvas, siding)
    for pit in site.pits:
        earthworks.draw_pit(canvas, pit)
    for heap in site.heaps:
        earthworks.draw_heap(canvas, heap)
    for stack in site.stacks:
        boxes.draw_stack(canvas, stack)
    for shed in site.sheds:
        structures.draw_shed(canvas, shed)
    for cars in site.cars:
        railway.draw_cars(canvas, cars)
    for vehicle in site.vehicles:
        structures.draw_vehicle(canvas, vehicle)
    for vessel in site.vessels:
        structures.draw_vessel(canvas, vessel)
    structures.draw_trees(canvas, site.trees, season.vegetation)
