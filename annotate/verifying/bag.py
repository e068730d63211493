"""A bag as RFC 8493 (BagIt 1.0) has it, in a ZIP: unpacked, and every file held against its manifests."""

import re
import zipfile
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from ...labels.integrity import sha256_file
from ..errors import AnnotateError
from .finding import DIFFERS, OK, Finding, plural

MANIFEST, TAGS = "manifest-sha256.txt", "tagmanifest-sha256.txt"
DECLARATION = "bagit.txt"
MOST_BYTES = 64 << 30
_LINE = re.compile(r"^([0-9a-fA-F]{64})\s+\*?(\S.*)$")


def unpack(bundle: Path, into: Path) -> Path:
    """
    Unpack a bundle and return the folder of its bag.

    Raises
    ------
    AnnotateError
        If it is no ZIP that holds one bag, a member would lie outside the folder, or it unpacks to too much.
    """
    try:
        with zipfile.ZipFile(bundle) as archive:
            members = archive.infolist()
            if sum(one.file_size for one in members) > MOST_BYTES:
                raise AnnotateError(f"{bundle} unpacks to more than {MOST_BYTES >> 30} GiB; it is not unpacked.")
            for one in members:
                parts = PurePosixPath(one.filename.replace("\\", "/"))
                if parts.is_absolute() or ".." in parts.parts or ":" in one.filename:
                    raise AnnotateError(f"{bundle} holds {one.filename!r}, which lies outside it; it is not unpacked.")
            archive.extractall(into)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise AnnotateError(f"{bundle} cannot be unpacked ({error}); get the bundle anew.") from error
    bags = sorted(into.glob(DECLARATION)) + sorted(into.glob(f"*/{DECLARATION}"))
    if len(bags) != 1:
        raise AnnotateError(f"{bundle} holds {plural(len(bags), 'bag')}, not one; verify a bundle that was exported.")
    return bags[0].parent


def check_bag(bag: Path) -> Finding:
    """Hash every file of a bag and compare with its manifests, in which every file of the payload must stand."""
    told: list[str] = []
    listed: set[str] = set()
    for name in (MANIFEST, TAGS):
        manifest = bag / name
        if not manifest.is_file():
            told.append(f"{name} is missing, so that its files are held against nothing.")
            continue
        for line in manifest.read_text(encoding="utf-8").splitlines():
            found = _LINE.match(line)
            if found is None:
                told += [f"A line of {name} is no hash and path: {line[:80]!r}."] if line.strip() else []
                continue
            path = _decoded(found[2])
            listed.add(path)
            told += _unlike(bag, path, found[1].lower(), name)
    there = {one.relative_to(bag).as_posix() for one in (bag / "data").rglob("*") if one.is_file()}
    told += [f"{path} is in the bundle and in no manifest." for path in sorted(there - listed)]
    if told:
        return Finding("bundle", DIFFERS, "Its files are not those that its manifests name.", tuple(told))
    return Finding("bundle", OK, f"All {plural(len(listed), 'file')} hold the bytes that the manifests name.")


def project_in(bag: Path) -> Path:
    """Return the one project among the payload of a bag; AnnotateError where there is none, or more than one."""
    found = sorted((bag / "data").rglob("*.gpkg"))
    if len(found) != 1:
        raise AnnotateError(f"The bundle holds {plural(len(found), 'project')}, not one; verify each by itself.")
    return found[0]


def _unlike(bag: Path, path: str, sha256: str, manifest: str) -> list[str]:
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts:
        return [f"{manifest} names {path!r}, which lies outside the bundle."]
    if not (bag / path).is_file():
        return [f"{path} is missing from the bundle."]
    found = sha256_file(bag / path)
    return (
        [] if found == sha256 else [f"{path} holds other bytes ({found[:12]}…) than {manifest} says ({sha256[:12]}…)."]
    )


def _decoded(path: str) -> str:
    """Return a path as RFC 8493 2.1.3 writes it: line ends and percent signs alone are encoded."""
    return re.sub(r"%(0A|0D|25)", lambda found: unquote(found[0]), path, flags=re.IGNORECASE)
