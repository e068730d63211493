"""Flags that several commands share, and what they mean to the floors below."""

import dataclasses
import functools
import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from ...imagery.metadata import ReadOptions
    from ...imagery.remote.reach import Terms
    from ...imagery.scene import Sun, View

T = TypeVar("T")

Project = Annotated[Path, typer.Option("--project", metavar="P.gpkg", help="Project file; made where there is none.")]
ProjectFile = Annotated[Path, typer.Argument(metavar="P.gpkg", help="Project file.")]
Before = Annotated[
    str,
    typer.Argument(metavar="BEFORE", help="Earlier scene: a file, a product folder, or band files joined by commas."),
]
After = Annotated[str, typer.Argument(metavar="AFTER", help="Later scene.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
Analyst = Annotated[
    str | None,
    typer.Option(
        "--analyst", metavar="NAME", envvar="DEPOTWATCH_ANALYST", help="Name the journal keeps for this step."
    ),
]
Kinds = Annotated[
    Path | None,
    typer.Option(
        "--kinds",
        metavar="FILE.toml",
        help="Kinds of your own, written like kinds.toml: size, shape, tone, colour, key. The project keeps them.",
    ),
]
VesselLength = Annotated[
    float | None,
    typer.Option(
        "--vessel-length",
        metavar="M",
        min=1.0,
        help="Length in metres that someone states: say of each vessel whether it may be this long.",
    ),
]
Kind = Annotated[
    list[str] | None,
    typer.Option(
        "--kind", metavar="K", help="Only this kind: storage-pit, vessel, … or one of your own; may be repeated."
    ),
]
Method = Annotated[
    str,
    typer.Option(
        "--method",
        metavar="auto|…",
        help="Change method: auto chooses by sensor and pixel size; else change-vector, structured-vector, structure, "
        "mad, ir-mad, pca-kmeans or log-ratio.",
    ),
]
Threshold = Annotated[
    float | None,
    typer.Option(
        "--threshold",
        metavar="D",
        min=1e-6,
        help="In units of the method's statistic, as the report names it; if left out, the pair's null gives it.",
    ),
]
Area = Annotated[
    Path | None, typer.Option("--area", metavar="FILE", help="Only inside this polygon, of a GeoJSON or KML file.")
]
Control = Annotated[
    str | None,
    typer.Option(
        "--control",
        metavar="THIRD",
        help="Another date with no event between it and BEFORE: the threshold comes from how the two differ.",
    ),
]
AcceptResidual = Annotated[
    bool, typer.Option("--accept-residual", help="Go on with a registration that is worse than its limit.")
]

AllowHost = Annotated[
    list[str] | None,
    typer.Option(metavar="HOST", help="A server that may be asked besides those of the catalogues; may be repeated."),
]
AllowLocal = Annotated[
    bool, typer.Option("--allow-local", help="Allow http, this machine and private addresses: for servers of your own.")
]
CacheLimit = Annotated[
    int | None, typer.Option(metavar="MB", min=1, help="Megabytes that the cache may hold; 4295 (4 GiB) if left out.")
]
Offline = Annotated[bool, typer.Option("--offline", help="Ask no server: read only what was read before.")]

TWICE = "Once for both scenes, or twice: before, then after."


@dataclasses.dataclass(frozen=True)
class SceneFlags:
    """What a user says about scenes that their files do not say; see `takes_scene_flags`."""

    before_date: Annotated[
        str | None, typer.Option(metavar="T", help="Date or time (ISO 8601, UTC) of BEFORE, or of the one scene.")
    ] = None
    after_date: Annotated[str | None, typer.Option(metavar="T", help="Date or time of AFTER.")] = None
    gsd: Annotated[
        list[float] | None, typer.Option(metavar="M", help=f"Pixel size on the ground in metres. {TWICE}")
    ] = None
    sun: Annotated[
        list[str] | None,
        typer.Option(metavar="AZ,EL", help=f"Sun azimuth (clockwise from north) and elevation, degrees. {TWICE}"),
    ] = None
    sensor: Annotated[list[str] | None, typer.Option(metavar="auto|optical|sar", help=f"Kind of sensor. {TWICE}")] = (
        None
    )
    view: Annotated[
        list[str] | None,
        typer.Option(metavar="OFFNADIR,AZ", help=f"View angle off nadir, and azimuth where known, degrees. {TWICE}"),
    ] = None
    level: Annotated[
        list[str] | None, typer.Option(metavar="L1C|L2A|display|…", help=f"Processing level of the imagery. {TWICE}")
    ] = None
    gcp: Annotated[
        list[Path] | None,
        typer.Option(metavar="POINTS.csv", help=f"Control points that place an image without georeference. {TWICE}"),
    ] = None
    credit: Annotated[list[str] | None, typer.Option(metavar="TEXT", help=f"Credit line of the imagery. {TWICE}")] = (
        None
    )
    licence: Annotated[
        list[str] | None, typer.Option(metavar="SPDX|closed", help=f"Licence of the imagery. {TWICE}")
    ] = None

    def options(self) -> "tuple[ReadOptions, ReadOptions]":
        """Return how to read the before and the after scene."""
        return self._of(0, self.before_date), self._of(1, self.after_date)

    def option(self) -> "ReadOptions":
        """Return how to read the one scene of a command that takes no second one."""
        if self.after_date is not None:
            raise typer.BadParameter(f"--after-date {self.after_date} has no scene here; say --before-date.")
        for field in dataclasses.fields(self):
            given = getattr(self, field.name)
            if isinstance(given, list) and len(given) > 1:
                flag = f"--{field.name}"
                raise typer.BadParameter(f"{flag} was given {len(given)} times for one scene; give it once.")
        return self._of(0, self.before_date)

    def _of(self, at: int, time: str | None) -> "ReadOptions":
        from ...imagery.metadata import ReadOptions

        sun, view = _of_two(self.sun, at, "--sun"), _of_two(self.view, at, "--view")
        return ReadOptions(
            time=time,
            gsd_m=_of_two(self.gsd, at, "--gsd"),
            sun=parse_sun(sun) if sun is not None else None,
            sensor=_of_two(self.sensor, at, "--sensor") or "auto",
            view=parse_view(view) if view is not None else None,
            level=_of_two(self.level, at, "--level"),
            gcp=_of_two(self.gcp, at, "--gcp"),
            credit=_of_two(self.credit, at, "--credit"),
            licence=_of_two(self.licence, at, "--licence"),
        )


def terms(
    allow_host: Sequence[str] | None, allow_local: bool, offline: bool, cache_limit_mb: int | None = None
) -> "Terms":
    """Return on which terms servers are reached."""
    from ...imagery.remote.cache import DEFAULT_LIMIT
    from ...imagery.remote.reach import Terms

    hosts = frozenset(host.lower() for host in allow_host or ())
    limit = DEFAULT_LIMIT if cache_limit_mb is None else cache_limit_mb * 10**6
    return Terms(hosts, allow_local, offline, limit=limit)


def _of_two(values: Sequence[T] | None, at: int, flag: str) -> T | None:
    if not values:
        return None
    if len(values) > 2:
        raise typer.BadParameter(f"{flag} was given {len(values)} times; give it once for both scenes or twice.")
    return values[at if len(values) == 2 else 0]


def parse_sun(text: str) -> "Sun":
    """
    Read "AZ,EL" in degrees.

    Raises
    ------
    typer.BadParameter
        If it is not two numbers, or not a sun in the sky.
    """
    from ...imagery.scene import Sun

    try:
        azimuth, elevation = (float(part) for part in text.split(","))
    except ValueError:
        raise typer.BadParameter(
            f"--sun {text!r} is not two numbers AZ,EL in degrees, as in --sun 155.2,34.1."
        ) from None
    if not (0 <= azimuth <= 360 and 0 < elevation <= 90):
        raise typer.BadParameter(
            f"--sun {text!r} needs an azimuth of 0 to 360 and an elevation above 0 up to 90 degrees."
        )
    return Sun(azimuth, elevation)


def parse_view(text: str) -> "View":
    """
    Read "OFFNADIR" or "OFFNADIR,AZ" in degrees.

    Raises
    ------
    typer.BadParameter
        If it is not one or two numbers, or no view of the ground.
    """
    from ...imagery.scene import View

    try:
        angles = [float(part) for part in text.split(",")]
    except ValueError:
        angles = []
    if not 1 <= len(angles) <= 2 or not 0 <= angles[0] < 90 or not 0 <= angles[-1] <= 360:
        raise typer.BadParameter(
            f"--view {text!r} is not OFFNADIR or OFFNADIR,AZ in degrees, below 90 and up to 360, as in --view 21.5,77."
        )
    return View(*angles)


def takes_scene_flags(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command whose last parameter is `scenes: SceneFlags` the flags of `SceneFlags` in its place."""
    own = [parameter for parameter in inspect.signature(command).parameters.values() if parameter.name != "scenes"]
    fields = dataclasses.fields(SceneFlags)
    shared = [
        inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=field.default, annotation=field.type)
        for field in fields
    ]

    @functools.wraps(command)
    def run(**given: Any) -> None:  # noqa: ANN401 - whatever the command takes
        scenes = SceneFlags(**{field.name: given.pop(field.name) for field in fields})
        command(**given, scenes=scenes)

    keyword_only = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in own]
    run.__signature__ = inspect.Signature([*keyword_only, *shared])  # type: ignore[attr-defined]
    run.__annotations__ = {parameter.name: parameter.annotation for parameter in [*keyword_only, *shared]}
    return run
