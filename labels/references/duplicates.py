"""Sources that are one document, and one source made of two."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher

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


@dataclass(frozen=True, slots=True)
class _Face:
    """What a source is known by: DOI, hash, addresses, title in plain words, day."""

    id: str
    doi: str
    sha256: str
    addresses: frozenset[str]
    title: str
    day: str | None

    @classmethod
    def of(cls, source: Source) -> "_Face":
        addresses = (source.csl.get("URL"), source.archive_url)
        return cls(
            source.id,
            same_doi(str(source.csl.get("DOI") or "")),
            (source.sha256 or "").lower(),
            frozenset(same_address(str(one)) for one in addresses if one),
            _words(str(source.csl.get("title") or "")),
            issued(source.csl),
        )

    def marks(self) -> Iterator[str]:
        """Yield what two sources share if they are one document: one of these at least."""
        yield from (f"doi {self.doi}" if self.doi else "", f"sha {self.sha256}" if self.sha256 else "")
        yield from (f"at {address}" for address in self.addresses)
        words = self.title.split()
        yield from (f"word {word}" for word in (words if len(words) > 1 else [self.title[:4]]))


def duplicates(sources: Sequence[Source]) -> tuple[Duplicate, ...]:
    """Return the pairs of sources that are one document by DOI, hash or address, or may be by title and day."""
    faces = [_Face.of(source) for source in sources]
    sharing: dict[str, list[int]] = {}
    pairs: dict[tuple[int, int], None] = {}
    for at, face in enumerate(faces):
        for mark in set(face.marks()) - {""}:
            group = sharing.setdefault(mark, [])
            pairs |= dict.fromkeys((other, at) for other in group)
            group.append(at)
    found = (_same(faces[first], faces[second]) for first, second in sorted(pairs))
    return tuple(one for one in found if one is not None)


def other_document(one: Source, other: Source) -> bool:
    """Return True where two sources are surely not one document: their DOIs differ, or all else that both have does."""
    first, second = _Face.of(one), _Face.of(other)
    if first.doi and second.doi:
        return first.doi != second.doi
    if _same(first, second) is not None or not first.title or not second.title:
        return False
    return first.addresses.isdisjoint(second.addresses) and _share(first.title, second.title) < ALIKE


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


def _same(one: _Face, other: _Face) -> Duplicate | None:
    if one.doi and other.doi:
        return Duplicate(one.id, other.id, True, f"Both have the DOI {one.doi}.") if one.doi == other.doi else None
    if one.sha256 and one.sha256 == other.sha256:
        return Duplicate(one.id, other.id, True, "Their kept copies have the same SHA-256.")
    shared = one.addresses & other.addresses
    if shared:
        return Duplicate(one.id, other.id, True, f"Both stand at {min(shared)}.")
    if not one.title or not other.title or not _near(one.day, other.day):
        return None
    share = _share(one.title, other.title)
    if share < ALIKE:
        return None
    when = " and ".join(day or "no date" for day in (one.day, other.day))
    return Duplicate(one.id, other.id, False, f"Their titles are {share:.0%} alike, and they are of {when}.")


def _share(first: str, second: str) -> float:
    """Return how much of two titles is alike; 0 where they cannot be alike enough, or number different reports."""
    if re.findall(r"\d+", first) != re.findall(r"\d+", second):
        return 0.0
    match = SequenceMatcher(a=first, b=second, autojunk=False)
    if match.real_quick_ratio() < ALIKE or match.quick_ratio() < ALIKE:
        return 0.0
    return match.ratio()


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
