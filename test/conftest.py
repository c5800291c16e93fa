"""What holds for all tests, whatever is installed."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
import logging
import os
from pathlib import Path
import signal

import pytest
from support_packages import reason
from support_packages import reason_of

try:
    from hypothesis import HealthCheck
    from hypothesis import settings
except ModuleNotFoundError:
    pass  # the tests that want it are skipped
else:
    # How long an example takes says more about the machine than about the code. A server tries
    # the same examples every time, so that a change is not refused for an old fault; others try
    # new ones.
    settings.register_profile(
        'rat_tracker', deadline=None, suppress_health_check=[HealthCheck.too_slow],
        derandomize='CI' in os.environ)
    settings.load_profile('rat_tracker')

# launch, whose plugins of pytest come before this file, makes every logger one of its own, from
# which pytest's caplog hears nothing, and has all of them say more.
with suppress(ImportError):
    import launch.logging  # noqa: F401 - so that it does not do so later
logging.setLoggerClass(logging.Logger)
logging.root.setLevel(logging.WARNING)

# A script that starts the tests with & lets them ignore SIGINT, and with them every program that
# they interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


class _Module(pytest.Module):
    """A file of tests, skipped where what it imports needs what is not installed."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        try:
            return super().collect()
        except Exception as error:
            if text := reason_of(error):
                pytest.skip(text, allow_module_level=True)
            raise


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> pytest.Module:
    """Make the collector of a file.

    It comes before that of launch_testing, which imports each file by itself and ends the
    collection where that fails.
    """
    return _Module.from_parent(parent, path=module_path)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test that is marked with a package which is not installed."""
    if item.get_closest_marker('asyncio') and not item.config.pluginmanager.hasplugin('asyncio'):
        pytest.skip('pytest-asyncio is not installed: pip install -r requirements/test.txt')
    for mark in item.iter_markers('needs'):
        for name in mark.args:
            if text := reason(name):
                pytest.skip(text)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> None:
    """Skip a test that fails because it, or its fixture, imports what is not installed."""
    if call.excinfo is not None and (text := reason_of(call.excinfo.value)):
        call.excinfo = pytest.CallInfo.from_call(lambda: pytest.skip(text), call.when).excinfo
