"""What a server answers, and what its status means."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from ..errors import NotThereError, RemoteError

TRANSIENT = {408, 425, 429, 500, 502, 503, 504}


class TransientError(RemoteError):
    """What may be different a moment later: asked again, a few times."""

    def __init__(self, message: str, wait_s: float = 0) -> None:
        super().__init__(message)
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (names in lower case), body, and the address that gave it, after redirects."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


def plain(url: str) -> str:
    """Return an address without query and fragment: what signatures and keys must not be printed or stored with."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def judge(answer: Answer, shown: str) -> None:
    """
    Raise where an answer's status says that it is not what was asked for.

    Raises
    ------
    TransientError
        If it may be had a moment later.
    RemoteError
        If not; `NotThereError` where there is nothing.
    """
    status = answer.status
    if status in TRANSIENT:
        raise TransientError(f"{shown} answers {status}.", _retry_after(answer))
    if status in (401, 403):
        raise RemoteError(f"{shown} may not be read without a login (it answers {status}); choose another catalogue.")
    if status in (404, 410):
        raise NotThereError(f"{shown} is not there (it answers {status}); search again.")
    if status >= 400:
        raise RemoteError(f"{shown} answers {status}; report it to the catalogue's owner.")


def _retry_after(answer: Answer) -> float:
    said = answer.headers.get("retry-after", "")
    return float(said) if said.isdecimal() else 0.0
