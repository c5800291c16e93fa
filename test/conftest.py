"""What holds for all tests."""

from __future__ import annotations

import os

from hypothesis import settings

# How long an example takes says more about the machine than about the code. A server tries the
# same examples every time, so that a change is not refused for an old fault; others try new ones.
settings.register_profile('rat_tracker', deadline=None, derandomize='CI' in os.environ)
settings.load_profile('rat_tracker')
