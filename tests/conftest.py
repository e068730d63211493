"""What tests of every room share."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def data() -> Path:
    """The development imagery beside the repository; tests that ask for it skip where it is absent."""
    folder = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the development imagery is not beside the repository")
    return folder
