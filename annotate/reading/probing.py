"""What is kept of the reading itself: the ground looked at, and rounds that measure what the analyst finds."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from uuid import uuid4

from ...labels.integrity import canonical_json, sha256_text
from ...labels.journal import utc_now
from ...labels.records import Annotation, Glance, Ground, ProbeRound
from ..agreement import Agreement, agreements
from ..errors import ReviewError
from ..missed import Missed, missed_by_both
from ..stepping import Stepping
from .ground import LOOKED, looked
from .probe_outcome import implant_outcome, tile_outcome
from .probes import ROUND, probe_of, things_of

SEED_BITS = 48


def new_seed() -> int:
    """Return a seed that nobody can know beforehand."""
    return secrets.randbits(SEED_BITS)


class Probing(Stepping):
    """Steps; the ground that was looked at; and rounds in which an analyst is measured by places that are no labels."""

    def keep_glances(self, ground: Ground, glances: Sequence[Glance]) -> None:
        """Add to what this analyst looked at of a pair: a batch with its hash in the journal, which is no step."""
        batch = [asdict(one) for one in glances]
        payload = {
            "before": ground.before,
            "after": ground.after,
            "glances": len(batch),
            "seconds": round(sum(one.seconds for one in glances), 3),
            "sha256": sha256_text(canonical_json(batch)),
        }
        with self._writing():
            self.project.put_ground(ground)
            self.project.add_glances(glances)
            entry = self.project.append(self.analyst, LOOKED, payload)
        self._head, self._seq = entry.hash, entry.seq
        seen = looked(ground, self.project.glances(ground.before, ground.after))
        self._looked = {**self._looked, seen.pair: seen.share(self._seen_analysts)}

    def rounds(self) -> tuple[ProbeRound, ...]:
        """Return this analyst's rounds, ended ones and those that run."""
        return self.project.probe_rounds(self.analyst)

    def running(self, role: str, before: str | None = None, after: str | None = None) -> ProbeRound | None:
        """Return the round of a role that runs, on a pair where one is named, or None."""
        fitting = (one for one in self._probes.rounds.values() if one.role == role)
        return next((one for one in fitting if before is None or (one.before, one.after) == (before, after)), None)

    def role_of(self, annotation_id: str | None) -> str | None:
        """Return tile for a tile of a sample; None for all else, so that nothing tells an implant from a candidate."""
        return "tile" if self._probes.role_of(annotation_id) == "tile" else None

    def begin_round(self, one: ProbeRound, shown: Mapping[int, Annotation]) -> None:
        """
        Begin a round: its places join the queue.

        Parameters
        ----------
        one
            What is put before the analyst.
        shown
            By the number of the thing, how it is shown; what is left out is there to be found.

        Raises
        ------
        ReviewError
            If a round of that role runs already on that pair.
        """
        if self.running(one.role, one.before, one.after) is not None:
            raise ReviewError(f"A round of {one.role}s runs already on this pair; end it first.")
        with self._writing():
            self.project.put_probe_round(one)
            for thing, record in shown.items():
                self.project.put_probe(probe_of(one, thing, record))
            said = {"probe": one.id, "synthetic": one.synthetic, "role": one.role, "asked": one.asked}
            self.project.append(self.analyst, ROUND, {**said, "things": len(things_of(one)), "begun": True})
        self.refresh()

    def end_round(self, round_id: str) -> ProbeRound:
        """End a round, work out what came of it, and take its places off the queue; return it as it is kept."""
        with self._writing():
            running = self._probes.rounds.get(round_id)
            if running is None:
                raise ReviewError("This round has ended already, or is another analyst's.")
            probes = self._probes.of(round_id)
            if running.role == "implant":
                outcome = implant_outcome(running, probes)
            else:
                outcome = tile_outcome(running, probes, self._drawn_since(running))
            ended = replace(running, ended=utc_now(), outcome=outcome)
            self.project.put_probe_round(ended)
            said = {"probe": ended.id, "synthetic": ended.synthetic, "role": ended.role, "outcome": outcome}
            self.project.append(self.analyst, ROUND, {**said, "begun": False})
        self.refresh()
        return ended

    def agreement(self) -> tuple[Agreement, ...]:
        """Return how far every two analysts agree on places that both decided, this one's own agreement first."""
        found = agreements(self.standing.verdicts, self.project.journal())
        return tuple(sorted(found, key=lambda one: self.analyst not in (one.first, one.second)))

    def missed(self) -> tuple[Missed, ...]:
        """Return how much of each kind every two analysts missed at least, of what no detector proposed."""
        return missed_by_both(self.project, self.standing)

    def _drawn_since(self, one: ProbeRound) -> list[Annotation]:
        """Return what this analyst drew on a pair since a round began, and did not take back."""
        drawn = {
            str(entry.payload["annotation"])
            for entry in self.project.journal()
            if entry.action == "draw" and entry.analyst == self.analyst and entry.time >= one.started
        }
        return [place for name, place in self.standing.annotations.items() if name in drawn]


def round_of(
    analyst: str,
    role: str,
    pair: tuple[str, str | None],
    asked: int,
    seed: int,
    things: Sequence[Mapping[str, object]],
    drawn_from: int | None = None,
) -> ProbeRound:
    """Return a round that begins now."""
    kept = {"things": [dict(one) for one in things]}
    return ProbeRound(uuid4().hex, analyst, role, role == "implant", *pair, seed, asked, drawn_from, kept, utc_now())
