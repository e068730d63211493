"""The tables of how the labels came about: remarks on them, ground looked at, and probes of the reading."""

from ..records.glance import SHOWN
from ..records.probe import ROLES
from .columns import Column, Table, integer, link, one_of, real, text

REMARK = Table(
    "remark",
    "What analysts wrote about annotations, each with name and time.",
    text("id", "annotation", "analyst", "time", "text"),
)
GLANCE = Table(
    "glance",
    "What stood on an analyst's screen and for how long: views in (column, row) of the before scene, append-only.",
    (
        *integer("number"),
        *text("analyst"),
        link("before", "scene"),
        link("after", "scene", null=True),
        one_of("shown", SHOWN),
        *real("left", "top", "right", "bottom", "scale", "seconds"),
        *text("time"),
    ),
    key=("number",),
    also=tuple(
        f'CREATE TRIGGER "glance_keeps_{name}" BEFORE {event} ON "glance" '
        "BEGIN SELECT RAISE(ABORT, 'what was looked at is append-only'); END"
        for name, event in (("rows", "DELETE"), ("words", "UPDATE"))
    ),
)
GROUND = Table(
    "ground",
    "Which ground of a pair there is to look at: tiles with data on every date, one deflated bit each.",
    (
        link("before", "scene"),
        link("after", "scene", null=True),
        *integer("tile_px", "height_px", "width_px"),
        *text("tiles"),
    ),
    key=("before", "after"),
)
PROBE_ROUND = Table(
    "probe_round",
    "Rounds that measure an analyst's reading; where synthetic, nothing in them is there.",
    (
        *text("id", "analyst"),
        one_of("role", ROLES),
        Column("synthetic", "boolean"),
        link("before", "scene"),
        link("after", "scene", null=True),
        *integer("seed", "asked"),
        *integer("drawn_from", null=True),
        Column("things", "json"),
        *text("started"),
        *text("ended", null=True),
        Column("outcome", "json", null=True),
    ),
)
PROBE = Table(
    "probe",
    "Places shown to measure an analyst's reading, and what was decided: no annotations, never labels.",
    (
        *text("id"),
        link("round", "probe_round"),
        *integer("thing"),
        Column("record", "json"),
        Column("verdict", "json", null=True),
    ),
)
