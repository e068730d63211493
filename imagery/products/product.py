"""What a product is made of: its bands, what masks them, and what its files say of the acquisition."""

from dataclasses import dataclass
from pathlib import Path

from ..facts import Facts
from ..grid import Grid


@dataclass(frozen=True)
class Layer:
    """
    One band: where it lies and what its numbers mean.

    Parameters
    ----------
    file, index
        The raster and the band in it, from 1.
    name
        Of the band.
    scale, offset
        The value is number × scale + offset.
    nodata
        Number that stands for no data, tested before `scale` and `offset`, beside what the raster itself declares.
    lookup
        The value of each number of a byte raster, instead of `scale` and `offset`.
    """

    file: Path
    index: int
    name: str
    scale: float = 1.0
    offset: float = 0.0
    nodata: float | None = None
    lookup: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Sieve:
    """
    A quality raster on the grid of the bands, or on one that is a whole number of times coarser.

    Parameters
    ----------
    file
        The raster.
    classes
        Numbers that are not valid.
    bits
        Bits of which none may be set.
    index
        The band that is used, from 1.
    """

    file: Path
    classes: frozenset[int] = frozenset()
    bits: int = 0
    index: int = 1


@dataclass(frozen=True)
class Product:
    """
    What is to be read of a scene.

    Parameters
    ----------
    path
        What it is called by: the file, or the folder.
    layers
        The bands, in order.
    files
        Every file that is used, in an order that its content alone decides; the scene's hash is over their bytes.
    facts
        What its sources say of the acquisition, the one to be believed first.
    sieves
        What masks the bands.
    offset_stated_by
        The catalogue item on whose word alone an offset is taken out, which pixels may contradict; None for others.
    grid
        Where the bands lie, for a raster that does not say so itself; used where the shape is its own.
    gsd_m
        Pixel size in metres, for a raster that says neither.
    """

    path: Path
    layers: tuple[Layer, ...]
    files: tuple[Path, ...]
    facts: tuple[Facts, ...] = ()
    sieves: tuple[Sieve, ...] = ()
    offset_stated_by: Path | None = None
    grid: Grid | None = None
    gsd_m: float | None = None
