"""Everything that can be put into a project; each method is one committed transaction, or a part of the open one."""

from collections.abc import Mapping, Sequence

from ..errors import RecordError
from ..integrity import canonical_json
from ..journal import Entry, make_entry, utc_now
from ..records import (
    Annotation,
    Candidate,
    Citation,
    Claim,
    Comparison,
    Judgement,
    Origin,
    SceneRecord,
    Site,
    Source,
    SourceCopy,
    StoredEstimate,
    Verdict,
)
from . import evidence, rows, schema
from .attending import Attending
from .changing import LAYERS
from .columns import Row, quoted
from .sealing import SEALED


class Writing(Attending):
    """
    A project that is written.

    Every method raises RecordError for a record that is not valid or names something the project does not hold, and
    ProjectError where the file cannot be written; the file is then as it was.
    """

    def add_scene(self, scene: SceneRecord) -> bool:
        """
        Keep a scene; return False if it is there already, wherever its file lay then.

        Raises
        ------
        RecordError
            The same file is there with other facts; the sentence names them.
        """
        with self.transaction():
            found = self._select(schema.SCENE, id=scene.id)
            if not found:
                self._insert(schema.SCENE, rows.scene_row(scene))
                return True
            old = rows.plain_row(rows.scene_record(found[0][1]))
            new = rows.plain_row(scene)
            differing = [name for name in new if name not in ("name", "path") and new[name] != old[name]]
            if differing:
                told = ", ".join(f"{name} {old[name]!r}, now {new[name]!r}" for name in differing)
                raise RecordError(
                    f"Scene {scene.name} is in {self.path.name} with other facts ({told}): "
                    "give the same ones, or use another project."
                )
            return False

    def put_scene(self, scene: SceneRecord) -> None:
        """Keep a scene, or correct what is known of it (date, sun, credit, licence, where the file lies)."""
        self._put(schema.SCENE, rows.scene_row(scene))

    def add_comparison(
        self, comparison: Comparison, candidates: Sequence[Candidate] = (), new_annotations: Sequence[Annotation] = ()
    ) -> bool:
        """
        Keep a run with its candidates and the annotations born of them; return False if that run is there already.

        Raises
        ------
        RecordError
            Another run has that id, or a candidate names an annotation that is neither new nor there.
        """
        with self.transaction():
            found = self._select(schema.COMPARISON, id=comparison.id)
            if found:
                if _compared(rows.comparison_row(comparison)) != _compared(found[0][1]):
                    raise RecordError(
                        f"Comparison {comparison.id} is in {self.path.name} with other scenes, settings or version: "
                        "its id must be the hash of what was compared."
                    )
                return False
            self._insert(schema.COMPARISON, rows.comparison_row(comparison))
            for row in rows.kind_rows(comparison):
                self._insert(schema.COMPARISON_KIND, row)
            for annotation in new_annotations:
                self.put_annotation(annotation)
            for candidate in candidates:
                self._require_annotation(candidate.annotation)
                self._insert(schema.CANDIDATE, rows.candidate_row(candidate))
            return True

    def renew_comparison(self, comparison_id: str, time: str) -> None:
        """Say that a run that is there was run again at a time, so that it is the newest of its pair."""
        with self.transaction():
            found = self._select(schema.COMPARISON, id=comparison_id)
            if not found:
                raise RecordError(f"There is no comparison {comparison_id} in {self.path.name}; run it first.")
            self._put(schema.COMPARISON, {**found[0][1], "time": time})

    def put_annotation(self, annotation: Annotation) -> None:
        """Keep an annotation in the layer it belongs to: on the ground, or in pixels where it has no ground outline."""
        home, other = LAYERS if annotation.shape.ground is not None else LAYERS[::-1]
        row = rows.annotation_row(annotation)
        with self.transaction():
            moved = self._connection.read(f'SELECT "fid" FROM {quoted(other.name)} WHERE "id" = ?', (annotation.id,))
            self._delete(other, id=annotation.id)
            self._put(home, row, fid=moved[0][0] if moved else self._next_annotation_fid())
            self._widen(home, row["geom"].bounds)

    def put_verdict(self, verdict: Verdict) -> None:
        """Keep an analyst's verdict in place of an earlier one of theirs; a rejection, and only that, has a reason."""
        if (verdict.value == "rejected") != (verdict.reason is not None):
            raise RecordError(
                f"Verdict on {verdict.annotation} is {verdict.value!r} with reason {verdict.reason!r}: "
                "a rejection needs a reason, and nothing else has one."
            )
        _require_analyst(verdict.analyst)
        with self.transaction():
            self._require_annotation(verdict.annotation)
            self._put(schema.VERDICT, rows.plain_row(verdict))

    def remove_verdict(self, annotation_id: str, analyst: str) -> bool:
        """Take an analyst's verdict back; return False if there was none."""
        with self.transaction():
            return self._delete(schema.VERDICT, annotation=annotation_id, analyst=analyst)

    def put_estimate(self, estimate: StoredEstimate) -> None:
        """Keep an estimate in place of an earlier one of the same comparison, site and kind."""
        self._put(schema.ESTIMATE, rows.estimate_row(estimate))

    def put_source(self, source: Source) -> None:
        """Keep a source."""
        _require_id("source", source.id)
        self._put(evidence.SOURCE, rows.plain_row(source))

    def put_source_copy(self, copy: SourceCopy) -> None:
        """Keep the file of a source inside the project, in place of an earlier one."""
        self._put(evidence.SOURCE_COPY, rows.plain_row(copy))

    def remove_source_copy(self, source_id: str) -> bool:
        """Take the kept file of a source out; return False if there was none."""
        with self.transaction():
            return self._delete(evidence.SOURCE_COPY, source=source_id)

    def remove_source(self, source_id: str) -> bool:
        """Take a source out that no claim names any more; return False if there was none."""
        with self.transaction():
            if self._select(evidence.CLAIM, source=source_id):
                raise RecordError(f"Claims still name the source {source_id!r}: move them to another one first.")
            self._delete(evidence.SOURCE_COPY, source=source_id)
            return self._delete(evidence.SOURCE, id=source_id)

    def put_origin(self, origin: Origin) -> None:
        """Keep an origin."""
        self._put(evidence.ORIGIN, rows.plain_row(origin))

    def put_site(self, site: Site) -> None:
        """Keep a site."""
        _require_id("site", site.id)
        with self.transaction():
            self._put(evidence.SITE, rows.site_row(site))
            if site.area is not None:
                self._widen(evidence.SITE, site.area.bounds)

    def put_claim(self, claim: Claim) -> None:
        """Keep a claim; its source, origin and sites must be there."""
        _require_id("claim", claim.id)
        with self.transaction():
            self._put(evidence.CLAIM, rows.claim_row(claim))
            self._delete(evidence.CLAIM_SITE, claim=claim.id)
            for row in rows.claim_site_rows(claim):
                self._insert(evidence.CLAIM_SITE, row)

    def put_judgement(self, judgement: Judgement) -> None:
        """Keep an analyst's judgement of a claim in place of an earlier one of theirs."""
        _require_analyst(judgement.analyst)
        self._put(evidence.JUDGEMENT, rows.plain_row(judgement))

    def put_citation(self, citation: Citation) -> None:
        """Keep an analyst's link from an annotation to a claim in place of an earlier one of theirs."""
        _require_analyst(citation.analyst)
        with self.transaction():
            self._require_annotation(citation.annotation)
            self._put(evidence.CITATION, rows.plain_row(citation))

    def remove_citation(self, annotation_id: str, claim_id: str, analyst: str) -> bool:
        """Take an analyst's link back; return False if there was none."""
        with self.transaction():
            return self._delete(evidence.CITATION, annotation=annotation_id, claim=claim_id, analyst=analyst)

    def append(self, analyst: str, action: str, payload: Mapping[str, object]) -> Entry:
        """
        Add a step to the journal and return its entry.

        It seals what the transaction wrote before it (see `sealing`); what is written after it needs another entry. The
        first one says as well what the project is.
        """
        _require_analyst(analyst)
        with self.transaction():
            last = self._connection.read('SELECT "seq", "hash" FROM "journal" ORDER BY "seq" DESC LIMIT 1')
            seq, previous = last[0] if last else (0, "")
            sealed = self._unsealed.take()
            whole = {**payload, **({SEALED: sealed} if sealed else {})}
            if not last:
                whole["project"] = {"title": self.title, "synthetic": self.synthetic}
            entry = make_entry(seq + 1, utc_now(), analyst, action, whole, previous)
            self._insert(schema.JOURNAL, rows.plain_row(entry))
        return entry

    def set_preference(self, key: str, value: str) -> None:
        """Remember a text under a key."""
        self._put(schema.PREFERENCE, {"key": key, "value": value})


def _compared(row: Row) -> tuple[object, ...]:
    """Return what a comparison's id stands for; when it ran, and what came out, do not make it another one."""
    return (row["before"], row["after"], row["version"], canonical_json(row["settings"]))


def _require_id(what: str, id: str) -> None:
    if not id.strip():
        raise RecordError(f"A {what} needs an id, and {id!r} is none: give it a short name.")


def _require_analyst(analyst: str) -> None:
    if not analyst.strip():
        raise RecordError("An analyst's name is needed: give --analyst NAME or set DEPOTWATCH_ANALYST.")
