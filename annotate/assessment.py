"""What an observed count says about a claimed one: five words, and never true or false."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..labels.records import Claim, Estimate
from .bracket import Bracket

SUPPORTED, PARTLY, CONTRADICTED, NOT_OBSERVED, NOT_TESTABLE = STATUSES = (
    "supported",
    "partly",
    "contradicted",
    "not observed",
    "not testable",
)


@dataclass(frozen=True, slots=True)
class Observation:
    """
    What was observed of one kind of change.

    Parameters
    ----------
    estimate
        How many there are among what was proposed or drawn.
    confirmed
        How many of them an analyst accepted, by their lower counts.
    open_verdicts
        How many outlines nobody has judged, or no two analysts agree on, or nobody can tell.
    contained
        False where the scenes reach beyond the claim's window: what they show may have happened outside it.
    opposing
        Accepted annotations that are cited against the claim.
    seen_as
        What they were observed as: new, gone or present.
    looked
        Share of the ground that an analyst looked at, at native zoom or closer; None where nobody did.
    visible
        Greatest share of the ground with data on every date of any look.
    brackets
        When what was observed came, or went.
    flow
        For what moved: how much of what left could be what arrived, in a sentence; None where no series says so.
    """

    estimate: Estimate
    confirmed: int
    open_verdicts: int
    contained: bool
    opposing: int = 0
    seen_as: str = "present"
    looked: float | None = None
    visible: float = 1.0
    brackets: tuple[Bracket, ...] = ()
    flow: str | None = None


def assess(claim: Claim, observed: Observation) -> tuple[str, str]:
    """
    Set an observation beside a claim.

    What was accepted alone can support a claim or contradict it; proposals nobody judged make it "partly" at most.
    Fewer than claimed never contradicts, as what neither the detectors nor the analyst found is not counted; more than
    claimed does, and so do a denial of what was accepted, and accepted annotations that are cited against a claim with
    none that bear it out.

    Returns
    -------
    tuple
        One of `STATUSES`, and the clause that says why.
    """
    low, high = bounds(claim)
    status, why = _assert(claim, low, high, observed)
    if claim.polarity == "denies":
        status, why = _deny(status, why, observed.opposing)
    if observed.opposing and status in (SUPPORTED, PARTLY, NOT_OBSERVED):
        against = f"{observed.opposing} accepted {_places(observed.opposing)} cited against it"
        return (PARTLY if observed.confirmed else CONTRADICTED), f"{why}, and {against}"
    return status, why


def bounds(claim: Claim) -> tuple[int, int | None]:
    """Return the least and the greatest number claimed; at least one where the source gives no lower number."""
    quantity = claim.quantity
    if quantity is None:
        return 1, None
    return (1 if quantity.low is None and quantity.high is None else quantity.low or 0), quantity.high


def claimed_text(claim: Claim) -> str:
    """Return the claimed interval in words, with the source's hedge."""
    quantity = claim.quantity
    low, high = (None, None) if quantity is None else (quantity.low, quantity.high)
    if low is None and high is None:
        number = "no number"
    elif high is None:
        number = f"at least {low:,}" if low != 1 else "1 or more"  # "at least 1 containers" is no English
    elif not low:
        number = f"at most {high:,}" if high else "no" if quantity and quantity.unit else "none"
    else:
        number = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    unit = f" {quantity.unit}" if quantity is not None and quantity.unit and number != "no number" else ""
    text = number + unit + ("" if claim.measure in ("none", "present") else f", {claim.measure}")
    if quantity is not None and quantity.hedge:
        text += f" (“{quantity.hedge}”)"
    return f"denied: {text}" if claim.polarity == "denies" else text


def observed_text(estimate: Estimate) -> str:
    """Return an observed interval in words; the unit of one stands in the singular."""
    last = estimate.low if estimate.high is None else estimate.high
    unit = _singular(estimate.unit) if last == 1 else estimate.unit
    if estimate.high == estimate.low:
        return f"{estimate.low:,} {unit}"
    if estimate.high is None:
        return f"at least {estimate.low:,} {unit}"
    return f"{estimate.low:,} to {estimate.high:,} {unit}"


def _singular(unit: str) -> str:
    return unit.removesuffix("es" if unit.endswith(("xes", "ches", "shes", "sses")) else "s")


def _assert(claim: Claim, low: int, high: int | None, observed: Observation) -> tuple[str, str]:
    were = "was" if observed.estimate.low == observed.estimate.high == 1 else "were"
    number = f"{observed_text(observed.estimate)} {were} observed as {observed.seen_as}"
    beyond = "the scenes reach beyond the claim's window"
    if observed.estimate.high == 0 or (observed.confirmed == 0 and not observed.open_verdicts):
        return NOT_OBSERVED, f"none was observed as {observed.seen_as}"
    if observed.confirmed == 0:
        proposed = f"{observed_text(observed.estimate)} may be {observed.seen_as}"
        return PARTLY, f"{proposed}, but none of them is accepted and {_open(observed)}"
    if high is not None and observed.confirmed > high:
        if claim.measure == "moved":
            return PARTLY, f"{number}, more than claimed, and no image shows that they are the same ones"
        return (
            (CONTRADICTED, f"{number}, more than claimed")
            if observed.contained
            else (PARTLY, f"{number}, but {beyond}")
        )
    if claim.quantity is not None and claim.quantity.low is None and claim.quantity.high is None:
        return PARTLY, f"{number}, and the source gives no number to set beside it"
    if not _meets(low, high, observed):
        return PARTLY, number + _short(low, observed)
    return (SUPPORTED, number) if observed.contained else (PARTLY, f"{number}, but {beyond}")


def _meets(low: int, high: int | None, observed: Observation) -> bool:
    """Return True where the accepted number reaches the least claimed, and agrees with the greatest if there is one."""
    found = observed.estimate
    if high is None:
        return observed.confirmed >= low
    if found.high is None or observed.open_verdicts:
        return False
    return low <= found.low <= found.high <= high or found.low <= low <= high <= found.high


def _short(low: int, observed: Observation) -> str:
    if observed.open_verdicts:
        return f", {observed.confirmed:,} of them accepted, and {_open(observed)}"
    top = observed.estimate.high
    if top is not None and top < low:
        return ", fewer than claimed; what was missed is not counted"
    return ", which includes part of what is claimed"


def _open(observed: Observation) -> str:
    return f"{observed.open_verdicts} {'is' if observed.open_verdicts == 1 else 'are'} not yet reviewed or not settled"


def _deny(status: str, why: str, opposing: int) -> tuple[str, str]:
    if status == SUPPORTED:
        return CONTRADICTED, f"{why}, which the source denies"
    if status == CONTRADICTED:
        return SUPPORTED, why
    if status == NOT_OBSERVED and not opposing:
        return status, f"{why}, which agrees with the denial as far as these scenes can show"
    return status, why


def _places(number: int) -> str:
    return "place is" if number == 1 else "places are"


def smaller(gone: Estimate, new: Estimate) -> Estimate:
    """Return how many can have moved: no more than went at one place, and no more than came at the other."""
    rule = "The smaller of what went ({}) and what came ({}); no image shows that they are the same ones."
    highs: Sequence[int] = [one.high for one in (gone, new) if one.high is not None]
    return Estimate(
        low=min(gone.low, new.low),
        best=min(gone.best, new.best),
        high=min(highs) if highs else None,
        level=min(gone.level, new.level),
        unit=gone.unit,
        rule_low=rule.format(gone.low, new.low),
        rule_best=rule.format(gone.best, new.best),
        rule_high=rule.format(observed_text(gone), observed_text(new)),
        inputs={"gone_low": float(gone.low), "new_low": float(new.low)},
    )
