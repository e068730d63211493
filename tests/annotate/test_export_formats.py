"""What holds for every format: credit, licence and journal head, and the same bytes for the same records."""

import io
import zipfile
from pathlib import Path

import pytest

from depotwatch.annotate.errors import AnnotateError
from depotwatch.annotate.exports import FORMATS, format_of
from depotwatch.labels.export import CSV, export
from depotwatch.labels.project import Project

PROMISED = {"geojson", "gpkg", "csv", "kml", "coco", "stac", "prov", "claimreview", "bundle", "figure"}


def written(project: Project, name: str, folder: str) -> dict[str, bytes]:
    """Return the files of an export by their paths; of a zip those in it as well."""
    out = project.path.parent / folder / "out"
    out.parent.mkdir()
    export(project, out, FORMATS[name], "Ada")
    files = {
        path.relative_to(out.parent).as_posix(): path.read_bytes() for path in out.parent.rglob("*") if path.is_file()
    }
    if name == "bundle":
        with zipfile.ZipFile(io.BytesIO(files["out"])) as archive:
            files |= {inside: archive.read(inside) for inside in archive.namelist()}
    return files


@pytest.mark.parametrize("name", sorted(PROMISED))
def test_it_carries_credit_licence_and_head_and_is_the_same_again(name: str, pictured: Project) -> None:
    mark = pictured.journal()[-1].mark
    first = written(pictured, name, "first")
    export(pictured, pictured.path.with_name("between.csv"), CSV, "Bo")
    assert written(pictured, name, "second") == first
    everything = b"".join(first.values())
    for words in (mark, "Credit of before", "Credit of after", "CC-BY-4.0"):
        assert words.encode() in everything, words


def test_the_ending_names_a_format_where_it_is_plain() -> None:
    assert set(FORMATS) == PROMISED
    plain = {
        "a.geojson": "geojson",
        "a.GPKG": "gpkg",
        "a.csv": "csv",
        "a.kml": "kml",
        "a.png": "figure",
        "a.zip": "bundle",
    }
    assert {name: format_of(Path(name)).name for name in plain} == plain
    assert format_of(Path("a.json"), "coco").name == "coco"
    for name, named in (("a.json", None), ("a.txt", None), ("a.csv", "paper")):
        with pytest.raises(AnnotateError, match="--format is one of"):
            format_of(Path(name), named)
