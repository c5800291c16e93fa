"""The tracker that everybody gets, made once: preparing its network takes seconds."""

from __future__ import annotations

import pytest

from rat_tracker.tracker import Tracker
from rat_tracker.trackers import create_tracker


@pytest.fixture(scope='session')
def tracker() -> Tracker:
    """Return ``rat`` as it is by default; each test starts it on a target of its own."""
    return create_tracker('rat')
