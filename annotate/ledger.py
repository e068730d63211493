"""The ledger: each claim beside what was observed, or why it was not tested."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..labels.project import Project
from ..labels.records import Citation, Claim, Estimate
from .assessment import NOT_OBSERVED, NOT_TESTED, PARTLY, SUPPORTED, assess, claimed_text
from .kinds import Kind
from .observing import Book, NotTestedError, cited, observe
from .reading.ground import looked_words
from .standing import Standing, what_stands


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """
    One claim beside what was observed.

    Parameters
    ----------
    claim
        The claim.
    source
        Title of the source that states it.
    origin
        Who said it first; None if not known.
    repeats
        How many sources of the project repeat that origin, this one included: together they are one piece of evidence.
    claimed
        The claimed interval in words.
    observed
        How many were observed; None where the claim was not tested.
    supporting, opposing, context
        Ids of annotations cited for it, against it, and beside it; accepted ones first.
    status
        supported, partly, contradicted, not observed or not tested.
    explanation
        Why, in one sentence about what is visible.
    """

    claim: Claim
    source: str
    origin: str | None
    repeats: int
    claimed: str
    observed: Estimate | None
    supporting: tuple[str, ...]
    opposing: tuple[str, ...]
    context: tuple[str, ...]
    status: str
    explanation: str

    @property
    def outcome(self) -> str:
        """Status and explanation in one line: "not tested: no imagery of Rajin (Rason) port is in the project."."""
        return f"{self.status}: {self.explanation[:1].lower()}{self.explanation[1:]}"


def ledger(
    project: Project,
    kinds: Mapping[str, Kind] | None = None,
    standing: Standing | None = None,
    citations: Iterable[Citation] | None = None,
) -> tuple[LedgerRow, ...]:
    """
    Set every claim of a project beside what was observed.

    Parameters
    ----------
    project
        The open project.
    kinds
        Where others are meant than those that the project keeps.
    standing
        What stands, where it is known already; else it is read.
    citations
        Those that are to be seen, where they are not all that the project keeps.

    Returns
    -------
    tuple
        One row a claim, in the order of the claims.
    """
    sources = {source.id: source for source in project.sources()}
    origins = {origin.id: origin for origin in project.origins()}
    claims = project.claims()
    tied: dict[str, list[Citation]] = {}
    for citation in project.citations() if citations is None else citations:
        tied.setdefault(citation.claim, []).append(citation)
    standing = what_stands(project) if standing is None else standing
    book = Book(
        standing=standing,
        kinds=standing.kinds if kinds is None else kinds,
        sites={site.id: site for site in project.sites()},
        synthetic={source.id: source.synthetic for source in sources.values()},
        citations=tied,
    )
    repeats: dict[str, set[str]] = {}
    for claim in claims:
        if claim.origin is not None:
            repeats.setdefault(claim.origin, set()).add(claim.source)
    rows: list[LedgerRow] = []
    for claim in claims:
        status, why, observed = _tested(book, claim)
        said = None if claim.origin is None else origins[claim.origin].who
        times = len(repeats[claim.origin]) if claim.origin is not None else 1
        if times > 1:
            why += f"; one of {times} reports of one origin, {said}"
        rows.append(
            LedgerRow(
                claim=claim,
                source=sources[claim.source].title,
                origin=said,
                repeats=times,
                claimed=claimed_text(claim),
                observed=observed,
                supporting=cited(book, claim, "supports"),
                opposing=cited(book, claim, "opposes"),
                context=cited(book, claim, "context"),
                status=status,
                explanation=f"{why[:1].upper()}{why[1:]}.",
            )
        )
    return tuple(rows)


def _tested(book: Book, claim: Claim) -> tuple[str, str, Estimate | None]:
    """Return status, explanation without its full stop, and what was observed."""
    try:
        observation, where = observe(book, claim)
    except NotTestedError as reason:
        return NOT_TESTED, str(reason), None
    status, why = assess(claim, observation)
    short = status in (NOT_OBSERVED, PARTLY) or (status == SUPPORTED and claim.polarity == "denies")
    unseen = looked_words(observation.looked) if short else ""  # what nobody looked at is not what nobody saw
    return status, f"{where}, {why}{unseen and '; '}{unseen}", observation.estimate
