"""Origins: who said first what several sources repeat, counted once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..labels.plural import plural
from .ledger import LedgerRow


@dataclass(frozen=True, slots=True)
class OriginRow:
    """
    One independent origin.

    Parameters
    ----------
    id
        Origin id; None for a source whose claims name none: it is then taken to speak for itself.
    who
        Who said it first, or the title of that source.
    claims, sources
        Ids of the claims that rest on it, and of the sources that state them.
    """

    id: str | None
    who: str
    claims: tuple[str, ...]
    sources: tuple[str, ...]


def origins_of(rows: Iterable[LedgerRow]) -> tuple[OriginRow, ...]:
    """Return the independent origins of the claims of a ledger, in the order in which they are first named."""
    found: dict[tuple[str | None, str], list[LedgerRow]] = {}
    for row in rows:
        key = (row.claim.origin, "") if row.claim.origin is not None else (None, row.claim.source)
        found.setdefault(key, []).append(row)
    return tuple(
        OriginRow(
            id=origin,
            who=str(group[0].origin) if origin is not None else group[0].source,
            claims=tuple(row.claim.id for row in group),
            sources=tuple(dict.fromkeys(row.claim.source for row in group)),
        )
        for (origin, _), group in found.items()
    )


def origins_sentence(rows: Sequence[LedgerRow]) -> str:
    """Return how many claims of how many sources rest on how many origins; empty for no claims."""
    if not rows:
        return ""
    sources, origins = len({row.claim.source for row in rows}), len(origins_of(rows))
    return (
        f"{plural(len(rows), 'claim')} in {plural(sources, 'source')} {'rests' if len(rows) == 1 else 'rest'} on "
        f"{plural(origins, 'independent origin')}."
    )
