"""How QGIS draws the layers of a project: styles inside the file, which it applies when it opens them."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

NAME = "depotwatch"
# Okabe and Ito's, safe for colour-blind eyes; the line tells them apart without any colour.
VERDICTS = {
    "accepted": ("#009E73", "solid"),
    "unsure": ("#E69F00", "dash"),
    "disputed": ("#D55E00", "dash dot"),
    "unreviewed": ("#0072B2", "solid"),
    "rejected": ("#999999", "dot"),
}
_SITE = ("#000000", "dash")
_LINE_MM = "0.5"


@dataclass(frozen=True, slots=True)
class Style:
    """
    How one layer is drawn.

    Parameters
    ----------
    layer
        Its name.
    outlines
        Colour and line of each value of `by`, or of all rows under "".
    by
        Column whose values are told apart; "" for none.
    label
        QGIS expression of the words beside each outline.
    """

    layer: str
    outlines: Mapping[str, tuple[str, str]]
    by: str
    label: str

    def qml(self) -> str:
        """Return it as QGIS 3 reads it: outlines without fill, so that the image below is seen."""
        symbols = "".join(_symbol(number, *look) for number, look in enumerate(self.outlines.values()))
        if self.by:
            values = "".join(
                f'<category render="true" symbol="{number}" value={quoteattr(value)} label={quoteattr(value)}/>'
                for number, value in enumerate(self.outlines)
            )
            kind = f'type="categorizedSymbol" attr="{self.by}"'
            renderer = (
                f"<renderer-v2 {kind}><categories>{values}</categories><symbols>{symbols}</symbols></renderer-v2>"
            )
        else:
            renderer = f'<renderer-v2 type="singleSymbol"><symbols>{symbols}</symbols></renderer-v2>'
        return f'<qgis version="3.22" styleCategories="Symbology|Labeling">{renderer}{self._labelling()}</qgis>'

    def _labelling(self) -> str:
        words = f'fieldName={quoteattr(self.label)} isExpression="1"'
        text = f'<text-style {words} fontSize="8" textOpacity="1" textColor="0,0,0,255">'
        halo = '<text-buffer bufferDraw="1" bufferSize="0.8" bufferColor="255,255,255,255"/>'
        return (
            f'<labeling type="simple"><settings calloutType="simple">{text}{halo}</text-style>'
            '<placement placement="8" dist="0.5" distUnits="MM"/><rendering drawLabels="1"/></settings></labeling>'
        )


STYLES = (
    Style("labels", VERDICTS, "verdict", "\"kind\" || coalesce(' (' || \"count_best\" || ')', '')"),
    Style("annotation", {"": VERDICTS["unreviewed"]}, "", '"kind"'),
    Style("annotation_pixel", {"": VERDICTS["unreviewed"]}, "", '"kind"'),
    Style("site", {"": _SITE}, "", '"name"'),
)


def styling_sql() -> str:
    """Return the script that gives a file these styles; those that somebody saved with QGIS stay as they are."""
    rows = "".join(_row(style) for style in STYLES)
    return f"""CREATE TABLE IF NOT EXISTS "layer_styles" (
  "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  "f_table_catalog" TEXT(256),
  "f_table_schema" TEXT(256),
  "f_table_name" TEXT(256),
  "f_geometry_column" TEXT(256),
  "styleName" TEXT(30),
  "styleQML" TEXT,
  "styleSLD" TEXT,
  "useAsDefault" BOOLEAN,
  "description" TEXT,
  "owner" TEXT(30),
  "ui" TEXT(30),
  "update_time" DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now'))
);
INSERT OR IGNORE INTO gpkg_contents (table_name, data_type, identifier, description)
  VALUES ('layer_styles', 'attributes', 'layer_styles', 'How QGIS draws the layers.');
{rows}"""


def _row(style: Style) -> str:
    qml = style.qml().replace("'", "''")
    known = f"FROM layer_styles WHERE f_table_name = '{style.layer}'"
    return f"""INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName,
    styleQML, styleSLD, useAsDefault, description, owner, update_time)
  SELECT '', '', '{style.layer}', 'geom', '{NAME}', '{qml}', '',
    NOT EXISTS (SELECT 1 {known} AND useAsDefault), 'Made by depotwatch', '', NULL
  WHERE NOT EXISTS (SELECT 1 {known} AND styleName = '{NAME}');
"""


def _symbol(number: int, colour: str, line: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    options = {
        "style": "no",
        "outline_color": f"{red},{green},{blue},255",
        "outline_style": line,
        "outline_width": _LINE_MM,
        "outline_width_unit": "MM",
        "joinstyle": "miter",
    }
    written = "".join(f'<Option type="QString" name="{name}" value="{value}"/>' for name, value in options.items())
    layer = f'<layer class="SimpleFill" enabled="1" pass="0" locked="0"><Option type="Map">{written}</Option></layer>'
    return f'<symbol type="fill" name="{number}" alpha="1" clip_to_extent="1" force_rhr="0">{layer}</symbol>'
