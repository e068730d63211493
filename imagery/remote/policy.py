"""What may be opened: https, hosts of configured catalogues, public addresses; asked again at every redirect."""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..errors import RefusedAddressError, RemoteError

Resolve = Callable[[str, int], Sequence[str]]

_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Target:
    """
    A checked address.

    Parameters
    ----------
    scheme, host, port, path
        Of the URL; `path` with its query.
    address
        The IP address that was checked: connecting to it, and to no other that the name may resolve to a moment later,
        is what makes the check worth something.
    """

    scheme: str
    host: str
    port: int
    path: str
    address: str


@dataclass(frozen=True, slots=True)
class Policy:
    """
    What may be opened.

    Parameters
    ----------
    hosts
        Names that may be asked, in lower case; ".example.org" stands for every name below it.
    local
        Whether http, and loopback and private addresses, may be opened as well: for tests and servers of one's own.
    """

    hosts: frozenset[str]
    local: bool = False

    def check(self, url: str, resolve: Resolve) -> Target:
        """
        Return where to connect.

        Raises
        ------
        RefusedAddressError
            If the scheme, the host or the address it resolves to may not be opened; nothing was sent.
        RemoteError
            If the name cannot be resolved.
        """
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            raise RefusedAddressError(f"{url!r} is not an address; give one like https://host/path.") from None
        if parts.scheme not in _PORTS or not host or parts.username is not None or not url.isprintable() or " " in url:
            raise RefusedAddressError(f"{_short(url)} may not be opened; only https addresses without a login may.")
        if parts.scheme == "http" and not self.local:
            raise RefusedAddressError(
                f"{_short(url)} may not be opened: it is not https; for a server of your own give --allow-local."
            )
        if not self.allows(host):
            raise RefusedAddressError(
                f"{host} may not be opened: it is no host of a configured catalogue; add it with --allow-host {host} "
                "if you trust it."
            )
        port = _PORTS[parts.scheme] if port is None else port
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Target(parts.scheme, host, port, path, self._address(host, resolve(host, port)))

    def allows(self, host: str) -> bool:
        """Say whether a host name is allowed."""
        return any(host == allowed or (allowed[:1] == "." and host.endswith(allowed)) for allowed in self.hosts)

    def and_hosts(self, hosts: Iterable[str]) -> "Policy":
        """Return a policy that allows these as well."""
        return Policy(self.hosts | {host.lower() for host in hosts}, self.local)

    def _address(self, host: str, addresses: Sequence[str]) -> str:
        """Return the first address; one private among public ones is a trap, so all have to be allowed."""
        if not addresses:
            raise RemoteError(f"{host} has no address; check the name and the network.")
        private = next((one for one in addresses if not _public(one)), None)
        if private is not None and not self.local:
            raise RefusedAddressError(
                f"{host} may not be opened: it stands for {private}, which is not a public address; for a server of "
                "your own give --allow-local."
            )
        return addresses[0]


def resolve(host: str, port: int) -> tuple[str, ...]:
    """
    Return the addresses of a host, by the system's resolver.

    Raises
    ------
    RemoteError
        If it has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise RemoteError(f"{host} cannot be found; check the name and the network.") from None
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


def _public(address: str) -> bool:
    """Say whether an address is public; an IPv4 address inside an IPv6 one counts as what it is inside."""
    found = ipaddress.ip_address(address.split("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        found = found.ipv4_mapped or found.sixtofour or (found.teredo or (None, None))[1] or found
    return found.is_global and not found.is_multicast


def _short(url: str) -> str:
    return repr(url if len(url) <= 80 else url[:77] + "…")
