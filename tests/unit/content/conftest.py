from __future__ import annotations

import shutil
from pathlib import Path

import pytest

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """A copy of the good clinic's folder, to be broken."""
    return Path(shutil.copytree(CORPUS / "good" / "clinic", tmp_path / "clinic"))
