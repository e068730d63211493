"""What can go wrong with pixels: one base, and a class for each thing a caller may want to handle."""


class ImageryError(Exception):
    """Pixels cannot be used as asked; the message says what to do."""


class UnreadableSceneError(ImageryError):
    """The file is missing, is not an image of a supported kind, or holds no data."""


class ScaleUnknownError(ImageryError):
    """An image without georeference was given without a ground sample distance."""


class NoOverlapError(ImageryError):
    """Two scenes share no ground, or their coordinate systems cannot be related."""


class RegistrationError(ImageryError):
    """The after scene could not be brought onto the before grid well enough."""


class GridMismatchError(ImageryError):
    """Arrays that must share one grid do not."""


class MethodError(ImageryError):
    """The change method asked for does not exist or does not suit the pair."""


class UnlikeScenesError(ImageryError):
    """Two scenes are of unlike level, sensor or bands, so that their difference would show that and not change."""


class CancelledError(ImageryError):
    """The caller asked for the work to stop."""


class RemoteError(ImageryError):
    """A server did not give what was asked for, or not in time."""


class NotThereError(RemoteError):
    """A server says that it has no such thing."""


class RefusedAddressError(RemoteError):
    """An address is not one that may be opened; nothing was sent there."""


class OfflineError(RemoteError):
    """What is asked for is not in the cache, and nothing may be fetched."""
