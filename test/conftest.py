"""What holds for all tests."""

from __future__ import annotations

import os
import signal

from hypothesis import HealthCheck
from hypothesis import settings

# How long an example takes says more about the machine than about the code. A server tries the
# same examples every time, so that a change is not refused for an old fault; others try new ones.
settings.register_profile(
    'rat_tracker', deadline=None, suppress_health_check=[HealthCheck.too_slow],
    derandomize='CI' in os.environ)
settings.load_profile('rat_tracker')

# A script that starts the tests with & lets them ignore SIGINT, and with them every program that
# they interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
