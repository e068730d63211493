"""What at other places looks like what was marked at one, and how often anything else there does as well."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..labels.project import Project
from ..labels.records import Annotation
from .errors import AnnotateError
from .eye import Eye
from .signature import LEVEL, Model, Signature, rate
from .standing import Standing, what_stands

ABOUT_AS_LONG = 2.0  # what is more than so many times longer or shorter is no fair comparison
LEAST_OTHERS = 10  # fewer say nothing of how often anything looks alike


@dataclass(frozen=True, slots=True)
class Ranked:
    """A thing with its distance from what was marked, its lengths in metres and its colour over the ground's."""

    one: Signature
    distance: float
    alike: bool


@dataclass(frozen=True, eq=False)
class Alike:
    """
    What was found.

    Parameters
    ----------
    marked
        What was asked for.
    model
        Learned from it.
    ranked
        Of the same kinds at other places, nearest first.
    others
        Distances of what else stands there and is about as long.
    notes
        Sentences that a reader must know.
    """

    marked: tuple[Signature, ...]
    model: Model
    ranked: tuple[Ranked, ...]
    others: tuple[float, ...]
    notes: tuple[str, ...]

    @property
    def alike(self) -> int:
        """How many of the ranked are within the limit."""
        return sum(one.alike for one in self.ranked)

    @cached_property
    def background(self) -> tuple[float, float, float] | None:
        """Low, best and high of the share of other things within the limit; None where too few stand there."""
        if len(self.others) < LEAST_OTHERS:
            return None
        return rate(sum(one <= self.model.limit for one in self.others), len(self.others))

    @property
    def sentence(self) -> str:
        """Return the result in one or two sentences; alike is never said to be the same."""
        head = f"{self.alike} of {len(self.ranked)} look alike (distance at most {self.model.limit:.2f})"
        if self.background is None:
            return (
                f"{head}; only {len(self.others)} other things of about that length stand out there, too few to say "
                "how often chance does as well. Alike is not the same: no image shows that."
            )
        low, best, high = self.background
        return (
            f"{head}; {best:.0%} of {len(self.others)} other things of about that length there do as well "
            f"({LEVEL:.0%}: {low:.0%} to {high:.0%}). Alike is not the same: no image shows that."
        )


def find_alike(project: Project, like: Sequence[str], among: str | None = None) -> Alike:
    """
    Rank what stands at other places by how much it looks like what was marked.

    Parameters
    ----------
    project
        The open project.
    like
        Ids of accepted annotations, or the beginnings of ids.
    among
        Id of the site to search; None for all other places of the project.

    Raises
    ------
    AnnotateError
        If an id is not known or not accepted, or there is nothing to compare with.
    """
    standing = what_stands(project)
    kept = {one.id: one for one in standing.kept()}
    marked = [_named(name, kept, standing) for name in dict.fromkeys(like)]
    if not marked:
        raise AnnotateError("Nothing is marked; name one or more accepted annotations.")
    searched = [one for one in kept.values() if _elsewhere(one, marked, standing, among)]
    if not searched:
        other = f"at site {among!r}" if among else "at another site"
        here = "" if among else ", or name their own site with --among to look there"
        raise AnnotateError(
            f"No other {' or '.join(sorted({one.kind for one in marked}))} stands {other}; compare a pair of it "
            f"first{here}."
        )
    eye = Eye(project, standing, [*marked, *searched])
    model = Model.of(signatures := eye.signatures(marked))
    found = [Ranked(one, distance := model.distance(one), distance <= model.limit) for one in eye.signatures(searched)]
    lengths = np.array([one.length_m for one in signatures])
    bounds = float(lengths.min() / ABOUT_AS_LONG), float(lengths.max() * ABOUT_AS_LONG)
    others = [model.distance(one) for one in eye.background(searched, bounds)]
    return Alike(
        tuple(signatures), model, tuple(sorted(found, key=lambda one: one.distance)), tuple(others), tuple(eye.notes)
    )


def _named(name: str, kept: Mapping[str, Annotation], standing: Standing) -> Annotation:
    found = [one for one in kept.values() if one.id == name] or [
        one for one in kept.values() if one.id.startswith(name)
    ]
    if len(found) != 1:
        number = f"{len(found)} annotations have" if found else "No annotation has"
        raise AnnotateError(f"{number} an id that begins with {name!r}; give one id in full.")
    if standing.verdict_of(found[0].id) != "accepted":
        raise AnnotateError(
            f"Annotation {name[:12]} is not accepted; accept it first, as only what is there can be compared."
        )
    return found[0]


def _elsewhere(one: Annotation, marked: Sequence[Annotation], standing: Standing, among: str | None) -> bool:
    if one.id in {other.id for other in marked} or one.kind not in {other.kind for other in marked}:
        return False
    if standing.verdict_of(one.id) == "rejected":
        return False
    if among is not None:
        return one.site == among
    return all(one.before != other.before and (one.site is None or one.site != other.site) for other in marked)
