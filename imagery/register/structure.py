"""What registration looks at: one brightness without gain and offset, and its local structure at several sizes."""

from dataclasses import dataclass

import cv2
import numpy as np

from ..scene import Floats, Mask, Scene

DETAIL_PX = 8.0  # brightness varying more slowly than this says nothing of a sub-pixel shift
CONTRAST_PX = 16.0  # over which local contrast is made equal, so that a quay does not outvote a field
CONTRAST_FLOOR = 0.1  # of the scene's contrast: flat water stays flat
CLIP = 4.0
SAMPLE = 1_000_000  # pixels


@dataclass(frozen=True, eq=False)
class Image:
    """One band, float32 (rows, columns), and bool (rows, columns) True where valid."""

    values: Floats
    mask: Mask

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, columns."""
        rows, columns = self.values.shape
        return rows, columns


def brightness(scene: Scene) -> Image:
    """
    Return the mean of all bands, each scaled to equal local contrast.

    SAR is taken in logarithm, where speckle is additive.
    """
    total, masked, seen = np.zeros(scene.grid.shape, dtype=np.float32), ~scene.mask, _sample(scene.mask)
    for band in scene.pixels:
        values = np.log1p(np.maximum(band, 0)) if scene.acquisition.sensor == "sar" else band
        level = values - np.float32(np.median(values[seen][scene.mask[seen]]))
        level[masked] = 0
        detail = _smooth(level, scene.mask, DETAIL_PX)
        np.subtract(level, detail, out=detail)
        power = cv2.norm(detail, cv2.NORM_L2SQR, scene.mask.view(np.uint8)) / max(int(scene.mask.sum()), 1)
        level /= np.float32(max(np.sqrt(power), 1e-6))
        total += level
    total /= np.float32(len(scene.pixels))
    return Image(total, scene.mask)


def _sample(mask: Mask) -> tuple[slice, slice]:
    """Return rows and columns enough for a median, some of them valid."""
    stride = max(1, int(np.sqrt(mask.size / SAMPLE)))
    if not mask[::stride, ::stride].any():
        stride = 1
    return slice(None, None, stride), slice(None, None, stride)


def structure(image: Image) -> Floats:
    """Return the local structure of a brightness, of about unit contrast everywhere: float32, 0 where not valid."""
    masked = ~image.mask
    detail = _smooth(image.values, image.mask, DETAIL_PX)
    np.subtract(image.values, detail, out=detail)
    detail[masked] = 0
    power = _smooth(detail * detail, image.mask, CONTRAST_PX)
    floor = CONTRAST_FLOOR * float(np.sqrt(np.mean(power[image.mask]))) if image.mask.any() else 1.0
    contrast = np.sqrt(np.maximum(power, 0, out=power), out=power)
    contrast += np.float32(max(floor, 1e-6))
    detail /= contrast
    np.clip(detail, -CLIP, CLIP, out=detail)
    detail[masked] = 0
    return detail


def pyramid(image: Image, smallest_px: int = 64) -> tuple[Image, ...]:
    """Return the image and its halves, until the shorter side would fall below `smallest_px`."""
    levels = [image]
    while min(levels[-1].shape) >= 2 * smallest_px:
        levels.append(_half(levels[-1]))
    return tuple(levels)


def _half(image: Image) -> Image:
    """Area averages of 2 × 2; valid where all four were."""
    rows, columns = (size // 2 for size in image.shape)
    size = (columns, rows)
    values = cv2.resize(image.values[: 2 * rows, : 2 * columns], size, interpolation=cv2.INTER_AREA)
    share = cv2.resize(image.mask[: 2 * rows, : 2 * columns].astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return Image(values.astype(np.float32), share > 0.999)


def _smooth(values: Floats, mask: Mask, sigma: float) -> Floats:
    """Gaussian mean of the valid pixels around each, computed at a quarter of the size."""
    small = (max(1, values.shape[1] // 4), max(1, values.shape[0] // 4))

    def blurred(image: Floats) -> Floats:
        reduced = cv2.resize(image, small, interpolation=cv2.INTER_AREA)
        return np.asarray(cv2.GaussianBlur(reduced, (0, 0), sigma / 4, borderType=cv2.BORDER_REFLECT), np.float32)

    valid = mask.astype(np.float32)
    mean = blurred(values if mask.all() else values * valid) / np.maximum(blurred(valid), 1e-4)
    return np.asarray(cv2.resize(mean, values.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
