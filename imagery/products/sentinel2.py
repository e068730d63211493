"""Sentinel-2 products in SAFE folders: reflectance without the offset of baseline 04.00, clouds masked.

L2A is masked by its scene classification, L1C by its opaque clouds and cirrus, a raster since baseline 04.00.

Reference: Sentinel-2 Products Specification Document, S2-PDGS-TAS-DI-PSD, issue 14.9 and later.
"""

import re
from pathlib import Path
from xml.etree.ElementTree import Element

from ..errors import UnreadableSceneError
from ..facts import Facts, factor, number, summand, sun_or_none, time_or_none, view_or_none
from .folder import member, needed, read_xml, text_of
from .product import Layer, Product, Sieve

METADATA = re.compile(r"MTD_MSI(L1C|L2A)\.xml")
BANDS = ("B02", "B03", "B04", "B08")  # those of 10 m
ORDER = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12")  # of band ids
NO_DATA = 0.0
OFFSET_SINCE = 4.0  # processing baseline
MASKED = frozenset({0, 1, 3, 8, 9, 10})  # no data, saturated, cloud shadow, cloud (medium, high), cirrus

OPAQUE, CIRRUS = 1, 2  # bands of MSK_CLASSI; the third is snow


def is_sentinel2(file: Path) -> bool:
    """Say whether a file is the metadata of such a product."""
    return METADATA.fullmatch(file.name) is not None


def sentinel2(metadata: Path) -> Product:
    """
    Return the 10 m bands of a product.

    Parameters
    ----------
    metadata
        MTD_MSIL1C.xml or MTD_MSIL2A.xml.

    Raises
    ------
    UnreadableSceneError
        If a file of the product is missing, or does not state what is needed to read it.
    """
    folder, surface = metadata.parent, "L2A" in metadata.name
    root = read_xml(metadata)
    images = [node.text.strip() for node in root.iter("IMAGE_FILE") if node.text]
    granules = {re.split(r"/IMG_DATA/", image)[0] for image in images}
    if len(granules) != 1:
        raise UnreadableSceneError(
            f"{folder.name} lists {len(granules)} granules; depotwatch reads products of one tile: give its band files."
        )
    granule = granules.pop()
    tile_file = member(folder, f"{granule}/MTD_TL.xml")
    scale, offsets = _radiometry(root, metadata, surface)
    ending = "_10m" if surface else ""
    layers = tuple(
        Layer(_image(folder, images, f"_{band}{ending}"), 1, band, 1 / scale, offsets[band] / scale, NO_DATA)
        for band in BANDS
    )
    sieves = (Sieve(_image(folder, images, "_SCL_20m"), MASKED),) if surface else _clouds(folder, granule)
    files = (metadata, tile_file, *(layer.file for layer in layers), *(sieve.file for sieve in sieves[:1]))
    return Product(folder, layers, files, (_facts(root, read_xml(tile_file), surface),), sieves)


def _image(folder: Path, images: list[str], ending: str) -> Path:
    found = next((image for image in images if image.endswith(ending)), None)
    if found is None:
        raise UnreadableSceneError(f"{folder.name} lists no image *{ending}; fetch the whole product.")
    return member(folder, f"{found}.jp2")


def _clouds(folder: Path, granule: str) -> tuple[Sieve, ...]:
    name = f"{granule}/QI_DATA/MSK_CLASSI_B00.jp2"
    if not (folder / name).is_file():
        return ()
    return tuple(Sieve(member(folder, name), frozenset({1}), index=band) for band in (OPAQUE, CIRRUS))


def _radiometry(root: Element, metadata: Path, surface: bool) -> tuple[float, dict[str, float]]:
    """Quantification value, and offset a band."""
    baseline = float(needed(number(text_of(root, "PROCESSING_BASELINE")), "PROCESSING_BASELINE", metadata))
    names = ("BOA_QUANTIFICATION_VALUE", "L2A_BOA_QUANTIFICATION_VALUE") if surface else ("QUANTIFICATION_VALUE",)
    stated = next((value for name in names if (value := factor(text_of(root, name)))), None)
    scale = float(needed(stated, names[0], metadata))
    tag = "BOA_ADD_OFFSET" if surface else "RADIO_ADD_OFFSET"
    given = {node.get("band_id"): summand(node.text) for node in root.iter(tag)}
    offsets = {band: given.get(str(ORDER.index(band))) for band in BANDS}
    if baseline < OFFSET_SINCE and not given:
        return scale, dict.fromkeys(BANDS, 0.0)
    return scale, {band: float(needed(offset, f"{tag} of {band}", metadata)) for band, offset in offsets.items()}


def _facts(root: Element, tile: Element, surface: bool) -> Facts:
    zenith = number(text_of(tile, "Mean_Sun_Angle/ZENITH_ANGLE"))
    time = text_of(tile, "SENSING_TIME") or text_of(root, "PRODUCT_START_TIME")
    sensed = None if time is None else time_or_none(time)
    views = [
        (number(text_of(node, "ZENITH_ANGLE")), number(text_of(node, "AZIMUTH_ANGLE")))
        for node in tile.iter("Mean_Viewing_Incidence_Angle")
        if node.get("bandId") == str(ORDER.index("B04"))
    ]
    return Facts(
        time=sensed,
        clock=True,
        sun=sun_or_none(text_of(tile, "Mean_Sun_Angle/AZIMUTH_ANGLE"), None if zenith is None else 90 - zenith),
        view=view_or_none(*views[0]) if views else None,
        sensor="optical",
        platform=text_of(root, "SPACECRAFT_NAME"),
        level="L2A" if surface else "L1C",
        units="reflectance",
        offset_applied=True,
        credit=f"contains modified Copernicus Sentinel data{f' {sensed[:4]}' if sensed else ''}",
    )
