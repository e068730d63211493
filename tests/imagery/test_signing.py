import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from urllib.parse import ParseResult, SplitResult

import pytest

from depotwatch.imagery.errors import RemoteError
from depotwatch.imagery.remote.door import Door
from depotwatch.imagery.remote.patience import Patience
from depotwatch.imagery.remote.policy import Policy
from depotwatch.imagery.remote.signing import PLANETARY_COMPUTER, signed

from .serving import Server, serving

HASTY = Patience(attempts=1, connect_s=2, read_s=0.3, answer_s=5)
BLOB = "https://sentinel2l2a01.blob.core.windows.net/sentinel2-l2/B04.tif"

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


class Token:
    """Stands for the one of planetary-computer 1.0."""

    def __init__(self, **said: str) -> None:
        self.token = said["token"]
        self.expiry = datetime.fromisoformat(said["msft:expiry"])

    def ttl(self) -> float:
        return (self.expiry - datetime.now(UTC)).total_seconds()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(tmp_path) as server:
        yield server


@pytest.fixture
def door() -> Iterator[Door]:
    policy = Policy(frozenset({"sas.example"}), local=True)
    with Door(policy, HASTY, lambda host, port: ["127.0.0.1"]) as door:
        yield door


@pytest.fixture
def package(server: Server, monkeypatch: pytest.MonkeyPatch) -> dict[str, Token]:
    """Put what is used of planetary-computer in its place; return its cache of tokens."""
    tokens = dict[str, Token]()
    root = server.url("token", "sas.example")

    def parse(parts: ParseResult | SplitResult) -> tuple[str, str]:
        return parts.netloc.split(".")[0], parts.path.split("/")[1]

    def sign(url: str) -> str:
        (token,) = tokens.values()
        return f"{url}?{token.token}"

    modules: dict[str, dict[str, object]] = {
        "sas": {"BLOB_STORAGE_DOMAIN": ".blob.core.windows.net", "TOKEN_CACHE": tokens, "SASToken": Token},
        "settings": {"Settings": SimpleNamespace(get=lambda: SimpleNamespace(sas_url=root, subscription_key=None))},
        "utils": {"parse_blob_url": parse},
    }
    modules["sas"]["sign_url"] = sign
    monkeypatch.setattr("depotwatch.imagery.remote.signing.find_spec", lambda name: name)
    monkeypatch.setitem(sys.modules, "planetary_computer", ModuleType("planetary_computer"))
    for name, said in modules.items():
        module = ModuleType(f"planetary_computer.{name}")
        module.__dict__.update(said)
        monkeypatch.setitem(sys.modules, module.__name__, module)
    return tokens


def _serve_token(server: Server, seconds: float, text: str = "sig=abc") -> None:
    folder = server.folder / "token" / "sentinel2l2a01"
    folder.mkdir(parents=True, exist_ok=True)
    expiry = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
    (folder / "sentinel2-l2").write_text(json.dumps({"msft:expiry": expiry, "token": text}))


def test_addresses_are_signed_through_the_door_and_again_before_they_expire(
    server: Server, door: Door, package: dict[str, Token]
) -> None:
    _serve_token(server, 30)
    way = signed(door, [PLANETARY_COMPUTER, None])
    assert way is not None
    assert way.sign(BLOB) == f"{BLOB}?sig=abc"
    _serve_token(server, 3600, "sig=new")
    assert way.sign(BLOB) == f"{BLOB}?sig=new"
    _serve_token(server, 3600, "sig=newer")
    assert way.sign(BLOB) == f"{BLOB}?sig=new"
    assert way.sign("https://other.example/B04.tif") == "https://other.example/B04.tif"


def test_a_server_that_gives_no_signature_is_said(server: Server, door: Door, package: dict[str, Token]) -> None:
    way = signed(door, [PLANETARY_COMPUTER])
    assert way is not None
    with pytest.raises(RemoteError, match="is not there"):
        way.sign(BLOB)
    folder = server.folder / "token" / "sentinel2l2a01"
    folder.mkdir(parents=True)
    (folder / "sentinel2-l2").write_text("<html></html>")
    with pytest.raises(RemoteError, match="gives no signature"):
        way.sign(BLOB)


def test_without_the_extra_what_to_do_is_said(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("depotwatch.imagery.remote.signing.find_spec", lambda name: None)
    with pytest.raises(RemoteError, match=r"pip install 'depotwatch\[pc\]'"):
        signed(door, [PLANETARY_COMPUTER])
    assert signed(door, [None]) is door
    assert signed(None, [PLANETARY_COMPUTER]) is None
