"""Whether a pair can show a kind at all, and why not."""

from dataclasses import dataclass, replace

from .kinds import Kind

LEAST_VALID = 0.05  # of the ground: what shows through less may be anywhere but here
SLACK = 1.01  # a pixel of 1 m in UTM measures up to 1.001 m on the ground; that is still 1 m


@dataclass(frozen=True, slots=True)
class Testability:
    """
    What a pair can say about one kind.

    Parameters
    ----------
    kind
        Name of the kind.
    detect, count
        Whether one can be seen, and whether they can be counted; `count` implies `detect`.
    reason
        One sentence with the numbers behind both.
    """

    __test__ = False  # the name begins like a test class's

    kind: str
    detect: bool
    count: bool
    reason: str


def testable(
    kind: Kind,
    gsd_m: tuple[float, float],
    sensor: str,
    valid_fraction: float = 1.0,
    has_map: bool = True,
    after_gsd_m: tuple[float, float] | None = None,
    *,
    where: str = "area",
    sun_known: bool = True,
    days: tuple[str | None, str | None] | None = None,
    one_date: bool = False,
) -> Testability:
    """
    Say whether this pair, or this one scene, can show this kind.

    The coarsest of all pixel sides decides: an object must span `detect_px` pixels in whichever direction it lies. An
    area (a kind that is not countable) has no size of its own: any pixel shows those that are large enough, and the
    reason says how large. Pixels needed to detect and to recognise: Johnson (1958), per kind in kinds.toml.

    Parameters
    ----------
    kind
        The kind asked for.
    gsd_m
        Ground size of a pixel [y, x], metres, of the before scene or the only one.
    sensor
        "optical" or "sar".
    valid_fraction
        Share of the ground with data on every date, 0 to 1; below `LEAST_VALID` nothing can be said of the ground.
    has_map
        False where no change map could be made: nothing is then proposed, though one may still draw by hand.
    after_gsd_m
        The same as `gsd_m` for the after scene before it was resampled, where it differs.
    where
        What `valid_fraction` is a share of: "area" or "site".
    sun_known
        Whether the sun of every date is; what stays open without it stands in kinds.toml.
    days
        Dates or times of a pair, ISO 8601, None where not known; None for one scene, and where nothing is to be said.
    one_date
        True where there is one scene alone, which may need smaller pixels than a pair.
    """
    sides = (*gsd_m, *(after_gsd_m or ()))
    coarsest = max(sides)
    what = kind.plural
    if sensor not in kind.sensors:
        return _no(kind, f"{_capital(what)} show in {_either(kind.sensors)} images; this pair is {sensor}.")
    if valid_fraction <= 0:
        return _no(kind, f"No pixel has data on both dates (0 % of the {where}), so {what} cannot be seen.")
    if valid_fraction < LEAST_VALID:
        return _no(
            kind,
            f"Only {valid_fraction:.1%} of the {where} has data on both dates, less than the {LEAST_VALID:.0%} needed "
            f"to say anything of its {what}.",
        )
    if not has_map:
        return _no(kind, f"No change map could be made of this pair, so no {what} are proposed; draw those you see.")
    have, other = _pixel(gsd_m), _pixel(after_gsd_m or gsd_m)
    if have != other:
        have = f"{have} before and {other} after"
    part = "" if valid_fraction >= 0.995 else f", with data on {max(valid_fraction, 0.01):.0%} of the {where}"
    if not kind.countable:
        return _area(kind, coarsest, f"this pair has {have}{part}{_dates(days)}")
    least = kind.alone_gsd_m if one_date else kind.detect_gsd_m
    on = " on one scene" if least < kind.detect_gsd_m else ""
    needs = f"{_capital(what)}{on} need a pixel of at most {_metres(least)} to be seen"
    if kind.count_gsd_m < least:
        needs += f" and {_metres(kind.count_gsd_m)} to be counted"
    else:
        needs += " and counted"
    detect = coarsest <= SLACK * least
    dark = f"; the sun is not known, so {kind.without_sun}" if detect and kind.without_sun and not sun_known else ""
    why = kind.alone_why if on else kind.too_coarse
    coarse = f"; {why}" if not detect and why else ""
    return Testability(
        kind.name,
        detect=detect,
        count=coarsest <= SLACK * kind.count_gsd_m,
        reason=f"{needs}; this pair has {have}{part}{dark}{coarse}{_dates(days)}.",
    )


def alone(answer: Testability, dated: bool = True) -> Testability:
    """Return the same answer in words that speak of one scene, and say so where its date is not known."""
    words = answer.reason.replace("this pair", "this scene").replace(" on both dates", "")
    if not dated and answer.detect:
        words = f"{words.rstrip('.')}; its date is not known, so the day it shows cannot be said."
    return replace(answer, reason=words)


def _area(kind: Kind, coarsest_m: float, this_pair: str) -> Testability:
    least = max(kind.width_m[0], kind.detect_px * coarsest_m)
    if least > kind.width_m[1]:
        reason = (
            f"{_capital(kind.plural)} is at most {kind.width_m[1]:g} m across and {kind.detect_px:g} pixels are needed"
        )
        return _no(kind, f"{reason}; {this_pair}.")
    size = f" of at least {least:.3g} m across" if least > 0 else " of any size"
    return Testability(
        kind.name, True, False, f"{_capital(kind.plural)}{size} can be seen, and is not counted; {this_pair}."
    )


def _dates(days: tuple[str | None, str | None] | None) -> str:
    """Return what is to be said of the dates of a pair, as a clause: nothing where they are known and in order."""
    if days is None:
        return ""
    before, after = days
    if before is None or after is None:
        which = "neither date is" if before is None and after is None else f"the date {_side(before)} is not"
        return f"; {which} known, so when it changed cannot be said"
    if before[:10] == after[:10]:
        return f"; both scenes are of {before[:10]}, so only what came or went within that day can show"
    return f"; the after scene ({after[:10]}) is older than the before scene ({before[:10]})" if after < before else ""


def _side(before: str | None) -> str:
    return "before" if before is None else "after"


def _no(kind: Kind, reason: str) -> Testability:
    return Testability(kind.name, detect=False, count=False, reason=reason)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _either(sensors: tuple[str, ...]) -> str:
    return " or ".join(sensors)


def _metres(value: float) -> str:
    return f"{value:.3g} m"


def _pixel(gsd_m: tuple[float, float]) -> str:
    return f"{gsd_m[0]:.3g} × {gsd_m[1]:.3g} m"
