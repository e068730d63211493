"""What the comparison prints of candidates that something else explains."""

from dataclasses import dataclass
from typing import Any, cast

import pytest

from depotwatch.plugins.cli.compare import _explained


@dataclass
class Said:
    terms: dict[str, object]


@dataclass
class Found:
    candidates: list[Said]


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        (["shadow", "registration", "shadow", None], "2 by shadow, 1 by registration"),
        ([None, None], ""),
        ([], ""),
    ],
)
def test_reasons_are_counted_the_most_common_first(reasons: list[str | None], words: str) -> None:
    found = Found([Said({} if one is None else {"explained_by": one}) for one in reasons])
    printed = _explained(cast(Any, found))
    assert words in printed
    assert bool(words) == ("ranked last of their kind" in printed)
