"""`depotwatch adjudicate`: where analysts disagree, how far they agree, and settling it with a name and a reason."""

import textwrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import CommandError
from . import flags, output, session
from .outcome import tell

if TYPE_CHECKING:
    from ...labels.project import Project

SHOWN = 8


def adjudicate(
    project: flags.ProjectFile,
    place: Annotated[
        str | None, typer.Argument(metavar="ID", help="The place to settle, or the beginning of its id; none to list.")
    ] = None,
    verdict: Annotated[
        str | None, typer.Option("--verdict", metavar="V", help="accepted, rejected or unsure: what shall stand.")
    ] = None,
    why: Annotated[str | None, typer.Option("--why", metavar="TEXT", help="Why, in words; kept with the name.")] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="R", help="Of a rejection: shadow, season, parallax, …")
    ] = None,
    analyst: flags.Analyst = None,
    json: flags.Json = False,
) -> None:
    """List the places on which analysts disagree, with how far they agree; or settle one: all verdicts are kept."""
    if place is None:
        if verdict is not None or why is not None or reason is not None:
            raise typer.BadParameter("Name the place to settle; without one the disputed places are listed.")
        _list(project, json)
        return
    if verdict is None or why is None:
        raise typer.BadParameter("A place is settled with --verdict and --why.")
    name = session.analyst_of_statement(analyst, project)

    from ...annotate.review import Review

    with session.opened(project) as kept:
        review = Review(kept, name)
        review.adjudicate(_place(kept, place), verdict, reason, why)
        session.remember_analyst(name, kept)
        if json:
            output.print_json(as_json(project, kept))
            return
    tell(f"Settled {place} as {verdict}, by {name}.")


def as_json(path: object, kept: "Project") -> dict[str, Any]:
    """Return the disputed places, the dissent, and how far analysts agree, as JSON values."""
    from dataclasses import asdict

    from ...annotate.second_reading import second_reading

    found = second_reading(kept)
    return {
        "project": str(path),
        "disputed": [
            {
                "id": one.id,
                "kind": one.kind,
                "before": one.before,
                "after": one.after,
                "verdicts": [asdict(verdict) for verdict in given],
            }
            for one, given in found.disputed
        ],
        "dissent": [asdict(one) for one in found.dissent],
        "agreement": [_agreement(one) for one in found.agreement],
        "missed": [
            {**asdict(one), "missed": None if one.missed is None else _interval(one.missed), "lower_bound": True}
            for one in found.missed
        ],
    }


def _list(path: flags.ProjectFile, json: bool) -> None:
    from ...annotate.second_reading import second_reading
    from ...labels.records.dissent import plain_words

    with session.opened(path, read_only=True) as kept:
        if json:
            output.print_json(as_json(path, kept))
            return
        found = second_reading(kept)
    if found.disputed:
        rows = [
            (
                one.id[:SHOWN],
                one.kind,
                "; ".join(f"{v.analyst}: {v.value}{f' ({v.reason})' if v.reason else ''}" for v in given),
            )
            for one, given in found.disputed
        ]
        output.print_table(("place", "kind", "verdicts"), rows)
        for place, given in found.disputed:
            for verdict in given:
                if verdict.note:
                    _fill(f"{place.id[:SHOWN]} {verdict.analyst}: {verdict.note}")
    else:
        print("No place is disputed.")
    for one in found.dissent:
        if one.field != "verdict":
            print(f"{one.annotation[:SHOWN]}: {one.words}; what stands is {plain_words(one.stands)}.")
    for words in (*(one.words for one in found.agreement), *(one.words for one in found.missed)):
        _fill(words)


def _fill(text: str) -> None:
    print(textwrap.fill(" ".join(text.split()), output.WIDTH, subsequent_indent="  "))


def _place(kept: "Project", given: str) -> str:
    found = [one.id for one in kept.annotations() if one.id.startswith(given)]
    if given in found:
        return given
    if len(found) != 1:
        what = "no place" if not found else f"{len(found)} places"
        raise CommandError(f"{what.capitalize()} of this project can be told by {given!r}; give more of the id.")
    return found[0]


def _agreement(one: Any) -> dict[str, Any]:  # noqa: ANN401
    low, best, high = one.share
    return {
        "kind": one.kind,
        "analysts": [one.first, one.second],
        "places": one.places,
        "same": one.same,
        "unseen": one.blind,
        "share": {"low": low, "best": best, "high": high},
        "kappa": one.kappa,
    }


def _interval(three: tuple[int, int, int | None]) -> dict[str, int | None]:
    return dict(zip(("low", "best", "high"), three, strict=True))
