"""Why a claim cannot be tested with what a project holds: one word for each sort of reason, and a sentence."""

from .errors import AnnotateError

INVISIBLE = "not visible in any image"
UNKNOWN_KIND = "unknown kind"
NO_PLACE = "no place"
NO_IMAGERY = "no imagery"
DATES = "dates"
PIXEL = "pixel size"
SENSOR = "sensor"
CLOUD = "cloud"
NOT_COMPARED = "not compared"
NOT_SEARCHED = "not searched"
NUMBER = "not countable"
RENDERED = "invented and real"
OBSTACLES = (
    *(INVISIBLE, UNKNOWN_KIND, NO_PLACE, NO_IMAGERY, DATES, PIXEL),
    *(SENSOR, CLOUD, NOT_COMPARED, NOT_SEARCHED, NUMBER, RENDERED),
)


class NotTestableError(AnnotateError):
    """
    A claim cannot be set beside what was observed; the message says why, without a full stop.

    Parameters
    ----------
    obstacle
        One of `OBSTACLES`.
    reason
        The clause that says why.
    """

    def __init__(self, obstacle: str, reason: str) -> None:
        super().__init__(reason)
        self.obstacle = obstacle
