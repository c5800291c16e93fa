"""One rendering of the clips, and one drawing of their report, for all tests of the report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rat_tracker.datasets import Sequence

if TYPE_CHECKING:
    from support_report import Page


@pytest.fixture(scope='session')
def sequences(tmp_path_factory: pytest.TempPathFactory) -> list[Sequence]:
    from support_report import clips  # noqa: PLC0415 - tests skip where a package is missing
    return clips(tmp_path_factory.mktemp('clips'))


@pytest.fixture(scope='session')
def folder(sequences: list[Sequence], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the report of two trackers on two sequences."""
    from support_report import report  # noqa: PLC0415 - as above
    from support_report import two_trackers  # noqa: PLC0415
    folder = tmp_path_factory.mktemp('report')
    report(folder, two_trackers(sequences))
    return folder


@pytest.fixture
def page(folder: Path) -> Page:
    from support_report import Page  # noqa: PLC0415 - as above
    return Page(folder)
