"""What an analyst says of a place, beside what it is: a verdict, a remark, a tie to a claim."""

from collections.abc import Sequence
from uuid import uuid4

from ..labels.journal import utc_now
from ..labels.records import REASONS, RELATIONS, VERDICTS, Annotation, Citation, Judgement, Remark, Verdict
from . import sentences
from .errors import ReviewError
from .steps import encode_citation, encode_remark, encode_verdict
from .walking import Walking

DISPUTED = "disputed"


class Judging(Walking):
    """Judge the places of the queue, write about them, and tie them to claims."""

    def verdict_of(self, annotation_id: str) -> str:
        """Return unreviewed, accepted, rejected, unsure or disputed, by all analysts."""
        return self._list.verdict_of(annotation_id)

    def my_verdict(self, annotation_id: str) -> Verdict | None:
        """Return this analyst's own verdict, or None."""
        return self._list.verdicts.get(annotation_id, {}).get(self.analyst)

    def accept(self, note: str = "") -> None:
        """Judge that it is there and is of its kind, and go to the next undecided one."""
        self._judge("accepted", None, note)

    def reject(self, reason: str, note: str = "") -> None:
        """Judge that it is not, for one of `REASONS`, and go to the next undecided one."""
        if reason not in REASONS:
            raise ReviewError(f"{reason!r} is no reason for a rejection; choose one of {', '.join(REASONS)}.")
        self._judge("rejected", reason, note)

    def unsure(self, note: str = "") -> None:
        """Say that it cannot be told, and go to the next undecided one."""
        self._judge("unsure", None, note)

    def nothing_here(self) -> None:
        """Say that a tile of a sample holds nothing, and go to the next undecided one; a drawing in it says it does."""
        one = self._require_current()
        if self.role_of(one.id) != "tile":
            raise ReviewError(f"{sentences.name(one)} is no tile of a sample; reject it with a reason.")
        self._judge("rejected", None, "")

    def judge(self, annotation_ids: Sequence[str], value: str, reason: str | None = None) -> None:
        """
        Judge several at once, a step each, and go on from the last where the current one is among them.

        Parameters
        ----------
        annotation_ids
            Of the queue.
        value
            accepted, rejected or unsure.
        reason
            One of `REASONS` for rejected ones, else None.
        """
        _require_verdict(value, reason)
        here = self._current
        for one in annotation_ids:
            self._decide(self._require(one), value, reason, "")
        if here in annotation_ids:
            self.next()

    def disputed(self) -> tuple[Annotation, ...]:
        """Return the places on which analysts disagree and nobody settled it; to a blind reader those they decided."""
        return tuple(one for one in self.queue() if self.verdict_of(one.id) == DISPUTED)

    def adjudicate(self, annotation_id: str, value: str, reason: str | None, why: str) -> None:
        """
        Settle a dispute: what is decided here stands, and says who decided and why; the others' verdicts are kept.

        Parameters
        ----------
        annotation_id
            Of a place that two analysts judged differently, settled already or not.
        value
            accepted, rejected or unsure.
        reason
            One of `REASONS` for rejected ones, else None.
        why
            In words.
        """
        _require_verdict(value, reason)
        one, words = self._require(annotation_id), why.strip()
        if self.blind:
            raise ReviewError("Whoever reads blind settles no dispute; end the blind reading first.")
        if not words:
            raise ReviewError("Settling a dispute needs words; say why you decide so.")
        given = self._list.verdicts.get(annotation_id, {}).values()
        if self.verdict_of(annotation_id) != DISPUTED and not any(verdict.adjudicates for verdict in given):
            raise ReviewError(f"Nobody disagrees on {sentences.name(one)}: judge it with a verdict of your own.")
        verdict = Verdict(one.id, self.analyst, value, reason, words, utc_now(), adjudicates=True)
        self._step("adjudicate", one.id, {"verdict": encode_verdict(verdict)})
        if self._current == one.id:
            self._after_settling()

    def remark(self, text: str) -> None:
        """Write about the place: a remark beside those that are there, and the note that is exported with the label."""
        words, place = text.strip(), self._require_current().id
        if not words:
            raise ReviewError("A remark needs words; write what you see.")
        one = Remark(uuid4().hex, place, self.analyst, utc_now(), words)
        self._step("note", place, {"note": words, "remarks": {one.id: encode_remark(one)}})

    def thread(self, annotation_id: str) -> tuple[Remark, ...]:
        """Return the remarks on a place that may be seen, oldest first; a note of earlier releases has no name."""
        knows = self._list.sight.knows(annotation_id)
        found = [one for one in self._states.remarks(annotation_id) if knows or one.analyst == self.analyst]
        one = self._list.annotations.get(annotation_id)
        if one is not None and one.note and one.note not in {remark.text for remark in found}:
            found.insert(0, Remark("", annotation_id, "", "", one.note))
        return tuple(found)

    def cite(self, claim_id: str, relation: str, note: str = "", annotation_id: str | None = None) -> None:
        """Tie an annotation, else the current one, to a claim that it supports, opposes or gives context to."""
        one = self._require_current() if annotation_id is None else self._require(annotation_id)
        if relation not in RELATIONS:
            raise ReviewError(f"{relation!r} is no relation; choose one of {', '.join(RELATIONS)}.")
        if claim_id not in {claim.id for claim in self.project.claims()}:
            raise ReviewError(f"There is no claim {claim_id!r} in the project; import or add it first.")
        citation = Citation(one.id, claim_id, relation, self.analyst, utc_now(), note)
        had = self._list.citations.get((one.id, claim_id, self.analyst))
        if had is None or (had.relation, had.note) != (relation, note):
            self._step("cite", one.id, {"citations": {claim_id: encode_citation(citation)}})

    def uncite(self, claim_id: str, annotation_id: str | None = None) -> None:
        """Take back one's own tie between an annotation, else the current one, and a claim."""
        one = self._require_current() if annotation_id is None else self._require(annotation_id)
        if (one.id, claim_id, self.analyst) not in self._list.citations:
            raise ReviewError(f"You have not tied {sentences.name(one)} to claim {claim_id!r}; cite it first.")
        self._step("uncite", one.id, {"citations": {claim_id: None}})

    def citations(self) -> tuple[Citation, ...]:
        """Return every tie of a place to a claim that may be seen."""
        return tuple(self._list.citations.values())

    def judgements(self) -> tuple[Judgement, ...]:
        """Return what analysts make of claims; only one's own during a blind reading."""
        return tuple(one for one in self.project.judgements() if not self.blind or one.analyst == self.analyst)

    def citations_of(self, annotation_id: str) -> tuple[Citation, ...]:
        """Return the claims an annotation is tied to, by anyone."""
        return tuple(one for one in self.citations() if one.annotation == annotation_id)

    def _judge(self, value: str, reason: str | None, note: str) -> None:
        self._decide(self._require_current(), value, reason, note)
        self.next()

    def _after_settling(self) -> None:
        """Go to the next place that is disputed, if any is; stay where none is."""
        ids = [one.id for one in self.queue()]
        following = self._list.after(self._current, undecided=False)
        start = ids.index(following) if following in ids else 0
        found = next((name for name in ids[start:] + ids[:start] if self.verdict_of(name) == DISPUTED), None)
        if found is not None:
            self.select(found)

    def _decide(self, one: Annotation, value: str, reason: str | None, note: str) -> None:
        had = self.my_verdict(one.id)
        if had is None or (had.value, had.reason, had.note) != (value, reason, note):
            verdict = Verdict(one.id, self.analyst, value, reason, note, utc_now())
            self._step("verdict", one.id, {"verdict": encode_verdict(verdict)})


def _require_verdict(value: str, reason: str | None) -> None:
    if value not in VERDICTS:
        raise ReviewError(f"{value!r} is no verdict; allowed: {', '.join(VERDICTS)}.")
    if value == "rejected" and reason not in REASONS:
        what = "has no reason" if reason is None else f"cannot have the reason {reason!r}"
        raise ReviewError(f"A rejection {what}; give one of {', '.join(REASONS)}.")
    if value != "rejected" and reason is not None:
        raise ReviewError(f"{value!r} takes no reason, and {reason!r} was given; a rejection alone has one.")
