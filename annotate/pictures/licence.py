"""The one gate for pixels: whether a scene's licence lets them appear in what leaves the project, and why not."""

import re

from ...labels.records import SceneRecord

# Licences under which a cut-out with a line drawn on it may be shown to anyone, with its credit. Of those that forbid
# commercial use that is true for who heeds it, which is said; a licence without derivatives does not allow the line.
_OPEN = re.compile(
    r"CC0-1\.0|CC-PDM-1\.0|PDDL-1\.0|ODbL-1\.0|ODC-By-1\.0|OGL-UK-[123]\.0|etalab-2\.0|GODL-India-1\.0|NLOD-[12]\.0"
    r"|DL-DE-(BY|ZERO)-2\.0|CC-BY(-NC)?(-SA)?-[1-4]\.[05](-[A-Za-z]+)?|LicenseRef-Copernicus-Sentinel",
    re.IGNORECASE,
)
_NON_COMMERCIAL = re.compile(r"CC-BY-NC", re.IGNORECASE)


def withheld(scene: SceneRecord) -> str | None:
    """Return None where a scene's pixels may appear; else the sentence that says why outlines stand in their place."""
    if not scene.licence or not scene.licence.strip():
        return f"Pixels of {scene.name} are withheld: its licence is not stated; give --licence if it may be published."
    if _OPEN.fullmatch(scene.licence.strip()):
        return None
    if scene.licence.strip().lower() == "closed":
        return f"Pixels of {scene.name} are withheld: its licence is closed."
    return (
        f"Pixels of {scene.name} are withheld: {scene.licence!r} is not known to allow that a part with lines on it is "
        "published."
    )


def condition(scene: SceneRecord) -> str | None:
    """Return what whoever publishes pixels of a scene must heed besides naming its credit; None for nothing."""
    return "non-commercial use only" if _NON_COMMERCIAL.match(scene.licence or "") else None
