"""The dated scenes that show the ground of a scene: the series that one steps through."""

from ..labels.project import Project
from ..labels.records import SceneRecord
from .moments import moments_of
from .outline import footprint_of
from .series import site_named
from .standing import Standing


def dates_of(project: Project, standing: Standing, scene_id: str, site: str | None) -> tuple[SceneRecord, ...]:
    """
    Return the dated scenes to step through, oldest first.

    Parameters
    ----------
    project, standing
        Open, and what stands in it.
    scene_id
        The scene whose ground is looked at.
    site
        Id of the site that was compared there: then its series; None for every scene that shows some of the ground.
    """
    scenes = standing.scenes
    if site is not None:
        moments, _ = moments_of(standing, site_named(project, site))
        found = [scenes[one.scene] for one in moments]
    else:
        ground = footprint_of(scenes[scene_id])
        around = [(one, footprint_of(one)) for one in scenes.values()]
        found = [one for one, its in around if ground is not None and its is not None and its.intersects(ground)]
    dated = [one for one in found if one.time is not None and one.synthetic == scenes[scene_id].synthetic]
    return tuple(sorted(dated, key=lambda one: (one.time or "", one.name, one.id)))
