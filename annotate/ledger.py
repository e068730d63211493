"""The ledger: each claim beside what was observed, or why it cannot be tested."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..labels.project import Project
from ..labels.records import Citation, Claim, Estimate, Judgement
from .assessment import NOT_OBSERVED, NOT_TESTABLE, PARTLY, SUPPORTED, Observation, assess, claimed_text
from .book import Book, cited
from .bracket import Bracket
from .kinds import Kind
from .observing import observe
from .obstacles import NotTestableError
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
        How many were observed; None where the claim cannot be tested.
    supporting, opposing, context
        Ids of annotations cited for it, against it, and beside it; accepted ones first.
    status
        supported, partly, contradicted, not observed or not testable.
    explanation
        Why, in one sentence about what is visible.
    obstacle
        Why it cannot be tested, in one word or two of `OBSTACLES`; None where it can.
    brackets
        When what was observed came, or went, beside the claim's window; of what moved, first where it left.
    flow
        For what moved from one place to one other: how much could be the same, in a sentence.
    judgements
        What analysts make of the claim.
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
    obstacle: str | None = None
    brackets: tuple[Bracket, ...] = ()
    flow: str | None = None
    judgements: tuple[Judgement, ...] = ()

    @property
    def outcome(self) -> str:
        """Status and explanation in one line: "not testable: no imagery of Rajin (Rason) port is in the project."."""
        return f"{self.status}: {self.explanation[:1].lower()}{self.explanation[1:]}"


def ledger(
    project: Project,
    kinds: Mapping[str, Kind] | None = None,
    standing: Standing | None = None,
    citations: Iterable[Citation] | None = None,
    judgements: Iterable[Judgement] | None = None,
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
    citations, judgements
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
    judged: dict[str, list[Judgement]] = {}
    for judgement in project.judgements() if judgements is None else judgements:
        judged.setdefault(judgement.claim, []).append(judgement)
    repeats: dict[str, set[str]] = {}
    for claim in claims:
        if claim.origin is not None:
            repeats.setdefault(claim.origin, set()).add(claim.source)
    rows: list[LedgerRow] = []
    for claim in claims:
        found = _tested(book, claim)
        why = found.why
        said = None if claim.origin is None else origins[claim.origin].who
        times = len(repeats[claim.origin]) if claim.origin is not None else 1
        if times > 1:
            why += f"; one of {times} reports of one origin, {said}"
        seen = found.observation
        rows.append(
            LedgerRow(
                claim=claim,
                source=sources[claim.source].title,
                origin=said,
                repeats=times,
                claimed=claimed_text(claim),
                observed=None if seen is None else seen.estimate,
                supporting=cited(book, claim, "supports"),
                opposing=cited(book, claim, "opposes"),
                context=cited(book, claim, "context"),
                status=found.status,
                explanation=f"{why[:1].upper()}{why[1:]}.",
                obstacle=found.obstacle,
                brackets=() if seen is None else seen.brackets,
                flow=None if seen is None else seen.flow,
                judgements=tuple(judged.get(claim.id, ())),
            )
        )
    return tuple(rows)


@dataclass(frozen=True, slots=True)
class _Tested:
    """Status, explanation without its full stop, what was observed, and what stood in the way."""

    status: str
    why: str
    observation: Observation | None = None
    obstacle: str | None = None


def _tested(book: Book, claim: Claim) -> _Tested:
    try:
        observation, where = observe(book, claim)
    except NotTestableError as reason:
        return _Tested(NOT_TESTABLE, str(reason), obstacle=reason.obstacle)
    status, why = assess(claim, observation)
    short = status in (NOT_OBSERVED, PARTLY) or (status == SUPPORTED and claim.polarity == "denies")
    clauses = [f"{where}, {why}", *(one.words(claim.window, where) for one in observation.brackets)]
    if short:  # what nobody could see, or looked at, is not what nobody saw
        clauses += [_hidden_words(observation.visible), looked_words(observation.looked)]
    return _Tested(status, "; ".join(clause for clause in clauses if clause), observation)


def _hidden_words(visible: float) -> str:
    return "" if visible >= 0.995 else f"{1 - visible:.0%} of the ground is cloud or has no data on a date"
