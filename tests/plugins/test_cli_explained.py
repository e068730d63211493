"""What the comparison prints of candidates that something else explains."""

import pytest

from depotwatch.labels.explained import reasons_of
from depotwatch.plugins.cli.compare import _explained


@pytest.mark.parametrize(
    ("reasons", "words"),
    [
        (["registration", "shadow", "shadow", None], "2 by shadow, 1 by registration"),
        ([None, None], ""),
        ([], ""),
    ],
)
def test_reasons_are_counted_the_most_common_first(reasons: list[str | None], words: str) -> None:
    printed = _explained(reasons_of({} if one is None else {"explained_by": one} for one in reasons))
    assert words in printed
    assert bool(words) == ("ranked last of their kind" in printed)
