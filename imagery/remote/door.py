"""The door: every request to a server goes through it, each hop checked, each wait limited, each answer measured."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urljoin

import certifi
import urllib3
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, stop_after_delay, stop_any
from tenacity.wait import wait_exponential, wait_random

from ..errors import CancelledError, RemoteError
from .answer import Answer, TransientError, judge, plain
from .patience import Patience
from .policy import Policy, Resolve, Target, resolve

REDIRECTS = {301, 302, 303, 307, 308}
MAX_REDIRECTS = 5
MAX_DOCUMENT = 32 * 2**20
CONNECTIONS = 8  # kept to one server
_CHUNK = 2**16
_STEP_S = 0.1
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Request:
    """What is asked of a server."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    limit: int
    check: Callable[[Answer], None]


@dataclass(frozen=True)
class Door:
    """
    The one way to a server.

    Parameters
    ----------
    policy
        What may be opened.
    patience
        How long to wait.
    resolve
        Addresses of a host; tests give their own.
    sign
        Makes of an address the one to ask right now, as stores with short-lived signatures need.
    cancelled
        Asked before every attempt and for every piece of an answer.

    Connections are kept for the next request until `close`; threads may share a door.
    """

    policy: Policy
    patience: Patience = field(default_factory=Patience)
    resolve: Resolve = resolve
    sign: Callable[[str], str] = str
    cancelled: Callable[[], bool] = lambda: False
    _pools: dict[tuple[str, str, int, str], urllib3.HTTPConnectionPool] = field(default_factory=dict, repr=False)

    def __enter__(self) -> "Door":
        """Return the door itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections that are kept."""
        self.close()

    def close(self) -> None:
        """Close the connections that are kept."""
        while self._pools:
            self._pools.popitem()[1].close()

    def get(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        limit: int = MAX_DOCUMENT,
        check: Callable[[Answer], None] = lambda answer: None,
    ) -> Answer:
        """
        Get a document.

        Parameters
        ----------
        url
            Its address.
        headers
            To send.
        limit
            Bytes that it may have at most.
        check
            Looks at an answer; what it raises counts as the server's, so that a `TransientError` is asked again.

        Raises
        ------
        RefusedAddressError
            If the address, or one that it redirects to, may not be opened.
        RemoteError
            If it cannot be had; the message says why, and for how long it was tried.
        """
        return self._asked(_Request("GET", url, headers or {}, None, limit, check))

    def post(self, url: str, body: bytes, headers: Mapping[str, str], limit: int = MAX_DOCUMENT) -> Answer:
        """Send a query as a body, which changes nothing at the server; the rest as `get`."""
        return self._asked(_Request("POST", url, headers, body, limit, lambda answer: None))

    def _asked(self, request: "_Request") -> Answer:
        patience = self.patience
        retrying = Retrying(
            retry=retry_if_exception_type(TransientError),
            stop=stop_any(stop_after_attempt(patience.attempts), stop_after_delay(patience.total_s)),
            wait=self._wait,
            sleep=self._pause,
            before_sleep=_log_retry,
            reraise=True,
        )
        try:
            answer: Answer = retrying(self._once, request)
        except TransientError as error:
            asked = retrying.statistics["attempt_number"]
            raise RemoteError(f"{error} It was asked {asked} times; try again later.") from error
        return answer

    def _wait(self, state: RetryCallState) -> float:
        """As long as the server asks for, else doubling; never longer than `longest_wait_s`."""
        patience = self.patience
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait_s if isinstance(error, TransientError) else 0.0
        own = wait_exponential(patience.first_wait_s, patience.longest_wait_s) + wait_random(0, patience.first_wait_s)
        return min(max(asked, own(state)), patience.longest_wait_s)

    def _pause(self, seconds: float) -> None:
        """Sleep, but no longer than the answer is wanted."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0 and not self.cancelled():
            time.sleep(min(left, _STEP_S))

    def _once(self, request: "_Request") -> Answer:
        if self.cancelled():
            raise _cancelled()
        at = self.sign(request.url)
        for _ in range(1 + MAX_REDIRECTS):
            answer = self._exchanged(request, at)
            if answer.status not in REDIRECTS:
                judge(answer, plain(request.url))
                request.check(answer)
                return answer
            if "location" not in answer.headers:
                raise RemoteError(f"{plain(at)} redirects without saying where; report it to its owner.")
            at = urljoin(at, answer.headers["location"])
            if answer.status == 303:
                request = replace(request, method="GET", body=None)
        raise RemoteError(f"{plain(request.url)} redirects more than {MAX_REDIRECTS} times; check the address.")

    def _exchanged(self, request: "_Request", url: str) -> Answer:
        """Ask the very address that was checked, under the name that its certificate must bear."""
        target = self.policy.check(url, self.resolve)
        until = time.monotonic() + self.patience.answer_s
        own = {"Host": _host_header(target), "User-Agent": "depotwatch", "Accept-Encoding": "identity"}
        try:
            response = self._pool(target).urlopen(
                request.method,
                target.path,
                body=request.body,
                headers={**own, **request.headers},
                redirect=False,
                retries=False,
                preload_content=False,
            )
            try:
                if response.status == 200 and "Range" in request.headers:
                    raise RemoteError(f"{plain(url)} cannot be read in parts: its server serves no ranges.")
                content = self._body(response, url, request.limit, until)
            except BaseException:
                response.close()  # half read: of no use to the next request
                raise
            response.release_conn()
        except urllib3.exceptions.SSLError as error:
            raise RemoteError(f"{target.host} has no certificate that can be trusted; nothing was sent.") from error
        except urllib3.exceptions.HTTPError as error:
            raise TransientError(f"{target.host} {_trouble(error)} while {plain(url)} was read.") from error
        return Answer(response.status, {k.lower(): v for k, v in response.headers.items()}, content, url)

    def _body(self, response: urllib3.BaseHTTPResponse, url: str, limit: int, until: float) -> bytes:
        parts, total = list[bytes](), 0
        for part in response.stream(_CHUNK):
            total += len(part)
            if total > limit:
                raise RemoteError(f"{plain(url)} is larger than the {limit:,} bytes allowed; it was not read.")
            if time.monotonic() > until:
                raise TransientError(f"{plain(url)} did not come within {self.patience.answer_s:g} s.")
            if self.cancelled():
                raise _cancelled()
            parts.append(part)
        return b"".join(parts)

    def _pool(self, target: Target) -> urllib3.HTTPConnectionPool:
        key = target.scheme, target.address, target.port, target.host
        if key not in self._pools:
            timeout = urllib3.Timeout(connect=self.patience.connect_s, read=self.patience.read_s)
            if target.scheme == "http":
                pool = urllib3.HTTPConnectionPool(target.address, target.port, timeout=timeout, maxsize=CONNECTIONS)
            else:
                pool = urllib3.HTTPSConnectionPool(
                    target.address,
                    target.port,
                    timeout=timeout,
                    maxsize=CONNECTIONS,
                    ca_certs=certifi.where(),
                    server_hostname=target.host,
                    assert_hostname=target.host,
                )
            self._pools.setdefault(key, pool)
        return self._pools[key]


def _host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    return host if target.port == {"http": 80, "https": 443}[target.scheme] else f"{host}:{target.port}"


def _trouble(error: urllib3.exceptions.HTTPError) -> str:
    if isinstance(error, urllib3.exceptions.NewConnectionError):  # a kind of timeout to urllib3
        return "refused the connection"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "did not answer in time"
    if isinstance(error, urllib3.exceptions.IncompleteRead):
        return "stopped half way"
    return "dropped the connection"


def _cancelled() -> CancelledError:
    return CancelledError("Fetching was cancelled; what had come is kept for the next time.")


def _log_retry(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    _LOG.info("%s Asking again (%d).", error, state.attempt_number + 1)
