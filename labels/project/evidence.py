"""The tables of evidence: places, documents, what they state, and the links from annotations to it."""

from ..records import MEASURES, POLARITIES, RELATIONS, ROLES
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
    ),
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
        *text("locator", "quote", null=True),
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
