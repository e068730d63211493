"""
ClaimReview (https://schema.org/ClaimReview) as JSON-LD: what the ledger says of each claim, for who checks facts.

A rating here has a name and an explanation and no number: the ledger never says true or false.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from ...labels.export import Rendered
from ...labels.export.grounds import grounds
from ...labels.export.labelled import Labelled
from ...labels.project import Project
from ...labels.records import Estimate, SceneRecord, Source
from ...labels.references.formatted import citations
from ..ledger import LedgerRow, ledger

PUBLISHER = "depotwatch"


def render_claimreview(project: Project, labels: Sequence[Labelled], name: str) -> Rendered:
    """Return one ClaimReview a claim; of what is cited, the labels asked for are named."""
    rest = grounds(project, labels)
    sources = {source.id: source for source in project.sources()}
    cited_as = dict(zip(sources, citations(list(sources.values())), strict=True))
    scenes = [_scene(scene) for scene in project.scenes()]
    shown = {label.annotation.id for label in labels}
    rows = [(row, row.claim.source) for row in ledger(project)]
    reviews = [_review(row, sources[source], cited_as[source], rest, shown) for row, source in rows]
    document = {
        "@context": ["https://schema.org", {"dw": "urn:depotwatch:"}],
        "@graph": [review | {"isBasedOn": scenes} for review in reviews],
        "dw:version": rest["version"],
        "dw:project": rest["project"],
        "dw:journal_head": rest["journal_head"],
        "dw:notice": rest["notice"],
    }
    return Rendered.text(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1) + "\n")


def _review(
    row: LedgerRow, source: Source, cited_as: str, rest: Mapping[str, object], shown: set[str]
) -> dict[str, object]:
    cited = {"supports": row.supporting, "opposes": row.opposing, "context": row.context}
    return _without_none(
        {
            "@type": "ClaimReview",
            "@id": f"urn:depotwatch:claim:{row.claim.id}",
            "claimReviewed": row.claim.statement,
            "datePublished": rest["journal_time"],
            "author": {"@type": "Organization", "name": f"{PUBLISHER} {rest['version']}"},
            "itemReviewed": _claim(row, source, cited_as),
            "reviewRating": {"@type": "Rating", "alternateName": row.status, "ratingExplanation": row.explanation},
            "reviewBody": row.explanation,
            "dw:claimed": row.claimed,
            "dw:observed": None if row.observed is None else _interval(row.observed),
            "dw:cited": {relation: [one for one in ids if one in shown] for relation, ids in cited.items()},
            "dw:origin_repeats": row.repeats,
            "dw:obstacle": row.obstacle,
            "dw:brackets": [asdict(one) for one in row.brackets] or None,
            "dw:flow": row.flow,
            "dw:judgements": [asdict(one) for one in row.judgements] or None,
        }
    )


def _claim(row: LedgerRow, source: Source, cited_as: str) -> dict[str, object]:
    """Return the claim with who said it first, and where it appeared."""
    appearance = {
        "@type": "CreativeWork",
        "name": source.title,
        "url": source.csl.get("URL"),
        "inLanguage": source.language,
        "creditText": cited_as,
        "sha256": source.sha256,
        "dw:reliability": source.reliability,
    }
    archived = None if source.archive_url is None else {"@type": "CreativeWork", "url": source.archive_url}
    return _without_none(
        {
            "@type": "Claim",
            "author": None if row.origin is None else {"@type": "Organization", "name": row.origin},
            "appearance": _without_none(appearance),
            "archivedAt": archived and archived["url"],
            "temporalCoverage": _window(row),
            "dw:quote": _quote(row),
        }
    )


def _quote(row: LedgerRow) -> dict[str, object] | None:
    """Return where in the document the claim stands: a text quote selector of the W3C Web Annotation model."""
    claim = row.claim
    if claim.quote is None:
        return None
    selector = {"@type": "TextQuoteSelector", "exact": claim.quote}
    return _without_none({**selector, "prefix": claim.quote_prefix, "suffix": claim.quote_suffix})


def _window(row: LedgerRow) -> str | None:
    window = row.claim.window
    return None if window.start is None and window.end is None else f"{window.start or '..'}/{window.end or '..'}"


def _interval(estimate: Estimate) -> dict[str, object]:
    bounds = {"minValue": estimate.low, "value": estimate.best, "maxValue": estimate.high, "unitText": estimate.unit}
    return _without_none({"@type": "QuantitativeValue", **bounds, "dw:level": estimate.level})


def _scene(scene: SceneRecord) -> dict[str, object]:
    facts = {
        "@type": "ImageObject",
        "name": scene.name,
        "dateCreated": scene.time,
        "creditText": scene.credit,
        "license": scene.licence,
        "sha256": scene.id,
    }
    return _without_none(facts)


def _without_none(values: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in values.items() if value is not None}
