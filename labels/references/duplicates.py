"""Sources that are one document, and one source made of two."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from itertools import combinations

from ..records import Source
from .address import same_address, same_doi

ALIKE = 0.9  # of two titles, as difflib measures it: a word more or less in ten
NEAR_DAYS = 7  # a report is taken up, corrected or printed within the week


@dataclass(frozen=True, slots=True)
class Duplicate:
    """
    Two sources that are, or may be, one document.

    Parameters
    ----------
    first, second
        Ids, in the order in which the sources stand.
    certain
        False where only titles and days are alike: someone has to look.
    reason
        Why, in a sentence.
    """

    first: str
    second: str
    certain: bool
    reason: str


def duplicates(sources: Sequence[Source]) -> tuple[Duplicate, ...]:
    """Return the pairs of sources that are one document by DOI, hash or address, or may be by title and day."""
    found = (_same(one, other) for one, other in combinations(sources, 2))
    return tuple(one for one in found if one is not None)


def merged(keep: Source, other: Source) -> Source:
    """Return one source of two: what the first says, and what only the second does."""
    csl = {**other.csl, **{name: value for name, value in keep.csl.items() if value not in (None, "", [])}}
    copy = keep if keep.sha256 or not other.sha256 else other  # a hash belongs to one copy: address, time and hash
    return replace(
        keep,
        csl={**csl, "id": keep.id},
        archive_url=copy.archive_url or keep.archive_url or other.archive_url,
        retrieved=copy.retrieved or keep.retrieved or other.retrieved,
        sha256=copy.sha256,
        reliability=keep.reliability or other.reliability,
    )


def _same(one: Source, other: Source) -> Duplicate | None:
    dois = [same_doi(str(each.csl["DOI"])) for each in (one, other) if each.csl.get("DOI")]
    if len(dois) == 2 and dois[0] != dois[1]:
        return None
    if len(dois) == 2:
        return Duplicate(one.id, other.id, True, f"Both have the DOI {dois[0]}.")
    if one.sha256 is not None and one.sha256.lower() == (other.sha256 or "").lower():
        return Duplicate(one.id, other.id, True, "Their kept copies have the same SHA-256.")
    shared = _addresses(one) & _addresses(other)
    if shared:
        return Duplicate(one.id, other.id, True, f"Both stand at {min(shared)}.")
    return _alike(one, other)


def _addresses(source: Source) -> set[str]:
    texts = (source.csl.get("URL"), source.archive_url)
    return {same_address(str(text)) for text in texts if text}


def _alike(one: Source, other: Source) -> Duplicate | None:
    titles = [_words(str(each.csl.get("title") or "")) for each in (one, other)]
    if not all(titles):
        return None
    days = [issued(each.csl) for each in (one, other)]
    if not _near(*days):
        return None
    match = SequenceMatcher(a=titles[0], b=titles[1], autojunk=False)
    share = match.ratio() if min(match.real_quick_ratio(), match.quick_ratio()) >= ALIKE else 0.0
    if share < ALIKE:
        return None
    when = " and ".join(day or "no date" for day in days)
    return Duplicate(one.id, other.id, False, f"Their titles are {share:.0%} alike, and they are of {when}.")


def issued(csl: Mapping[str, object]) -> str | None:
    """Return the first day of a reference as far as it is known: "2023", "2023-10" or "2023-10-16"; None if not."""
    value = csl.get("issued")
    parts = value.get("date-parts") if isinstance(value, Mapping) else None
    if isinstance(parts, list) and parts and parts[0]:
        return "-".join(f"{int(part):02d}" for part in parts[0])
    raw = str(value.get("raw") or value.get("literal") or "") if isinstance(value, Mapping) else ""
    found = re.match(r"\d{4}(-\d{2}(-\d{2})?)?", raw)
    return found.group() if found else None


def _near(first: str | None, second: str | None) -> bool:
    if first is None or second is None:
        return True
    if len(first) == len(second) == 10:
        try:
            return abs((date.fromisoformat(first) - date.fromisoformat(second)).days) <= NEAR_DAYS
        except ValueError:
            return first == second
    shorter = min(len(first), len(second))
    return first[:shorter] == second[:shorter]


def _words(title: str) -> str:
    """Return a title in small letters without accents and signs."""
    letters = (one for one in unicodedata.normalize("NFKD", title) if not unicodedata.combining(one))
    return " ".join(re.findall(r"\w+", "".join(letters).casefold()))
