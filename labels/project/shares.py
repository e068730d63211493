"""Whether a folder is a network share, where a project must not be written."""

import re
from dataclasses import dataclass
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
"""What Linux says is mounted where; other systems have no such file, and nothing is known there."""
_REMOTE = frozenset(
    "9p afs ceph cifs davfs davfs2 fuse.davfs2 fuse.gvfsd-fuse fuse.glusterfs fuse.rclone fuse.s3fs fuse.sshfs "
    "fuse.vmhgfs-fuse glusterfs gpfs lustre ncpfs nfs nfs4 prl_fs smb2 smb3 smbfs vboxsf".split()
)


@dataclass(frozen=True, slots=True)
class Share:
    """Where a network share is mounted, and of what kind it is ("nfs4", "cifs", "fuse.sshfs", …)."""

    mounted: Path
    kind: str

    @property
    def reason(self) -> str:
        """Why nothing is written there."""
        return (
            f"{self.mounted} is a network share ({self.kind}), where programs on two machines cannot keep out of each "
            "other's way and a commit can be lost"
        )


def share_of(path: Path) -> Share | None:
    """Return the network share that a file or folder lies on, or None where it lies on a disk of this machine."""
    try:
        lines = MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None
    place, found = path.resolve(), None
    for line in lines:
        _, where, kind = line.split(" ")[:3]
        mounted = Path(re.sub(r"\\(\d{3})", lambda code: chr(int(code[1], 8)), where))  # blanks are written \040
        nearer = found is None or len(mounted.parts) >= len(found.mounted.parts)  # the later mount hides the earlier
        if nearer and place.is_relative_to(mounted):
            found = Share(mounted, kind)
    return found if found is not None and found.kind in _REMOTE else None
