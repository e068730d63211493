"""What a check found, and what all of them found together."""

from dataclasses import asdict, dataclass
from pathlib import Path

OK, DIFFERS, UNCHECKED = "ok", "differs", "cannot be checked here"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    What one check found.

    Parameters
    ----------
    check
        What was checked, in a word or two.
    status
        `OK`, `DIFFERS` or `UNCHECKED`.
    sentence
        What holds, what does not, or why it cannot be told here.
    differences
        Everything that differs, a sentence each, the first one first; empty unless it does.
    """

    check: str
    status: str
    sentence: str
    differences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """
    What all checks of a file found.

    Parameters
    ----------
    file
        What was checked.
    head
        Of its journal, as number and hash; "" for none.
    findings
        In the order in which they were made.
    """

    file: Path
    head: str
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """True where nothing that could be checked differs."""
        return all(one.status != DIFFERS for one in self.findings)

    @property
    def conclusion(self) -> str:
        """All of it in a sentence or two."""
        unchecked = [one.check for one in self.findings if one.status == UNCHECKED]
        left = f" Not checked here: {', '.join(unchecked)}." if unchecked else ""
        if self.holds:
            return f"All that could be checked holds.{left}" if unchecked else "Everything holds."
        differing = [one for one in self.findings if one.status == DIFFERS]
        number = sum(max(len(one.differences), 1) for one in differing)
        first = differing[0].differences[0] if differing[0].differences else differing[0].sentence
        things = "One thing differs" if number == 1 else f"{number} things differ, the first of them"
        return f"{self.file.name} does not hold. {things}: {first}{left}"

    def to_json(self) -> dict[str, object]:
        """Return the object that `verify --json` prints."""
        return {
            "file": str(self.file),
            "holds": self.holds,
            "conclusion": self.conclusion,
            "head": self.head,
            "checks": [{**asdict(one), "differences": list(one.differences)} for one in self.findings],
        }
