"""`depotwatch match`: what at other places looks like what was accepted at one, and how often chance does as well."""

import textwrap
from typing import TYPE_CHECKING, Annotated, Any

import typer

from . import flags, output, session

if TYPE_CHECKING:
    from ...annotate.alike import Alike, Ranked
    from ...annotate.signature import Signature

SHOWN = 40


def match(
    project: flags.ProjectFile,
    like: Annotated[
        list[str], typer.Option("--like", metavar="ID[,ID…]", help="Accepted annotations to look for; may be repeated.")
    ],
    among: Annotated[
        str | None, typer.Option("--among", metavar="SITE", help="Only at this site; else at all other places.")
    ] = None,
    json: flags.Json = False,
) -> None:
    """Rank what stands at other places by how much it looks like what was marked."""
    from ...annotate.alike import find_alike

    names = [name.strip() for given in like for name in given.split(",") if name.strip()]
    with session.opened(project, read_only=True) as kept:
        found = find_alike(kept, names, among)
        synthetic = kept.synthetic
    if json:
        output.print_json({"project": str(project), "synthetic": synthetic, **as_json(found)})
        return
    print_alike(found)


def print_alike(found: "Alike") -> None:
    """Print the ranking, nearest first, and what it is worth."""
    head = ("id", "kind", "site", "distance", "alike", "length", "width", "aspect", "spacing", "colour")
    rows = [_row(one) for one in found.ranked[:SHOWN]]
    output.print_table(head, rows)
    if len(found.ranked) > SHOWN:
        print(f"and {len(found.ranked) - SHOWN} more, farther away; --json has all of them.")
    print()
    for sentence in (found.sentence, *found.notes):
        print(textwrap.fill(sentence, output.WIDTH))


def _row(ranked: "Ranked") -> tuple[object, ...]:
    one = ranked.one
    return (
        one.id[:12],
        one.kind,
        one.site,
        f"{ranked.distance:.2f}",
        "yes" if ranked.alike else "no",
        f"{one.length_m:.1f} m",
        f"{one.width_m:.1f} m",
        f"{one.length_m / max(one.width_m, 1e-9):.2f}",
        None if one.spacing_m is None else f"{one.spacing_m:.1f} m",
        None if one.colour is None else " ".join(f"{value:+.2f}" for value in one.colour),
    )


def as_json(found: "Alike") -> dict[str, Any]:
    """Return a ranking as JSON values."""
    rate = None if found.background is None else dict(zip(("low", "best", "high"), found.background, strict=True))
    return {
        "marked": [_signature(one) for one in found.marked],
        "limit": found.model.limit,
        "measures": found.model.size,
        "alike": found.alike,
        "of": len(found.ranked),
        "others": len(found.others),
        "false_match_rate": rate,
        "ranked": [_signature(one.one) | {"distance": one.distance, "alike": one.alike} for one in found.ranked],
        "sentence": found.sentence,
        "notes": list(found.notes),
    }


def _signature(one: "Signature") -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "site": one.site,
        "length_m": one.length_m,
        "width_m": one.width_m,
        "spacing_m": one.spacing_m,
        "colour": None if one.colour is None else one.colour.tolist(),
    }
