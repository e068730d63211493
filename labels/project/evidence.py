"""The tables of evidence: places, documents, what they state, and the links from annotations to it."""

from ..records import CONFIDENCES, LIKELIHOODS, MEASURES, POLARITIES, RELATIONS, RELIABILITIES, ROLES
from . import geopackage
from .columns import Column, Table, integer, link, one_of, text

SITE = Table(
    "site",
    "Named places with their areas of interest.",
    (
        *text("id", "name"),
        *text("function", "country", null=True),
        *text("accuracy"),
        Column("synthetic", "boolean"),
    ),
    srs=geopackage.WGS84,
)
SOURCE = Table(
    "source",
    "Public documents; csl is the reference as CSL-JSON.",
    (
        *text("id"),
        Column("csl", "json"),
        *text("archive_url", "retrieved", "sha256", null=True),
        Column("synthetic", "boolean"),
        one_of("reliability", RELIABILITIES, null=True),
    ),
)
SOURCE_COPY = Table(
    "source_copy",
    "Files of documents, kept whole; sha256 is that of the content.",
    (link("source", "source"), *text("name", "sha256"), Column("content", "blob", sealed=False)),
    key=("source",),
)
ORIGIN = Table("origin", "Who said a thing first.", (*text("id", "who", "what"), *text("said", null=True)))
CLAIM = Table(
    "claim",
    "What sources state.",
    (
        *text("id"),
        link("source", "source"),
        *text("statement"),
        *text("kind", null=True),
        one_of("measure", MEASURES),
        Column("quantity_given", "boolean"),
        *integer("quantity_low", "quantity_high", null=True),
        *text("quantity_unit", "quantity_hedge", "window_start", "window_end", null=True),
        one_of("polarity", POLARITIES),
        link("origin", "origin", null=True),
        *text("locator", "quote", "quote_prefix", "quote_suffix", null=True),
    ),
)
CLAIM_SITE = Table(
    "claim_site",
    "Where claims place what they state.",
    (link("claim", "claim"), *integer("position"), link("site", "site"), one_of("role", ROLES)),
    key=("claim", "position"),
)
CITATION = Table(
    "citation",
    "Links from annotations to claims.",
    (
        *text("annotation"),
        link("claim", "claim"),
        one_of("relation", RELATIONS),
        *text("analyst", "time", "note"),
    ),
    key=("annotation", "claim", "analyst"),
)
JUDGEMENT = Table(
    "judgement",
    "What analysts make of claims: observation, assessment, likelihood and confidence apart.",
    (
        link("claim", "claim"),
        *text("analyst", "time", "observation", "assessment"),
        one_of("likelihood", LIKELIHOODS, null=True),
        one_of("confidence", CONFIDENCES, null=True),
    ),
    key=("claim", "analyst"),
)
