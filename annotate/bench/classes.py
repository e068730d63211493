"""Recall by what an object is like: a single number over all sizes and looks hides what cannot be seen."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .scoring import Seen, wilson

THIRDS = ("lower", "middle", "upper")


@dataclass(frozen=True, slots=True)
class ClassRow:
    """Recall (low, best, high; Wilson) of the objects of one class, and how many there are."""

    name: str
    there: int
    recall: tuple[float, float, float]


def by_class(objects: Sequence[Seen]) -> Iterator[ClassRow]:
    """Yield recall by thirds of length and of contrast, and by the words of the form, most frequent first."""
    for what, unit in (("length_m", " m"), ("contrast", "")):
        values = np.array([getattr(one, what) for one in objects])
        if len(values) >= len(THIRDS) and np.ptp(values) > 0:
            edges = np.quantile(values, [1 / 3, 2 / 3])
            place = np.searchsorted(edges, values)
            for third in range(len(THIRDS)):
                chosen = [one for one, at in zip(objects, place, strict=True) if at == third]
                if chosen:
                    low, high = (pick(getattr(one, what) for one in chosen) for pick in (min, max))
                    yield _row(f"{what.removesuffix('_m')} {low:.3g}–{high:.3g}{unit}", chosen)
    words = [word for one in objects for word in one.form.split()]
    for word in sorted(set(words), key=lambda word: (-words.count(word), word)):
        yield _row(word, [one for one in objects if word in one.form.split()])
    worn = [one for one in objects if one.form]
    if any(" " in one.form for one in worn):
        yield _row("not worn", [one for one in worn if " " not in one.form])


def _row(name: str, chosen: Sequence[Seen]) -> ClassRow:
    return ClassRow(name, len(chosen), wilson(sum(one.found for one in chosen), len(chosen)))
