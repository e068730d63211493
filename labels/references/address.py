"""Addresses of documents: what may stand as one, when two are the same, and a citation key made of one."""

import hashlib
import re
import unicodedata
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from ..errors import ReferenceFileError

_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|igshid|mc_cid|mc_eid|ref_src|cmpid|ocid", re.IGNORECASE)
_KEPT_COPY = re.compile(r"https?://(?:web\.archive\.org/web|wayback\.archive\.org/web|archive\.(?:today|ph|is|li|md))/"
                        r"(?:\d{4,14}[a-z_]*|o|newest|timegate)/(https?://.+)", re.IGNORECASE)  # fmt: skip
KEY_LENGTH = 48


def checked_url(text: str, where: str = "The address") -> str:
    """
    Return an address without blanks around it.

    Raises
    ------
    ReferenceFileError
        If it is not a whole address of the web.
    """
    url = text.strip()
    try:
        parts = urlsplit(url)
        good = parts.scheme.lower() in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", url)
        _ = parts.port
    except ValueError:
        good = False
    if not good:
        raise ReferenceFileError(
            f"{where} {text!r:.120} is not an address of the web: give one like https://example.org/report."
        )
    return url


def same_address(url: str) -> str:
    """
    Return the form that all spellings of one address share.

    Scheme, "www.", default ports, fragments, a slash at the end, the order of a query and its tracking fields make no
    other document; a copy in a web archive is that of the address it holds.
    """
    kept = _KEPT_COPY.fullmatch(url.strip())
    try:
        parts = urlsplit(kept.group(1) if kept else url.strip())
        port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    except ValueError:  # no address at all
        return url.strip()
    host = (parts.hostname or "").removeprefix("www.")
    fields = [(name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.fullmatch(name)]
    query = urlencode(sorted(fields))
    return f"{host}{port}{unquote(parts.path).rstrip('/')}{'?' if query else ''}{query}"


def same_doi(text: str) -> str:
    """Return the form that all spellings of one DOI share: lower case, without resolver or prefix."""
    return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", text.strip().lower())


def key_of(url: str) -> str:
    """Return a citation key for an address: the same address always has the same, and others another one."""
    same = same_address(url)
    words = slug(same.partition("?")[0])
    if "?" not in same and len(words) <= KEY_LENGTH:
        return words
    return f"{words[: KEY_LENGTH - 7].rstrip('-')}-{hashlib.sha256(same.encode()).hexdigest()[:6]}"


def slug(text: str) -> str:
    """Return a text as small letters, digits and dots joined by hyphens, accents left out."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9.]+", "-", plain).strip("-.") or "source"
