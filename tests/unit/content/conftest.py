from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import folders

Maker = Callable[[Path, Path], Path]


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """A copy of the good clinic's folder."""
    return Path(shutil.copytree(folders.CLINIC, tmp_path / "clinic"))


@pytest.fixture
def two_languages(tmp_path: Path) -> Path:
    """The clinic's folder with a second language."""
    return folders.made(folders.TWO_LANGUAGES, tmp_path / "two-languages")


@pytest.fixture
def with_callbacks(tmp_path: Path) -> Path:
    """The clinic's folder with callbacks and texts."""
    return folders.made(folders.CALLBACKS, tmp_path / "with-callbacks")


@pytest.fixture(scope="session")
def made() -> Maker:
    """Makes a new folder out of the clinic's and a patch: made(patch, to)."""
    return folders.made
