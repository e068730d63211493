"""The dated scenes of a site, and which of them can show a kind there: "not seen" is not "not covered"."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shapely import Polygon

from ..labels.records import SceneRecord, Site
from .detect import searched
from .kinds import Kind
from .looks import Look, blind, looks_at
from .outline import footprint_of
from .places import Place
from .standing import Standing

HALF = 0.5
"""Below this share of valid ground any one place is more likely hidden than shown."""


@dataclass(frozen=True, slots=True)
class Moment:
    """
    One dated scene of a site.

    Parameters
    ----------
    scene, name
        Its id and its file's name.
    time
        Of the acquisition, ISO 8601.
    seen
        Share of the site that the scene covers, times the share of the scene that has data: 0 to 1.
    blocked
        Why most of the site cannot be seen on it, or None; of cloud and of what the scene covers alone.
    looks
        The comparisons and searches that use the scene.
    footprint
        The ground it covers, EPSG:4326; None without georeference.
    """

    scene: str
    name: str
    time: str
    seen: float
    blocked: str | None
    looks: tuple[Look, ...]
    footprint: Polygon | None

    @property
    def day(self) -> str:
        """The day of the acquisition, ISO 8601."""
        return self.time[:10]


def moments_of(standing: Standing, site: Site) -> tuple[tuple[Moment, ...], tuple[str, ...]]:
    """
    Return the dated scenes of a site, oldest first, and a sentence for each that is left out.

    They are the scenes of every look at the site, and those that no look uses but which cover a part of its area. Left
    out are those whose date is not known; and rendered ones, unless all that a look uses are rendered: then real ones.
    """
    looks = looks_at(standing, [site])
    footprints = {scene.id: footprint_of(scene) for scene in standing.scenes.values()}
    used = dict.fromkeys(scene for look in looks for scene in look.scenes)
    around = [
        name
        for name, ground in footprints.items()
        if ground is not None and site.area is not None and ground.intersects(site.area)
    ]
    scenes = [standing.scenes[name] for name in dict.fromkeys([*used, *around])]
    rendered = bool(scenes) and all(standing.scenes[name].synthetic for name in used or around)
    found = [
        _moment(scene, scene.time, site, footprints[scene.id], tuple(look for look in looks if scene.id in look.scenes))
        for scene in scenes
        if scene.time is not None and scene.synthetic == rendered
    ]
    words = ("rendered", "real") if not rendered else ("real", "rendered")
    left_out = [
        f"Scene {scene.name} is {words[0]} and left out, as others are {words[1]}."
        if scene.synthetic != rendered
        else f"Scene {scene.name} has no date and is left out; give --before-date or --after-date."
        for scene in scenes
        if scene.time is None or scene.synthetic != rendered
    ]
    return tuple(sorted(found, key=lambda one: (one.time, one.name, one.scene))), tuple(left_out)


def hidden_from(standing: Standing, kind: Kind, site: Site, moment: Moment) -> str | None:
    """Return why a kind was not looked for at the site on a scene, without a full stop, or None where it was."""
    if moment.blocked is not None:
        return moment.blocked
    if not moment.looks:
        return "no comparison or search uses its scene"
    reasons = [blind(look, kind, [site], standing) for look in moment.looks]
    if None in reasons:
        return None
    return str(reasons[0]).rstrip(".")


def unchanged(place: Place, kind: Kind, moments: tuple[Moment, ...]) -> Mapping[str, bool]:
    """
    Return, for scenes that say nothing of a place, whether one is taken to be there; scenes left out cannot tell.

    A pair that was searched for the kind, shows most of its ground, and in which nothing came or went at the place,
    carries what one of its scenes shows to the other, unless a scene between them shows otherwise. Where two such ways
    disagree, or a search of the scene itself did not find the thing, nothing is taken for granted.
    """
    looks = [look for look in _searched(moments, kind) if _covers(look, place, moments)]
    missed = {look.before for look in looks if look.after is None}
    pairs = [look.scenes for look in looks if look.after is not None]
    there = _reached(place, pairs, moments, present=True) - missed
    not_there = _reached(place, pairs, moments, present=False)
    return {scene: scene in there for scene in there ^ not_there}


def _moment(scene: SceneRecord, time: str, site: Site, footprint: Polygon | None, looks: tuple[Look, ...]) -> Moment:
    covered = 1.0
    if footprint is not None and site.area is not None:
        covered = float(footprint.intersection(site.area).area / site.area.area)
    blocked = None
    if covered < HALF:
        blocked = f"its scene covers {covered:.0%} of {site.name}"
    elif scene.valid_fraction < HALF:
        blocked = f"{1 - scene.valid_fraction:.0%} of its scene is cloud or has no data"
    return Moment(scene.id, scene.name, time, covered * scene.valid_fraction, blocked, looks, footprint)


def _searched(moments: tuple[Moment, ...], kind: Kind) -> list[Look]:
    """Return the looks that searched for a kind and show most of their ground."""
    looks = {id(look): look for moment in moments for look in moment.looks}
    return [
        look
        for look in looks.values()
        if searched(kind.name, look.after is None)
        and look.refused is None
        and look.valid_fraction >= HALF
        and (result := look.results.get(kind.name)) is not None
        and result.testable
    ]


def _covers(look: Look, place: Place, moments: tuple[Moment, ...]) -> bool:
    """Return False where a scene of the look is known not to reach the place."""
    ground = place.members[0].shape.ground
    if ground is None:
        return True
    footprints = [moment.footprint for moment in moments if moment.scene in look.scenes]
    return all(footprint is None or footprint.contains(ground.centroid) for footprint in footprints)


def _reached(place: Place, pairs: Sequence[tuple[str, ...]], moments: tuple[Moment, ...], present: bool) -> set[str]:
    """Return the silent scenes that unchanged pairs tie to one that shows the thing there, or not there."""
    order = {moment.scene: at for at, moment in enumerate(moments)}
    against = [order[scene] for scene, sight in place.sights.items() if sight.present != present and scene in order]
    tied: dict[str, list[str]] = {}
    for first, last in pairs:
        ends = sorted((order.get(first, 0), order.get(last, 0)))
        if not any(ends[0] < at < ends[1] for at in against):
            tied.setdefault(first, []).append(last)
            tied.setdefault(last, []).append(first)
    front = [scene for scene, sight in place.sights.items() if sight.present == present]
    reached: set[str] = set()
    while front:
        for scene in tied.get(front.pop(), ()):
            if scene not in reached and scene not in place.sights:
                reached.add(scene)
                front.append(scene)
    return reached
