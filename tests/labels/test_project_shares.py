"""A project is not written on a network share, and the reason is said."""

from pathlib import Path

import pytest

from depotwatch.labels.errors import ProjectError
from depotwatch.labels.project import Project, shares


@pytest.fixture
def mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the mount table calls an NFS share."""
    share = tmp_path / "team share"
    share.mkdir()
    at = str(share).replace(" ", "\\040")
    table = tmp_path / "mounts"
    table.write_text(
        f"/dev/vda / ext4 rw 0 0\nproc /proc proc rw 0 0\nserver:/export {at} nfs4 rw,vers=4.2 0 0\n"
        f"tmpfs {at}/scratch tmpfs rw 0 0\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(shares, "MOUNTS", table)
    return share


def test_a_project_on_a_share_is_read_and_not_written(case: Project, mounted: Path) -> None:
    case.close()
    path = case.path.rename(mounted / "case.gpkg")
    before = path.read_bytes()
    with pytest.raises(ProjectError, match=r"team share is a network share \(nfs4\), .* copy it to a disk"):
        Project.open(path)
    with Project.open(path, read_only=True) as project:
        assert len(project.annotations()) == 2
    assert path.read_bytes() == before and [one.name for one in mounted.iterdir()] == ["case.gpkg"]


def test_none_is_made_there_either(mounted: Path, tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"network share \(nfs4\), .* choose a folder on a disk of this machine"):
        Project.create(mounted / "new.gpkg")
    link = tmp_path / "link"
    link.symlink_to(mounted)
    with pytest.raises(ProjectError, match="network share"):
        Project.create(link / "new.gpkg")
    assert list(mounted.iterdir()) == []


def test_a_disk_mounted_below_a_share_is_none(mounted: Path) -> None:
    (mounted / "scratch").mkdir()
    Project.create(mounted / "scratch" / "new.gpkg").close()
    assert shares.share_of(mounted / "scratch") is None
    assert shares.share_of(mounted) == shares.Share(mounted, "nfs4")


@pytest.mark.parametrize("kind", ["nfs", "cifs", "smb3", "fuse.sshfs", "9p"])
def test_every_sort_of_share_is_known(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "mounts"
    table.write_text(f"x / {kind} rw 0 0\n", encoding="utf-8")
    monkeypatch.setattr(shares, "MOUNTS", table)
    assert shares.share_of(tmp_path) == shares.Share(Path("/"), kind)


def test_where_the_system_has_no_such_table_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "MOUNTS", tmp_path / "none")
    Project.create(tmp_path / "new.gpkg").close()
