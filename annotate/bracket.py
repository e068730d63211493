"""A bracket: the two days between which places came or went, beside the window of a claim."""

from dataclasses import dataclass

from ..labels.records import Window


@dataclass(frozen=True, slots=True)
class Bracket:
    """
    When some places came, or went: never a day, always two.

    Parameters
    ----------
    change
        "appeared" or "vanished".
    start, end
        The earliest day that shows one of them as it was, and the latest that first shows one changed; None where a
        date is not known.
    places
        How many there are.
    inside, across, outside
        How many came, or went, surely inside the claim's window; perhaps; and surely outside it.
    hidden
        The days between on which the places could not be seen, and why.
    """

    change: str
    start: str | None
    end: str | None
    places: int
    inside: int
    across: int
    outside: int
    hidden: tuple[tuple[str, str], ...] = ()

    def words(self, window: Window, said: str = "") -> str:
        """
        Return the bracket beside the claim's window in a clause; nothing where the window is open.

        Days that were said before, in `said`, are not said again.
        """
        if not self.places or (window.start is None and window.end is None):
            return ""
        when = "" if self.start is None or self.end is None else f" between {self.start} and {self.end}"
        known = bool(when) and said.endswith(when)
        first = "that is" if known else f"{'first' if self.change == 'appeared' else 'last'} seen{when},"
        named = f"the claim's window, {window.start or 'any day'} to {window.end or 'any day'}"
        if self.places in (self.inside, self.outside):
            return f"{first} {'inside' if self.inside else 'outside'} {named}"
        if self.inside or self.outside:
            share = f"{self.inside} of {self.places} surely inside {named}, {self.outside} surely outside"
            return share if known else f"{first.rstrip(',')}: {share}"
        return f"{'that' if known else f'{first} which'} reaches across {named}"
