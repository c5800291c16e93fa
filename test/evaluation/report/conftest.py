"""One rendering of the clips, and one drawing of their report, for all tests of the report."""

from __future__ import annotations

from pathlib import Path

import pytest
from support_report import clips
from support_report import Page
from support_report import report
from support_report import two_trackers

from rat_tracker.datasets import Sequence


@pytest.fixture(scope='session')
def sequences(tmp_path_factory: pytest.TempPathFactory) -> list[Sequence]:
    return clips(tmp_path_factory.mktemp('clips'))


@pytest.fixture(scope='session')
def folder(sequences: list[Sequence], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the report of two trackers on two sequences."""
    folder = tmp_path_factory.mktemp('report')
    report(folder, two_trackers(sequences))
    return folder


@pytest.fixture
def page(folder: Path) -> Page:
    return Page(folder)
