"""A text cut into sentences, without what it quotes: another's words are not the analyst's."""

import re

_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|\"[^\"]*\"")
_END = re.compile(r"(?<=[.!?])\s+(?=[^\s])|\n+")
_ABBREVIATED = re.compile(r"\b(?:approx|ca|c|e\.g|i\.e|no|fig|vs)\.$", re.IGNORECASE)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; what stands in double quotation marks is replaced by an ellipsis."""
    found: list[str] = []
    for part in _END.split(_QUOTED.sub("…", text)):
        if found and _ABBREVIATED.search(found[-1]):
            found[-1] += f" {part}"
        elif part.strip():
            found.append(part.strip())
    return found
