"""What an export format is: its name, the endings that mean it, and how labels become the bytes of its files."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..project import Project
from .labelled import Labelled


@dataclass(frozen=True, slots=True)
class Rendered:
    """
    An export before it is written.

    Parameters
    ----------
    main
        Bytes of the file asked for.
    beside
        Further files by path relative to its folder; none for most formats.
    said
        Sentences for the user: what was left out, and why.
    own
        Pattern of the paths of files beside that only this export writes: those that an earlier one left and this one
        has no more are removed, as they may show what is no longer to be shown. None for none.
    """

    main: bytes
    beside: Mapping[str, bytes]
    said: tuple[str, ...] = ()
    own: re.Pattern[str] | None = None

    @classmethod
    def text(cls, text: str) -> "Rendered":
        """Return one file of UTF-8 text; UnicodeEncodeError where a character has no UTF-8 form."""
        return cls(text.encode(), {})


class Render(Protocol):
    """Turns labels into files; the same project, labels and name give the same bytes."""

    def __call__(self, project: Project, labels: Sequence[Labelled], name: str) -> Rendered:
        """Return the files of an export whose main file is called `name`."""


@dataclass(frozen=True, slots=True)
class Format:
    """
    One export format.

    Parameters
    ----------
    name
        As `--format` takes it.
    endings
        Endings of file names that plainly mean it, lower case; none where the ending is shared.
    render
        How it is made.
    """

    name: str
    endings: tuple[str, ...]
    render: Render
