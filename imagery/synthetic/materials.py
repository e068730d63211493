"""Reflectance of what the case is made of, in blue, green, red and near infrared; rounded from spectral libraries."""

from .canvas import Colour

GRASS: Colour = (0.045, 0.075, 0.065, 0.27)
DRY_GRASS: Colour = (0.085, 0.120, 0.150, 0.26)
SOIL: Colour = (0.105, 0.145, 0.190, 0.26)
FRESH_SOIL: Colour = (0.145, 0.195, 0.255, 0.34)
PLOUGHED: Colour = (0.075, 0.100, 0.130, 0.18)
CROP: Colour = (0.040, 0.080, 0.050, 0.38)
GRAVEL: Colour = (0.150, 0.170, 0.185, 0.21)
ASPHALT: Colour = (0.085, 0.092, 0.098, 0.11)
CONCRETE: Colour = (0.190, 0.215, 0.235, 0.26)
PAINT: Colour = (0.330, 0.350, 0.340, 0.36)
WATER: Colour = (0.060, 0.062, 0.038, 0.012)
TREE: Colour = (0.025, 0.045, 0.030, 0.30)

ROOFS: tuple[Colour, ...] = (
    (0.230, 0.245, 0.255, 0.28),  # zinc
    (0.070, 0.085, 0.160, 0.23),  # tile
    (0.310, 0.330, 0.340, 0.36),  # white sheet
    (0.110, 0.115, 0.120, 0.14),  # felt
)
BOXES: tuple[Colour, ...] = (
    (0.060, 0.065, 0.170, 0.22),  # rust red
    (0.155, 0.095, 0.050, 0.13),  # blue
    (0.070, 0.110, 0.060, 0.17),  # green
    (0.280, 0.290, 0.295, 0.33),  # white
    (0.060, 0.130, 0.235, 0.29),  # orange
)
COVERS: tuple[Colour, ...] = (
    (0.060, 0.085, 0.065, 0.20),  # green sheet
    (0.140, 0.160, 0.175, 0.21),  # grey sheet
    (0.105, 0.130, 0.160, 0.22),  # tan sheet
)
PAINTWORK: tuple[Colour, ...] = (
    (0.300, 0.310, 0.310, 0.33),
    (0.070, 0.075, 0.080, 0.10),
    (0.085, 0.105, 0.090, 0.18),
    (0.120, 0.080, 0.060, 0.12),
)
