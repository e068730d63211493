"""Views on the tables, for a GIS to show: labels with what stands for them, and what belongs to which of them."""

from dataclasses import dataclass

from . import geopackage

EXTENSION = "http://www.opengis.net/doc/IS/gpkg-rte/1.0"


@dataclass(frozen=True, slots=True)
class View:
    """
    One view.

    Parameters
    ----------
    name
        As in the file.
    description
        What a GIS tells of it.
    select
        The query; its first column is a number of its own for each row, and `geom` is there where there is an SRS.
    srs
        Of its polygons, None where it has none.
    """

    name: str
    description: str
    select: str
    srs: int | None = None

    def sql(self) -> str:
        """Return the script that makes and registers it, in place of an earlier one."""
        kind, srs = ("attributes", "NULL") if self.srs is None else ("features", str(self.srs))
        layer = f"INSERT INTO gpkg_geometry_columns VALUES ('{self.name}', 'geom', 'POLYGON', {self.srs}, 0, 0);"
        return f"""{self.dropping_sql()}{self.creation_sql()};
INSERT INTO gpkg_contents (table_name, data_type, identifier, description, srs_id)
  VALUES ('{self.name}', '{kind}', '{self.name}', '{self.description}', {srs});
{"" if self.srs is None else layer}
"""

    def creation_sql(self) -> str:
        """Return the one statement that makes it."""
        return f'CREATE VIEW "{self.name}" AS {self.select}'

    def dropping_sql(self) -> str:
        """Return the script that takes it out of the file."""
        names = ("gpkg_geometry_columns", "gpkg_contents")
        forgotten = "".join(f"DELETE FROM {name} WHERE table_name = '{self.name}';\n" for name in names)
        return f'DROP VIEW IF EXISTS "{self.name}";\n{forgotten}'


# As `records.resolve` has it.
_STANDS = """CASE
    WHEN EXISTS (SELECT 1 FROM verdict v WHERE v.annotation = a.id AND v.adjudicates) THEN
      (SELECT v.value FROM verdict v WHERE v.annotation = a.id AND v.adjudicates ORDER BY v.time DESC, v.fid LIMIT 1)
    ELSE (SELECT CASE count(DISTINCT v.value) WHEN 0 THEN 'unreviewed' WHEN 1 THEN min(v.value) ELSE 'disputed' END
      FROM verdict v WHERE v.annotation = a.id)
  END"""
# SQLite gives a view's column a type, as GeoPackage asks for, only where it ends in a column of a table.
_TEXT = "(SELECT value FROM (SELECT CAST({} AS TEXT) AS value UNION ALL SELECT value FROM verdict WHERE 0))"
_CLAIMS = """(SELECT group_concat(c.claim || ' (' || c.relation || ')', ', ') FROM citation c
    WHERE c.annotation = a.id)"""
LABELS = View(
    "labels",
    "Annotations on the ground that were not withdrawn, with the verdict that stands and the claims they are cited to.",
    f"""SELECT a.fid AS fid, a.geom AS geom, a.id AS id, a.kind AS kind, a.change AS change, a.state AS state,
  {_TEXT.format(_STANDS)} AS verdict,
  a.score AS score, a.count_low AS count_low, a.count_best AS count_best, a.count_high AS count_high,
  a.length_m AS length_m, a.width_m AS width_m, a.area_m2 AS area_m2, a.heading_deg AS heading_deg,
  (SELECT s.time FROM scene s WHERE s.id = a."before") AS before_time,
  (SELECT s.time FROM scene s WHERE s.id = a."after") AS after_time,
  {_TEXT.format(_CLAIMS)} AS claims,
  a.note AS note
FROM annotation a WHERE NOT a.withdrawn""",
    geopackage.WGS84,
)
# Extension for related tables, OGC 18-000: rows of one table belong to rows of another by two numbers.
CITED = View(
    "annotation_claims",
    "Which annotations are cited to which claims.",
    """SELECT m.fid AS fid, b.fid AS base_id, r.fid AS related_id, m.relation AS relation, m.analyst AS analyst
FROM citation m JOIN annotation b ON b.id = m.annotation JOIN claim r ON r.id = m.claim""",
)
JUDGED = View(
    "annotation_verdicts",
    "Which verdicts were given on which annotations.",
    """SELECT m.fid AS fid, b.fid AS base_id, m.fid AS related_id
FROM verdict m JOIN annotation b ON b.id = m.annotation""",
)
PLACED = View(
    "site_claims",
    "Which claims speak of which sites.",
    """SELECT m.fid AS fid, b.fid AS base_id, r.fid AS related_id, m.role AS role
FROM claim_site m JOIN site b ON b.id = m.site JOIN claim r ON r.id = m.claim""",
)
VIEWS = (LABELS, CITED, JUDGED, PLACED)
_RELATIONS = (("annotation", "claim", CITED), ("annotation", "verdict", JUDGED), ("site", "claim", PLACED))


def viewing_sql() -> str:
    """Return the script that gives a file its views and says which tables they relate, in place of earlier ones."""
    made = "".join(view.sql() for view in VIEWS)
    related = "".join(
        f"""INSERT INTO gpkgext_relations (base_table_name, base_primary_column, related_table_name,
    related_primary_column, relation_name, mapping_table_name)
  VALUES ('{base}', 'fid', '{other}', 'fid', 'attributes', '{mapping.name}');
INSERT INTO gpkg_extensions VALUES ('{mapping.name}', NULL, 'gpkg_related_tables', '{EXTENSION}', 'read-write');
"""
        for base, other, mapping in _RELATIONS
    )
    return f"""{made}CREATE TABLE IF NOT EXISTS gpkgext_relations (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  base_table_name TEXT NOT NULL,
  base_primary_column TEXT NOT NULL DEFAULT 'id',
  related_table_name TEXT NOT NULL,
  related_primary_column TEXT NOT NULL DEFAULT 'id',
  relation_name TEXT NOT NULL,
  mapping_table_name TEXT NOT NULL UNIQUE
);
DELETE FROM gpkg_extensions WHERE extension_name = 'gpkg_related_tables' AND table_name = 'gpkgext_relations';
INSERT INTO gpkg_extensions VALUES
  ('gpkgext_relations', NULL, 'gpkg_related_tables', '{EXTENSION}', 'read-write');
{unrelating_sql()}{related}"""


def unrelating_sql() -> str:
    """Return the script that forgets what our views relate; what others related stays."""
    names = ", ".join(f"'{mapping.name}'" for _, _, mapping in _RELATIONS)
    return f"""DELETE FROM gpkgext_relations WHERE mapping_table_name IN ({names});
DELETE FROM gpkg_extensions WHERE table_name IN ({names});
"""
