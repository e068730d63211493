"""The tables of a project: the words of the domain as columns that any GIS can read."""

from ..records import CHANGES, ORIGINS, REASONS, STATES, VERDICTS
from . import geopackage
from .attended import GLANCE, GROUND, PROBE, PROBE_ROUND, REMARK
from .columns import Column, Table, integer, link, one_of, real, text
from .derived import IMPLANT, SERIES, STAY
from .evidence import CITATION, CLAIM, CLAIM_SITE, JUDGEMENT, ORIGIN, SITE, SOURCE, SOURCE_COPY
from .foreign import FOREIGN_EDIT
from .styles import styling_sql
from .views import viewing_sql

_THING = (*text("kind"), one_of("change", CHANGES), one_of("state", STATES))
_SIZE = real("length_m", "width_m", "area_m2", "heading_deg")
_COUNT = integer("count_low", "count_best", "count_high", "tiers_low", "tiers_high", null=True)

_ANNOTATION = (
    *text("id"),
    *_THING,
    one_of("origin", ORIGINS),
    link("site", "site", null=True),
    link("before", "scene"),
    link("after", "scene", null=True),
    link("scene", "scene"),
    *_SIZE,
    *real("score", null=True),
    *_COUNT,
    *text("note"),
    Column("withdrawn", "boolean"),
)

PROJECT = Table(
    "project",
    "What this file is: one row.",
    (*text("title"), Column("synthetic", "boolean"), *integer("schema_version"), *text("created")),
    key=("schema_version",),
    sealed=False,
)
SCENE = Table(
    "scene",
    "Acquisitions, each identified by the hash of its file.",
    (
        *text("id", "name"),
        Column("path", "text", sealed=False),
        *text("time", null=True),
        *text("sensor"),
        *text("platform", "level", null=True),
        Column("bands", "json"),
        *integer("height_px", "width_px"),
        *real("gsd_y_m", "gsd_x_m"),
        *text("crs", null=True),
        *real(*(f"transform_{letter}" for letter in "abcdef")),
        *real("sun_azimuth_deg", "sun_elevation_deg", null=True),
        Column("sun_computed", "boolean"),
        *real("view_off_nadir_deg", "view_azimuth_deg", null=True),
        *text("units", null=True),
        Column("offset_applied", "boolean", null=True),
        *real("valid_fraction"),
        *text("credit", "licence", null=True),
        Column("synthetic", "boolean"),
    ),
)
COMPARISON = Table(
    "comparison",
    "Runs over pairs of scenes, or over one scene: that one is then named twice, and has no method.",
    (
        *text("id"),
        link("before", "scene"),
        link("after", "scene"),
        link("site", "site", null=True),
        Column("settings", "json"),
        *text("version"),
        *text("refused", "method", null=True),
        *real("threshold", "shift_y_m", "shift_x_m", "residual_median_px", "residual_p95_px", null=True),
        Column("registration", "json", null=True),
        *real("valid_fraction", "valid_area_km2"),
        *real("false_alarms_per_km2", null=True),
        *text("time"),
    ),
)
COMPARISON_KIND = Table(
    "comparison_kind",
    "Whether a comparison could show a kind, and why not.",
    (
        link("comparison", "comparison"),
        *integer("position"),
        *text("kind"),
        Column("testable", "boolean"),
        *text("reason"),
        *integer("candidates"),
    ),
    key=("comparison", "position"),
)
ANNOTATION = Table(
    "annotation",
    "Places that are kept, on the ground; pixels holds the outline in (column, row) of the scene.",
    (*_ANNOTATION, Column("pixels", "wkt")),
    srs=geopackage.WGS84,
)
ANNOTATION_PIXEL = Table(
    "annotation_pixel",
    "Places that are kept, of scenes without georeference: outlines in (column, row) of the scene, rows downwards.",
    _ANNOTATION,
    srs=geopackage.UNDEFINED_CARTESIAN,
)
CANDIDATE = Table(
    "candidate",
    "What comparisons proposed, and the annotation each of them is.",
    (
        *text("id"),
        link("comparison", "comparison"),
        *text("annotation"),
        *_THING,
        link("scene", "scene"),
        Column("pixels", "wkt"),
        Column("ground", "wkt", null=True),
        *_SIZE,
        *real("score"),
        *_COUNT,
        Column("terms", "json"),
    ),
    also=('CREATE INDEX "candidate_comparison" ON "candidate" ("comparison")',),
)
VERDICT = Table(
    "verdict",
    "One analyst's standing decision on one annotation.",
    (
        *text("annotation", "analyst"),
        one_of("value", VERDICTS),
        one_of("reason", REASONS, null=True),
        *text("note", "time"),
        Column("adjudicates", "boolean"),
    ),
    key=("annotation", "analyst"),
)
ESTIMATE = Table(
    "estimate",
    "How many there are, with the rule behind each bound.",
    (
        link("comparison", "comparison"),
        link("site", "site", null=True),
        *text("kind"),
        *integer("low", "best"),
        *integer("high", null=True),
        *real("level"),
        *text("unit", "rule_low", "rule_best", "rule_high"),
        Column("inputs", "json"),
        *text("time"),
    ),
    key=("comparison", "site", "kind"),
)
PREFERENCE = Table(
    "preference", "What the tool remembers for its user.", text("key", "value"), key=("key",), sealed=False
)
# REPLACE deletes without firing the delete trigger, so that inserting has to be guarded as well.
JOURNAL_CONTINUES = """CREATE TRIGGER "journal_continues" BEFORE INSERT ON "journal"
  WHEN NEW."seq" IS NOT (SELECT coalesce(max("seq"), 0) + 1 FROM "journal")
    OR NEW."previous" IS NOT coalesce((SELECT "hash" FROM "journal" ORDER BY "seq" DESC LIMIT 1), '')
BEGIN SELECT RAISE(ABORT, 'the journal entry does not continue the chain'); END"""
_JOURNAL_GUARDS = (
    """CREATE TRIGGER "journal_keeps_entries" BEFORE UPDATE ON "journal"
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    """CREATE TRIGGER "journal_keeps_order" BEFORE DELETE ON "journal"
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END""",
    JOURNAL_CONTINUES,
)
JOURNAL = Table(
    "journal",
    "Every step by a named analyst, append-only; each entry holds the hash of the one before it.",
    (*integer("seq"), *text("time", "analyst", "action"), Column("payload", "json"), *text("previous", "hash")),
    key=("seq", "hash"),
    sealed=False,
    also=_JOURNAL_GUARDS,
)

TABLES = (
    PROJECT, SCENE, SITE, COMPARISON, COMPARISON_KIND, ANNOTATION, ANNOTATION_PIXEL, CANDIDATE, VERDICT, ESTIMATE,
    SOURCE, ORIGIN, CLAIM, CLAIM_SITE, CITATION, PREFERENCE, JOURNAL,
    SERIES, STAY, IMPLANT, REMARK, GLANCE, GROUND, PROBE_ROUND, PROBE,
    SOURCE_COPY, JUDGEMENT,
    FOREIGN_EDIT,
)  # fmt: skip


def creation_sql() -> str:
    """Return the script that makes an empty project of an empty SQLite file."""
    return geopackage.core_sql() + "".join(table.sql() for table in TABLES) + viewing_sql() + styling_sql()
