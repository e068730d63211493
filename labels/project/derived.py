"""The tables of what is worked out from the others, kept for a GIS to show."""

from .columns import Column, Table, integer, link, real, text

SERIES = Table(
    "series",
    "How many on each date at a site, worked out from the rest; head is the journal entry it was worked out at.",
    (
        link("site", "site"),
        link("scene", "scene"),
        *text("kind", "time"),
        *real("seen"),
        *text("searched", null=True),
        *integer("low", "best", "high", null=True),
        *real("level", null=True),
        *text("unit", null=True),
        *text("reason"),
        *text("since", null=True),
        *integer("appeared_low", "appeared_best", "appeared_high", null=True),
        *integer("vanished_low", "vanished_best", "vanished_high", null=True),
        *text("head"),
    ),
    key=("site", "scene", "kind"),
    sealed=False,
)
STAY = Table(
    "stay",
    "When each annotation of a site was seen to be there, with the dates that bracket it, worked out from the rest.",
    (
        link("site", "site"),
        *text("annotation"),
        *integer("number"),
        *text("kind", "verdict"),
        *text("last_absent", null=True),
        *text("first_present", "last_present"),
        *text("first_absent", null=True),
        *text("hidden_before", "hidden_after", "head"),
    ),
    key=("site", "annotation", "number"),
    sealed=False,
)
IMPLANT = Table(
    "implant",
    "Synthetic: things drawn into copies of after scenes to learn what would be found; none of them is there.",
    (
        link("comparison", "comparison"),
        *text("kind"),
        *integer("number", "asked"),
        *real("length_m", "width_m", "height_m", "contrast", "visibility", "dprime"),
        *integer("boxes", null=True),
        Column("found", "boolean"),
        *integer("count_low", "count_best", "count_high", null=True),
    ),
    key=("comparison", "kind", "number"),
)
